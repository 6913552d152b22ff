///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 02: a blocking echo server with a thread per client

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 02: the threaded server
///
/// Lesson 01's loop, unchanged, in a thread of its own for each client: while one waits for its
/// client, the others go on. This is the article's first TODO.
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each. Look for:
///
/// - Both are answered at once, and the code still reads from top to bottom: read, write, again.
/// - `jbang lesson02-threaded-server.java --max-clients 2` and a third client: it is connected, by
///   the kernel, and waits in the backlog until a thread is free. Without such a limit anybody
///   could make us start threads until the machine gives up.
/// - `--idle 5`, and a client that says nothing: after five seconds its thread is free again.
///
/// What is still wrong: a thread is a stack, a place in the scheduler and a switch at every turn,
/// and nearly all of them only wait. The polling server makes do with one thread, virtual threads
/// with cheap ones.
class ThreadedServer implements AutoCloseable {

    private static final int SMALLEST_READ = 1024;
    private static final int LARGEST_READ = 64 * 1024;

    /// How many finished handshakes may wait in the kernel for `accept`.
    private static final int BACKLOG = 1024;

    private static final long ACCEPT_RETRY_MILLIS = 1000;

    private final ServerSocket listener;
    private final byte[] prefix;
    private final boolean quiet;
    private final Duration idle;
    private final Semaphore vacancies;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the bytes of every read; an empty one gives RFC 862
    /// @param quiet no line per message
    /// @param maxClients how many to serve at a time; the others wait in the backlog
    /// @param idle how long a client may neither send nor read anything
    /// @throws IOException if the address is taken, or not ours
    ThreadedServer(
            InetSocketAddress address, String prefix, boolean quiet, int maxClients, Duration idle)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.quiet = quiet;
        this.idle = idle;
        vacancies = new Semaphore(maxClients);
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
        clock.scheduleWithFixedDelay(this::hangUpOnTheIdle, 1, 1, TimeUnit.SECONDS);
    }

    /// The port on which the server listens.
    int port() {
        return listener.getLocalPort();
    }

    /// Accepts clients, each into a thread of its own, until [#close()].
    ///
    /// @throws InterruptedException if interrupted while it waits for a vacancy
    void serve() throws InterruptedException {
        while (!closing) {
            if (!vacancies.tryAcquire()) {
                IO.println("full: the next client waits in the backlog");
                vacancies.acquire(); // *before* accept: who is accepted, is served
            }
            accept();
        }
    }

    private void accept() throws InterruptedException {
        try {
            var connection = new Connection(listener.accept());
            connections.add(connection);
            threads.execute(() -> talkWith(connection));
        } catch (RejectedExecutionException e) { // closed between accept and here
            connections.forEach(Connection::hangUp);
        } catch (IOException e) {
            vacancies.release();
            if (closing) return;
            // Out of file descriptors, most likely: who asks again at once, spins.
            IO.println("cannot accept: " + e.getMessage() + "; new clients wait in the backlog");
            Thread.sleep(ACCEPT_RETRY_MILLIS);
        }
    }

    /// A client, and when it last sent something or took something.
    private static final class Connection {

        final Socket socket;
        final String who;
        volatile long lastSign = System.nanoTime();

        Connection(Socket socket) {
            this.socket = socket;
            who = socket.getRemoteSocketAddress().toString().substring(1);
        }

        void hangUp() {
            try {
                socket.close(); // whoever is in read or write gets a SocketException
            } catch (IOException e) {
                IO.println(who + " could not be closed: " + e.getMessage());
            }
        }
    }

    /// Whatever goes wrong in here is this client's end and nobody else's.
    private void talkWith(Connection connection) {
        IO.println(connection.who + " connected");
        try {
            if (closing) return;
            connection.socket.setTcpNoDelay(true);
            echo(connection);
            IO.println(connection.who + " has left");
        } catch (IOException e) {
            IO.println(connection.who + " is gone: " + e.getMessage());
        } finally {
            connection.hangUp();
            connections.remove(connection);
            vacancies.release();
        }
    }

    /// The buffer starts small, for an idle client holds it too, and grows while reads fill it.
    private void echo(Connection connection) throws IOException {
        var in = connection.socket.getInputStream();
        var out = connection.socket.getOutputStream();
        var buffer = Arrays.copyOf(prefix, prefix.length + SMALLEST_READ);
        int count;
        while ((count = in.read(buffer, prefix.length, buffer.length - prefix.length)) != -1) {
            var end = prefix.length + count;
            connection.lastSign = System.nanoTime();
            log(connection.who + " sent us", buffer, prefix.length, end);
            out.write(buffer, 0, end);
            connection.lastSign = System.nanoTime();
            log(connection.who + " gets back", buffer, 0, end);
            if (end == buffer.length && count < LARGEST_READ) {
                buffer = Arrays.copyOf(buffer, prefix.length + 2 * count);
            }
        }
    }

    /// SO_TIMEOUT would do for reads alone. A write to a client that does not read blocks as well,
    /// and has no timeout in Java; but closing the socket ends both.
    private void hangUpOnTheIdle() {
        for (var connection : connections) {
            if (System.nanoTime() - connection.lastSign > idle.toNanos()) {
                IO.println(connection.who + " was idle for " + idle.toSeconds() + " s");
                connection.hangUp();
            }
        }
    }

    private void log(String what, byte[] bytes, int from, int to) {
        if (!quiet) {
            IO.println("%s %d bytes: %s".formatted(
                    what, to - from, readable(Arrays.copyOfRange(bytes, from, to))));
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

    /// Stops listening, hangs up on everybody and waits for their threads. Idempotent, from any
    /// thread but those.
    @Override
    public void close() {
        closing = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        clock.close();
        connections.forEach(Connection::hangUp);
        threads.close(); // waits
    }

    @Command(name = "lesson02-threaded-server.java", description =
            "An echo server with a thread per client; Ctrl-C ends it.")
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

        @Option(names = "--max-clients", defaultValue = "200", paramLabel = "N",
                description = "how many to serve at a time (default: ${DEFAULT-VALUE})")
        int maxClients;

        @Option(names = "--idle", defaultValue = "300", paramLabel = "SECONDS",
                description = "hang up on a client silent for so long (default: ${DEFAULT-VALUE})")
        int idle;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            if (maxClients < 1 || idle < 1) {
                throw new ParameterException(spec.commandLine(), "at least 1, please");
            }
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new ThreadedServer(
                        address, prefix, quiet, maxClients, Duration.ofSeconds(idle))) {
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
