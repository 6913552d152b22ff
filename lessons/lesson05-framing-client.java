///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//SOURCES lesson05-header-framing.java
//MAIN FramingClient
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: each line you type is a message, each answer a line

import module java.base;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 05: the framing client
///
/// Sends each line you type as a frame, and shows each answer on a line of its own. Start
/// `jbang lesson05-framing-server.java` first, this one in a second terminal, and type a few lines;
/// Ctrl-D ends the input.
///
/// It is built like the client of lesson 01, with one thread that sends and one that receives. But
/// that one did not know where an answer ends, and this one does. Look for:
///
/// - `seq 1000 | jbang lesson05-framing-client.java`: it does not wait for an answer before it
///   sends the next line (that is pipelining), and yet each answer is whole, and in its place.
/// - Stop the server while the client waits: it can say how many answers it is owed.
/// - A blank line is a frame of no bytes. It is answered like any other.
///
/// What is still wrong: answers have no names. They come in the order of the questions, so one that
/// takes long holds up all behind it. Protocols that care put a number into the header.
class FramingClient {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    /// If all is answered and the server closes, our sender is about to see that the input has
    /// ended, or it waits for a keyboard. So long it may take to find out.
    private static final Duration GRACE = Duration.ofMillis(200);

    private final Socket server;
    private final int maxFrame;
    private final AtomicLong owed = new AtomicLong();
    private volatile boolean allSent;
    private volatile IOException sendFailure;

    /// @param server a connected socket; closing it is the caller's business
    /// @param maxFrame the longest payload to accept, in bytes
    FramingClient(Socket server, int maxFrame) {
        this.server = server;
        this.maxFrame = maxFrame;
    }

    /// Sends each line of `input` as a frame, and writes each answer to `output` as a line, until
    /// the server closes.
    ///
    /// @return true if the server answered everything, and had everything when it closed
    /// @throws FrameCodec.FrameException if the server sends no frames, or ends inside of one
    /// @throws IOException if the connection breaks, or `input` or `output` does
    boolean talk(InputStream input, OutputStream output) throws IOException, InterruptedException {
        server.setTcpNoDelay(true); // each line on its way at once, whatever is unacknowledged
        var sender = Thread.startVirtualThread(() -> send(input));
        receive(output);
        if (missing() > 0) return false;
        sender.join(GRACE); // but no longer: nobody waits for a keyboard to finish
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
            allSent = true;
        } catch (IOException e) {
            sendFailure = e;
        }
        halfClose(); // last: the server may answer this at once by closing, and end our talk
    }

    /// "That was all", and still listening.
    private void halfClose() {
        try {
            server.shutdownOutput();
        } catch (IOException e) {
            sendFailure = e;
        }
    }

    private void sendLines(InputStream input) throws IOException {
        var out = server.getOutputStream();
        for (byte[] line; (line = readLine(input)) != null; ) {
            owed.incrementAndGet(); // first, or the answer might overtake it
            out.write(FrameCodec.encode(ByteBuffer.wrap(line)).array()); // both parts in one write
        }
    }

    /// The bytes are never decoded, so they arrive as they are, UTF-8 or not.
    ///
    /// @return a line without its end, or null at the end of the input
    private static byte[] readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != -1 && next != '\n') line.write(next);
        return next == -1 && line.size() == 0 ? null : line.toByteArray();
    }

    /// What one read brings may be half an answer or fifty: the decoder knows.
    private void receive(OutputStream output) throws IOException {
        var in = server.getInputStream();
        var decoder = new FrameCodec.Decoder(maxFrame);
        var bytes = new byte[64 * 1024];
        int count;
        while ((count = in.read(bytes)) != -1) {
            try {
                decoder.decode(ByteBuffer.wrap(bytes, 0, count), answer -> show(answer, output));
            } finally {
                output.flush(); // good answers are shown, even if a bad one follows
            }
        }
        decoder.end();
    }

    private void show(ByteBuffer answer, OutputStream output) throws IOException {
        owed.decrementAndGet();
        output.write(answer.array(), answer.arrayOffset() + answer.position(), answer.remaining());
        output.write('\n');
    }

    @Command(name = "lesson05-framing-client.java", description =
            "Sends each line you type as a frame and shows the answers; Ctrl-D ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "where the server is (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "its port (default: ${DEFAULT-VALUE})")
        int port;

        // Twice what the server accepts: an answer is longer than the question, by the prefix.
        @Option(names = "--max-frame", defaultValue = "2097152", paramLabel = "BYTES",
                description = "longest answer to accept (default: ${DEFAULT-VALUE})")
        int maxFrame;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            check(port >= 1 && port <= 65535, "no such port: " + port);
            check(maxFrame >= 0, "--max-frame must not be negative");
            try (var server = new Socket()) {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                server.connect(address, CONNECT_TIMEOUT_MILLIS);
                System.err.println("connected to " + host + ":" + port);
                return talk(new FramingClient(server, maxFrame));
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot connect to %s:%d: %s; is the server running?"
                        .formatted(host, port, e.getMessage()));
            }
        }

        private int talk(FramingClient client) throws InterruptedException {
            try {
                if (client.talk(System.in, System.out)) return 0;
                return fail("the server closed the connection" + missing(client));
            } catch (FrameCodec.FrameException.CutShort e) {
                return fail("the server closed the connection" + missing(client)
                        + ": " + e.getMessage());
            } catch (FrameCodec.FrameException.TooLarge e) {
                return fail("bad answer: " + e.getMessage() + "; is it a framing server?");
            } catch (IOException e) {
                return fail("the connection broke" + missing(client) + ": " + e.getMessage());
            }
        }

        private static String missing(FramingClient client) {
            return " with " + client.missing() + " answers missing";
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
