///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 02: an echo server of several processes that share a port

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 02: the multiprocess server
///
/// The article's other answer besides threads: several processes. With SO_REUSEPORT each
/// of them opens a listening socket of its own *on the same port*, and the kernel
/// distributes the connections. They share no memory: what ends one does not touch the
/// others.
///
/// In several more terminals type `jbang lesson01-echo-client.java`, and a few lines in
/// each. Look for:
///
/// - The log says which worker serves whom. Linux decides by a hash of the addresses, and
///   not by which worker has the least to do.
/// - Kill a worker (`kill -9` and its pid from the log): its clients are cut off, the
///   others notice nothing, and another worker takes its place.
/// - Ctrl-C ends all of them. So does `kill -9` of the parent: the standard input of each
///   worker is a pipe, and reads the end of the stream when its parent is gone.
///
/// Linux distributes since 3.9; macOS has the option and may give all connections to one
/// process; Windows has no SO_REUSEPORT at all, and the lesson says so and ends.
///
/// What is still wrong: a process costs tens of megabytes, and two of them share nothing
/// without a protocol. (A fork for each connection, as in C or Python, is not possible in
/// Java.) Lesson 03 serves everybody from one thread.
class MultiprocessServer implements Server {

    private static final int READ_LIMIT = 1024; // bytes
    private static final int BACKLOG = 1024; // connections that may wait, per worker
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);

    private final SocketChannel reservation = SocketChannel.open();
    private final String prefix;
    private final Narrator log;
    private final Map<Integer, Process> workers = new ConcurrentSkipListMap<>();
    private volatile boolean closing;

    /// Reserves the port and starts the workers; returns when all of them listen.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read; an empty one gives RFC 862
    /// @param count how many workers
    /// @throws IOException if the address is taken, or not ours, or a worker does not
    ///         start, or this system has no SO_REUSEPORT
    MultiprocessServer(InetSocketAddress address, String prefix, Narrator log, int count)
            throws IOException {
        this.prefix = prefix;
        this.log = log;
        try {
            refuseIfTaken(address);
            // Bound, but never listening: it holds the port for us and gets no
            // connection. Server sockets have SO_REUSEADDR by default. This one has to
            // ask for it, or it cannot be bound while there are connections in TIME_WAIT.
            reservation.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(address);
            for (int number = 1; number <= count; number++) {
                startWorker(number);
            }
        } catch (UnsupportedOperationException e) {
            close();
            throw new IOException("this system has no SO_REUSEPORT", e);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Among sockets with SO_REUSEPORT "address already in use" is no error. So we try
    /// without it first, or a second server would share the port, and each get half of
    /// the clients.
    private static void refuseIfTaken(InetSocketAddress address) throws IOException {
        if (address.getPort() != 0) {
            new ServerSocket(address.getPort(), 1, address.getAddress()).close();
        }
    }

    @Override
    public int port() {
        return address().getPort();
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) reservation.socket().getLocalSocketAddress();
    }

    private void startWorker(int number) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var worker = new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"),
                Worker.class.getName(), address().getAddress().getHostAddress(),
                Integer.toString(port()), prefix, Boolean.toString(log.isQuiet()))
                .redirectErrorStream(true).start();
        workers.put(number, worker);
        if (closing) worker.getOutputStream().close(); // close() missed this one
        awaitReady(number, worker.inputReader());
    }

    /// The JVM may have something to say first, about JAVA_TOOL_OPTIONS for example.
    private static void awaitReady(int number, BufferedReader output)
            throws IOException {
        var said = new StringJoiner(" ");
        for (String line; !Worker.READY.equals(line = output.readLine()); ) {
            if (line == null) {
                throw new IOException("worker " + number + " did not start: " + said);
            }
            said.add(line);
        }
    }

    /// Passes on what the workers print, and replaces those that die.
    @Override
    public void serve() throws InterruptedException {
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
            worker.inputReader().lines().forEach(line -> say(number, line)); // to its end
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

    private void say(int number, String what) {
        log.say("[worker " + number + "] " + what);
    }

    /// What runs in the other processes: lesson 01's loop, a virtual thread for each
    /// client.
    static final class Worker {

        /// What a worker says when clients can connect, before anything about them.
        static final String READY = "ready";

        private static final Duration ACCEPT_RETRY = Duration.ofMillis(100);
        private static final Duration LAST_LINES = Duration.ofMillis(300);

        private final byte[] prefix;
        private final Narrator log;

        private Worker(byte[] prefix, Narrator log) {
            this.prefix = prefix;
            this.log = log;
        }

        /// @param args host, port, prefix, quiet
        static void main(String[] args) throws IOException, InterruptedException {
            var listener = new ServerSocket();
            listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            listener.bind(
                    new InetSocketAddress(args[0], Integer.parseInt(args[1])), BACKLOG);
            var log = new Narrator(Boolean.parseBoolean(args[3]));
            var worker = new Worker(args[2].getBytes(UTF_8), log);
            log.say(READY);
            Thread.startVirtualThread(() -> worker.serve(listener));
            while (System.in.read() != -1) {} // ends when the parent ends
            Narrator.flush(LAST_LINES);
            System.exit(0);
        }

        private void serve(ServerSocket listener) {
            while (true) {
                try {
                    var client = listener.accept();
                    Thread.startVirtualThread(() -> talkWith(client));
                } catch (IOException e) {
                    // Most likely there are no file descriptors left. To try again at
                    // once would be a busy loop.
                    log.say("cannot accept: " + e.getMessage() + "; new clients wait");
                    LockSupport.parkNanos(ACCEPT_RETRY.toNanos());
                }
            }
        }

        private void talkWith(Socket client) {
            var who = Narrator.nameOf(client.getRemoteSocketAddress());
            log.connected(who);
            try (client) {
                client.setTcpNoDelay(true);
                echo(client, who);
                log.left(who);
            } catch (IOException e) {
                log.lost(who, e);
            }
        }

        private void echo(Socket client, String who) throws IOException {
            var in = client.getInputStream();
            var out = client.getOutputStream();
            var buffer = Arrays.copyOf(prefix, prefix.length + READ_LIMIT);
            int count;
            while ((count = in.read(buffer, prefix.length, READ_LIMIT)) != -1) {
                var end = prefix.length + count;
                log.received(who, buffer, prefix.length, end);
                out.write(buffer, 0, end);
                log.sent(who, buffer, 0, end);
            }
        }
    }

    /// Ends all workers, and waits until they have ended. A worker that does not end in
    /// time, because it is stopped for example (SIGSTOP), is killed.
    @Override
    public void close() {
        closing = true;
        try {
            for (var worker : workers.values()) {
                worker.getOutputStream().close(); // its standard input: see Worker
            }
            var ends = workers.values().stream().map(Process::onExit);
            CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
                    .completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
            for (var worker : workers.values()) {
                worker.destroyForcibly().onExit().join();
            }
            reservation.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int run(String... args) {
        var command = new ServerCommand("lesson02-multiprocess-server.java",
                "An echo server of several processes that share a port; Ctrl-C ends them"
                        + " all.");
        var prefix = command.prefix();
        var workers = command.number("--workers", "N", 2, 1, 1000,
                "how many processes (default: ${DEFAULT-VALUE})");
        return command.run(args, (address, log) -> new MultiprocessServer(
                address, prefix.get(), log, workers.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
