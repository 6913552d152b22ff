///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 03: an event-driven echo server, one thread and a selector

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 03: the selector server
///
/// One thread, many clients, and no work while nothing happens: the thread sleeps in `select`, and
/// the kernel wakes it with those connections that have something for it.
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each. Look for:
///
/// - Both are answered at once, by one thread. In between `top` shows no use of the processor,
///   where the polling server of lesson 02 burns a whole core.
/// - The interest set of a connection is READ, and becomes WRITE *only while* an answer waits for a
///   slow client. A socket is writable nearly always: whoever asks for `READ | WRITE` for good, as
///   the article does, is woken all the time.
/// - Back-pressure: `yes | jbang lesson01-echo-client.java | sleep 60` is a client that does not
///   read. The server stops reading from it, TCP's window closes, and `yes` stands still.
///
/// The article's server dies as soon as a client connects: registered for WRITE, it is called at
/// once, reads from an empty socket, and does not catch what that throws. It also forgets what a
/// partial write leaves over. Here any write may be partial, and a failure ends the connection on
/// which it happened.
///
/// What is still wrong: the code is inside out. What was a loop in lesson 01 is a state machine
/// now, and one slow step in it would hold up everybody. Virtual threads give the loop back.
class SelectorServer implements AutoCloseable {

    /// The most that one read takes. It also bounds what a client can make us hold: one answer.
    private static final int READ_LIMIT = 64 * 1024;

    /// How many finished handshakes may wait in the kernel for `accept`.
    private static final int BACKLOG = 1024;

    private static final long ACCEPT_RETRY_MILLIS = 1000;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final SelectionKey acceptance;
    private final ByteBuffer shared;
    private final int prefixLength;
    private final boolean quiet;
    private long pausedAt; // when accept failed last
    private volatile boolean closing;

    /// Opens the listening socket, and the selector that watches it.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the bytes of every read; an empty one gives RFC 862
    /// @param quiet no line per message
    /// @throws IOException if the address is taken, or not ours
    SelectorServer(InetSocketAddress address, String prefix, boolean quiet) throws IOException {
        this.quiet = quiet;
        var prefixBytes = prefix.getBytes(UTF_8);
        prefixLength = prefixBytes.length;
        // Outside the heap, where the kernel can read and write without another copy.
        shared = ByteBuffer.allocateDirect(prefixLength + READ_LIMIT).put(prefixBytes);
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
                acceptance.interestOps(SelectionKey.OP_ACCEPT);
            }
        }
    }

    /// What to do when a channel is ready; the article keeps the same thing in `key.data`.
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
            channel.configureBlocking(false); // it is *not* inherited from the listener
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            new Connection(channel);
        } catch (IOException e) {
            IO.println("a client is gone already: " + e.getMessage());
            channel.close();
        }
    }

    /// One client. It is either being read from, or owed the rest of an answer; never both.
    private final class Connection implements Callback {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final String who;
        private ByteBuffer rest; // null unless the client is slower than we are

        Connection(SocketChannel channel) throws IOException {
            this.channel = channel;
            who = channel.getRemoteAddress().toString().substring(1);
            key = channel.register(selector, SelectionKey.OP_READ, this);
            IO.println(who + " connected");
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
                leave(" is gone: " + e.getMessage());
            }
        }

        /// All connections share one buffer, in which the prefix stands for good: one read behind
        /// it, one write of both, and nothing to allocate. Only what the kernel does not take at
        /// once is copied, and then this client is not read from until it is gone.
        private void echo() throws IOException {
            shared.clear().position(prefixLength);
            var count = channel.read(shared);
            if (count == 0) return; // readiness is a hint, and hints can be wrong
            if (count == -1) {
                leave(" has left");
                return;
            }
            shared.flip();
            if (!quiet) log(who + " sent us", prefixLength, shared.limit());
            channel.write(shared);
            if (!quiet) log(who + " gets back", 0, shared.position());
            if (shared.hasRemaining()) {
                rest = ByteBuffer.allocate(shared.remaining()).put(shared).flip();
                key.interestOps(SelectionKey.OP_WRITE);
            }
        }

        private void writeRest() throws IOException {
            channel.write(rest);
            if (rest.hasRemaining()) return;
            rest = null;
            key.interestOps(SelectionKey.OP_READ);
        }

        /// Closing the channel cancels its key; the descriptor is freed at the next select.
        private void leave(String how) {
            IO.println(who + how);
            try {
                channel.close();
            } catch (IOException e) {
                IO.println(who + " could not be closed: " + e.getMessage());
            }
            acceptance.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void log(String what, int from, int to) {
        var bytes = new byte[to - from];
        shared.get(from, bytes);
        IO.println("%s %d bytes: %s".formatted(what, bytes.length, readable(bytes)));
    }

    /// The bytes as text if they are UTF-8, else in hex. Control characters become `?`: a log must
    /// not let a stranger write escape sequences to our terminal.
    private static String readable(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        return text.contains("\uFFFD")
                ? "%.60s".formatted(HexFormat.ofDelimiter(" ").formatHex(bytes))
                : "\"%.60s\"".formatted(text.replace("\n", "\\n").replaceAll("\\p{C}", "?"));
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

    @Command(name = "lesson03-selector-server.java", description =
            "An echo server with one thread and a selector; Ctrl-C ends it.")
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
        public Integer call() {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new SelectorServer(address, prefix, quiet)) {
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
