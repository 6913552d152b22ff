///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 02: a non-blocking echo server that polls its clients in turn

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 02: the polling server
///
/// The first way to serve many clients with one thread: make every socket non-blocking, keep the
/// connections in a list, and ask them in turn, "have you got anything?", for ever.
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each. Look for:
///
/// - Both are answered at once: nobody waits for anybody.
/// - Leave them alone for a second, and the server tells how often it asked in vain. Look at it in
///   `top`: a whole core, for nothing.
/// - `--nap 1` sleeps a millisecond after each pass in vain: hardly any processor time, but every
///   answer may come a millisecond late. There is no good number.
///
/// The article's version does not do what it says. It makes the *listener* non-blocking, and an
/// accepted socket is blocking all the same (in Java too): its first silent client stops it. Its
/// bare `except: pass` hides that and more, and what a partial write leaves over is lost.
///
/// What is still wrong: the asking. Let the kernel, which knows, tell us: lesson 03.
class PollingServer implements AutoCloseable {

    private static final int READ_LIMIT = 1024;

    /// How many finished handshakes may wait in the kernel for `accept`.
    private static final int BACKLOG = 1024;

    private final ServerSocketChannel listener;
    private final List<Connection> connections = new ArrayList<>();
    private final byte[] prefix;
    private final boolean quiet;
    private final Duration nap;
    private boolean acceptFailed;
    private volatile boolean closing;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the bytes of every read; an empty one gives RFC 862
    /// @param quiet no line per message
    /// @param nap how long to sleep after a pass in which nothing happened; zero polls on at once
    /// @throws IOException if the address is taken, or not ours
    PollingServer(InetSocketAddress address, String prefix, boolean quiet, Duration nap)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.quiet = quiet;
        this.nap = nap;
        listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG).configureBlocking(false);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// The port on which the server listens.
    int port() {
        return listener.socket().getLocalPort();
    }

    /// Polls everybody in turn, until [#close()].
    ///
    /// @throws InterruptedException if interrupted in a nap
    synchronized void serve() throws InterruptedException {
        var idleness = new Idleness();
        while (!closing) {
            if (pass()) {
                idleness.ends();
            } else {
                idleness.goesOn(connections.size());
                if (nap.isPositive()) Thread.sleep(nap);
            }
        }
    }

    /// Asks the listener and every client once, and says whether anything happened.
    private boolean pass() {
        var happened = accept();
        for (var each = connections.iterator(); each.hasNext(); ) {
            var connection = each.next();
            happened |= connection.poll();
            if (connection.isClosed()) {
                each.remove(); // through the iterator: the list itself must not change under it
            }
        }
        return happened;
    }

    /// Everybody who waits: one in each pass would keep a crowd waiting.
    private boolean accept() {
        var happened = false;
        try {
            SocketChannel channel;
            while ((channel = listener.accept()) != null) {
                welcome(channel);
                happened = true;
            }
            acceptFailed = false;
        } catch (IOException e) {
            // Out of file descriptors, most likely. We ask again in every pass anyway; say it once.
            if (!acceptFailed) IO.println("cannot accept: " + e.getMessage());
            acceptFailed = true;
        }
        return happened;
    }

    private void welcome(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false); // it is *not* inherited from the listener
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connections.add(new Connection(channel));
        } catch (IOException e) {
            IO.println("a client is gone already: " + e.getMessage());
            channel.close();
        }
    }

    /// One client. It is either being read from, or owed the rest of an answer; never both.
    private final class Connection {

        private final SocketChannel channel;
        private final String who;
        private final ByteBuffer answer; // the prefix stands in front of it for good

        Connection(SocketChannel channel) throws IOException {
            this.channel = channel;
            who = channel.getRemoteAddress().toString().substring(1);
            answer = ByteBuffer.allocate(prefix.length + READ_LIMIT).put(prefix).flip();
            answer.position(prefix.length); // nothing remains to be written
            IO.println(who + " connected");
        }

        boolean isClosed() {
            return !channel.isOpen();
        }

        /// Moves on as far as it goes without waiting, and says whether it moved at all.
        boolean poll() {
            try {
                return answer.hasRemaining() ? write() : read();
            } catch (IOException e) {
                leave(" is gone: " + e.getMessage());
                return true;
            }
        }

        /// A non-blocking read has three answers: some bytes, none yet, and -1 for none ever again.
        private boolean read() throws IOException {
            answer.clear().position(prefix.length);
            var count = channel.read(answer);
            if (count == 0) {
                answer.limit(prefix.length); // again nothing remains to be written
                return false;
            }
            if (count == -1) {
                leave(" has left");
                return true;
            }
            answer.flip();
            if (!quiet) log(who + " sent us", prefix.length, answer.limit());
            write();
            return true;
        }

        /// A non-blocking write takes what fits into the kernel's buffer, and that can be nothing;
        /// the rest stays in the buffer for the next pass.
        private boolean write() throws IOException {
            var from = answer.position();
            var count = channel.write(answer);
            if (!quiet && count > 0) log(who + " gets back", from, answer.position());
            return count > 0;
        }

        private void leave(String how) {
            IO.println(who + how);
            try {
                channel.close();
            } catch (IOException e) {
                IO.println(who + " could not be closed: " + e.getMessage());
            }
        }

        private void log(String what, int from, int to) {
            var bytes = Arrays.copyOfRange(answer.array(), from, to);
            IO.println("%s %d bytes: %s".formatted(what, bytes.length, readable(bytes)));
        }
    }

    /// Counts the passes in which nothing happened, and tells once in each spell of idleness how
    /// many fitted into a second.
    private static final class Idleness {

        private long passes;
        private long since;
        private boolean told;

        void ends() {
            passes = 0;
            told = false;
        }

        void goesOn(int clients) {
            if (told) return;
            if (passes++ == 0) since = System.nanoTime();
            if (System.nanoTime() - since < 1_000_000_000) return;
            IO.println("idle: %,d empty passes in the last second (clients: %d)"
                    .formatted(passes, clients));
            told = true;
        }
    }

    /// The bytes as text if they are UTF-8, else in hex. Control characters become `?`: a log must
    /// not let a stranger write escape sequences to our terminal.
    private static String readable(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        return text.contains("\uFFFD")
                ? "%.60s".formatted(HexFormat.ofDelimiter(" ").formatHex(bytes))
                : "\"%.60s\"".formatted(text.replace("\n", "\\n").replaceAll("\\p{C}", "?"));
    }

    /// Waits for the pass under way to end, and closes everything. Idempotent, from any thread.
    @Override
    public void close() {
        closing = true;
        synchronized (this) { // held by serve() while it runs
            try {
                listener.close();
                for (var connection : connections) {
                    connection.channel.close();
                }
                connections.clear();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Command(name = "lesson02-polling-server.java", description =
            "An echo server that polls its clients in turn; Ctrl-C ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "address to listen on (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
        int port;

        @Option(names = "--prefix", defaultValue = "echo ", paramLabel = "TEXT",
                description = "goes before each answer (default: '${DEFAULT-VALUE}')")
        String prefix;

        @Option(names = "--quiet", description = "no line per message")
        boolean quiet;

        @Option(names = "--nap", defaultValue = "0", paramLabel = "MILLIS",
                description = "sleep so long after an empty pass (default: ${DEFAULT-VALUE})")
        int nap;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            if (nap < 0) {
                throw new ParameterException(spec.commandLine(), "--nap must not be negative");
            }
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                var pause = Duration.ofMillis(nap);
                try (var server = new PollingServer(address, prefix, quiet, pause)) {
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

        private static int fail(String why) {
            System.err.println(why);
            return 1;
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
