///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java shared/Seats.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 02: a blocking echo server with a thread per client

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 02: the threaded server
///
/// Lesson 01's loop, unchanged, in a thread of its own for each client: while one waits
/// for its client, the others go on. This is the article's first TODO.
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each.
/// Look for:
///
/// - Both are answered at once, and the code still reads from top to bottom.
/// - `jbang lesson02-threaded-server.java --max-clients 1` and a second client: it is
///   connected, and waits until the first has left, or has been silent for five seconds.
///   Without a limit anybody could make us start threads until the machine gives up; with
///   one, silent clients could keep all others out. [Seats] is the policy against that.
/// - `--idle 5`, and a client that says nothing: after five seconds it is disconnected,
///   even if nobody waits.
///
/// What is still wrong: a thread costs a stack and a place in the scheduler, and nearly
/// all of them only wait. The polling server makes do with one thread, virtual threads
/// with cheap ones.
class ThreadedServer implements Server {

    private static final int SMALLEST_READ = 1024; // bytes
    private static final int LARGEST_READ = 64 * 1024;
    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final Duration ACCEPT_RETRY = Duration.ofSeconds(1);
    private static final Duration SEAT_PERIOD = Duration.ofSeconds(5);

    private final ServerSocket listener;
    private final byte[] prefix;
    private final Narrator log;
    private final Seats seats;
    private final Duration idle;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read; an empty one gives RFC 862
    /// @param seats how many clients are served at a time; the others wait
    /// @param idle how long a client may neither send nor read anything
    /// @throws IOException if the address is taken, or not ours
    ThreadedServer(InetSocketAddress address, String prefix, Narrator log, Seats seats,
            Duration idle) throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.log = log;
        this.seats = seats;
        this.idle = idle;
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
        clock.scheduleWithFixedDelay(this::disconnectIdleClients, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    /// Accepts clients, each into a thread of its own.
    @Override
    public void serve() throws InterruptedException {
        while (!closing) {
            try {
                var socket = listener.accept();
                var who = Narrator.nameOf(socket.getRemoteSocketAddress());
                var seat = seats.take(who, socket);
                var connection = new Connection(socket, who, seat);
                connections.add(connection);
                threads.execute(() -> talkWith(connection));
            } catch (RejectedExecutionException e) { // closed between accept and here
                connections.forEach(Connection::close);
            } catch (IOException e) {
                if (closing) return;
                // Most likely there are no file descriptors left. To try again at once
                // would be a busy loop.
                log.say("cannot accept: " + e.getMessage() + "; new clients wait");
                Thread.sleep(ACCEPT_RETRY);
            }
        }
    }

    /// A client, and when it last sent or took something.
    private final class Connection implements AutoCloseable {

        final Socket socket;
        final String who;
        final Seats.Seat seat;
        volatile long lastActive = System.nanoTime();

        Connection(Socket socket, String who, Seats.Seat seat) {
            this.socket = socket;
            this.who = who;
            this.seat = seat;
        }

        @Override
        public void close() {
            try {
                socket.close(); // a thread in read or write gets a SocketException
            } catch (IOException e) {
                log.lost(who, e);
            }
        }
    }

    /// Whatever goes wrong in here ends this connection, and not the server.
    private void talkWith(Connection connection) {
        log.connected(connection.who);
        try (connection.seat; connection) {
            if (closing) return;
            connection.socket.setTcpNoDelay(true);
            echo(connection);
            log.left(connection.who);
        } catch (IOException e) {
            log.lost(connection.who, e);
        } finally {
            connections.remove(connection);
        }
    }

    /// The buffer starts small, as idle clients have one too, and grows while reads fill
    /// it.
    private void echo(Connection connection) throws IOException {
        var in = connection.socket.getInputStream();
        var out = connection.socket.getOutputStream();
        var buffer = Arrays.copyOf(prefix, prefix.length + SMALLEST_READ);
        int start = prefix.length;
        int count;
        while ((count = in.read(buffer, start, buffer.length - start)) != -1) {
            var end = start + count;
            connection.seat.received(count);
            connection.lastActive = System.nanoTime();
            log.received(connection.who, buffer, start, end);
            out.write(buffer, 0, end);
            connection.lastActive = System.nanoTime();
            log.sent(connection.who, buffer, 0, end);
            if (end == buffer.length && count < LARGEST_READ) {
                buffer = Arrays.copyOf(buffer, start + 2 * count);
            }
        }
    }

    /// SO_TIMEOUT would do for reads alone. A write to a client that does not read blocks
    /// as well, and has no timeout in Java; but closing the socket ends both.
    private void disconnectIdleClients() {
        for (var connection : connections) {
            if (System.nanoTime() - connection.lastActive > idle.toNanos()) {
                log.say(connection.who + " was idle for " + idle.toSeconds() + " s");
                connection.close();
            }
        }
    }

    /// Closes everything, and waits for the threads of the clients.
    @Override
    public void close() {
        closing = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        clock.close();
        connections.forEach(Connection::close);
        threads.close(); // waits
    }

    static int run(String... args) {
        var command = new ServerCommand("lesson02-threaded-server.java",
                "An echo server with a thread per client; Ctrl-C ends it.");
        var prefix = command.prefix();
        var maxClients = command.number("--max-clients", "N", 200, 1, Integer.MAX_VALUE,
                "how many to serve at a time (default: ${DEFAULT-VALUE})");
        var idle = command.seconds("--idle", 300,
                "disconnect a client silent for so long (default: ${DEFAULT-VALUE})");
        return command.run(args, (address, log) -> {
            var seats = new Seats(maxClients.get(), SEAT_PERIOD, log);
            return new ThreadedServer(address, prefix.get(), log, seats, idle.get());
        });
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
