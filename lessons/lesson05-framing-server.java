///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES lesson05-header-framing.java shared/ServerCommand.java
//MAIN FramingServer
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: every message answered whole, in order, many per connection

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 05: the framing server
///
/// The selector server of lesson 03, with frames in place of reads: it answers each
/// *frame* with a frame, `echo ` and the payload. Read `lesson05-header-framing.java`
/// first, and then the two servers side by side: `diff lesson03-selector-server.java
/// lesson05-framing-server.java`.
///
/// In a second terminal type `jbang lesson05-framing-client.java`, and a few lines. Look
/// for:
///
/// - One line, one answer, however long it is; and a blank line is a message, too. The
///   log shows the payloads, without their headers.
/// - `seq 5 | jbang lesson05-framing-client.java`: five frames may come in one read. Each
///   is answered, and all answers leave in one write.
/// - A browser at <http://127.0.0.1:5678/> is disconnected with one line in the log:
///   `GET ` is no length that we accept. The other clients do not notice.
///
/// How much memory can a client take? One frame that is not complete yet, or the answers
/// to one read while it does not take them; meanwhile we do not read from it. One read
/// can complete a frame of the greatest length, and bring 16,384 empty ones in the 64 KiB
/// behind it, each with an answer that is longer than itself: 1.2 MB together with the
/// defaults. And all clients together can take a quarter of the heap.
///
/// What is still wrong: nobody is ever told to leave. A client that announces a frame and
/// does not send the rest keeps its connection for ever, and its share of the memory with
/// it. When many such clients hold that quarter, each client with a frame that comes in
/// pieces is disconnected. `lesson05-message-server.java` has a deadline.
class FramingServer implements Server {

    private static final int READ_LIMIT = 64 * 1024; // bytes, for one read
    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final long ACCEPT_RETRY_NANOS = 1_000_000_000;

    /// The greatest `--max-frame`, in bytes. With its prefix it still fits into a buffer.
    private static final int MAX_FRAME_LIMIT = 1024 * 1024 * 1024;

    /// How many bytes after a bad frame are read and thrown away.
    private static final long DISCARD_LIMIT = 16 * 1024 * 1024;

    /// For all clients together, in bytes. A buffer that grows is there twice.
    private static final long MEMORY_FOR_ALL = Runtime.getRuntime().maxMemory() / 4;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final SelectionKey acceptance;
    private final byte[] prefix;
    private final int maxFrame;
    private final Narrator log;
    private long pausedAt; // when accept failed last
    private long heldForAll; // bytes
    private volatile boolean closing;

    // In use from a read to the write that answers it, so all connections share them.
    // Outside the heap, where the kernel can read and write without another copy.
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(READ_LIMIT);
    private ByteBuffer answers = ByteBuffer.allocateDirect(2 * READ_LIMIT);

    /// Opens the listening socket, and the selector that watches it.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the payload of every frame
    /// @param maxFrame the longest payload to accept, in bytes, 1 GiB at most
    /// @throws IOException if the address is taken, or not ours
    FramingServer(InetSocketAddress address, String prefix, int maxFrame, Narrator log)
            throws IOException {
        this.log = log;
        this.prefix = prefix.getBytes(UTF_8);
        this.maxFrame = maxFrame;
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
            new Connection(channel);
        } catch (IOException e) {
            log.say("a client is gone already: " + e.getMessage());
            channel.close();
        }
    }

    /// One client. Either we read from it, or it still has to take the rest of its
    /// answers; or it has sent a bad frame, and what else it sends is thrown away.
    private final class Connection implements Callback, FrameCodec.FrameHandler {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final String who;
        private final FrameCodec.Decoder decoder = new FrameCodec.Decoder(maxFrame);
        private ByteBuffer rest; // null unless the client is slower than we are
        private boolean refused;
        private long discarded; // bytes
        private long held; // bytes, of a frame in pieces and of answers

        Connection(SocketChannel channel) throws IOException {
            this.channel = channel;
            who = Narrator.nameOf(channel.getRemoteAddress());
            key = channel.register(selector, SelectionKey.OP_READ, this);
            log.connected(who);
        }

        @Override
        public void ready() {
            try {
                if (refused && rest == null) {
                    discard();
                } else if (rest == null) {
                    answer();
                } else {
                    write(rest);
                }
                countHeld();
            } catch (IOException e) {
                log.lost(who, e);
                disconnect();
            }
        }

        /// One read, and the answers to all frames that it completes.
        private void answer() throws IOException {
            if (channel.read(chunk.clear()) == -1) {
                decoder.end();
                log.left(who);
                disconnect();
                return;
            }
            answers.clear();
            try {
                decoder.decode(chunk.flip(), this);
            } catch (FrameCodec.FrameException e) {
                log.say(who + " is sent away: " + e.getMessage());
                refused = true;
            }
            write(answers.flip());
        }

        /// Puts the answer behind those to earlier frames of the same read.
        @Override
        public void frame(ByteBuffer payload) throws IOException {
            log.received(who, payload, payload.position(), payload.limit());
            var length = prefix.length + payload.remaining();
            makeRoom(FrameCodec.HEADER_LENGTH + length);
            FrameCodec.putHeader(length, answers).put(prefix).put(payload);
            log.sent(who, answers, answers.position() - length, answers.position());
        }

        /// What the kernel does not take at once is copied, and until it is gone we do
        /// not read from this client.
        private void write(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
            if (!bytes.hasRemaining()) {
                rest = null;
                if (refused) channel.shutdownOutput();
            } else if (bytes != rest) {
                rest = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            }
            key.interestOps(rest == null ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
        }

        /// To close a socket with unread bytes in it is to reset the connection, and a
        /// reset can overtake the answers to the good frames (RFC 1122, section
        /// 4.2.2.13). So we have closed our half, and read to the end of the other.
        private void discard() throws IOException {
            var count = channel.read(chunk.clear());
            discarded += count;
            if (count == -1 || discarded > DISCARD_LIMIT) disconnect();
        }

        /// A limit for each client is none for all: a thousand frames of a megabyte, each
        /// complete but for one byte, are a gigabyte. A client that would take more than
        /// there is for all is disconnected.
        private void countHeld() throws IOException {
            if (!channel.isOpen()) return;
            long now = decoder.held();
            if (rest != null) now += rest.capacity();
            var more = now - held;
            held = now;
            heldForAll += more;
            if (more > 0 && heldForAll > MEMORY_FOR_ALL) {
                throw new IOException("no memory is left for what it sends");
            }
        }

        /// Closing the channel cancels its key; the descriptor is freed at the next
        /// select.
        private void disconnect() {
            heldForAll -= held;
            held = 0;
            try {
                channel.close();
            } catch (IOException e) {
                log.lost(who, e);
            }
            acceptance.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /// The buffer grows with the longest batch of answers that there was.
    private void makeRoom(int count) throws IOException {
        if (answers.remaining() >= count) return;
        var needed = (long) answers.position() + count;
        if (needed > Integer.MAX_VALUE) {
            throw new IOException("its answers do not fit into memory");
        }
        var capacity = Math.min(
                Integer.MAX_VALUE, Math.max(needed, 2L * answers.capacity()));
        answers = ByteBuffer.allocateDirect((int) capacity).put(answers.flip());
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
        var command = new ServerCommand("lesson05-framing-server.java",
                "Answers each frame with a frame, on one thread and a selector; Ctrl-C"
                        + " ends it.");
        var prefix = command.prefix();
        var maxFrame = command.number(
                "--max-frame", "BYTES", FrameCodec.DEFAULT_MAX_PAYLOAD, 0,
                MAX_FRAME_LIMIT, "longest payload to accept (default: ${DEFAULT-VALUE})");
        return command.run(args, (address, log) -> new FramingServer(
                address, prefix.get(), maxFrame.get(), log));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
