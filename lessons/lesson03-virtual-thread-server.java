///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 03: a blocking echo server with a virtual thread per client

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 03: the virtual-thread server
///
/// The article's second TODO, coroutines. Java's are called virtual threads (JEP 444), and need no
/// other way of writing: this is lesson 01's loop again, in a thread per client. But such a thread
/// is an object on the heap. When it waits for its client it is unmounted, and the platform thread
/// underneath, one per core, carries another. Below, a selector of the JDK's own does the waiting.
///
/// Start it with `--quiet`, and type in a second terminal
/// `jbang lesson04-multi-connection-client.java 127.0.0.1 5678 10000 --quiet`. Look for:
///
/// - 10,000 connections, and hardly more threads in `jcmd PID Thread.print` than with one.
/// - No callbacks, no interest set, no state machine: a client that does not read holds up its own
///   thread in `write`, and that is all the back-pressure there has to be.
///
/// Choose it over the selector whenever a handler does more than copy bytes: it reads and debugs
/// like lesson 01, and a slow step in it holds up nobody else. The price, measured on two cores
/// with 64 clients: 1.7 to 1.9 times the processor time per message; with 10,000 idle clients: 5
/// KiB of heap for each against 0.8, on 19 threads against 14. Choose the selector for very many
/// messages with little work on each.
///
/// What is still wrong: like every echo server so far it answers reads, not messages: lesson 05.
class VirtualThreadServer implements AutoCloseable {

    private static final int SMALLEST_READ = 1024;
    private static final int LARGEST_READ = 64 * 1024;

    /// How many finished handshakes may wait in the kernel for `accept`.
    private static final int BACKLOG = 1024;

    private static final long ACCEPT_RETRY_MILLIS = 1000;

    private final ServerSocket listener;
    private final byte[] prefix;
    private final boolean quiet;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the bytes of every read; an empty one gives RFC 862
    /// @param quiet no line per message
    /// @throws IOException if the address is taken, or not ours
    VirtualThreadServer(InetSocketAddress address, String prefix, boolean quiet)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.quiet = quiet;
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
        waitOnce();
    }

    /// The JDK opens the selector behind all virtual threads when the first of them has to wait for
    /// a socket, and never again if that fails. It must not be the moment when a crowd of clients
    /// has taken the last file descriptor. So one waits now, for nobody.
    private void waitOnce() throws IOException {
        try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var waiting = new FutureTask<>(nobody::accept);
            var thread = Thread.startVirtualThread(waiting);
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING) Thread.yield();
            if (waiting.isDone()) {
                throw new IOException("virtual threads cannot wait", waiting.exceptionNow());
            }
        } // closing it ends the wait
    }

    /// The port on which the server listens.
    int port() {
        return listener.getLocalPort();
    }

    /// Accepts clients, each into a virtual thread of its own, until [#close()].
    ///
    /// There is no pool, and no limit but that on file descriptors: a virtual thread is never
    /// reused, and one that waits costs less than the socket it waits for.
    ///
    /// @throws InterruptedException if interrupted while it waits for a free descriptor
    void serve() throws InterruptedException {
        while (!closing) {
            try {
                var connection = new Connection(listener.accept());
                connections.add(connection);
                threads.execute(() -> talkWith(connection));
            } catch (RejectedExecutionException e) { // closed between accept and here
                connections.forEach(Connection::hangUp);
            } catch (IOException e) {
                if (closing) return;
                // Out of file descriptors, most likely: who asks again at once, spins.
                IO.println("cannot accept: " + e.getMessage() + "; new clients wait");
                Thread.sleep(ACCEPT_RETRY_MILLIS);
            }
        }
    }

    private record Connection(Socket socket, String who) {

        Connection(Socket socket) {
            this(socket, socket.getRemoteSocketAddress().toString().substring(1));
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
            log(connection.who + " sent us", buffer, prefix.length, end);
            out.write(buffer, 0, end);
            log(connection.who + " gets back", buffer, 0, end);
            if (end == buffer.length && count < LARGEST_READ) {
                buffer = Arrays.copyOf(buffer, prefix.length + 2 * count);
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
        connections.forEach(Connection::hangUp);
        threads.close(); // waits
    }

    @Command(name = "lesson03-virtual-thread-server.java", description = {
            "The choice if a handler does real work; if not, a selector needs half the CPU.",
            "An echo server with a virtual thread per client; Ctrl-C ends it."})
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

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new VirtualThreadServer(address, prefix, quiet)) {
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
