///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 06: a small framework for servers, after Python's socketserver

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 06: the socket server
///
/// The lessons so far wrote the same server again and again, around a few lines that made the
/// difference. Python's `socketserver` turns that round: it has the server, you bring the lines.
/// Here is what it gives, in Java. A [RequestHandler] serves one request, in three steps: setup,
/// handle, finish. A request is a connection (TCP, or a Unix socket), or a datagram (UDP). And how
/// many are served at once is one line to mix in: an [Executor].
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each. Look for:
///
/// - One line, one answer, however long the line and however it is cut; a blank line is a line.
///   The article's echo answers reads, and nobody can tell where such an answer ends.
/// - `--one-at-a-time`: the second client waits for the first to leave. `--threads`, and
///   `--virtual-threads`, the default: it does not. The handler is the same, and knows nothing.
/// - `--upper` is another server, and three lines of code.
/// - `--udp`, and then `echo hello | nc -u -w1 127.0.0.1 5678`: each datagram is a request.
/// - `--unix /tmp/echo`, and then `nc -U /tmp/echo`: no port at all, but a file with an owner.
///
/// What is still wrong: a client that sends a byte a minute is never idle, and keeps its place.
class SocketServer implements AutoCloseable {

    // ---- the mix-ins: how many requests at once ----

    static final Executor ONE_AT_A_TIME = Runnable::run;
    static final Executor THREADS = request -> Thread.ofPlatform().start(request);
    static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

    // ---- the handlers: what to do with a request ----

    /// Serves one request; a new one is made for each, so its fields belong to one client alone.
    /// Whatever these methods throw is logged, ends this request, and harms no other.
    interface RequestHandler {

        /// Comes first. If it throws, there is neither handle nor finish.
        default void setup(Peer peer) throws Exception {}

        /// Serves the request. In a thread of its own it may wait as it likes.
        void handle(Peer peer) throws Exception;

        /// Comes last, whether handle returned or threw.
        default void finish(Peer peer) throws Exception {}
    }

    /// The other side of a request.
    ///
    /// @param name its address, for the log
    /// @param in what it sends, buffered; ends when it half-closes, and when the server shuts down
    /// @param out what it gets, buffered; sent before we wait for more from `in`, and at the end
    record Peer(String name, InputStream in, OutputStream out) {}

    /// Answers each line with a line. A line ends with LF or CR LF, an answer with LF; what is
    /// left before the end of the stream is a line, too. Lines are bytes, and nobody decodes them.
    interface LineHandler extends RequestHandler {

        /// The longest line, in bytes without its end; a client whose line is longer is told so,
        /// and has to go.
        int LIMIT = 16_384;

        byte[] COMPLAINT = utf8("line longer than " + LIMIT + " bytes");

        /// @param line without its end; may be empty
        /// @return the answer without its end
        byte[] answer(byte[] line);

        @Override
        default void handle(Peer peer) throws IOException {
            for (byte[] line; (line = readLine(peer.in())) != null; ) {
                var tooLong = line.length > LIMIT;
                peer.out().write(tooLong ? COMPLAINT : answer(line));
                peer.out().write('\n');
                if (tooLong) return;
            }
        }

        /// @return the next line, or null after the last; if too long, not much more than the limit
        private static byte[] readLine(InputStream in) throws IOException {
            var line = new ByteArrayOutputStream();
            int next;
            while ((next = in.read()) != -1 && next != '\n' && line.size() <= LIMIT + 1) {
                line.write(next); // the limit, perhaps a CR, and one that is too much
            }
            if (next == -1 && line.size() == 0) return null;
            return withoutEnd(line.toByteArray(), next == '\n');
        }

        private static byte[] withoutEnd(byte[] line, boolean hasEnded) {
            var end = line.length - 1;
            return hasEnded && end >= 0 && line[end] == '\r' ? Arrays.copyOf(line, end) : line;
        }
    }

    /// The echo server, so that one line gives one answer.
    record LineEcho(String prefix) implements LineHandler {
        @Override
        public byte[] answer(byte[] line) {
            return join(utf8(prefix), line);
        }
    }

    /// Upper case, in whatever script. What is no UTF-8 becomes U+FFFD.
    record UpperCase() implements LineHandler {
        @Override
        public byte[] answer(byte[] line) {
            return utf8(new String(line, UTF_8).toUpperCase(Locale.ROOT));
        }
    }

    /// The echo server of the other lessons, which answers each read.
    record RawEcho(String prefix) implements RequestHandler {

        /// Room for any datagram.
        private static final int READ_LIMIT = 64 * 1024;

        @Override
        public void handle(Peer peer) throws IOException {
            var start = utf8(prefix);
            var buffer = Arrays.copyOf(start, start.length + READ_LIMIT);
            for (int count; (count = peer.in().read(buffer, start.length, READ_LIMIT)) != -1; ) {
                peer.out().write(buffer, 0, start.length + count);
            }
        }
    }

    // ---- the server ----

    /// Where to listen; port 0 picks a free one.
    sealed interface Address {
        record Tcp(InetSocketAddress address) implements Address {}
        record Udp(InetSocketAddress address) implements Address {}
        record Unix(Path path) implements Address {}
    }

    /// @param requests how many are served at once; the next ones wait in the kernel
    /// @param idle so long nothing may move on a connection, in either direction
    record Limits(int requests, Duration idle) {
        static final Limits DEFAULT = new Limits(1024, Duration.ofMinutes(1));
    }

    /// How many finished handshakes may wait in the kernel for `accept`.
    private static final int BACKLOG = 1024;

    private static final int BUFFER_SIZE = 8192;
    private static final int MAX_DATAGRAM = 65_535;
    private static final Duration ACCEPT_RETRY = Duration.ofSeconds(1);

    /// How often we look for idle connections, at most.
    private static final Duration ROUND = Duration.ofMillis(200);

    /// So long a client may take to hang up after its last answer.
    private static final Duration LINGER = Duration.ofMillis(500);

    /// So long requests may take to finish after [#shutdown()]; then they are cut off, and have
    /// so long to notice. Both together are less than a second.
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration CUT_OFF = Duration.ofMillis(200);

    /// Whether a file can be asked for what it is, and who may use it: not on Windows.
    private static final boolean UNIX_FILES =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private static final int FILE_TYPE = 0170000; // the bits of a file's mode, see inode(7)
    private static final int SOCKET = 0140000;

    private final Address address;
    private final Supplier<? extends RequestHandler> handlers;
    private final Executor mixIn;
    private final Limits limits;
    private final boolean quiet;

    private final SelectableChannel listener;
    private final Selector selector = Selector.open();
    private final SelectionKey arrival;
    private final int arrivalOp;
    private final Semaphore places;
    private final Set<Request> requests = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ByteBuffer datagram = ByteBuffer.allocate(MAX_DATAGRAM);
    private int unnamed;

    /// Opens the listening socket.
    ///
    /// @param handlers makes a handler for each request
    /// @param mixIn runs the requests: one of the three above, or your own, say a thread pool
    /// @param quiet no line per read and write
    /// @throws IOException if the address is taken, or not ours
    SocketServer(Address address, Supplier<? extends RequestHandler> handlers, Executor mixIn,
            Limits limits, boolean quiet) throws IOException {
        this.address = address;
        this.handlers = handlers;
        this.mixIn = mixIn;
        this.limits = limits;
        this.quiet = quiet;
        places = new Semaphore(limits.requests());
        arrivalOp = address instanceof Address.Udp ? SelectionKey.OP_READ : SelectionKey.OP_ACCEPT;
        listener = switch (address) {
            case Address.Tcp _ -> ServerSocketChannel.open();
            case Address.Udp _ -> DatagramChannel.open();
            case Address.Unix _ -> ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        };
        try {
            bind();
            listener.configureBlocking(false); // so that a selector can wait, and be woken
            arrival = listener.register(selector, arrivalOp);
            waitOnce();
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
    }

    private void bind() throws IOException {
        switch (address) {
            case Address.Tcp(var at) -> ((ServerSocketChannel) listener).bind(at, BACKLOG);
            case Address.Udp(var at) -> ((DatagramChannel) listener).bind(at);
            case Address.Unix(var path) -> bind((ServerSocketChannel) listener, path);
        }
    }

    /// The file of a Unix socket outlives a server that is killed, and then nobody can listen there
    /// again. So it is deleted if nobody answers; but only a socket is, never another file. The new
    /// one is its owner's alone: who may write to the file, may connect.
    private static void bind(ServerSocketChannel listener, Path path) throws IOException {
        var at = UnixDomainSocketAddress.of(path);
        if (UNIX_FILES && isSocket(path)) {
            try {
                SocketChannel.open(at).close();
            } catch (ConnectException nobodyListens) {
                Files.deleteIfExists(path);
            }
        }
        listener.bind(at, BACKLOG);
        if (UNIX_FILES) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return false;
        var mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_TYPE) == SOCKET;
    }

    /// The JDK opens the selector behind all virtual threads when the first of them has to wait for
    /// a socket, and never again if that fails. It must not be the moment when a crowd of clients
    /// has taken the last file descriptor. So one waits now, for nobody.
    private static void waitOnce() throws IOException {
        try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var waiting = new FutureTask<>(nobody::accept);
            var thread = Thread.startVirtualThread(waiting);
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING) Thread.yield();
            if (waiting.isDone()) {
                throw new IOException("virtual threads cannot wait", waiting.exceptionNow());
            }
        } // closing it ends the wait
    }

    /// The port on which the server listens.
    ///
    /// @throws UnsupportedOperationException if it listens on a Unix socket
    int port() {
        return listener instanceof DatagramChannel datagrams
                ? datagrams.socket().getLocalPort()
                : ((ServerSocketChannel) listener).socket().getLocalPort();
    }

    /// Serves requests, until [#shutdown()].
    ///
    /// @throws IOException if select itself fails
    /// @throws InterruptedException if interrupted while all places are taken
    void serve() throws IOException, InterruptedException {
        Thread.startVirtualThread(this::hangUpOnTheSilent);
        try {
            while (!isClosing()) {
                if (places.tryAcquire(ROUND.toMillis(), TimeUnit.MILLISECONDS)) serveNext();
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            if (!isClosing()) throw e;
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /// The place is taken first: who cannot be served now is not accepted either, and waits in the
    /// kernel, where he costs us nothing.
    private void serveNext() throws IOException {
        Request request = null;
        try {
            request = awaitRequest();
        } finally {
            if (request == null) places.release();
        }
        if (request != null) start(request);
    }

    /// @return null if there is none after all
    private Request awaitRequest() throws IOException {
        selector.select(_ -> {});
        if (isClosing()) return null;
        try {
            return listener instanceof DatagramChannel datagrams
                    ? receive(datagrams)
                    : accept((ServerSocketChannel) listener);
        } catch (IOException e) {
            // Out of file descriptors, most likely: who asks again at once, spins.
            if (!isClosing()) IO.println("cannot accept: " + e.getMessage() + "; new clients wait");
            arrival.interestOps(0);
            selector.select(ACCEPT_RETRY.toMillis());
            arrival.interestOps(arrivalOp);
            return null;
        }
    }

    private Request accept(ServerSocketChannel streams) throws IOException {
        var channel = streams.accept();
        if (channel == null) return null; // readiness is a hint, and hints can be wrong
        try {
            if (address instanceof Address.Unix) {
                return new Connection("client " + ++unnamed, channel);
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new Connection(channel.getRemoteAddress().toString().substring(1), channel);
        } catch (IOException e) {
            IO.println("a client is gone already: " + e.getMessage());
            channel.close();
            return null;
        }
    }

    private Request receive(DatagramChannel datagrams) throws IOException {
        var sender = datagrams.receive(datagram.clear());
        if (sender == null) return null;
        var bytes = Arrays.copyOf(datagram.array(), datagram.position());
        return new Datagram(sender, bytes);
    }

    private void start(Request request) {
        requests.add(request);
        if (isClosing()) request.endInput();
        try {
            mixIn.execute(() -> serve(request));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread to be had
            IO.println(request.peer().name() + " cannot be served: " + e.getMessage());
            end(request);
        }
    }

    /// The life of a request, in Python's words. Whatever throws, the rest of it takes place.
    private void serve(Request request) {
        var peer = request.peer();
        request.thread = Thread.currentThread();
        attempt(request, "setup", () -> {
            var handler = handlers.get();
            handler.setup(peer);
            attempt(request, "handle", () -> handler.handle(peer));
            attempt(request, "finish", () -> handler.finish(peer));
        });
        attempt(request, "the last answer", request::complete);
        end(request);
    }

    /// A step in the life of a request.
    private interface Step {
        void run() throws Exception;
    }

    private void attempt(Request request, String what, Step step) {
        var who = request.peer().name();
        try {
            step.run();
        } catch (IOException e) {
            if (!request.isOpen()) return; // told already, by the one who closed it
            IO.println(who + " is lost: " + e.getMessage());
            request.close();
        } catch (Throwable e) { // even a StackOverflowError is the end of one request, no more
            var where = Stream.of(e.getStackTrace()).findFirst().map(at -> ", " + at).orElse("");
            IO.println("%s: %s failed: %s".formatted(who, what, printable(e + where)));
        }
    }

    private void end(Request request) {
        request.close();
        requests.remove(request);
        Thread.interrupted(); // it was meant for the request, and there may come another
        places.release();
    }

    // ---- what a request is made of ----

    /// A connection, or a datagram.
    private abstract static sealed class Request {

        volatile Thread thread; // null until it is served

        abstract Peer peer();

        /// Sends what is not sent yet, and says goodbye.
        abstract void complete() throws IOException;

        /// From now on the handler reads "end of stream", even if it is waiting just now.
        void endInput() {}

        void hangUpIfSilent() {}

        boolean isOpen() {
            return true;
        }

        public void close() {}
    }

    /// A request that is a TCP or Unix connection. It is a channel around a channel, and so Java
    /// makes the streams; on the way it looks after the flushing, the deadline and the log.
    private final class Connection extends Request implements ByteChannel {

        private static final long NEVER = Long.MAX_VALUE;

        private final SocketChannel channel;
        private final Peer peer;
        private volatile long deadline = NEVER;

        Connection(String name, SocketChannel channel) {
            this.channel = channel;
            peer = new Peer(name,
                    new BufferedInputStream(Channels.newInputStream(this), BUFFER_SIZE),
                    new BufferedOutputStream(Channels.newOutputStream(this), BUFFER_SIZE));
            IO.println(name + " connected");
        }

        /// Nobody may wait for a client that is waiting for an answer which lies in our buffer.
        @Override
        public int read(ByteBuffer into) throws IOException {
            peer.out().flush();
            var from = into.position();
            deadline = System.nanoTime() + limits.idle().toNanos();
            var count = channel.read(into);
            deadline = NEVER;
            log(peer, " sent us", into.array(), from, into.position());
            return count;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            var from = bytes.position();
            deadline = System.nanoTime() + limits.idle().toNanos();
            var count = channel.write(bytes);
            deadline = NEVER;
            log(peer, " gets back", bytes.array(), from, bytes.position());
            return count;
        }

        /// To close with bytes unread is a reset, and destroys answers that are still under way. So
        /// we close our half, and wait for the client to close the other.
        @Override
        void complete() throws IOException {
            if (!channel.isOpen()) return;
            peer.out().flush();
            channel.shutdownOutput();
            deadline = System.nanoTime() + LINGER.toNanos();
            var rest = ByteBuffer.allocate(BUFFER_SIZE);
            while (channel.read(rest) != -1) rest.clear();
            IO.println(peer.name() + " has left");
        }

        @Override
        void hangUpIfSilent() {
            if (deadline == NEVER || System.nanoTime() - deadline < 0) return;
            close(); // the thread that waits for it gets an AsynchronousCloseException
            IO.println(peer.name() + " kept us waiting for too long");
        }

        @Override
        void endInput() {
            try {
                channel.shutdownInput();
            } catch (IOException e) {
                close(); // it is broken
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                IO.println(peer.name() + " could not be closed: " + e.getMessage());
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        Peer peer() {
            return peer;
        }
    }

    /// A request that came as a datagram, with all there is to read. What the handler writes leaves
    /// as one datagram; if it writes nothing, none does. Beware: the address of a sender is easily
    /// forged, and then our answers go to somebody who never asked.
    private final class Datagram extends Request {

        private final SocketAddress sender;
        private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        private final Peer peer;

        Datagram(SocketAddress sender, byte[] bytes) {
            this.sender = sender;
            var in = new ByteArrayInputStream(bytes);
            peer = new Peer(sender.toString().substring(1), in, answer);
            log(peer, " sent us", bytes, 0, bytes.length);
        }

        @Override
        void complete() throws IOException {
            if (answer.size() == 0) return;
            var bytes = answer.toByteArray();
            var sent = ((DatagramChannel) listener).send(ByteBuffer.wrap(bytes), sender);
            log(peer, sent > 0 ? " gets back" : " would get back", bytes, 0, bytes.length);
        }

        @Override
        Peer peer() {
            return peer;
        }
    }

    /// A channel has no read timeout, and a write none at all. But any thread may close it.
    private void hangUpOnTheSilent() {
        try {
            while (!closing.await(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
                requests.forEach(Request::hangUpIfSilent);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody has this thread to interrupt it", e);
        }
    }

    // ---- the end ----

    /// Stops listening, ends the input of all requests, and waits for them to finish; half a second
    /// later those that have not are cut off: disconnected and interrupted. Returns within a
    /// second, even if a handler ignores all that. Idempotent, from any thread. A handler may call
    /// it, too: its own request is not waited for, but ends when the handler returns.
    void shutdown() {
        var mine = requests.stream().filter(this::isMine).count();
        if (mine > 0 && isClosing()) return; // two handlers would wait for each other
        closing.countDown();
        selector.wakeup();
        requests.forEach(Request::endInput);
        if (!othersEnd(GRACE, mine)) {
            others().forEach(this::cutOff);
            if (!othersEnd(CUT_OFF, mine)) {
                IO.println("shut down, but these go on: "
                        + others().map(request -> request.peer().name()).toList());
            }
        }
        closeListener();
    }

    private boolean isMine(Request request) {
        return request.thread == Thread.currentThread();
    }

    private Stream<Request> others() {
        return requests.stream().filter(request -> !isMine(request));
    }

    /// When all places are free, nobody is served.
    private boolean othersEnd(Duration time, long mine) {
        var others = limits.requests() - (int) mine;
        try {
            if (!places.tryAcquire(others, time.toMillis(), TimeUnit.MILLISECONDS)) return false;
            places.release(others);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void cutOff(Request request) {
        IO.println(request.peer().name() + " is cut off");
        request.close();
        var thread = request.thread;
        if (thread != null) thread.interrupt();
    }

    /// Only when the requests have ended, for datagrams are answered through it.
    private synchronized void closeListener() {
        if (!listener.isOpen()) return;
        try {
            listener.close();
            selector.close(); // or it keeps the descriptor, and the port
            if (address instanceof Address.Unix(var path)) Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same as [#shutdown()].
    @Override
    public void close() {
        shutdown();
    }

    // ---- bytes and text ----

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] join(byte[] first, byte[] second) {
        var joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private void log(Peer peer, String what, byte[] bytes, int from, int to) {
        if (!quiet && to > from) {
            IO.println("%s%s %d bytes: %s".formatted(
                    peer.name(), what, to - from, readable(Arrays.copyOfRange(bytes, from, to))));
        }
    }

    /// The bytes as text if they are UTF-8, else in hex.
    private static String readable(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        return text.contains("\uFFFD")
                ? "%.60s".formatted(HexFormat.ofDelimiter(" ").formatHex(bytes))
                : "\"%.60s\"".formatted(printable(text.replace("\n", "\\n")));
    }

    /// A log must not let a stranger write escape sequences to our terminal.
    private static String printable(String text) {
        return text.replaceAll("\\p{C}", "?");
    }

    // ---- the program ----

    @Command(name = "lesson06-socketserver.java", description =
            "A server of lines, on TCP, UDP or a Unix socket; Ctrl-C ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "address to listen on (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
        int port;

        @ArgGroup Transport transport = new Transport();
        @ArgGroup MixIn mixIn = new MixIn();
        @ArgGroup Handler handler = new Handler();

        static class Transport {
            @Option(names = "--udp", description = "datagrams instead of TCP connections")
            boolean udp;

            @Option(names = "--unix", paramLabel = "PATH",
                    description = "a Unix socket there; HOST and PORT do not matter")
            Path unix;
        }

        static class MixIn {
            @Option(names = "--one-at-a-time", description = "the next request waits")
            boolean oneAtATime;

            @Option(names = "--threads", description = "a platform thread per request")
            boolean threads;

            @Option(names = "--virtual-threads",
                    description = "a virtual thread per request (the default)")
            boolean virtualThreads;
        }

        static class Handler {
            @Option(names = "--upper", description = "answers lines in upper case")
            boolean upper;

            @Option(names = "--raw", description = "answers reads instead of lines")
            boolean raw;
        }

        @Option(names = "--prefix", defaultValue = "echo ", paramLabel = "TEXT",
                description = "goes before each echo (default: '${DEFAULT-VALUE}')")
        String prefix;

        @Option(names = "--quiet", description = "no line per read and write")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            try (var server = open()) {
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                IO.println("listening on "
                        + (transport.unix != null ? transport.unix : host + ":" + server.port()));
                server.serve();
                return 0;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail(transport.unix != null
                        ? "cannot listen on %s: %s; try another path".formatted(
                                transport.unix, e.getMessage())
                        : "cannot listen on %s:%d: %s; try another port, 0 picks a free one"
                                .formatted(host, port, e.getMessage()));
            }
        }

        private SocketServer open() throws IOException {
            return new SocketServer(address(), handlers(), executor(), Limits.DEFAULT, quiet);
        }

        private Address address() throws IOException {
            if (transport.unix != null) return new Address.Unix(transport.unix);
            var address = new InetSocketAddress(InetAddress.getByName(host), port);
            return transport.udp ? new Address.Udp(address) : new Address.Tcp(address);
        }

        private Supplier<RequestHandler> handlers() {
            if (handler.upper) return UpperCase::new;
            return handler.raw ? () -> new RawEcho(prefix) : () -> new LineEcho(prefix);
        }

        private Executor executor() {
            if (mixIn.oneAtATime) return ONE_AT_A_TIME;
            return mixIn.threads ? THREADS : VIRTUAL_THREADS;
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
