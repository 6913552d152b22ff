///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 02: a non-blocking echo server that polls its clients in turn

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 02: the polling server
///
/// The first way to serve many clients with one thread: make every socket non-blocking,
/// keep the connections in a list, and ask them in turn whether something has come, for
/// ever.
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each.
/// Look for:
///
/// - Both are answered at once: nobody waits for anybody.
/// - Leave them alone for a second, and the server tells how many passes it made in which
///   nothing happened. In `top` it uses a whole core, for nothing.
/// - `--nap 1` sleeps for a millisecond after each such pass: hardly any processor time,
///   but every answer may come a millisecond late. There is no good number.
///
/// The article's version does not do what it says. It makes the *listener* non-blocking,
/// and an accepted socket is blocking all the same (in Java too): its first silent client
/// stops it. Its bare `except: pass` hides that and more, and what a partial write leaves
/// over is lost.
///
/// What is still wrong: the polling. The kernel knows which sockets are ready, and can
/// tell us: lesson 03.
class PollingServer implements Server {

    private static final int READ_LIMIT = 1024; // bytes
    private static final int BACKLOG = 1024; // connections that may wait for accept

    private final ServerSocketChannel listener;
    private final List<Connection> connections = new ArrayList<>();
    private final byte[] prefix;
    private final Narrator log;
    private final Duration nap;
    private boolean acceptFailed;
    private volatile boolean closing;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read; an empty one gives RFC 862
    /// @param nap how long to sleep after a pass in which nothing happened; may be zero
    /// @throws IOException if the address is taken, or not ours
    PollingServer(InetSocketAddress address, String prefix, Narrator log, Duration nap)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.log = log;
        this.nap = nap;
        listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG).configureBlocking(false);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public int port() {
        return listener.socket().getLocalPort();
    }

    /// Polls the listener and all clients in turn.
    @Override
    public synchronized void serve() throws InterruptedException {
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
                each.remove(); // not connections.remove: we are iterating
            }
        }
        return happened;
    }

    /// Accepts all that wait: with one in each pass, a crowd would take long.
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
            // Most likely there are no file descriptors left, and new clients wait. Every
            // pass tries again; one line is enough.
            if (!acceptFailed) log.say("cannot accept: " + e.getMessage());
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
            log.say("a client is gone already: " + e.getMessage());
            channel.close();
        }
    }

    /// One client. Either we read from it, or it still has to take the rest of an answer.
    private final class Connection {

        private final SocketChannel channel;
        private final String who;
        private final ByteBuffer answer; // begins with the prefix

        Connection(SocketChannel channel) throws IOException {
            this.channel = channel;
            who = Narrator.nameOf(channel.getRemoteAddress());
            answer = ByteBuffer.allocate(prefix.length + READ_LIMIT).put(prefix).flip();
            answer.position(prefix.length); // nothing remains to be written
            log.connected(who);
        }

        boolean isClosed() {
            return !channel.isOpen();
        }

        /// Moves on as far as it goes without waiting, and says whether it moved at all.
        boolean poll() {
            try {
                return answer.hasRemaining() ? write() : read();
            } catch (IOException e) {
                log.lost(who, e);
                disconnect();
                return true;
            }
        }

        /// A non-blocking read has three answers: some bytes, none yet, and -1 for none
        /// ever again.
        private boolean read() throws IOException {
            answer.clear().position(prefix.length);
            var count = channel.read(answer);
            if (count == 0) {
                answer.limit(prefix.length); // again nothing remains to be written
                return false;
            }
            if (count == -1) {
                log.left(who);
                disconnect();
                return true;
            }
            answer.flip();
            log.received(who, answer, prefix.length, answer.limit());
            write();
            return true;
        }

        /// A non-blocking write takes what fits into the kernel's buffer, and that can be
        /// nothing; the rest stays in the buffer for the next pass.
        private boolean write() throws IOException {
            var from = answer.position();
            var count = channel.write(answer);
            if (count > 0) log.sent(who, answer, from, answer.position());
            return count > 0;
        }

        private void disconnect() {
            try {
                channel.close();
            } catch (IOException e) {
                log.lost(who, e);
            }
        }
    }

    /// Counts the passes in which nothing happened. Once they have gone on for a second,
    /// it tells how many there were; then not again until something has happened.
    private final class Idleness {

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
            log.say("idle: %,d empty passes in the last second (clients: %d)"
                    .formatted(passes, clients));
            told = true;
        }
    }

    /// Waits for the end of the current pass, and closes everything.
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

    static int run(String... args) {
        var command = new ServerCommand("lesson02-polling-server.java",
                "An echo server that polls its clients in turn; Ctrl-C ends it.");
        var prefix = command.prefix();
        var nap = command.number("--nap", "MILLIS", 0, 0, 60_000,
                "sleep so long after an empty pass (default: ${DEFAULT-VALUE})");
        return command.run(args, (address, log) -> new PollingServer(
                address, prefix.get(), log, Duration.ofMillis(nap.get())));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
