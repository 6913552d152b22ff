///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 08: a chat server, two virtual threads and a bounded outbox per client

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 08: the chat server
///
/// So far clients had nothing to do with each other. Here what one says goes to all the others,
/// and the question is what a server does when one of them does not listen.
///
/// In two more terminals type `jbang lesson08-chat-client.java` (or `nc 127.0.0.1 5678`), and talk.
/// The rules are those of Protohackers' Budget Chat, in UTF-8; every line ends with `\n`, `\r\n`
/// will do:
///
/// - The first line is your name: 1 to 32 letters or digits, not taken, within a minute. You are
///   told who is there, they are told of you. Until then nobody knows that you exist.
/// - Every other line goes to all others as `[name] line`, without control characters, lest
///   somebody writes escape sequences to their terminals. `/who` tells who is there, `/quit`
///   leaves. Blank lines, and a last line without its end, are not passed on.
/// - Who sends a line of more than 4,096 bytes, or no UTF-8, is told so and has to go.
///
/// Look for:
///
/// - Stop a client with Ctrl-Z and let another talk without end:
///   `(echo ann; yes "$(seq -s ' ' 900)") | jbang lesson08-chat-client.java`. When the buffers of
///   both kernels are full, and then its outbox, the stopped one is dropped; a third client has
///   missed nothing, and waited for nobody. Try `--outbox 10`.
/// - Whoever broadcasts only puts lines into outboxes, which never blocks, and does so under one
///   lock, so that all see the same order. Nobody holds a lock while writing to a socket.
///
/// What is still wrong: names prove nothing, and anybody on the way can read along. And one process
/// is one room: to share it among several is where distributed systems begin.
class ChatServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final Duration ACCEPT_RETRY = Duration.ofMillis(200);

    private static final int LINE_LIMIT = 4096;
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nd}]{1,32}");

    /// Control characters, and those that turn the direction of writing or end a line.
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\x{2028}-\\x{202E}\\x{2066}-\\x{2069}]");

    /// So many lines a client may send in one go, and then one in each interval.
    private static final int BURST = 100;
    private static final Duration INTERVAL = Duration.ofMillis(1);

    /// What the kernel may hold for a client in addition to its outbox, in bytes.
    private static final int SEND_BUFFER = 64 * 1024;

    /// How much we throw away from a client that has to go, in bytes, before we hang up.
    private static final long DRAIN_LIMIT = 16 * 1024 * 1024;

    /// Goes through an outbox as the last line of all.
    private static final byte[] END = {};

    /// What the server puts up with.
    ///
    /// @param clients how many are served at once; the next ones wait in the backlog
    /// @param outbox how many lines may wait for a client, at least 1
    /// @param naming how long a client may take to say its name
    /// @param parting how long a client that leaves may take to receive the rest
    record Limits(int clients, int outbox, Duration naming, Duration parting) {

        static final Limits DEFAULT =
                new Limits(1024, 1000, Duration.ofMinutes(1), Duration.ofSeconds(10));

        Limits withOutbox(int lines) {
            return new Limits(clients, lines, naming, parting);
        }
    }

    private final ServerSocket listener;
    private final Limits limits;
    private final boolean quiet;
    private final Semaphore seats;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Map<String, Client> room = new LinkedHashMap<>(); // guarded by itself
    private boolean acceptFailed;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param quiet no line per message; who comes and goes is told all the same
    /// @throws IOException if the address is taken, or not ours
    ChatServer(InetSocketAddress address, Limits limits, boolean quiet) throws IOException {
        this.limits = limits;
        this.quiet = quiet;
        seats = new Semaphore(limits.clients());
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
    }

    /// The port on which the server listens.
    int port() {
        return listener.getLocalPort();
    }

    /// Serves everybody, until [#close()].
    ///
    /// @throws InterruptedException if interrupted while all seats are taken
    void serve() throws InterruptedException {
        while (!listener.isClosed()) {
            seats.acquire();
            accept();
        }
    }

    /// The seat we hold goes to the client, or is free again.
    private void accept() throws InterruptedException {
        try {
            var client = new Client(listener.accept());
            acceptFailed = false;
            clients.add(client);
            if (listener.isClosed()) client.hangUp("closing"); // close() may have missed this one
            Thread.startVirtualThread(client::run);
        } catch (IOException e) {
            seats.release();
            if (listener.isClosed()) return;
            // Out of file descriptors, most likely. Who asks again at once, spins.
            if (!acceptFailed) IO.println("cannot accept: " + e.getMessage());
            acceptFailed = true;
            Thread.sleep(ACCEPT_RETRY);
        }
    }

    /// From now on the client hears the others, and they it.
    private void join(Client client, String name) throws ProtocolException {
        synchronized (room) {
            if (room.containsKey(name)) {
                throw new ProtocolException("the name " + name + " is taken");
            }
            client.name = name;
            client.post(present());
            tellOthers(client, "* " + name + " has joined");
            room.put(name, client);
        }
        IO.println(client.address + " is " + name);
    }

    private String present() {
        synchronized (room) {
            return room.isEmpty() ? "* nobody else is here"
                    : "* here: " + String.join(", ", room.keySet());
        }
    }

    /// All outboxes are filled under one lock, so all see the same order; and filling never blocks.
    private void tellOthers(Client speaker, String line) {
        var bytes = bytes(line);
        synchronized (room) {
            for (var client : room.values()) {
                if (client != speaker) client.post(bytes);
            }
        }
    }

    /// Who has not joined leaves unnoticed, and so do all when the server closes.
    private void leave(Client client) {
        synchronized (room) {
            if (room.remove(client.name, client) && !listener.isClosed()) {
                tellOthers(client, "* " + client.name + " has left");
            }
        }
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(UTF_8);
    }

    /// A connection. One thread reads from it, another writes what is in the outbox.
    private final class Client {

        private final Socket socket;
        private final String address;
        private final BlockingQueue<byte[]> outbox = new ArrayBlockingQueue<>(limits.outbox());
        private String name; // null before it has joined
        private volatile String trouble;
        private long due = System.nanoTime();

        Client(Socket socket) {
            this.socket = socket;
            address = socket.getRemoteSocketAddress().toString().substring(1);
        }

        /// From accept to close. Whatever goes wrong in here is this client's affair alone.
        void run() {
            var writer = Thread.startVirtualThread(this::write);
            try (socket) {
                read();
                leave(this);
                part(writer);
            } catch (IOException | InterruptedException e) {
                hangUp(e.getMessage());
            } finally {
                if (!listener.isClosed()) {
                    IO.println((name == null ? address : name) + " is gone"
                            + (trouble == null ? "" : ": " + trouble));
                }
                clients.remove(this);
                seats.release();
            }
        }

        private void read() {
            try {
                socket.setTcpNoDelay(true);
                socket.setSendBufferSize(SEND_BUFFER);
                socket.setKeepAlive(true); // or a peer without power stays for ever
                var in = new BufferedInputStream(socket.getInputStream());
                if (introduced(in)) converse(in);
            } catch (ProtocolException e) {
                trouble = e.getMessage();
                post("* " + trouble);
            } catch (IOException e) {
                hangUp(e.getMessage());
            }
        }

        private boolean introduced(InputStream in) throws IOException {
            post("* welcome; what is your name?");
            var alarm = hangUpAfter(limits.naming(), "no name in time");
            try {
                var name = readLine(in);
                if (name == null) return false;
                if (!NAME.matcher(name).matches()) {
                    throw new ProtocolException("a name has 1 to 32 letters or digits");
                }
                join(this, name);
                return true;
            } finally {
                alarm.interrupt();
            }
        }

        private void converse(InputStream in) throws IOException {
            for (String line; (line = readLine(in)) != null && !line.equals("/quit"); ) {
                pace();
                if (line.equals("/who")) {
                    post(present());
                } else {
                    say(line);
                }
            }
        }

        private void say(String line) {
            var clean = UNPRINTABLE.matcher(line.replace('\t', ' ')).replaceAll("");
            if (clean.isBlank()) return;
            var message = "[" + name + "] " + clean;
            tellOthers(this, message);
            if (!quiet) IO.println(message);
        }

        /// Nobody types as fast. From who sends faster we do not read for a while; then TCP makes
        /// it wait, and the outboxes of those who do read cannot overflow.
        private void pace() {
            var now = System.nanoTime();
            due = Math.max(due, now - BURST * INTERVAL.toNanos()) + INTERVAL.toNanos();
            LockSupport.parkNanos(due - now);
        }

        /// The next line without its end, or null if there is no more. A read gives any part of a
        /// line, or several: so bytes are collected up to `\n`, and only whole lines are decoded.
        private String readLine(InputStream in) throws IOException {
            var line = new ByteArrayOutputStream();
            for (int next; (next = in.read()) != '\n'; ) {
                if (next == -1) return null;
                if (line.size() == LINE_LIMIT) {
                    throw new ProtocolException("a line has at most " + LINE_LIMIT + " bytes");
                }
                line.write(next);
            }
            try {
                var bytes = ByteBuffer.wrap(line.toByteArray());
                var text = UTF_8.newDecoder().decode(bytes).toString();
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            } catch (CharacterCodingException e) {
                throw new ProtocolException("this is not UTF-8");
            }
        }

        void post(String line) {
            post(bytes(line));
        }

        /// Never waits. Whose outbox is full has not read for too long, and is dropped: to wait
        /// would make everybody as slow as the slowest, to skip the line would be to lie.
        private void post(byte[] line) {
            if (!outbox.offer(line)) hangUp("does not read");
        }

        private void write() {
            try {
                var out = new BufferedOutputStream(socket.getOutputStream());
                for (byte[] line; (line = outbox.take()) != END; ) {
                    out.write(line);
                    if (outbox.isEmpty()) out.flush(); // what waits together travels together
                }
                out.flush();
                socket.shutdownOutput();
            } catch (IOException | InterruptedException e) {
                hangUp(e.getMessage()); // then the reader gets to know, too
            }
        }

        /// Lets the outbox drain, and the writer close our half; meanwhile reads until the other
        /// half is closed. To close with bytes unread would mean a reset, and a reset overtakes
        /// our last words (RFC 1122, section 4.2.2.13).
        private void part(Thread writer) throws IOException, InterruptedException {
            var alarm = hangUpAfter(limits.parting(), "does not let go");
            try {
                post(END);
                socket.getInputStream().skip(DRAIN_LIMIT);
            } finally {
                writer.join();
                alarm.interrupt();
            }
        }

        /// SO_TIMEOUT would start anew with every byte, and does not apply to writing at all.
        ///
        /// @return the alarm; interrupt it to turn it off
        private Thread hangUpAfter(Duration time, String why) {
            return Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(time);
                    hangUp(why);
                } catch (InterruptedException e) {
                    return; // turned off in time
                }
            });
        }

        /// Ends the connection at once, from any thread; whoever reads or writes gets an exception.
        private void hangUp(String why) {
            if (trouble == null) trouble = why;
            try {
                socket.close();
            } catch (IOException e) {
                IO.println(address + " could not be closed: " + e.getMessage());
            }
        }
    }

    /// Stops listening, hangs up on everybody, and waits until their threads are done: then all
    /// seats are free. Idempotent, from any thread but theirs.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        clients.forEach(client -> client.hangUp("closing"));
        seats.acquireUninterruptibly(limits.clients());
        seats.release(limits.clients());
    }

    @Command(name = "lesson08-chat-server.java", sortOptions = false, description =
            "A chat room: what one client says goes to all others; Ctrl-C ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "address to listen on (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
        int port;

        @Option(names = "--outbox", defaultValue = "1000", paramLabel = "LINES",
                description = "how many may wait for a client (default: ${DEFAULT-VALUE})")
        int outbox;

        @Option(names = "--quiet", description = "no line per message")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            check(port >= 0 && port <= 65535, "no such port: " + port);
            check(outbox >= 1 && outbox <= 100_000, "--outbox must be between 1 and 100000");
            Thread.startVirtualThread(Arguments::waitOnce).join();
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                var limits = Limits.DEFAULT.withOutbox(outbox);
                try (var server = new ChatServer(address, limits, quiet)) {
                    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                    IO.println("listening on " + host + ":" + server.port());
                    server.serve();
                }
                return 0;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot listen on %s:%d: %s; try another port, 0 picks a free one"
                        .formatted(host, port, e.getMessage()));
            }
        }

        /// The JDK opens the descriptors with which virtual threads wait for sockets when the first
        /// of them has to wait. If clients have taken all descriptors by then, that fails, and no
        /// virtual thread can ever wait again. So one waits, for nobody, before there are clients.
        private static void waitOnce() {
            try (var nowhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                nowhere.setSoTimeout(100);
                nowhere.accept().close();
            } catch (SocketTimeoutException e) {
                return; // as expected
            } catch (IOException e) {
                IO.println("virtual threads may be unable to wait: " + e.getMessage());
            }
        }

        private void check(boolean valid, String otherwise) {
            if (!valid) throw new ParameterException(spec.commandLine(), otherwise);
        }

        private static int fail(String why) {
            System.err.println(why);
            return 1;
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
