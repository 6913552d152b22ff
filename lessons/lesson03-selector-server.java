///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 03: an event-driven echo server, one thread and a selector

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 03: the selector server
///
/// One thread, many clients, and no work while nothing happens: the thread sleeps in
/// `select`, and the kernel wakes it when some connections are ready.
///
/// Start it with `jbang lesson03-selector-server.java`. In two more terminals type
/// `jbang lesson01-echo-client.java`, and a few lines in each. Look for:
///
/// - Both are answered at once, by one thread. In between `top` shows no use of the
///   processor, where the polling server of lesson 02 keeps a whole core busy.
/// - The interest set of a connection is READ, and becomes WRITE *only while* an answer
///   waits for a slow client. A socket is writable nearly always: with `READ | WRITE`
///   permanently, as in the article, `select` returns all the time.
/// - Back-pressure: `yes | jbang lesson01-echo-client.java | sleep 60` does not read. The
///   server stops reading from it, TCP's window closes, and `yes` stands still.
///
/// The article's server dies as soon as a client connects: registered for WRITE, the
/// callback runs at once, reads from a socket that has nothing, and the exception is not
/// caught. It also loses the rest of a partial write. Here any write may be partial, and
/// a failure ends the connection on which it happened.
///
/// Silent clients cost a file descriptor each; when there are none left (`ulimit -n`),
/// new clients wait in the backlog.
///
/// What is still wrong: the code is inside out. What was a loop in lesson 01 is a state
/// machine now, and one slow step in it would hold up everybody. Virtual threads give the
/// loop back.
class SelectorServer implements Server {

    /// In bytes, for one read. We hold at most one answer to it for a slow client.
    private static final int READ_LIMIT = 64 * 1024;
    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final long ACCEPT_RETRY_NANOS = 1_000_000_000;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final SelectionKey acceptance;
    private final ByteBuffer buffer;
    private final int prefixLength;
    private final Narrator log;
    private long pausedAt; // when accept failed last
    private volatile boolean closing;

    /// Opens the listening socket, and the selector that watches it.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read; may be empty
    /// @throws IOException if the address is in use, or does not belong to this machine
    SelectorServer(InetSocketAddress address, String prefix, Narrator log)
            throws IOException {
        this.log = log;
        var prefixBytes = prefix.getBytes(UTF_8);
        prefixLength = prefixBytes.length;
        // Outside the heap, where the kernel can read and write without another copy.
        buffer = ByteBuffer.allocateDirect(prefixLength + READ_LIMIT).put(prefixBytes);
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG).configureBlocking(false);
            Callback onAccept = this::accept;
            acceptance = listener.register(selector, SelectionKey.OP_ACCEPT, onAccept);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public int port() {
        return listener.socket().getLocalPort();
    }

    /// Holds the lock of this object for as long as it runs, so that [#close()] can wait.
    @Override
    public synchronized void serve() throws IOException {
        Consumer<SelectionKey> dispatch = key -> ((Callback) key.attachment()).ready();
        while (!closing) {
            var paused = acceptance.interestOps() == 0;
            selector.select(dispatch, paused ? ACCEPT_RETRY_NANOS / 1_000_000 : 0);
            if (paused && System.nanoTime() - pausedAt >= ACCEPT_RETRY_NANOS) {
                acceptance.interestOps(SelectionKey.OP_ACCEPT);
            }
        }
    }

    /// What to do when a channel is ready; the article keeps the same thing in
    /// `key.data`.
    private interface Callback {
        void ready();
    }

    private void accept() {
        try {
            SocketChannel channel;
            while ((channel = listener.accept()) != null) {
                welcome(channel);
            }
        } catch (IOException e) {
            // Most likely there are no file descriptors left. The listener stays ready,
            // so that select would return at once, again and again. So it is taken out of
            // the interest set until a client has left, or a second has passed.
            log.say("cannot accept: " + e.getMessage() + "; new clients wait");
            acceptance.interestOps(0);
            pausedAt = System.nanoTime();
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false); // it is *not* inherited from the listener
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            new Connection(channel); // registers itself
        } catch (IOException e) {
            log.say("a client is gone already: " + e.getMessage());
            channel.close();
        }
    }

    /// One client, in one of two states: we read from it (`rest` is null, the interest is
    /// READ), or it still has to take the rest of an answer (the interest is WRITE).
    private final class Connection implements Callback {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final String who;
        private ByteBuffer rest; // null unless the client is slower than we are

        Connection(SocketChannel channel) throws IOException {
            this.channel = channel;
            who = Narrator.nameOf(channel.getRemoteAddress());
            key = channel.register(selector, SelectionKey.OP_READ, this);
            log.connected(who);
        }

        @Override
        public void ready() {
            try {
                if (rest == null) {
                    echo();
                } else {
                    writeRest();
                }
            } catch (IOException e) {
                log.lost(who, e);
                disconnect();
            }
        }

        /// All connections share one buffer, which begins with the prefix: one read
        /// behind it, one write of both, and nothing to allocate. Only what the kernel
        /// does not take at once is copied, and until it is gone we do not read from this
        /// client.
        private void echo() throws IOException {
            buffer.clear().position(prefixLength);
            var count = channel.read(buffer);
            if (count == 0) return; // "ready" is a hint, and can be wrong
            if (count == -1) {
                log.left(who);
                disconnect();
                return;
            }
            buffer.flip();
            log.received(who, buffer, prefixLength, buffer.limit());
            channel.write(buffer);
            log.sent(who, buffer, 0, buffer.position());
            if (buffer.hasRemaining()) {
                rest = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip(); // rare
                key.interestOps(SelectionKey.OP_WRITE);
            }
        }

        private void writeRest() throws IOException {
            channel.write(rest);
            if (rest.hasRemaining()) return;
            rest = null;
            key.interestOps(SelectionKey.OP_READ);
        }

        /// Closing the channel cancels its key; the descriptor is freed at the next
        /// select.
        private void disconnect() {
            try {
                channel.close();
            } catch (IOException e) {
                log.lost(who, e);
            }
            acceptance.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /// Wakes the loop, waits for it to end, and closes everything.
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        synchronized (this) { // held by serve() while it runs
            if (!selector.isOpen()) return;
            try {
                listener.close();
                for (var key : selector.keys()) {
                    key.channel().close();
                }
                selector.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static int run(String... args) {
        return new ServerCommand("lesson03-selector-server.java",
                "An echo server with one thread and a selector; Ctrl-C ends it.")
                .runEcho(args, SelectorServer::new);
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
