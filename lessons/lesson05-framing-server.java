///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//SOURCES lesson05-header-framing.java
//MAIN FramingServer
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: every message answered whole, in order, many per connection

import module java.base;

import static java.nio.channels.SelectionKey.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 05: the framing server
///
/// The selector server of lesson 03 once more, but with messages instead of bytes: it answers each
/// *frame* with a frame, `echo ` and the payload. Read `lesson05-header-framing.java` first.
///
/// In a second terminal type `jbang lesson05-framing-client.java`, and a few lines. Look for:
///
/// - One line, one answer, however long it is; a blank line is a message, too. Lesson 01 cut a long
///   line to pieces, and never heard of a blank one.
/// - `seq 5 | jbang lesson05-framing-client.java`: five frames may come in one read. Each is
///   answered, and all answers leave in one write.
/// - A browser at <http://127.0.0.1:5678/> is sent away in one line: `GET ` is no length that we
///   accept. Nobody else notices.
///
/// One client can make us hold one frame that is not complete yet, or the answers to one read that
/// it does not take; while it does not take them, we do not read from it. One read can complete a
/// frame of the greatest length, and begin 16,384 empty ones in the 64 KiB that follow, each of
/// which gets an answer that is longer than itself: 1.2 MB together with the defaults. All clients
/// together can make us hold a quarter of the heap.
///
/// What is still wrong: nobody is ever told to leave. A client that announces a frame and does not
/// send it keeps its connection for ever. `lesson05-message-server.java` has a deadline.
class FramingServer implements AutoCloseable {

    /// The most that one read takes.
    private static final int READ_LIMIT = 64 * 1024;

    /// The greatest `--max-frame`, in bytes: such a frame and its prefix still fit into a buffer.
    private static final int MAX_FRAME_LIMIT = 1024 * 1024 * 1024;

    /// How many bytes after a bad frame we throw away before we hang up all the same.
    private static final long DISCARD_LIMIT = 16 * 1024 * 1024;

    /// How many finished handshakes may wait in the kernel for `accept`.
    private static final int BACKLOG = 1024;

    private static final long ACCEPT_RETRY_MILLIS = 1000;

    /// How many bytes we hold for all clients together. A buffer that grows is there twice.
    private static final long HEAP_FOR_ALL = Runtime.getRuntime().maxMemory() / 4;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final SelectionKey acceptance;
    private final byte[] prefix;
    private final int maxFrame;
    private final boolean quiet;
    private long pausedAt; // when accept failed last
    private volatile boolean closing;

    // Of use from a read to the write that answers it, so one of each is enough for all.
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(READ_LIMIT);
    private ByteBuffer answers = ByteBuffer.allocateDirect(2 * READ_LIMIT);

    private long heldForAll;

    /// Opens the listening socket, and the selector that watches it.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the payload of every frame
    /// @param maxFrame the longest payload to accept, in bytes, 1 GiB at most
    /// @param quiet no line per frame; bad ones are told all the same
    /// @throws IOException if the address is taken, or not ours
    FramingServer(InetSocketAddress address, String prefix, int maxFrame, boolean quiet)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.maxFrame = maxFrame;
        this.quiet = quiet;
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG).configureBlocking(false);
            Callback onAccept = this::accept;
            acceptance = listener.register(selector, OP_ACCEPT, onAccept);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// The port on which the server listens.
    int port() {
        return listener.socket().getLocalPort();
    }

    /// Serves everybody, until [#close()].
    ///
    /// @throws IOException if select itself fails
    synchronized void serve() throws IOException {
        Consumer<SelectionKey> dispatch = key -> ((Callback) key.attachment()).ready();
        while (!closing) {
            var paused = acceptance.interestOps() == 0;
            selector.select(dispatch, paused ? ACCEPT_RETRY_MILLIS : 0);
            if (paused && System.nanoTime() - pausedAt >= ACCEPT_RETRY_MILLIS * 1_000_000) {
                acceptance.interestOps(OP_ACCEPT);
            }
        }
    }

    /// What to do when a channel is ready.
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
            // Out of file descriptors, most likely. The listener stays ready: who asks again at
            // once, spins. So we look away until a client has left, or a second has passed.
            IO.println("cannot accept: " + e.getMessage() + "; new clients wait in the backlog");
            acceptance.interestOps(0);
            pausedAt = System.nanoTime();
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            new Connection(channel);
        } catch (IOException e) {
            IO.println("a client is gone already: " + e.getMessage());
            channel.close();
        }
    }

    /// One client. It is being read from, or owed the rest of its answers; or it has sent a bad
    /// frame, and what else it sends is thrown away.
    private final class Connection implements Callback, FrameCodec.FrameHandler {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final String who;
        private final FrameCodec.Decoder decoder = new FrameCodec.Decoder(maxFrame);
        private ByteBuffer rest; // null unless the client is slower than we are
        private boolean refused;
        private long discarded;
        private long held; // bytes of the heap, for a frame in pieces and for answers

        Connection(SocketChannel channel) throws IOException {
            this.channel = channel;
            who = channel.getRemoteAddress().toString().substring(1);
            key = channel.register(selector, OP_READ, this);
            IO.println(who + " connected");
        }

        @Override
        public void ready() {
            try {
                if (rest != null) {
                    send(rest);
                } else if (refused) {
                    discard();
                } else {
                    receive();
                }
                if (!channel.isOpen()) return;
                countHeld(decoder.held() + (rest == null ? 0 : rest.capacity()));
            } catch (IOException e) {
                leave(" is gone: " + e.getMessage());
            }
        }

        /// A limit for each is none for all together: a thousand clients with a frame of a megabyte
        /// each, complete but for one byte, are a gigabyte. Whoever wants more than there is, goes.
        private void countHeld(long now) throws IOException {
            var more = now - held;
            held = now;
            heldForAll += more;
            if (more > 0 && heldForAll > HEAP_FOR_ALL) {
                throw new IOException("no memory is left for what it sends");
            }
        }

        /// One read, and the answers to all frames that it completes.
        private void receive() throws IOException {
            if (channel.read(chunk.clear()) == -1) {
                decoder.end();
                leave(" has left");
                return;
            }
            answers.clear();
            try {
                decoder.decode(chunk.flip(), this);
            } catch (FrameCodec.FrameException e) {
                IO.println(who + " is sent away: " + e.getMessage());
                refused = true;
            }
            send(answers.flip());
        }

        /// Writes the answer behind those to earlier frames of the same read.
        @Override
        public void frame(ByteBuffer payload) throws IOException {
            if (!quiet) log(payload);
            var length = prefix.length + payload.remaining();
            makeRoom(FrameCodec.HEADER_LENGTH + length);
            FrameCodec.putHeader(length, answers).put(prefix).put(payload);
        }

        private void log(ByteBuffer payload) {
            IO.println("%s sent us a frame of %d bytes: %s"
                    .formatted(who, payload.remaining(), readable(payload)));
        }

        /// What the kernel does not take at once is copied, and then this client is not read from
        /// until it is gone: WRITE is in the interest set only while something waits.
        private void send(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
            if (!bytes.hasRemaining()) {
                rest = null;
                if (refused) channel.shutdownOutput();
            } else if (bytes != rest) {
                rest = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            }
            key.interestOps(rest == null ? OP_READ : OP_WRITE);
        }

        /// To close a socket with unread bytes in it is to reset the connection, and a reset can
        /// overtake the answers to the good frames (RFC 1122, section 4.2.2.13). So we have closed
        /// our half, and read to the end of the other.
        private void discard() throws IOException {
            var count = channel.read(chunk.clear());
            discarded += count;
            if (count == -1 || discarded > DISCARD_LIMIT) hangUp();
        }

        private void leave(String how) {
            IO.println(who + how);
            hangUp();
        }

        /// Closing the channel cancels its key; the descriptor is freed at the next select.
        private void hangUp() {
            heldForAll -= held;
            held = 0;
            try {
                channel.close();
            } catch (IOException e) {
                IO.println(who + " could not be closed: " + e.getMessage());
            }
            acceptance.interestOps(OP_ACCEPT);
        }
    }

    /// The buffer grows with the longest batch of answers there ever was, and is there for all.
    private void makeRoom(int count) throws IOException {
        if (answers.remaining() >= count) return;
        var needed = (long) answers.position() + count;
        if (needed > Integer.MAX_VALUE) throw new IOException("its answers do not fit into memory");
        var capacity = Math.min(Integer.MAX_VALUE, Math.max(needed, 2L * answers.capacity()));
        answers = ByteBuffer.allocateDirect((int) capacity).put(answers.flip());
    }

    /// The start of a payload as text if it is UTF-8, else in hex. Control characters become `?`: a
    /// log must not let a stranger write escape sequences to our terminal.
    private static String readable(ByteBuffer payload) {
        var start = new byte[Math.min(payload.remaining(), 240)]; // no 60 characters are longer
        payload.get(payload.position(), start);
        var text = "%.60s".formatted(new String(start, UTF_8));
        return text.contains("\uFFFD")
                ? "%.60s".formatted(HexFormat.ofDelimiter(" ").formatHex(start))
                : "\"%s\"".formatted(text.replace("\n", "\\n").replaceAll("\\p{C}", "?"));
    }

    /// Wakes the loop, waits for it to end, and closes everything. Idempotent, from any thread.
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

    @Command(name = "lesson05-framing-server.java", description =
            "Answers each frame with a frame, on one thread and a selector; Ctrl-C ends it.")
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

        @Option(names = "--max-frame", defaultValue = "1048576", paramLabel = "BYTES",
                description = "longest payload to accept (default: ${DEFAULT-VALUE})")
        int maxFrame;

        @Option(names = "--quiet", description = "no line per message")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            check(port >= 0 && port <= 65535, "no such port: " + port);
            check(maxFrame >= 0 && maxFrame <= MAX_FRAME_LIMIT,
                    "--max-frame must be from 0 to " + MAX_FRAME_LIMIT);
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new FramingServer(address, prefix, maxFrame, quiet)) {
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

        private void check(boolean valid, String otherwise) {
            if (!valid) throw new ParameterException(spec.commandLine(), otherwise);
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
