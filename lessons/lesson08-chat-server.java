///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java shared/Seats.java shared/VirtualThreads.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 08: a chat server, two threads and a bounded outbox per client

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 08: the chat server
///
/// So far clients had nothing to do with each other. Here what one says goes to all the
/// others, and the question is what a server does with a client that does not read.
///
/// In two more terminals type `jbang lesson08-chat-client.java` (or `nc 127.0.0.1 5678`),
/// and talk. The rules are those of Protohackers' Budget Chat, in UTF-8; every line ends
/// with `\n`, `\r\n` will do:
///
/// - The first line is your name: 1 to 32 letters or digits, not taken, within a minute.
///   You are told who is there, they are told of you. Until then nobody knows that you
///   exist. A name that looks like one that is taken (`Ann`, `ａｎｎ`) is taken.
/// - Every other line goes to all others as `[name] line`, without invisible characters,
///   which could be escape sequences for their terminals. `/who` tells who is there,
///   `/quit` leaves. Blank lines, and a last line without its end, are not passed on.
/// - A client that sends a line of more than 4,096 bytes, or no UTF-8, is told so and has
///   to go.
///
/// Look for:
///
/// - Stop a client with Ctrl-Z and let another talk without end:
///   `(echo ann; yes "$(seq -s ' ' 900)") | jbang lesson08-chat-client.java`. When the
///   buffers of both kernels are full, and then its outbox, the stopped one is dropped; a
///   third client has missed nothing, and waited for nobody. Try `--outbox 10`.
/// - To pass on a line is to put it into outboxes, which never blocks, under one lock, so
///   that all see the same order. No thread holds the lock while it writes to a socket.
/// - There are 1,024 seats, see [Seats]. Many people read a chat and write nothing, and
///   may stay: only when all seats are taken and somebody waits does the slowest have to
///   go.
///
/// What is still wrong: names prove nothing (a Cyrillic а is not a Latin a, and looks the
/// same), and anybody on the way can read along. And one process is one room: to share it
/// among several is where distributed systems begin.
class ChatServer implements Server {

    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final Duration ACCEPT_RETRY = Duration.ofMillis(200);
    private static final int LINE_LIMIT = 4096; // bytes
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nd}]{1,32}");

    /// So many lines a client may send at once, and then one in each interval.
    private static final int BURST = 100;
    private static final Duration INTERVAL = Duration.ofMillis(1);

    /// What the kernel may hold for a client in addition to its outbox, in bytes.
    private static final int SEND_BUFFER = 64 * 1024;

    /// How much is read and thrown away from a client that has to go, in bytes.
    private static final long DRAIN_LIMIT = 16 * 1024 * 1024;

    /// Goes through an outbox as the last line of all.
    private static final byte[] END = {};

    /// What the server accepts.
    ///
    /// @param clients how many are served at once; the others wait
    /// @param outbox how many lines may wait for a client, at least 1
    /// @param naming how long a client may take to say its name
    /// @param parting how long a client that leaves may take to receive the rest
    /// @param seat for how long silent clients are watched while others wait
    record Limits(
            int clients, int outbox, Duration naming, Duration parting, Duration seat) {

        static final Limits DEFAULT = new Limits(1024, 1000, Duration.ofMinutes(1),
                Duration.ofSeconds(10), Duration.ofSeconds(10));

        Limits withOutbox(int lines) {
            return new Limits(clients, lines, naming, parting, seat);
        }
    }

    private final ServerSocket listener;
    private final Limits limits;
    private final Narrator log;
    private final Seats seats;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Map<String, Client> room = new LinkedHashMap<>(); // guarded by itself
    private boolean acceptFailed;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @throws IOException if the address is taken, or not ours
    ChatServer(InetSocketAddress address, Limits limits, Narrator log)
            throws IOException {
        VirtualThreads.waitOnce();
        this.limits = limits;
        this.log = log;
        seats = new Seats(limits.clients(), limits.seat(), log);
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    /// Accepts clients, each into threads of its own.
    @Override
    public void serve() throws InterruptedException {
        while (!listener.isClosed()) {
            try {
                welcome(listener.accept());
                acceptFailed = false;
            } catch (IOException e) {
                if (listener.isClosed()) return;
                // Most likely there are no file descriptors left. To try again at once
                // would be a busy loop.
                if (!acceptFailed) log.say("cannot accept: " + e.getMessage());
                acceptFailed = true;
                Thread.sleep(ACCEPT_RETRY);
            }
        }
    }

    private void welcome(Socket socket) throws IOException, InterruptedException {
        var address = Narrator.nameOf(socket.getRemoteSocketAddress());
        var seat = seats.take(address, socket);
        if (seat == null) { // the server closes
            socket.close();
            return;
        }
        var client = new Client(socket, address, seat);
        clients.add(client);
        if (listener.isClosed()) client.disconnect("closing"); // close() missed this one
        Thread.startVirtualThread(client::run);
    }

    /// From now on the client hears the others, and they hear it.
    private void join(Client client, String name) throws ProtocolException {
        synchronized (room) {
            if (room.keySet().stream().anyMatch(other -> looksLike(other, name))) {
                throw new ProtocolException("the name " + name + " is taken");
            }
            client.name = name;
            client.post(present());
            tellOthers(client, "* " + name + " has joined");
            room.put(name, client);
        }
        log.say(client.address + " is " + name);
    }

    /// Whether a person could take one for the other: compatible forms of the same
    /// letters (Unicode's NFKC), in upper or lower case.
    private static boolean looksLike(String one, String other) {
        return folded(one).equals(folded(other));
    }

    private static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT); // ß is SS, and ı is I
    }

    private String present() {
        synchronized (room) {
            return room.isEmpty() ? "* nobody else is here"
                    : "* here: " + String.join(", ", room.keySet());
        }
    }

    /// All outboxes are filled under one lock, so all see the same order; and filling
    /// never blocks.
    private void tellOthers(Client speaker, String line) {
        var bytes = bytes(line);
        synchronized (room) {
            for (var client : room.values()) {
                if (client != speaker) client.post(bytes);
            }
        }
    }

    /// The others are not told of a client that has never joined, nor when the server
    /// closes.
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
        private final Seats.Seat seat;
        private final BlockingQueue<byte[]> outbox =
                new ArrayBlockingQueue<>(limits.outbox());
        private String name; // null before it has joined
        private volatile String trouble;
        private long due = System.nanoTime();

        Client(Socket socket, String address, Seats.Seat seat) {
            this.socket = socket;
            this.address = address;
            this.seat = seat;
        }

        /// From accept to close. Whatever goes wrong in here concerns this client only.
        void run() {
            var writer = Thread.startVirtualThread(this::write);
            try (seat; socket) {
                read();
                leave(this);
                part(writer);
            } catch (IOException | InterruptedException e) {
                disconnect(e.getMessage());
            } finally {
                if (!listener.isClosed()) {
                    log.say((name == null ? address : name) + " is gone"
                            + (trouble == null ? "" : ": " + trouble));
                }
                clients.remove(this);
            }
        }

        private void read() {
            try {
                socket.setTcpNoDelay(true);
                socket.setSendBufferSize(SEND_BUFFER);
                socket.setKeepAlive(true); // or a peer that lost its power stays for ever
                var in = new BufferedInputStream(socket.getInputStream());
                if (introduced(in)) converse(in);
            } catch (ProtocolException e) {
                trouble = e.getMessage();
                post("* " + trouble);
            } catch (IOException e) {
                disconnect(e.getMessage());
            }
        }

        private boolean introduced(InputStream in) throws IOException {
            post("* welcome; what is your name?");
            var alarm = disconnectAfter(limits.naming(), "no name in time");
            try {
                var name = readLine(in);
                if (name == null) return false;
                if (!NAME.matcher(name).matches()
                        || !name.codePoints().allMatch(Printable::isVisible)) {
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
            var clean = Printable.visible(line.replace('\t', ' '));
            if (clean.isBlank()) return;
            var message = "[" + name + "] " + clean;
            tellOthers(this, message);
            log.detail(message);
        }

        /// Nobody types as fast. We stop reading from a client that sends faster; then
        /// TCP makes it wait, and the outboxes of the clients that do read cannot
        /// overflow.
        private void pace() {
            var now = System.nanoTime();
            due = Math.max(due, now - BURST * INTERVAL.toNanos()) + INTERVAL.toNanos();
            LockSupport.parkNanos(due - now);
        }

        /// The next line without its end, or null if there is no more. A read gives any
        /// part of a line, or several: so bytes are collected up to `\n`, and only whole
        /// lines decoded.
        private String readLine(InputStream in) throws IOException {
            var line = new ByteArrayOutputStream();
            for (int next; (next = in.read()) != '\n'; ) {
                if (next == -1) return null;
                if (line.size() == LINE_LIMIT) {
                    throw new ProtocolException(
                            "a line has at most " + LINE_LIMIT + " bytes");
                }
                line.write(next);
            }
            seat.received(line.size() + 1);
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

        /// Never waits. A client whose outbox is full has not read for too long, and is
        /// dropped: to wait would make everybody as slow as the slowest, and to leave out
        /// the line would break the promise that all hear everything.
        private void post(byte[] line) {
            if (!outbox.offer(line)) disconnect("does not read");
        }

        private void write() {
            try {
                var out = new BufferedOutputStream(socket.getOutputStream());
                for (byte[] line; (line = outbox.take()) != END; ) {
                    out.write(line);
                    if (outbox.isEmpty()) out.flush(); // one write for all that wait
                }
                out.flush();
                socket.shutdownOutput();
            } catch (IOException | InterruptedException e) {
                disconnect(e.getMessage()); // then the reading thread ends, too
            }
        }

        /// Lets the outbox drain, and the writer close our half; meanwhile reads until
        /// the other half is closed. To close with bytes unread would mean a reset, and a
        /// reset can overtake the last lines (RFC 1122, section 4.2.2.13).
        private void part(Thread writer) throws IOException, InterruptedException {
            var alarm = disconnectAfter(limits.parting(), "does not close");
            try {
                post(END);
                socket.getInputStream().skip(DRAIN_LIMIT);
            } finally {
                writer.join();
                alarm.interrupt();
            }
        }

        /// SO_TIMEOUT would start anew with every byte, and does not apply to writes.
        ///
        /// @return the alarm; interrupt it to turn it off
        private Thread disconnectAfter(Duration time, String why) {
            return Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(time);
                    disconnect(why);
                } catch (InterruptedException e) {
                    return; // turned off in time
                }
            });
        }

        /// Ends the connection at once, from any thread: reads and writes get an
        /// exception.
        private void disconnect(String why) {
            if (trouble == null) trouble = why;
            try {
                socket.close();
            } catch (IOException e) {
                log.lost(address, e);
            }
        }
    }

    /// Stops listening, disconnects everybody, and waits until all seats are free.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        seats.close();
        clients.forEach(client -> client.disconnect("closing"));
        try {
            seats.awaitAllFree();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the clients are disconnected
        }
    }

    static int run(String... args) {
        var command = new ServerCommand("lesson08-chat-server.java",
                "A chat room: what one client says goes to all others; Ctrl-C ends it.");
        command.keepOrder();
        var outbox = command.number("--outbox", "LINES", 1000, 1, 100_000,
                "how many may wait for a client (default: ${DEFAULT-VALUE})");
        return command.run(args, (address, log) -> new ChatServer(
                address, Limits.DEFAULT.withOutbox(outbox.get()), log));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
