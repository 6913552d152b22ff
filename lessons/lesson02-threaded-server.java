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
/// Lesson 01's loop, in a thread for each client: while one waits for its client, the
/// others go on. The article leaves this server as a TODO. A server of many clients also
/// needs limits: on their number, and on how long a silent one may stay.
///
/// Start it with `jbang lesson02-threaded-server.java`. In two more terminals type
/// `jbang lesson01-echo-client.java`, and a few lines in each. Look for:
///
/// - Both are answered at once, and the code still reads from top to bottom.
/// - `--max-clients 1` and a second client: it is accepted, and waits for a seat until
///   the first has left, or has sent less than 16 bytes in five seconds. (A third waits
///   in the backlog.) Without a limit anybody could make us start threads until the
///   memory runs out; with one, silent clients could keep all others out, were it not for
///   [Seats].
/// - `--idle 10`, and a client that says nothing: after ten seconds it is disconnected,
///   even if nobody waits.
///
/// What is still wrong: a thread costs a stack, memory in the kernel, and a context
/// switch whenever its client sends something; and most of the time it only waits. One
/// thread can serve all clients, see `lesson02-polling-server.java`; or the threads can
/// be cheap, see `lesson03-virtual-thread-server.java`.
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
    /// @param prefix goes before the bytes of every read; may be empty
    /// @param seats how many clients are served at a time; the others wait
    /// @param idle how long a client may send nothing and take no whole answer
    /// @throws IOException if the address is in use, or does not belong to this machine
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
            } catch (RejectedExecutionException e) {
                connections.forEach(Connection::close); // close() missed this one
            } catch (IOException e) {
                if (closing) return;
                // Most likely there are no file descriptors left. To try again at once
                // would be a busy loop.
                log.say("cannot accept: " + e.getMessage() + "; new clients wait");
                Thread.sleep(ACCEPT_RETRY);
            }
        }
    }

    /// A client, and when it last sent something or took a whole answer.
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
        try (connection.seat; connection) { // closes the connection first, then the seat
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

    /// Every client has a buffer, an idle one too. So it starts small, and doubles
    /// whenever a read fills it.
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

    /// SO_TIMEOUT covers only reads. A write to a client that does not read blocks
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
