///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/HostCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 00: a tour of the socket calls, each one run, and made to fail

import module java.base;

import static java.net.StandardProtocolFamily.*;
import static java.net.StandardSocketOptions.*;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Map.entry;

import shared.*;

/// # Lesson 00: a tour of the sockets
///
/// Every call of the Berkeley interface, in Java's two forms, on real sockets of this
/// machine. A line `->` tells what has just happened. If it ends with a colon, the line
/// below has the name of the error in C and the exception in Java. Nothing is made up:
/// run it twice, and compare.
///
/// Type `jbang lesson00-socket-tour.java`, or add `--only connect` for one station. No
/// second terminal is needed: both ends live in here. Look for:
///
/// - `listen`: clients are connected although nobody accepts them.
/// - `recv`: what was sent in two pieces arrives in one.
/// - `life`: who closes first is left with TIME_WAIT, for a minute.
///
/// What is still wrong: both ends are one program, which knows when to read and how much.
/// In lesson 01 they are two, and do not.
class SocketTour {

    private static final String HISTORY = """
            1971   ARPANET: RFC 147 calls the numbered end of a transfer a socket.
            1983   BSD: in 4.2BSD a socket is a file descriptor, with the calls below.
            1990s  World Wide Web: it runs on them, soon from Windows and Java too.""";

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);
    private static final int PATIENCE_MILLIS = 200;

    /// The states by their numbers (Linux, include/net/tcp_states.h).
    private static final List<String> STATES = List.of(
            "?", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
            "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
            "NEW_SYN_RECV");

    /// Java keeps errno to itself, but the name or the message of the exception tells
    /// which it was. Where Java refuses before the kernel is asked, it is what C would
    /// get.
    private static final Map<String, String> ERRNO = Map.ofEntries(
            entry("NotYetConnected", "ENOTCONN"),
            entry("Connection refused", "ECONNREFUSED"),
            entry("AlreadyConnected", "EISCONN"),
            entry("Connection reset", "ECONNRESET"),
            entry("already in use", "EADDRINUSE"),
            entry("assign requested", "EADDRNOTAVAIL"),
            entry("Connect timed out", "ETIMEDOUT"), entry("Accept timed out", "EAGAIN"),
            entry("Read timed out", "EAGAIN"), entry("Broken pipe", "EPIPE"),
            entry("output is shutdown", "EPIPE"), entry("is closed", "EBADF"),
            entry("ClosedChannel", "EBADF"), entry("Permission denied", "EACCES"),
            entry("No such file", "ENOENT"), entry("path too long", "EINVAL"),
            entry("not supported", "EOPNOTSUPP"));

    private interface Action {
        void run() throws IOException;
    }

    private record Station(
            String name, String berkeley, String socket, String channel, Action visit) {}

    private final List<Station> stations = List.of(
            new Station("socket", "int socket(int family, int type, int protocol)",
                    "new Socket()", "SocketChannel.open(family)", this::socket),
            new Station("bind",
                    "int bind(int fd, const struct sockaddr *own, socklen_t n)",
                    "serverSocket.bind(own)", "serverSocketChannel.bind(own)",
                    this::bind),
            new Station("listen", "int listen(int fd, int backlog)",
                    "serverSocket.bind(own, backlog)",
                    "serverSocketChannel.bind(own, backlog)",
                    this::listen),
            new Station("accept",
                    "int accept(int fd, struct sockaddr *peer, socklen_t *n)",
                    "serverSocket.accept()", "serverSocketChannel.accept()",
                    this::accept),
            new Station("connect",
                    "int connect(int fd, const struct sockaddr *to, socklen_t n)",
                    "socket.connect(to, timeoutMillis)", "channel.connect(to)",
                    this::connect),
            new Station("connect_ex", "(in Python) errno = s.connect_ex(to)",
                    "(none)", "channel.connect(to), finishConnect()", this::connectEx),
            new Station("send",
                    "ssize_t send(int fd, const void *bytes, size_t n, int flags)",
                    "socket.getOutputStream().write(bytes)", "channel.write(buffer)",
                    this::send),
            new Station("recv", "ssize_t recv(int fd, void *bytes, size_t n, int flags)",
                    "socket.getInputStream().read(bytes)", "channel.read(buffer)",
                    this::recv),
            new Station("shutdown", "int shutdown(int fd, int how)",
                    "socket.shutdownOutput()", "channel.shutdownOutput()",
                    this::shutdown),
            new Station("close", "int close(int fd)",
                    "socket.close()", "channel.close()", this::close),
            new Station("getsockname",
                    "int getsockname(int fd, struct sockaddr *own, socklen_t *)",
                    "socket.getLocalSocketAddress()", "channel.getLocalAddress()",
                    this::name),
            new Station("setsockopt",
                    "int setsockopt(int fd, int level, int option, ...)",
                    "socket.setOption(option, it)", "channel.setOption(option, it)",
                    this::options),
            new Station("unix",
                    "int socket(AF_UNIX, SOCK_STREAM, 0), with a path to bind",
                    "(none)", "SocketChannel.open(UNIX)", this::unix),
            new Station("life", "(all of them)", "at the client's end",
                    "at the server's end", this::life));

    private final InetSocketAddress here;

    /// @param here where the tour listens; with port 0 each station gets a free one
    SocketTour(InetSocketAddress here) {
        this.here = here;
    }

    private void socket() throws IOException {
        try (var socket = new Socket(); var channel = SocketChannel.open()) {
            tell("Socket: bound %b, connected %b", socket.isBound(),
                    socket.isConnected());
            tell("SocketChannel: open %b, blocking %b", channel.isOpen(),
                    channel.isBlocking());
            provoke("read, not yet connected",
                    () -> channel.read(ByteBuffer.allocate(1)));
        }
    }

    private void bind() throws IOException {
        try (var first = new ServerSocket(); var second = ServerSocketChannel.open()) {
            first.bind(here);
            var taken = first.getLocalSocketAddress();
            tell("asked for port %d, got %s", here.getPort(), show(taken));
            provoke("bind a second socket to it", () -> second.bind(taken));
            var foreign = new InetSocketAddress("198.51.100.1", 0); // nobody's: RFC 5737
            provoke("bind to " + show(foreign), () -> second.bind(foreign));
        }
    }

    /// The backlog is the queue between the kernel, which connects, and accept.
    private void listen() throws IOException {
        var clients = new ArrayList<Socket>();
        try (var listener = ServerSocketChannel.open().bind(here, 1)) {
            tell("%s listens, backlog 1, and nobody accepts",
                    show(listener.getLocalAddress()));
            provoke("connect clients, until one has to wait " + PATIENCE_MILLIS + " ms",
                    () -> {
                while (clients.size() < 20) {
                    clients.add(new Socket());
                    clients.getLast().connect(listener.getLocalAddress(),
                            PATIENCE_MILLIS);
                }
            });
            var connected = clients.stream().filter(Socket::isConnected).count();
            tell("of %d clients %d are connected", clients.size(), connected);
        } finally {
            for (var client : clients) client.close();
        }
    }

    private void accept() throws IOException {
        try (var listener = listening();
                var client = SocketChannel.open(listener.getLocalAddress());
                var server = listener.accept()) {
            tell("the client: %s", ends(client));
            tell("accept returned a new socket: %s", ends(server));
            listener.socket().setSoTimeout(PATIENCE_MILLIS);
            provoke("accept once more, timeout " + PATIENCE_MILLIS + " ms",
                    () -> listener.socket().accept().close());
            listener.configureBlocking(false);
            tell("non-blocking, accept returns %s where C has EAGAIN", listener.accept());
        }
    }

    private void connect() throws IOException {
        try (var listener = listening(); var nobody = boundOnly();
                var socket = new Socket(); var channel = SocketChannel.open()) {
            socket.connect(listener.getLocalAddress(), PATIENCE_MILLIS);
            tell("Socket: from %s", show(socket.getLocalSocketAddress()));
            channel.connect(listener.getLocalAddress());
            tell("SocketChannel: from %s", ends(channel));
            provoke("connect it again",
                    () -> channel.connect(listener.getLocalAddress()));
            var to = nobody.getLocalSocketAddress();
            provoke("connect to " + show(to) + ", which is bound but does not listen",
                    () -> SocketChannel.open(to).close());
        }
    }

    private void connectEx() throws IOException {
        try (var listener = listening(); var nobody = boundOnly()) {
            connectEx("a listener", listener.getLocalAddress());
            connectEx("nobody", nobody.getLocalSocketAddress());
        }
    }

    /// In progress is no error: the result comes later, when the selector says that it is
    /// there.
    private void connectEx(String whom, SocketAddress to) throws IOException {
        try (var channel = SocketChannel.open(); var selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_CONNECT);
            tell("non-blocking, to %s: %s",
                    whom, channel.connect(to) ? "0" : "EINPROGRESS");
            selector.select(PATIENCE_MILLIS);
            provoke("finishConnect, or in C the option SO_ERROR", channel::finishConnect);
        }
    }

    /// Sent means that the kernel has taken it. Nobody needs to have read it.
    private void send() throws IOException {
        try (var pair = connected()) {
            var out = pair.client.getOutputStream();
            out.write(HELLO);
            tell("Socket: all %d bytes, or an exception", HELLO.length);
            pair.server.configureBlocking(false);
            long taken = 0;
            int count;
            while ((count = pair.server.write(ByteBuffer.allocate(1 << 16))) > 0) {
                taken += count;
            }
            tell("SocketChannel, non-blocking, nobody reads: %d bytes, then %d where C"
                            + " has EAGAIN",
                    taken, count);
            pair.reset();
            provoke("Socket: write until it is known that the peer is gone", () -> {
                while (true) out.write(HELLO);
            });
        }
    }

    private void recv() throws IOException {
        try (var pair = connected()) {
            var in = pair.client.getInputStream();
            pair.client.getOutputStream().write(HELLO);
            pair.client.getOutputStream().write(HELLO);
            tell("sent %d bytes and %d bytes, and one read got %d: a stream has no"
                            + " messages",
                    HELLO.length, HELLO.length,
                    pair.server.read(ByteBuffer.allocate(64)));
            pair.server.configureBlocking(false);
            tell("SocketChannel, non-blocking, nothing there: %d where C has EAGAIN",
                    pair.server.read(ByteBuffer.allocate(64)));
            pair.client.setSoTimeout(PATIENCE_MILLIS);
            provoke("Socket: read with SO_TIMEOUT " + PATIENCE_MILLIS + " ms", in::read);
            pair.reset();
            provoke("Socket: read after a reset by the peer", in::read);
        }
    }

    private void shutdown() throws IOException {
        try (var pair = connected(); var alone = SocketChannel.open()) {
            pair.client.shutdownOutput();
            tell("Socket: one half is closed; the peer reads %d", pair.serverReads());
            pair.server.write(ByteBuffer.wrap(HELLO));
            pair.server.shutdownOutput();
            tell("SocketChannel: the other half has brought %d bytes, then its end",
                    pair.client.getInputStream().readAllBytes().length);
            provoke("write to a closed half",
                    () -> pair.client.getOutputStream().write(HELLO));
            provoke("shut down what is not connected", alone::shutdownOutput);
        }
    }

    private void close() throws IOException {
        try (var pair = connected()) {
            pair.client.close();
            pair.client.close();
            tell("Socket: closed twice, which is once; the peer reads %d",
                    pair.serverReads());
            provoke("Socket: use it", pair.client::getInputStream);
            pair.server.close();
            provoke("SocketChannel: use it", pair::serverReads);
        }
    }

    private void name() throws IOException {
        try (var pair = connected(); var fresh = SocketChannel.open()) {
            tell("Socket, an end of a connection: %s",
                    show(pair.client.getLocalSocketAddress()));
            tell("SocketChannel, the other end: %s", show(pair.server.getLocalAddress()));
            tell("SocketChannel, fresh: %s", fresh.getLocalAddress());
            pair.server.close();
            provoke("SocketChannel, closed", pair.server::getLocalAddress);
        }
    }

    private void options() throws IOException {
        try (var socket = new Socket(); var channel = SocketChannel.open()) {
            tell("SO_REUSEADDR %s, TCP_NODELAY %s, SO_RCVBUF %s",
                    channel.getOption(SO_REUSEADDR),
                    channel.getOption(TCP_NODELAY), channel.getOption(SO_RCVBUF));
            socket.setOption(TCP_NODELAY, true);
            tell("Socket: TCP_NODELAY is now %b", socket.getOption(TCP_NODELAY));
            channel.setOption(SO_RCVBUF, 1000);
            tell("SocketChannel: asked for SO_RCVBUF 1000, got %d",
                    channel.getOption(SO_RCVBUF));
        }
        try (var local = SocketChannel.open(UNIX)) {
            provoke("TCP_NODELAY without TCP", () -> local.setOption(TCP_NODELAY, true));
        }
    }

    private void unix() throws IOException {
        SocketChannel.open(UNIX).close(); // or there is nothing to see on this machine
        var folder = Files.createTempDirectory("tour");
        var file = folder.resolve("s");
        var address = UnixDomainSocketAddress.of(file);
        try {
            echo(INET, new InetSocketAddress("127.0.0.1", 0));
            echo(INET6, new InetSocketAddress("::1", 0));
            echo(UNIX, address);
            staleFile(address);
            pathLimit(folder + "/");
            permissions(address);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /// The same code for every family: only the address differs.
    private static void echo(ProtocolFamily family, SocketAddress at) throws IOException {
        try (var listener = ServerSocketChannel.open(family).bind(at);
                var client = SocketChannel.open(listener.getLocalAddress());
                var server = listener.accept()) {
            var buffer = ByteBuffer.wrap(HELLO.clone());
            client.write(buffer);
            server.read(buffer.clear());
            server.write(buffer.flip());
            client.read(buffer.clear());
            tell("%s: \"%s\" came back from %s", family, US_ASCII.decode(buffer.flip()),
                    show(listener.getLocalAddress()));
        } catch (BindException | UnsupportedOperationException e) {
            tell("%s: not on this machine: %s", family, e.getMessage());
        }
    }

    /// The file outlives its socket: a server has to delete it before it binds again.
    private void staleFile(UnixDomainSocketAddress address) throws IOException {
        tell("that listener is closed, its file is left: %b",
                Files.exists(address.getPath()));
        provoke("bind to it", () -> bindOnce(address));
        provoke("connect to it", () -> SocketChannel.open(address).close());
        Files.delete(address.getPath());
        provoke("connect when it is deleted", () -> SocketChannel.open(address).close());
    }

    private void pathLimit(String folder) {
        var path = new StringBuilder(folder);
        provoke("bind to longer and longer paths", () -> {
            while (true) {
                bindOnce(UnixDomainSocketAddress.of(path.append('x').toString()));
            }
        });
        tell("that was a path of %d bytes", path.toString().getBytes().length);
    }

    private static void bindOnce(UnixDomainSocketAddress address) throws IOException {
        try (var listener = ServerSocketChannel.open(UNIX)) {
            listener.bind(address);
            Files.delete(address.getPath());
        }
    }

    /// To connect takes the right to write to the file. (Not for root.)
    private void permissions(UnixDomainSocketAddress address) throws IOException {
        try (var listener = ServerSocketChannel.open(UNIX).bind(address)) {
            var file = address.getPath();
            tell("its permissions: %s", Files.getPosixFilePermissions(file));
            Files.setPosixFilePermissions(file, Set.of());
            provoke("connect as %s, with permissions %s".formatted(
                    System.getProperty("user.name"), Files.getPosixFilePermissions(file)),
                    () -> SocketChannel.open(listener.getLocalAddress()).close());
        }
    }

    /// The arrows are those of RFC 9293, section 3.5; the states are the kernel's at that
    /// moment.
    private void life() throws IOException {
        try (var listener = listening(); var client = new Socket()) {
            client.bind(new InetSocketAddress(here.getAddress(), 0));
            var port = listener.socket().getLocalPort();
            IO.println("   %-42sserver :%d".formatted(
                    "client :" + client.getLocalPort(), port));
            moment("listen", "", client, port);
            client.connect(listener.getLocalAddress(), PATIENCE_MILLIS);
            moment("connect", "--SYN->  <-SYN,ACK-  --ACK->", client, port);
            try (var pair = new Pair(client, listener.accept())) {
                moment("accept", "", client, port);
                pair.server.write(ByteBuffer.wrap(HELLO));
                moment("server: send", "<---------- data -----------", client, port);
                client.shutdownOutput();
                pair.serverReads(); // the end: now the FIN has arrived
                moment("client: shutdown", "----------- FIN ----------->", client, port);
                pair.server.close();
                client.getInputStream().readAllBytes(); // as has the other one
                moment("server: close", "<---------- FIN ------------", client, port);
            }
            if (state(port, 0).equals("?")) {
                tell("no states here: there is no /proc/net/tcp");
            }
        }
    }

    private void moment(String call, String wire, Socket client, int port)
            throws IOException {
        var peer = client.isConnected() ? client.getLocalPort() : 0;
        IO.println("   %-12s %-28s %-12s %s".formatted(
                state(client.getLocalPort(), client.getPort()), wire, state(port, peer),
                call));
    }

    /// What /proc/net/tcp (Linux) says of the TCP socket with these two ports; peer 0: a
    /// listener.
    ///
    /// @return the name of the state, `-` if there is no such socket, `?` if there is no
    ///        such file
    private static String state(int own, int peer) throws IOException {
        var row = Pattern.compile(
                ":%04X [0-9A-F]+:%04X ([0-9A-F]{2}) ".formatted(own, peer));
        var tables = Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .map(Path::of).filter(Files::isReadable).toList();
        for (var table : tables) {
            var found = row.matcher(Files.readString(table));
            if (found.find()) return STATES.get(Integer.parseInt(found.group(1), 16));
        }
        return tables.isEmpty() ? "?" : "-";
    }

    /// Two ends of one connection, one of each kind.
    private record Pair(Socket client, SocketChannel server) implements Closeable {

        /// Waits for a byte: 1, or -1 at the end of the stream.
        int serverReads() throws IOException {
            return server.read(ByteBuffer.allocate(1));
        }

        /// The server closes, and with SO_LINGER 0 that is a reset instead of a FIN.
        void reset() throws IOException {
            server.setOption(SO_LINGER, 0);
            server.close();
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private ServerSocketChannel listening() throws IOException {
        return ServerSocketChannel.open().bind(here);
    }

    private Pair connected() throws IOException {
        try (var listener = listening()) {
            var client = new Socket();
            client.connect(listener.getLocalAddress(), PATIENCE_MILLIS);
            return new Pair(client, listener.accept());
        }
    }

    /// Its port is taken, so nobody else can come to listen there.
    private Socket boundOnly() throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(here.getAddress(), 0));
        return socket;
    }

    private static String ends(SocketChannel channel) throws IOException {
        return show(channel.getLocalAddress())
                + " to " + show(channel.getRemoteAddress());
    }

    private static String show(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(address);
    }

    private static void tell(String format, Object... values) {
        var text = "-> " + format.formatted(values);
        var rows = text.replaceAll("(.{1,76})(?: |$)", "$1\n   "); // within 80 columns
        IO.println(rows.strip());
    }

    /// Does what should fail, and tells how it did.
    private static void provoke(String attempt, Action action) {
        tell("%s:", attempt);
        try {
            action.run();
            IO.println("   0              no error");
        } catch (IOException | IllegalStateException | UnsupportedOperationException e) {
            var error = e.toString().replaceFirst("^[a-z.]+", ""); // without the package
            var errno = ERRNO.keySet().stream().filter(error::contains)
                    .map(ERRNO::get).findFirst();
            IO.println("   %-14s %s".formatted(errno.orElse("?"), error));
        }
    }

    private boolean visit(Station station) {
        IO.println("\n== %s %s".formatted(
                station.name, "=".repeat(75 - station.name.length())));
        IO.println("   Berkeley       " + station.berkeley);
        IO.println("   Socket         " + station.socket);
        IO.println("   SocketChannel  " + station.channel);
        try {
            station.visit.run();
            return true;
        } catch (UnsupportedOperationException e) {
            tell("not on this machine: %s", e.getMessage());
            return true;
        } catch (IOException e) {
            System.err.println(station.name + ": " + e.getMessage());
            return false;
        }
    }

    private static int tour(HostCommand command, String only) throws IOException {
        try {
            var here = command.address();
            new ServerSocket(here.getPort(), 1, here.getAddress()).close(); // is it free?
            var tour = new SocketTour(here);
            var chosen = tour.stations.stream()
                    .filter(station -> station.name.startsWith(only)).toList();
            if (chosen.isEmpty()) throw command.wrong("no such station: " + only);
            IO.println(HISTORY);
            return chosen.stream().map(tour::visit).reduce(true, Boolean::logicalAnd)
                    ? 0 : 1;
        } catch (UnknownHostException e) {
            return LessonCommand.fail(
                    "unknown host " + command.host() + "; try 127.0.0.1");
        } catch (IOException e) {
            return LessonCommand.fail("cannot listen on %s:%d: %s; try 127.0.0.1 0"
                    .formatted(command.host(), command.port(), e.getMessage()));
        }
    }

    static int run(String... args) {
        var command = new HostCommand("lesson00-socket-tour.java",
                "address of this machine to listen on (default: ${DEFAULT-VALUE})",
                "port to listen on (default: ${DEFAULT-VALUE}, a free one each time)", 0,
                0,
                "Runs the socket calls one after the other,"
                        + " and makes each of them fail.");
        var only = command.text("--only", "NAME", "",
                "only the stations that start with it, as in: connect");
        return command.run(args, () -> tour(command, only.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
