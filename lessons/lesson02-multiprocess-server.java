///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 02: an echo server of several processes that share a port

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 02: the multiprocess server
///
/// The article's other answer besides threads: several processes. With SO_REUSEPORT each of them
/// opens a listening socket of its own *on the same port*, and the kernel deals the connections out
/// among them. They share no memory: what kills one does not touch the others.
///
/// In several more terminals type `jbang lesson01-echo-client.java`, and a few lines in each. Look
/// for:
///
/// - The log says which worker serves whom. A hash of the addresses decides that, and not who has
///   the least to do.
/// - Kill a worker (`kill -9` and its pid from the log): its clients are cut off, the others notice
///   nothing, and another worker takes its place.
/// - Ctrl-C ends all of them. Even `kill -9` of the parent does: the standard input of each worker
///   is a pipe that ends with its parent.
///
/// What is still wrong: a process costs tens of megabytes, and two of them share nothing without a
/// protocol. (A fork for each connection, as in C or Python, is not to be had in Java at all.)
/// Lesson 03 serves everybody from one thread.
class MultiprocessServer implements AutoCloseable {

    private static final int READ_LIMIT = 1024;

    /// How many finished handshakes may wait in the kernel for `accept`, at each worker.
    private static final int BACKLOG = 1024;

    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);

    private final SocketChannel reservation = SocketChannel.open();
    private final String prefix;
    private final boolean quiet;
    private final Map<Integer, Process> workers = new ConcurrentSkipListMap<>();
    private volatile boolean closing;

    /// Reserves the port and starts the workers; returns when all of them listen.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the bytes of every read; an empty one gives RFC 862
    /// @param quiet no line per message
    /// @param count how many workers
    /// @throws IOException if the address is taken, or not ours, or a worker does not start
    /// @throws UnsupportedOperationException if this platform has no SO_REUSEPORT
    MultiprocessServer(InetSocketAddress address, String prefix, boolean quiet, int count)
            throws IOException {
        this.prefix = prefix;
        this.quiet = quiet;
        try {
            refuseIfTaken(address);
            // Bound, but never listening: it holds the port for us, and gets no connection. Servers
            // have SO_REUSEADDR from the start; this one must ask, or TIME_WAIT is in its way.
            reservation.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(address);
            for (int number = 1; number <= count; number++) {
                startWorker(number);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Among sockets with SO_REUSEPORT "address already in use" is no error. So we ask without it,
    /// or a second server would share the port with the first, and each get half of the clients.
    private static void refuseIfTaken(InetSocketAddress address) throws IOException {
        if (address.getPort() != 0) {
            new ServerSocket(address.getPort(), 1, address.getAddress()).close();
        }
    }

    /// The port on which the workers listen.
    int port() {
        return address().getPort();
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) reservation.socket().getLocalSocketAddress();
    }

    private void startWorker(int number) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var worker = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"),
                Worker.class.getName(), address().getAddress().getHostAddress(),
                Integer.toString(port()), prefix, Boolean.toString(quiet))
                .redirectErrorStream(true).start();
        workers.put(number, worker);
        if (closing) worker.getOutputStream().close(); // close() may have come just before
        var first = worker.inputReader().readLine();
        if (!Worker.READY.equals(first)) {
            throw new IOException("worker " + number + " did not start: " + first);
        }
    }

    /// Relays what the workers say, and replaces those that die, until [#close()].
    ///
    /// @throws InterruptedException if interrupted
    void serve() throws InterruptedException {
        var keepers = new ArrayList<Thread>();
        for (var number : workers.keySet()) {
            keepers.add(Thread.startVirtualThread(() -> keepAlive(number)));
        }
        for (var keeper : keepers) {
            keeper.join();
        }
    }

    private void keepAlive(int number) {
        while (!closing) {
            var worker = workers.get(number);
            say(number, "is process " + worker.pid());
            var born = System.nanoTime();
            worker.inputReader().lines().forEach(line -> say(number, line)); // to its last line
            if (closing) return;
            say(number, "has died; another takes its place");
            try {
                var age = Duration.ofNanos(System.nanoTime() - born);
                if (age.compareTo(SHORTEST_LIFE) < 0) Thread.sleep(SHORTEST_LIFE);
                startWorker(number);
            } catch (IOException | InterruptedException e) {
                if (!closing) say(number, "cannot be replaced: " + e.getMessage());
            }
        }
    }

    private static void say(int number, String what) {
        IO.println("[worker " + number + "] " + what);
    }

    /// What runs in the other processes: lesson 01's loop, a virtual thread for each client.
    static final class Worker {

        /// The first line a worker prints.
        static final String READY = "ready";

        private final byte[] prefix;
        private final boolean quiet;

        private Worker(byte[] prefix, boolean quiet) {
            this.prefix = prefix;
            this.quiet = quiet;
        }

        /// @param args host, port, prefix, quiet
        static void main(String[] args) throws IOException {
            var listener = new ServerSocket();
            listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            listener.bind(new InetSocketAddress(args[0], Integer.parseInt(args[1])), BACKLOG);
            var worker = new Worker(args[2].getBytes(UTF_8), Boolean.parseBoolean(args[3]));
            Thread.startVirtualThread(() -> worker.serve(listener));
            IO.println(READY);
            while (System.in.read() != -1) {} // the end of this pipe is the end of our parent
            System.exit(0);
        }

        private void serve(ServerSocket listener) {
            while (true) {
                try {
                    var client = listener.accept();
                    Thread.startVirtualThread(() -> talkWith(client));
                } catch (IOException e) {
                    IO.println("cannot accept: " + e.getMessage() + "; new clients wait");
                    LockSupport.parkNanos(100_000_000); // who asks again at once, spins
                }
            }
        }

        private void talkWith(Socket client) {
            var who = client.getRemoteSocketAddress().toString().substring(1);
            IO.println(who + " connected");
            try (client) {
                client.setTcpNoDelay(true);
                echo(client, who);
                IO.println(who + " has left");
            } catch (IOException e) {
                IO.println(who + " is gone: " + e.getMessage());
            }
        }

        private void echo(Socket client, String who) throws IOException {
            var in = client.getInputStream();
            var out = client.getOutputStream();
            var buffer = Arrays.copyOf(prefix, prefix.length + READ_LIMIT);
            int count;
            while ((count = in.read(buffer, prefix.length, READ_LIMIT)) != -1) {
                log(who + " sent us", buffer, prefix.length, prefix.length + count);
                out.write(buffer, 0, prefix.length + count);
                log(who + " gets back", buffer, 0, prefix.length + count);
            }
        }

        private void log(String what, byte[] bytes, int from, int to) {
            if (!quiet) {
                IO.println("%s %d bytes: %s".formatted(
                        what, to - from, readable(Arrays.copyOfRange(bytes, from, to))));
            }
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

    /// Ends all workers, and waits until they have ended. Idempotent, from any thread.
    @Override
    public void close() {
        closing = true;
        try {
            for (var worker : workers.values()) {
                worker.getOutputStream().close(); // the end of its standard input: see Worker
                worker.onExit().join();
            }
            reservation.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Command(name = "lesson02-multiprocess-server.java", description =
            "An echo server of several processes that share a port; Ctrl-C ends them all.")
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

        @Option(names = "--workers", defaultValue = "2", paramLabel = "N",
                description = "how many processes (default: ${DEFAULT-VALUE})")
        int workers;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            if (workers < 1) {
                throw new ParameterException(spec.commandLine(), "at least one worker, please");
            }
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new MultiprocessServer(address, prefix, quiet, workers)) {
                    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                    IO.println("listening on " + host + ":" + server.port());
                    server.serve();
                }
                return 0;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (UnsupportedOperationException e) {
                return fail("this platform has no SO_REUSEPORT: " + e.getMessage());
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
