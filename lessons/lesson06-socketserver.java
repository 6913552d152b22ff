///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java shared/Seats.java shared/VirtualThreads.java
//SOURCES socketserver/Listener.java socketserver/RequestsInProgress.java
//SOURCES socketserver/LineReader.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 06: a small framework for servers, after Python's socketserver

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;
import socketserver.*;

/// # Lesson 06: the socket server
///
/// The lessons so far wrote the same server again and again, around a few lines that made
/// the difference. Python's `socketserver` is that server without the lines; here it is
/// in Java. You write a [RequestHandler]. It serves one request, in three steps: setup,
/// handle, finish. A request is a connection (TCP, or a Unix socket), or a datagram
/// (UDP). And how many are served at once is one line to mix in: an [Executor].
///
/// In two more terminals type `jbang lesson06-line-client.java`, and a few lines in each.
/// Look for:
///
/// - One line, one answer, however long the line and however it is cut; a blank line is a
///   line. The article's echo answers reads, and nobody can tell where an answer ends.
/// - `--one-at-a-time`: the second client waits for the first to leave. With `--threads`,
///   and with `--virtual-threads`, the default, it does not. The handler is the same.
/// - `--upper` is another server, and three lines of code.
/// - `--udp`, and then `jbang lesson06-line-client.java --udp`: each datagram is a
///   request. The sender of a datagram is easily forged, and if it is another echo
///   server, or this one, each answer causes the next, for ever: RFC 862's old problem.
///   So our own address and port and all ports below 1024 get no answers, and every other
///   peer a limited number: [LoopGuard].
/// - `--unix /tmp/echo`, and then `jbang lesson06-line-client.java --unix /tmp/echo`: no
///   port at all, but a file with an owner.
///
/// There are 1,024 [Seats]. While somebody waits for one, the slowest client leaves: one
/// that keeps its handler waiting and has moved less than 16 bytes in two seconds. A
/// client for which the handler is at work keeps its seat. With `--one-at-a-time` seats
/// decide nothing, as the next client is accepted when the handler has returned: a silent
/// one holds up all others until it has been idle for a minute, and that is what the
/// option shows.
///
/// This file is the idea. The folder `socketserver` has the rest, a file for each thing:
/// where requests come from ([Listener]), what they are ([Request]), how they end when
/// the server does ([RequestsInProgress]).
///
/// What is still wrong: 1,024 clients that each send 16 bytes every two seconds look like
/// clients at work, and keep all others out.
class SocketServer implements Server {

    // ---- the mix-ins: how many requests at once ----

    static final Executor ONE_AT_A_TIME = Runnable::run;
    static final Executor THREADS = request -> Thread.ofPlatform().start(request);
    static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

    // ---- the handlers: what to do with a request ----

    /// Serves one request; a new one is made for each, so its fields belong to one client
    /// alone. Whatever these methods throw is logged and ends this request, and no other.
    interface RequestHandler {

        /// Comes first. If it throws, there is neither handle nor finish.
        default void setup(Peer peer) throws Exception {}

        /// Serves the request. In a thread of its own it may wait as it likes.
        void handle(Peer peer) throws Exception;

        /// Comes last, whether handle returned or threw.
        default void finish(Peer peer) throws Exception {}
    }

    /// Answers each line with a line. A client whose line is too long is told so, and
    /// disconnected.
    interface LineHandler extends RequestHandler {

        int LIMIT = 16_384; // bytes of a line, without its end

        /// @param line without its end; may be empty
        /// @return the answer without its end
        byte[] answer(byte[] line);

        @Override
        default void handle(Peer peer) throws IOException {
            var lines = new LineReader(peer.in(), LIMIT);
            try {
                for (byte[] line; (line = lines.next()) != null; ) {
                    peer.out().write(answer(line));
                    peer.out().write('\n');
                }
            } catch (LineReader.LineTooLong e) {
                peer.out().write(utf8(e.getMessage() + "\n"));
            }
        }
    }

    /// The echo server, so that one line gives one answer.
    record LineEcho(String prefix) implements LineHandler {
        @Override
        public byte[] answer(byte[] line) {
            var answer = new ByteArrayOutputStream();
            answer.writeBytes(utf8(prefix));
            answer.writeBytes(line);
            return answer.toByteArray();
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

        private static final int READ_LIMIT = 64 * 1024; // bytes; any datagram fits

        @Override
        public void handle(Peer peer) throws IOException {
            var start = utf8(prefix);
            var buffer = Arrays.copyOf(start, start.length + READ_LIMIT);
            int count;
            while ((count = peer.in().read(buffer, start.length, READ_LIMIT)) != -1) {
                peer.out().write(buffer, 0, start.length + count);
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    // ---- the server ----

    private static final Duration ACCEPT_RETRY = Duration.ofSeconds(1);
    private static final long IDLE_CHECK_MILLIS = 200;

    private final Listener listener;
    private final Supplier<? extends RequestHandler> handlers;
    private final Executor mixIn;
    private final Seats seats;
    private final Narrator log;
    private final RequestsInProgress requests;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor();

    /// @param listener where requests come from; closed with the server
    /// @param handlers makes a handler for each request
    /// @param mixIn runs the requests: one of the three above, or your own, say a pool
    /// @param seats how many are served at a time; the others wait
    SocketServer(Listener listener, Supplier<? extends RequestHandler> handlers,
            Executor mixIn, Seats seats, Narrator log) {
        this.listener = listener;
        this.handlers = handlers;
        this.mixIn = mixIn;
        this.seats = seats;
        this.log = log;
        requests = new RequestsInProgress(log);
        clock.scheduleWithFixedDelay(requests::disconnectIdle,
                IDLE_CHECK_MILLIS, IDLE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public int port() {
        return listener.port();
    }

    /// The server loop: the same for all handlers, transports and mix-ins.
    @Override
    public void serve() throws IOException, InterruptedException {
        VirtualThreads.waitOnce();
        while (!requests.areEnding()) {
            try {
                var request = listener.next();
                if (request != null) start(request);
            } catch (IOException e) {
                if (requests.areEnding()) return;
                // Most likely there are no file descriptors left. To try again at once
                // would be a busy loop.
                log.say("cannot accept: " + e.getMessage() + "; new clients wait");
                Thread.sleep(ACCEPT_RETRY);
            }
        }
    }

    private void start(Request request) throws InterruptedException {
        if (!request.awaitSeat(seats) || !requests.add(request)) {
            request.end(); // we are closing
            return;
        }
        try {
            mixIn.execute(() -> serve(request));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread for it
            log.say(request.peer().name() + " cannot be served: " + e.getMessage());
            end(request);
        }
    }

    /// The life of a request, in Python's words. Whatever throws, the rest takes place.
    private void serve(Request request) {
        request.serveHere();
        var peer = request.peer();
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
        try {
            step.run();
        } catch (IOException e) {
            request.fail(e);
        } catch (Throwable e) { // even a StackOverflowError ends one request, no more
            var where = Stream.of(e.getStackTrace()).findFirst().map(at -> ", " + at);
            log.say(request.peer().name() + ": " + what + " failed: "
                    + Printable.line(e + where.orElse("")));
        }
    }

    private void end(Request request) {
        request.end();
        requests.remove(request);
        Thread.interrupted(); // it was meant for the request, and there may come another
    }

    /// Python's `shutdown`. From any thread, a handler's too: see
    /// [RequestsInProgress#end()].
    @Override
    public void close() {
        if (!requests.end()) return; // it is being closed already
        seats.close(); // no interrupt: one during accept leaks the accepted socket
        clock.shutdown();
        try {
            listener.close(); // only now, as datagrams are answered through it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- the program ----

    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final int SEATS = 1024;
    private static final Duration SEAT_PERIOD = Duration.ofSeconds(2);

    static int run(String... args) {
        var command = new ServerCommand("lesson06-socketserver.java",
                "A server of lines, on TCP, UDP or a Unix socket; Ctrl-C ends it.");
        command.quiet("no line per read and write");
        var prefix = command.text("--prefix", "TEXT", "echo ",
                "goes before each echo (default: '${DEFAULT-VALUE}')");
        var transport = command.oneOf();
        var udp = transport.flag("--udp", "datagrams instead of TCP connections");
        var unix = transport.text("--unix", "PATH",
                "a Unix socket there; HOST and PORT do not matter");
        command.orPath(unix);
        var mixIn = command.oneOf();
        var oneAtATime = mixIn.flag("--one-at-a-time", "the next request waits");
        var threads = mixIn.flag("--threads", "a platform thread per request");
        mixIn.flag("--virtual-threads", "a virtual thread per request (the default)");
        var handler = command.oneOf();
        var upper = handler.flag("--upper", "answers lines in upper case");
        var raw = handler.flag("--raw", "answers reads instead of lines");
        return command.run(args, (address, log) -> {
            Supplier<RequestHandler> handlers = upper.get() ? UpperCase::new
                    : raw.get() ? () -> new RawEcho(prefix.get())
                    : () -> new LineEcho(prefix.get());
            var listener = unix.get() != null
                    ? new UnixListener(Path.of(unix.get()), IDLE, log)
                    : udp.get() ? new UdpListener(address, log)
                    : new TcpListener(address, IDLE, log);
            return new SocketServer(listener, handlers,
                    oneAtATime.get() ? ONE_AT_A_TIME
                            : threads.get() ? THREADS : VIRTUAL_THREADS,
                    new Seats(SEATS, SEAT_PERIOD, log), log);
        });
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
