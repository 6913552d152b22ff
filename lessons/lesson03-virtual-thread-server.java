///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java shared/VirtualThreads.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 03: a blocking echo server with a virtual thread per client

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 03: the virtual-thread server
///
/// The article's second TODO, coroutines. Java's are called virtual threads (JEP 444):
/// this is lesson 02's server with another executor, and without its limits. Such a
/// thread is an object on the heap. When it waits for its client it is unmounted, and the
/// platform thread underneath, one per core, runs another. Pollers of the JDK do the
/// waiting.
///
/// Start it with `--quiet`, and in a second terminal
/// `jbang lesson04-multi-connection-client.java 5678 10000 --quiet`. Look for:
///
/// - 10,000 connections, and hardly more threads in `jcmd PID Thread.print` than with
///   one.
/// - No callbacks, no interest set, no state machine: a client that does not read blocks
///   its own thread in `write`, and no other back-pressure is needed.
/// - No seats and no idle limit: a thread that waits costs less than its socket. But
///   silent clients can use up the file descriptors (`ulimit -n`); then new ones have to
///   wait.
///
/// Choose it over the selector whenever a handler does more than copy bytes: it reads and
/// debugs like lesson 01, and a slow step in it blocks nobody else. The price, measured
/// on two cores with 64 clients: 1.7 to 1.9 times the processor time per message; with
/// 10,000 idle clients: 5 KiB of heap for each against 0.8, on 19 threads against 14.
///
/// What is still wrong: like every echo server so far it answers reads, not messages.
/// That is lesson 05.
class VirtualThreadServer implements Server {

    private static final int SMALLEST_READ = 1024; // bytes
    private static final int LARGEST_READ = 64 * 1024;
    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final Duration ACCEPT_RETRY = Duration.ofSeconds(1);

    private final ServerSocket listener;
    private final byte[] prefix;
    private final Narrator log;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read; may be empty
    /// @throws IOException if the address is in use, or does not belong to this machine
    VirtualThreadServer(InetSocketAddress address, String prefix, Narrator log)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.log = log;
        VirtualThreads.waitOnce(); // or the JDK's pollers may never open: see there
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    /// Accepts clients, each into a virtual thread of its own. There is no pool: a
    /// virtual thread is never reused.
    @Override
    public void serve() throws InterruptedException {
        while (!closing) {
            try {
                var connection = new Connection(listener.accept());
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

    private final class Connection implements AutoCloseable {

        final Socket socket;
        final String who;

        Connection(Socket socket) {
            this.socket = socket;
            who = Narrator.nameOf(socket.getRemoteSocketAddress());
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
        try (connection) {
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
            log.received(connection.who, buffer, start, end);
            out.write(buffer, 0, end);
            log.sent(connection.who, buffer, 0, end);
            if (end == buffer.length && count < LARGEST_READ) {
                buffer = Arrays.copyOf(buffer, start + 2 * count);
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
        connections.forEach(Connection::close);
        threads.close(); // waits
    }

    static int run(String... args) {
        return new ServerCommand("lesson03-virtual-thread-server.java",
                "The choice if a handler does real work;"
                        + " if not, a selector needs half the CPU.",
                "An echo server with a virtual thread per client; Ctrl-C ends it.")
                .runEcho(args, VirtualThreadServer::new);
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
