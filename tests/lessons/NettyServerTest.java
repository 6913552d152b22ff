import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LowerChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import shared.Narrator;

/// Lesson 06: the Netty server.
@Tag("long")
class NettyServerTest extends ConcurrentEchoConformance {

    @Override
    List<String> program() {
        return List.of("NettyServer");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        return start(prefix, false);
    }

    private static RunningServer start(String prefix, boolean frames) throws IOException {
        return start(prefix, frames, false);
    }

    private static RunningServer start(String prefix, boolean frames, boolean quiet)
            throws IOException {
        var server = new NettyServer(
                RunningServer.FREE_PORT, prefix, frames, new Narrator(quiet));
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    // ---- frames ----

    /// A frame, made by hand: neither Netty nor lesson 05 had a part in it.
    private static byte[] frame(byte[] payload) {
        var frame = new byte[4 + payload.length];
        for (int i = 0; i < 4; i++) frame[i] = (byte) (payload.length >> 8 * (3 - i));
        System.arraycopy(payload, 0, frame, 4, payload.length);
        return frame;
    }

    private static byte[] frames(String prefix, List<Bytes> payloads) {
        return Bytes.join(payloads.stream()
                .map(payload -> Bytes.join(List.of(new Bytes(prefix.getBytes(UTF_8)), payload)))
                .map(bytes -> new Bytes(frame(bytes))).toList());
    }

    @Property
    void everyFrameIsAnsweredWholeHoweverItIsCut(
            @ForAll("prefixes") String prefix, @ForAll("payloads") List<Bytes> payloads,
            @ForAll List<@IntRange(min = 1, max = 100_000) Integer> cuts) throws Exception {
        var expected = frames(prefix, payloads);
        try (var server = start(prefix, true); var client = new TestClient(server.port())) {
            sendCut(client, frames("", payloads), new TreeSet<>(cuts));
            client.halfClose();
            assertSame(expected, client.readToEnd());
        }
    }

    @Property
    void anAnswerDoesNotWaitForTheNextFrameToBeComplete(@ForAll("payloads") List<Bytes> payloads)
            throws Exception {
        var expected = frames("echo ", payloads);
        try (var server = start("echo ", true); var client = new TestClient(server.port())) {
            client.send(Bytes.join(List.of(
                    new Bytes(frames("", payloads)), new Bytes(new byte[] {0, 0, 0, 1}))));
            assertSame(expected, client.socket.getInputStream().readNBytes(expected.length));
            client.send(Bytes.of("x").array());
            var last = frame(Bytes.of("echo x").array());
            assertSame(last, client.socket.getInputStream().readNBytes(last.length));
        }
    }

    private static void sendCut(TestClient client, byte[] bytes, SortedSet<Integer> cuts)
            throws IOException {
        cuts.removeIf(cut -> cut >= bytes.length);
        cuts.add(bytes.length);
        var from = 0;
        for (int to : cuts) {
            client.send(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
    }

    private static void assertSame(byte[] expected, byte[] actual) {
        assertEquals(new Bytes(expected), new Bytes(actual));
    }

    /// What came before it is answered, though we are still sending; others are not concerned.
    @Property(tries = 15)
    void aFrameThatIsTooLargeEndsItsConnectionOnly(
            @ForAll("payloads") List<Bytes> before, @ForAll("tooLarge") int length)
            throws Exception {
        try (var server = start("echo ", true);
                var bad = new TestClient(server.port()); var good = new TestClient(server.port())) {
            bad.send(Bytes.join(List.of(new Bytes(frames("", before)), header(length),
                    Bytes.letters(2 << 20))));
            assertSame(frames("echo ", before), bad.readToEnd());
            good.send(frame(Bytes.of("good").array()));
            good.halfClose();
            assertSame(frame(Bytes.of("echo good").array()), good.readToEnd());
        }
    }

    private static Bytes header(int length) {
        return new Bytes(ByteBuffer.allocate(4).putInt(length).array());
    }

    @Example
    void theLongestFrameIsAnsweredAndOneByteMoreIsNot() throws Exception {
        try (var server = start("", true); var client = new TestClient(server.port())) {
            var longest = frame(Bytes.letters(1024 * 1024).array());
            client.send(longest);
            assertSame(longest, client.socket.getInputStream().readNBytes(longest.length));
            client.send(header(1024 * 1024 + 1).array());
            assertEquals(-1, client.socket.getInputStream().read());
        }
    }

    /// A flood of frames as in [Flood], which is one of bytes.
    @Property(tries = 2)
    void whoNeverReadsItsAnswersIsNotReadFrom(@ForAll("floodPayloads") int length)
            throws Exception {
        var frames = ByteBuffer.wrap(frames("", Collections.nCopies(
                200_000 / (4 + length), Bytes.letters(length))));
        try (var server = start("echo ", true, true);
                var flood = SocketChannel.open(new InetSocketAddress("127.0.0.1", server.port()));
                var selector = Selector.open(); var good = new TestClient(server.port())) {
            flood.configureBlocking(false);
            flood.register(selector, SelectionKey.OP_WRITE);
            for (long sent = 0; selector.select(_ -> {}, 200) > 0; ) {
                if (!frames.hasRemaining()) frames.rewind();
                sent += flood.write(frames);
                assertTrue(sent < 64 << 20, "the server keeps " + sent + " bytes for one client");
            }
            good.send(frame(Bytes.of("good").array()));
            good.halfClose();
            assertSame(frame(Bytes.of("echo good").array()), good.readToEnd());
        }
    }

    /// For one of these numbers of answers, the end of the input is seen when all but a last part
    /// of them has gone to the kernel. That part is owed, too.
    @Example
    void aHalfClosedClientGetsAllThatItIsOwed() throws Exception {
        var prefix = "x".repeat(30_000); // less than the low water mark: with it, reading goes on
        var answer = frame(prefix.getBytes(UTF_8));
        try (var server = start(prefix, true, true)) {
            var enough = (int) (whatTheKernelTakes(answer) / answer.length);
            halfCloseAndRead(server.port(), enough - 4, enough + 8, answer);
        }
    }

    /// How many bytes of such answers can be written to a client that does not read.
    private static long whatTheKernelTakes(byte[] answer) throws IOException {
        try (var listener = ServerSocketChannel.open().bind(RunningServer.FREE_PORT);
                var client = SocketChannel.open(listener.getLocalAddress());
                var accepted = listener.accept()) {
            accepted.configureBlocking(false);
            var one = ByteBuffer.allocateDirect(answer.length).put(answer).flip();
            var many = Stream.generate(one::duplicate).limit(1000).toArray(ByteBuffer[]::new);
            return client.isConnected() ? accepted.write(many) : 0;
        }
    }

    private static void halfCloseAndRead(int port, int from, int to, byte[] answer)
            throws IOException {
        var clients = new ArrayList<TestClient>();
        try (var last = new TestClient(port)) {
            for (int count = from; count < to; count++) {
                clients.add(new TestClient(port));
                clients.getLast().send(new byte[4 * count]); // so many empty frames
                clients.getLast().halfClose();
            }
            last.send(frame(new byte[0]));
            last.socket.getInputStream().readNBytes(answer.length); // they had their turn
            for (var client : clients) {
                assertEquals((long) answer.length * from++, client.readToEnd().length);
            }
        } finally {
            for (var client : clients) client.close();
        }
    }

    /// Lesson 05's client is none the wiser.
    @Property(tries = 20)
    void theFramingClientOfLesson05UnderstandsIt(
            @ForAll List<@LowerChars @StringLength(max = 5) String> lines) throws Exception {
        var input = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        var expected = lines.stream().map(line -> "echo " + line + "\n")
                .collect(Collectors.joining());
        try (var server = start("echo ", true); var connection = new TestClient(server.port())) {
            var output = new ByteArrayOutputStream();
            var client = new FramingClient(
                    connection.socket, 2 * NettyServer.MAX_PAYLOAD, TestClient.DEADLINE);
            assertTrue(client.talk(new ByteArrayInputStream(input.getBytes(UTF_8)),
                    new shared.ClientOutput(new PrintStream(output), false)));
            assertEquals(expected, output.toString(UTF_8));
        }
    }

    @Provide
    Arbitrary<List<Bytes>> payloads() {
        var small = Arbitraries.of((byte) 'a', (byte) 0, (byte) 4, (byte) '>', (byte) 0xFF)
                .array(byte[].class).ofMaxSize(6).map(Bytes::new);
        var large = Arbitraries.of(1000, 65_530, 65_536, 150_000).map(Bytes::letters);
        return Arbitraries.frequencyOf(Tuple.of(6, small), Tuple.of(1, large))
                .list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<Integer> tooLarge() {
        return Arbitraries.of(1024 * 1024 + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1);
    }

    @Provide
    Arbitrary<Integer> floodPayloads() {
        return Arbitraries.of(0, 1000);
    }

    // ---- memory ----

    /// Netty's buffers are counted by hand: one that is not released is never used again.
    @Example
    void everyBufferIsGivenBack() throws Exception {
        try (var server = start("echo ", true, true); var client = new TestClient(server.port())) {
            roundTrips(client);
            var before = allocated();
            roundTrips(client);
            var more = allocated() - before;
            assertTrue(more < 4 << 20, "10 MB have passed through, " + more + " bytes have stayed");
        }
    }

    private static void roundTrips(TestClient client) throws IOException {
        var frame = frame(Bytes.letters(10_000).array());
        for (int i = 0; i < 1000; i++) {
            client.send(frame);
            client.socket.getInputStream().readNBytes(frame.length + "echo ".length());
        }
    }

    private static long allocated() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric()
                .usedDirectMemory();
    }

    // ---- as a program ----

    /// Without options: a JDK that warns of what Netty does, or a logger that is missing, would.
    @Example
    @Tag("process")
    void nothingIsSaidThatIsNotOurs() throws Exception {
        try (var lesson = ChildLesson.start("NettyServer", "127.0.0.1", "0", "--frames");
                var client = new TestClient(lesson.port())) {
            client.send(frame(Bytes.of("hi").array()));
            client.halfClose();
            assertSame(frame(Bytes.of("echo hi").array()), client.readToEnd());
            lesson.interrupt();
            assertEquals(130, lesson.exitCode());
            assertEquals("", lesson.errors());
            var log = lesson.restOfOutput();
            assertEquals(4, log.lines().count(), log);
            assertFalse(log.contains("WARN"), log);
        }
    }

    /// The rule of all lessons with frames: payloads, in both directions, and no headers.
    @Example
    @Tag("process")
    void theLogTellsThePayloadOfEachFrame() throws Exception {
        try (var lesson = ChildLesson.start("NettyServer", "127.0.0.1", "0", "--frames");
                var client = new TestClient(lesson.port())) {
            var who = Narrator.nameOf(client.socket.getLocalSocketAddress());
            client.send(frame(Bytes.of("hello").array()));
            client.halfClose();
            assertSame(frame(Bytes.of("echo hello").array()), client.readToEnd());
            assertEquals(who + " connected", lesson.readLine());
            assertEquals(who + " sent us a frame of 5 bytes: \"hello\"", lesson.readLine());
            assertEquals(who + " gets back a frame of 10 bytes: \"echo hello\"",
                    lesson.readLine());
            assertEquals(who + " has left", lesson.readLine());
        }
    }

    /// It is not read from then, so that only a write can tell.
    @Example
    @Tag("process")
    void theLogTellsThatAClientLeftWhichNeverReadItsAnswers() throws Exception {
        try (var lesson = ChildLesson.start("NettyServer", "127.0.0.1", "0", "--quiet")) {
            try (var flood = new Flood(lesson.port(), "echo ")) {
                flood.sendUntilStuck();
            }
            assertTrue(lesson.readLine().endsWith(" connected"));
            var line = lesson.readLine();
            assertTrue(line.matches(".* is gone: .+"), line);
        }
    }

    /// How a client can leave, and the last line about it.
    enum Departure {
        CLOSES("has left") {
            void happen(TestClient client) throws IOException { client.close(); }
        },
        RESETS("is gone: .+") {
            void happen(TestClient client) throws IOException { client.reset(); }
        },
        LEAVES_ITS_ANSWERS("is gone: .+") {
            void happen(TestClient client) throws IOException {
                client.send(frame(new byte[900_000]));
                client.socket.getInputStream().read();
                client.reset();
            }
        },
        SENDS_TOO_MUCH("is sent away: .+") {
            void happen(TestClient client) throws IOException {
                client.send(header(Integer.MAX_VALUE).array());
                client.readToEnd();
                client.close();
            }
        };

        private final String lastLine;

        Departure(String lastLine) {
            this.lastLine = lastLine;
        }

        abstract void happen(TestClient client) throws IOException;
    }

    @Property(tries = 5)
    @Tag("process")
    void theLogTellsOnceHowEachClientLeft(@ForAll @Size(value = 4) List<Departure> departures)
            throws Exception {
        try (var lesson = ChildLesson.start(
                "NettyServer", "127.0.0.1", "0", "--frames", "--quiet")) {
            var port = lesson.port();
            for (var departure : departures) {
                try (var client = new TestClient(port)) {
                    departure.happen(client);
                }
                assertTrue(lesson.readLine().endsWith(" connected"));
                var line = lesson.readLine();
                assertTrue(line.matches("127\\.0\\.0\\.1:\\d+ " + departure.lastLine),
                        departures + ": " + line);
            }
            lesson.interrupt();
            assertEquals("", lesson.restOfOutput());
        }
    }
}
