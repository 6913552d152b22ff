///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES lesson05-header-framing.java shared/ClientCommand.java
//MAIN FramingClient
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: each line you type is a message, each answer a line

import module java.base;

import shared.*;

/// # Lesson 05: the framing client
///
/// Sends each line you type as a frame, and shows each answer on a line of its own. Start
/// `jbang lesson05-framing-server.java` first, this one in a second terminal, and type a
/// few lines; Ctrl-D ends the input.
///
/// It is built like the client of lesson 01, with one thread that sends and one that
/// receives. But that one could not tell where an answer ends, and this one can. Look
/// for:
///
/// - `seq 1000 | jbang lesson05-framing-client.java`: it does not wait for an answer
///   before it sends the next line (that is called pipelining), and yet each answer is
///   whole, and in its place.
/// - Suspend the server with Ctrl-Z, and type a line: after five seconds the client says
///   how many answers it still waits for. After the end of the input it gives up at a
///   `--deadline`. End the server, and it says at once how many answers are missing.
/// - A blank line is a frame of no bytes. It is answered like any other.
///
/// An answer may itself contain a line end, and must not look like two answers then. In
/// a terminal it is shown as `\n`. A pipe or a file gets every byte as it came; there the
/// frames are lost, and a line may be less than an answer.
///
/// What is still wrong: answers have no names. They come in the order of the questions,
/// so one that takes long holds up all behind it. Protocols that avoid this put a number
/// into the header, as HTTP/2 does.
class FramingClient {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final Duration NOTICE = Duration.ofSeconds(5);
    private static final int LOOK_MILLIS = 200;

    /// If all is answered and the server closes, the sending thread is about to see that
    /// the input has ended, or it waits for a keyboard. So long it may take to find out.
    private static final Duration GRACE = Duration.ofMillis(200);

    /// The greatest `--max-frame`, in bytes. A line on its way out and an answer on its
    /// way in are in memory several times each; so, a sixteenth of the heap.
    private static final int MAX_FRAME_LIMIT = (int) Math.min(
            1024 * 1024 * 1024, Runtime.getRuntime().maxMemory() / 16);

    private final Socket server;
    private final int maxFrame;
    private final Duration deadline;
    private final AtomicLong owed = new AtomicLong(); // answers
    private volatile long silentSince = System.nanoTime();
    private boolean told;
    private volatile boolean allSent;
    private volatile IOException sendFailure;

    /// @param server a connected socket; closing it is the caller's business
    /// @param maxFrame the longest line to send, and answer to accept, in bytes
    /// @param deadline how long the server may be silent after the end of the input
    FramingClient(Socket server, int maxFrame, Duration deadline) {
        this.server = server;
        this.maxFrame = maxFrame;
        this.deadline = deadline;
    }

    /// Sends each line of `input` as a frame, and writes each answer to `output` as a
    /// line, until the server closes.
    ///
    /// @return true if the server answered everything, and had everything when it closed
    /// @throws FrameCodec.FrameException if the server sends no frames, or ends inside of
    ///         one
    /// @throws InterruptedIOException if the server is silent for too long
    /// @throws ProtocolException if a line is too long
    /// @throws IOException if the connection breaks, or `input` or `output` does
    boolean talk(InputStream input, ClientOutput output)
            throws IOException, InterruptedException {
        server.setTcpNoDelay(true); // a line must not wait for an acknowledgement
        var sender = Thread.startVirtualThread(() -> send(input));
        receive(output);
        if (sendFailure instanceof ProtocolException) throw sendFailure;
        if (missing() > 0) return false;
        sender.join(GRACE); // no longer: it may wait for the keyboard
        if (sendFailure != null) throw sendFailure;
        return allSent;
    }

    /// How many answers have not come, to frames that were sent or were about to be.
    long missing() {
        return Math.max(0, owed.get());
    }

    private void send(InputStream input) {
        try {
            sendLines(new BufferedInputStream(input));
            silentSince = System.nanoTime();
            allSent = true;
        } catch (IOException e) {
            sendFailure = e;
        }
        halfClose(); // last: the server may close at once, and that ends our talk
    }

    /// The server reads the end of the stream, and can still answer.
    private void halfClose() {
        try {
            server.shutdownOutput();
        } catch (IOException e) {
            if (sendFailure == null) sendFailure = e;
        }
    }

    private void sendLines(InputStream input) throws IOException {
        var out = server.getOutputStream();
        for (byte[] line; (line = readLine(input)) != null; ) {
            if (missing() == 0) silentSince = System.nanoTime();
            owed.incrementAndGet(); // before the answer can come
            out.write(FrameCodec.encode(ByteBuffer.wrap(line)).array()); // in one write
        }
    }

    /// The bytes are never decoded, so they arrive as they are, UTF-8 or not.
    ///
    /// @return a line without its end, or null at the end of the input
    /// @throws ProtocolException if it is longer than a frame may be
    private byte[] readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != -1 && next != '\n') {
            if (line.size() == maxFrame) {
                throw new ProtocolException("a line of more than " + maxFrame
                        + " bytes was not sent; see --max-frame");
            }
            line.write(next);
        }
        return next == -1 && line.size() == 0 ? null : line.toByteArray();
    }

    /// What one read brings may be half an answer or fifty: the decoder finds out.
    private void receive(ClientOutput output) throws IOException {
        var in = server.getInputStream();
        var decoder = new FrameCodec.Decoder(maxFrame);
        var bytes = new byte[64 * 1024];
        int count;
        while ((count = read(in, bytes)) != -1) {
            try {
                decoder.decode(ByteBuffer.wrap(bytes, 0, count),
                        answer -> show(answer, output));
            } finally {
                output.flush(); // good answers are shown, even if a bad one follows
            }
        }
        decoder.end();
    }

    private void show(ByteBuffer answer, ClientOutput output) {
        owed.decrementAndGet();
        var from = answer.arrayOffset() + answer.position();
        output.writeLine(answer.array(), from, answer.remaining());
    }

    /// A read waits for ever, unless SO_TIMEOUT is set: then it fails after that time,
    /// and the connection stays as it is.
    private int read(InputStream in, byte[] bytes) throws IOException {
        server.setSoTimeout(LOOK_MILLIS);
        while (true) {
            try {
                var count = in.read(bytes);
                silentSince = System.nanoTime();
                told = false;
                return count;
            } catch (SocketTimeoutException e) {
                endure(Duration.ofNanos(System.nanoTime() - silentSince));
            }
        }
    }

    private void endure(Duration silence) throws InterruptedIOException {
        var seconds = silence.toSeconds();
        if ((allSent || sendFailure != null) && silence.compareTo(deadline) > 0) {
            throw new InterruptedIOException("nothing came for " + seconds + " s");
        }
        if (missing() > 0 && silence.compareTo(NOTICE) > 0 && !told) {
            told = true;
            System.err.println("no answer for " + seconds + " s, still waiting for "
                    + missing());
        }
    }

    private static int connectAndTalk(
            InetSocketAddress address, int maxFrame, Duration deadline)
            throws IOException, InterruptedException {
        try (var server = new Socket(); var output = ClientOutput.standard()) {
            server.connect(address, CONNECT_TIMEOUT_MILLIS);
            System.err.println("connected to " + ClientCommand.nameOf(address));
            return new FramingClient(server, maxFrame, deadline).talkAndReport(output);
        }
    }

    private int talkAndReport(ClientOutput output) throws InterruptedException {
        try {
            if (talk(System.in, output)) return 0;
            return failWithCount("the server closed the connection", "");
        } catch (FrameCodec.FrameException.CutShort e) {
            return failWithCount("the server closed the connection", e.getMessage());
        } catch (FrameCodec.FrameException.TooLarge e) {
            return ClientCommand.fail(
                    "bad answer: " + e.getMessage() + "; is it a framing server?");
        } catch (ProtocolException e) {
            return ClientCommand.fail(e.getMessage());
        } catch (InterruptedIOException e) {
            return failWithCount("gave up", e.getMessage());
        } catch (IOException e) {
            return failWithCount("the connection broke", e.getMessage());
        }
    }

    private int failWithCount(String what, String why) {
        return ClientCommand.fail(what + " with " + missing() + " answers missing"
                + (why.isEmpty() ? "" : ": " + why));
    }

    static int run(String... args) {
        var command = new ClientCommand("lesson05-framing-client.java",
                "Sends each line you type as a frame and shows the answers; Ctrl-D ends"
                        + " it.");
        // Twice what the server accepts: the prefix makes an answer longer than its line.
        var maxFrame = command.number("--max-frame", "BYTES",
                Math.min(2 * FrameCodec.DEFAULT_MAX_PAYLOAD, MAX_FRAME_LIMIT),
                0, MAX_FRAME_LIMIT,
                "longest line, and longest answer (default: ${DEFAULT-VALUE})");
        var deadline = command.seconds("--deadline", 30,
                "after the end of input give up on a server",
                "silent for so long (default: ${DEFAULT-VALUE})");
        return command.run(args, address ->
                connectAndTalk(address, maxFrame.get(), deadline.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
