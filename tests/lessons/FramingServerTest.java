import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import conformance.Bytes;
import conformance.ConcurrentFrameProperties;
import conformance.FrameAnswer;
import conformance.Play;
import conformance.Stage;
import java.lang.management.ManagementFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import shared.ClientOutput;
import shared.Narrator;

/// Lesson 05: the framing server, and its client, over real sockets. What they exchange is put
/// together and taken apart here with the JDK's own streams, not with the codec. What any server of
/// frames has to keep is in [ConcurrentFrameProperties].
@Tag("long")
class FramingServerTest implements ConcurrentFrameProperties {

    private static final int MAX_FRAME = 100_000;
    private static final Bytes HELLO = Bytes.of("hello");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static RunningServer start(String prefix) throws IOException {
        var server = new FramingServer(
                RunningServer.FREE_PORT, prefix, MAX_FRAME, new Narrator(true));
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    @Override
    public void perform(String prefix, Play play) throws Exception {
        try (var server = start(prefix)) {
            new Stage(server.address(), () -> new FrameAnswer(prefix.getBytes(UTF_8)),
                    TestClient.DEADLINE).perform(play);
        }
    }

    // ---- one client ----

    /// Good frames are answered even if a bad one follows at once, and whatever follows that; then
    /// it is over, with one line in the log.
    @Property(tries = 30)
    void aBadFrameEndsTheConnectionBehindTheAnswersToGoodOnes(
            @ForAll("messages") List<Bytes> messages, @ForAll("badLengths") int length,
            @ForAll @IntRange(max = 3) int more) throws Exception {
        var log = new ByteArrayOutputStream();
        var before = System.out;
        Narrator.flush(TestClient.DEADLINE); // what others have said
        System.setOut(new PrintStream(log, true, UTF_8));
        try (var server = start("echo "); var client = new TestClient(server.port())) {
            var stream = new ByteArrayOutputStream();
            stream.writeBytes(frames(messages));
            new DataOutputStream(stream).writeInt(length);
            stream.writeBytes(Bytes.letters(more * 50_000).array());
            client.send(stream.toByteArray());
            assertEquals(answers("echo ", messages), payloads(client.readToEnd()));
        } finally {
            Narrator.flush(TestClient.DEADLINE);
            System.setOut(before);
        }
        var lines = log.toString(UTF_8).lines()
                .filter(line -> !line.endsWith(" connected")).toList();
        assertEquals(1, lines.size(), () -> "in the log: " + lines);
        assertTrue(lines.getFirst().endsWith("announced " + Integer.toUnsignedString(length)
                + " bytes, limit " + MAX_FRAME), lines.getFirst());
    }

    @Property(tries = 6)
    void aFrameOfTheGreatestLengthIsAnswered(@ForAll("prefixes") String prefix) throws Exception {
        try (var server = start(prefix); var client = new TestClient(server.port())) {
            for (int i = 0; i < 3; i++) roundTrip(client, prefix, Bytes.letters(MAX_FRAME - i % 2));
        }
    }

    // ---- what it costs ----

    /// A client that sends frames as fast as it can, and reads nothing until it can send no more:
    /// it is bounded, costs nothing while it is stuck, and in the end gets every answer.
    @Property(tries = 2)
    void aClientThatDoesNotReadIsNotReadFrom(@ForAll("floodSizes") int size) throws Exception {
        var message = Bytes.letters(size);
        var block = repeat(frames(List.of(message)), 1 + 100_000 / (size + 9));
        try (var server = start("echo "); var flood = SocketChannel.open();
                var good = new TestClient(server.port())) {
            flood.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            flood.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            var sent = sendUntilStuck(flood, ByteBuffer.wrap(block));
            roundTrip(good, "echo ", HELLO);
            assertCostsNothing(server, good);

            flood.shutdownOutput();
            flood.socket().setSoTimeout((int) TestClient.DEADLINE.toMillis());
            var answer = frames(answers("echo ", List.of(message)));
            assertEquals(sent / (4 + size) * answer.length,
                    countRepetitions(answer, flood.socket().getInputStream()), "bytes of answers");
        }
    }

    private static long sendUntilStuck(SocketChannel flood, ByteBuffer block) throws IOException {
        long sent = 0;
        flood.configureBlocking(false);
        try (var selector = Selector.open()) {
            flood.register(selector, SelectionKey.OP_WRITE);
            while (selector.select(_ -> {}, 200) > 0) { // milliseconds without any progress
                sent += flood.write(block.hasRemaining() ? block : block.rewind());
                assertTrue(sent < 64 << 20, "the server keeps " + sent + " bytes for one client");
            }
        }
        flood.configureBlocking(true);
        return sent;
    }

    private static long countRepetitions(byte[] unit, InputStream in) throws IOException {
        var expected = repeat(unit, 1 + 100_000 / unit.length);
        long count = 0;
        for (byte[] block; (block = in.readNBytes(expected.length)).length > 0; ) {
            var same = Arrays.mismatch(expected, block);
            assertTrue(same == -1 || same == block.length, "wrong byte at " + (count + same));
            count += block.length;
        }
        return count;
    }

    /// Clients that are connected, silent, and ready to be written to are no reason to wake up.
    private static void assertCostsNothing(RunningServer server, TestClient silent)
            throws IOException {
        var before = THREADS.getThreadCpuTime(server.loop().threadId());
        assertTrue(silent.hearsNothingFor(Duration.ofMillis(200)));
        var used = THREADS.getThreadCpuTime(server.loop().threadId()) - before;
        assertTrue(used < 30_000_000, "200 ms of idling took " + used / 1_000_000 + " ms of CPU");
    }

    @Example
    void inTheLongRunAFrameAllocatesNothing() throws Exception {
        final int frames = 2000;
        var message = Bytes.letters(1000);
        try (var server = start("echo "); var client = new TestClient(server.port())) {
            for (int i = 0; i < frames; i++) roundTrip(client, "echo ", message);
            var before = THREADS.getThreadAllocatedBytes(server.loop().threadId());
            for (int i = 0; i < frames; i++) roundTrip(client, "echo ", message);
            var after = THREADS.getThreadAllocatedBytes(server.loop().threadId());
            var each = (after - before) / frames;
            // The JDK itself boxes the descriptor's number, 16 bytes, until it is fully compiled.
            assertTrue(each <= 32, each + " bytes allocated for each frame");
        }
    }

    @Example
    @Tag("process")
    void runningOutOfDescriptorsIsNoDisaster() throws Exception {
        if (System.getProperty("os.name").startsWith("Windows")) return; // needs ulimit
        final int descriptors = 100;
        var clients = new ArrayDeque<TestClient>();
        try (var lesson = ChildLesson.startWithDescriptors(
                descriptors, "FramingServer", "127.0.0.1", "0", "--quiet")) {
            var port = lesson.port();
            clients.add(new TestClient(port));
            roundTrip(clients.getFirst(), "echo ", HELLO); // a class file needs a descriptor, too
            while (clients.size() < descriptors) clients.add(new TestClient(port));
            var last = clients.getLast();
            last.send(frames(List.of(HELLO)));
            roundTrip(clients.getFirst(), "echo ", HELLO);

            var before = lesson.cpuTime();
            assertTrue(last.hearsNothingFor(Duration.ofMillis(300)), "where did that come from?");
            var used = lesson.cpuTime().minus(before).toMillis();
            assertTrue(used < 150, "it spins: " + used + " ms");

            for (int i = 0; i < descriptors / 2; i++) clients.removeFirst().close();
            assertEquals(answers("echo ", List.of(HELLO)), List.of(readAnswer(last)));
        } finally {
            for (var client : clients) client.close();
        }
    }

    /// A quarter of 64 MB for frames that are not complete. Clients that would take more have to
    /// go; one that sends whole frames does not notice.
    @Example
    @Tag("process")
    void allClientsTogetherHaveALimitOfMemory() throws Exception {
        final int count = 60;
        var allButOneByte = Arrays.copyOf(frames(List.of(Bytes.letters(1_000_000))), 1_000_003);
        var clients = new ArrayList<TestClient>();
        try (var lesson = ChildLesson.startWithHeap("64m", "FramingServer", "127.0.0.1", "0");
                var good = new TestClient(lesson.port())) {
            for (int i = 0; i < count; i++) {
                clients.add(new TestClient(good.socket.getPort()));
                sendAll(allButOneByte, clients.getLast());
                roundTrip(good, "echo ", HELLO);
            }
            var gone = 0;
            for (var client : clients) if (!client.hearsNothingFor(Duration.ofMillis(20))) gone++;
            assertTrue(gone > count / 2 && gone < count, gone + " of " + count + " had to go");
            roundTrip(good, "echo ", HELLO);
            lesson.terminate();
            assertEquals("", lesson.errors());
        } finally {
            for (var client : clients) client.close();
        }
    }

    /// Or as much as the server takes.
    private static void sendAll(byte[] bytes, TestClient client) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            assertTrue(e instanceof SocketException, e.toString()); // it had to go
        }
    }

    // ---- the log ----

    @Example
    @Tag("process")
    void aLogThatNobodyReadsHoldsUpNobody() throws Exception {
        try (var lesson = ChildLesson.start("FramingServer", "127.0.0.1", "0");
                var client = new TestClient(lesson.port())) {
            LogOracle.checkThatItHoldsUpNobody(lesson, () -> roundTrip(client, "echo ", HELLO));
        }
    }

    @Example
    @Tag("process")
    void theLogShowsNothingThatATerminalCouldObey() throws Exception {
        try (var lesson = ChildLesson.start("FramingServer", "127.0.0.1", "0");
                var client = new TestClient(lesson.port())) {
            for (var strange : LogOracle.STRANGE) {
                roundTrip(client, "echo ", new Bytes(("A" + strange + "Z").getBytes(UTF_8)));
                var line = LogOracle.lineWith("sent us", lesson);
                assertTrue(line.endsWith("Z\""), line);
            }
        }
    }

    // ---- the end ----

    @Property(tries = 5)
    void afterCloseThePortIsFreeAndNobodyIsLeft(@ForAll("prefixes") String prefix)
            throws Exception {
        FreePort.afterClose(() -> {
            var server = start(prefix);
            try (var client = new TestClient(server.port())) {
                roundTrip(client, prefix, HELLO);
                server.close(); // fails if its thread goes on
                FreePort.bind(server.port());
                assertEquals(0, client.readToEnd().length);
                server.close(); // a second time: nothing happens
            }
        });
    }

    // ---- the client ----

    @Property(tries = 30)
    void theClientShowsTheAnswerToEachLine(
            @ForAll("prefixes") String prefix, @ForAll("lines") List<Bytes> lines,
            @ForAll boolean lastLineEnds) throws Exception {
        var input = input(lines);
        var last = lines.isEmpty() || lines.getLast().array().length == 0 || lastLineEnds;
        var shown = new ByteArrayOutputStream();
        try (var server = start(prefix); var socket = connect(server.port())) {
            var client = new FramingClient(socket, 2 * MAX_FRAME, TestClient.DEADLINE);
            var typed = new ByteArrayInputStream(input, 0, input.length - (last ? 0 : 1));
            assertTrue(client.talk(typed, pipe(shown)));
            assertEquals(0, client.missing());
        }
        assertEquals(new Bytes(input(answers(prefix, lines))), new Bytes(shown.toByteArray()));
    }

    /// Merged, split, or byte by byte: the client shows what the server says, and the server gets
    /// what was typed.
    @Property
    void theClientFindsTheAnswersHoweverTheyAreCut(
            @ForAll("lines") List<Bytes> lines, @ForAll("lines") List<Bytes> extra,
            @ForAll("chunkings") List<Integer> chunking) throws Exception {
        var arrived = new CompletableFuture<byte[]>();
        var said = new ArrayList<>(answers("> ", lines));
        said.addAll(extra); // nobody asked
        var shown = new ByteArrayOutputStream();
        try (var server = new ScriptedServer(client -> {
            arrived.complete(client.getInputStream().readAllBytes());
            for (var chunk : cut(frames(said), chunking)) client.getOutputStream().write(chunk);
        }); var socket = connect(server.port())) {
            assertTrue(client(socket).talk(
                    new ByteArrayInputStream(input(lines)), pipe(shown)));
        }
        assertEquals(lines, payloads(arrived.join()), "what the server got");
        assertEquals(new Bytes(input(said)), new Bytes(shown.toByteArray()), "shown");
    }

    /// The server closes after any number of bytes: what was whole is shown, and the rest counted.
    @Property(tries = 100)
    void theClientKnowsHowManyAnswersAreMissing(
            @ForAll("lines") List<Bytes> lines, @ForAll @IntRange(max = 1000) int permille)
            throws Exception {
        var answers = answers("> ", lines);
        var said = Arrays.copyOf(frames(answers), frames(answers).length * permille / 1000);
        var whole = 0;
        while (whole < lines.size()
                && frames(answers.subList(0, whole + 1)).length <= said.length) {
            whole++;
        }
        var inside = said.length > frames(answers.subList(0, whole)).length;
        Statistics.label("closed").collect(inside ? "inside a frame" : "between frames")
                .coverage(c -> c.check("inside a frame").percentage(p -> p > 20));
        var shown = new ByteArrayOutputStream();
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readAllBytes();
            client.getOutputStream().write(said);
        }); var socket = connect(server.port())) {
            var client = client(socket);
            var typed = new ByteArrayInputStream(input(lines));
            if (inside) {
                assertThrows(FrameCodec.FrameException.CutShort.class,
                        () -> client.talk(typed, pipe(shown)));
            } else {
                assertEquals(whole == lines.size(), client.talk(typed, pipe(shown)),
                        "all answered?");
            }
            assertEquals(lines.size() - whole, client.missing());
        }
        assertEquals(new Bytes(input(answers.subList(0, whole))), new Bytes(shown.toByteArray()));
    }

    /// No line waits for the answer to the one before; and no answer waits for the next line.
    @Property(tries = 20)
    void theClientSendsOnBeforeItIsAnsweredAndShowsWithoutBeingAsked(
            @ForAll @IntRange(min = 1, max = 20) int lines) throws Exception {
        var hello = Collections.nCopies(lines, HELLO);
        var shown = new Screen(input(hello).length);
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readNBytes(frames(hello).length);
            client.getOutputStream().write(frames(hello));
            client.getInputStream().read(); // to its end
        }); var socket = connect(server.port())) {
            var typed = new SequenceInputStream(
                    new ByteArrayInputStream(input(hello)), new KeyboardSilentUntil(shown.full));
            assertTrue(client(socket).talk(typed, pipe(shown)));
        }
        assertEquals(new Bytes(input(hello)), new Bytes(shown.toByteArray()));
    }

    /// Nobody types any more, and the server leaves when it has answered so many.
    @Property(tries = 3)
    void theClientNoticesThatTheServerHasLeft(@ForAll @IntRange(max = 2) int answered)
            throws Exception {
        var hello = Collections.nCopies(2, HELLO);
        var keyboard = new KeyboardSilentUntil(new CountDownLatch(1));
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readNBytes(frames(hello).length);
            client.getOutputStream().write(frames(hello.subList(0, answered)));
        }); var socket = connect(server.port())) {
            var typed = new SequenceInputStream(new ByteArrayInputStream(input(hello)), keyboard);
            var client = client(socket);
            assertFalse(client.talk(typed, pipe(OutputStream.nullOutputStream())));
            assertEquals(2 - answered, client.missing());
        } finally {
            keyboard.until.countDown();
        }
    }

    @Property(tries = 20)
    void theClientTellsAResetFromAnEnd(@ForAll("lines") List<Bytes> lines) throws Exception {
        var answers = answers("> ", lines);
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readAllBytes();
            client.getOutputStream().write(frames(answers));
            ScriptedServer.reset(client);
        }); var socket = connect(server.port())) {
            var error = assertThrows(IOException.class, () -> client(socket).talk(
                    new ByteArrayInputStream(input(lines)),
                    pipe(OutputStream.nullOutputStream())));
            assertFalse(error instanceof FrameCodec.FrameException, error.toString());
        }
    }

    @Property(tries = 20)
    void theClientShowsTheGoodAnswersBeforeABadOne(
            @ForAll("lines") List<Bytes> lines, @ForAll("badLengths") int length) throws Exception {
        var shown = new ByteArrayOutputStream();
        var screen = new BufferedOutputStream(shown);
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readAllBytes();
            var bad = ByteBuffer.allocate(4).putInt(length).array();
            client.getOutputStream().write(
                    Bytes.join(List.of(new Bytes(frames(lines)), new Bytes(bad))));
        }); var socket = connect(server.port())) {
            assertThrows(FrameCodec.FrameException.TooLarge.class,
                    () -> client(socket).talk(
                            new ByteArrayInputStream(input(lines)), pipe(screen)));
        }
        assertEquals(new Bytes(input(lines)), new Bytes(shown.toByteArray()));
    }

    /// In a terminal an answer is one line, and harmless, whatever is in it.
    @Property
    void theClientShowsEachAnswerOnOneLineOfATerminal(
            @ForAll("strangeAnswers") List<Bytes> said, @ForAll("chunkings") List<Integer> chunking)
            throws Exception {
        var shown = new ByteArrayOutputStream();
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readAllBytes();
            for (var chunk : cut(frames(said), chunking)) client.getOutputStream().write(chunk);
        }); var socket = connect(server.port())) {
            client(socket).talk(InputStream.nullInputStream(),
                    new ClientOutput(new PrintStream(shown, false, UTF_8), true));
        }
        var lines = shown.toString(UTF_8).split("\n", -1);
        assertEquals(said.size() + 1, lines.length, shown.toString(UTF_8));
        for (var line : lines) {
            assertFalse(PrintableTest.UNSEEN.matcher(line.replace("\t", "")).find(), line);
        }
    }

    @Provide
    Arbitrary<List<Bytes>> strangeAnswers() {
        var strange = Arbitraries.of(LogOracle.STRANGE).map(text -> text.getBytes(UTF_8));
        var plain = Arbitraries.of("A", "\n", "\r\n", "\t", "\u4f60", "").map(
                text -> text.getBytes(UTF_8));
        var cutCharacter = Arbitraries.just(new byte[] {(byte) 0xE4, (byte) 0xBD});
        return Arbitraries.oneOf(strange, plain, cutCharacter).map(Bytes::new).list().ofMaxSize(5)
                .map(parts -> new Bytes(Bytes.join(parts))).list().ofMaxSize(6);
    }

    /// What came before it is sent and answered, and the line is not.
    @Property(tries = 50)
    void theClientSendsNoLineThatIsLongerThanAFrame(
            @ForAll @IntRange(max = 3) int before, @ForAll @IntRange(max = 20) int limit,
            @ForAll @IntRange(min = 1, max = 20) int more) throws Exception {
        var lines = Collections.nCopies(before, Bytes.letters(limit));
        var all = new ArrayList<>(lines);
        all.add(Bytes.letters(limit + more));
        all.add(Bytes.of("")); // nobody gets as far as this
        var arrived = new CompletableFuture<byte[]>();
        var shown = new ByteArrayOutputStream();
        try (var server = new ScriptedServer(client -> {
            arrived.complete(client.getInputStream().readAllBytes());
            client.getOutputStream().write(arrived.join());
        }); var socket = connect(server.port())) {
            var client = new FramingClient(socket, limit, TestClient.DEADLINE);
            var failure = assertThrows(ProtocolException.class, () -> client.talk(
                    new ByteArrayInputStream(input(all)), pipe(shown)));
            assertTrue(failure.getMessage().contains("more than " + limit + " bytes"),
                    failure.getMessage());
            assertEquals(0, client.missing());
        }
        assertEquals(lines, payloads(arrived.join()), "what the server got");
        assertEquals(new Bytes(input(lines)), new Bytes(shown.toByteArray()), "shown");
    }

    /// It takes everything, and answers some of it: no reason to wait for ever.
    @Property(tries = 5)
    void theClientGivesUpASilentServerAfterTheEndOfInput(@ForAll @IntRange(max = 2) int answered)
            throws Exception {
        var hello = Collections.nCopies(3, HELLO);
        var over = new CountDownLatch(1);
        try (var server = new ScriptedServer(client -> {
            client.getOutputStream().write(frames(hello.subList(0, answered)));
            await(over);
        }); var socket = connect(server.port())) {
            var patience = Duration.ofMillis(300);
            var client = new FramingClient(socket, MAX_FRAME, patience);
            var start = System.nanoTime();
            assertThrows(InterruptedIOException.class, () -> client.talk(
                    new ByteArrayInputStream(input(hello)),
                    pipe(OutputStream.nullOutputStream())));
            var took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(patience) >= 0, "given up after " + took);
            over.countDown();
            assertEquals(3 - answered, client.missing());
        }
    }

    /// Somebody who thinks before typing is no reason to give up.
    @Example
    void theClientWaitsForTheKeyboardAsLongAsItTakes() throws Exception {
        var keyboard = new KeyboardSilentUntil(new CountDownLatch(1));
        try (var server = start("echo "); var socket = connect(server.port())) {
            var client = new FramingClient(socket, MAX_FRAME, Duration.ofMillis(100));
            var talk = new FutureTask<>(() -> client.talk(
                    keyboard, pipe(OutputStream.nullOutputStream())));
            Thread.startVirtualThread(talk);
            assertThrows(TimeoutException.class, () -> talk.get(1, TimeUnit.SECONDS));
            keyboard.until.countDown();
            assertTrue(talk.get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (latch.await(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) return;
            throw new IOException("it never happened");
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /// Both have more to say than the kernels can hold, so both have to listen meanwhile.
    @Example
    void theClientReadsWhileItWrites() throws Exception {
        var lines = Collections.nCopies(120, Bytes.letters(MAX_FRAME));
        var shown = new ByteArrayOutputStream();
        try (var server = start(""); var socket = connect(server.port())) {
            assertTrue(client(socket).talk(
                    new ByteArrayInputStream(input(lines)), pipe(shown)));
        }
        assertTrue(Arrays.equals(input(lines), shown.toByteArray()), "shown is not what was typed");
    }

    @Example
    void theClientSurvivesAServerThatHangsUpInTheMiddleOfALine() throws Exception {
        var input = Bytes.letters(8 << 20).array();
        try (var server = new ScriptedServer(client -> client.getInputStream().read());
                var socket = connect(server.port())) {
            var client = new FramingClient(socket, input.length, TestClient.DEADLINE);
            boolean good;
            try {
                good = client.talk(new ByteArrayInputStream(input),
                        pipe(OutputStream.nullOutputStream()));
            } catch (IOException e) {
                good = false;
            }
            assertFalse(good, "eight megabytes were not read, and all is well?");
            assertEquals(1, client.missing());
        }
    }

    /// What a person sees: one line, and an exit code.
    @Example
    @Tag("process")
    void theProgramSaysInOneLineWhatIsWrong() throws Exception {
        var lines = List.of(HELLO, Bytes.of(""), HELLO);
        var said = frames(lines);
        try (var good = new ScriptedServer(answering(said));
                var bad = new ScriptedServer(answering(Arrays.copyOf(said, said.length - 2)));
                var stranger = new ScriptedServer(answering("HTTP/1.1 400".getBytes(UTF_8)));
                var served = typing(lines, good);
                var left = typing(lines, bad);
                var lost = typing(lines, stranger)) {
            assertEquals("hello\n\nhello", served.restOfOutput());
            assertEquals(0, served.exitCode());
            assertEquals("hello\n", left.restOfOutput());
            assertEnds(left, "the server closed the connection with 1 answers missing: "
                    + "stream ended inside a frame: 2 of 5 payload bytes missing");
            assertEnds(lost, "bad answer: frame too large: announced 1213486160 bytes, "
                    + "limit 2097152; is it a framing server?");
        }
    }

    @Example
    @Tag("process")
    void theProgramSaysThatItWaitsAndGivesUp() throws Exception {
        var over = new CountDownLatch(1);
        try (var silent = new ScriptedServer(_ -> await(over));
                var program = typing(List.of(HELLO, HELLO), silent, "--deadline", "6")) {
            var said = program.errors().lines().toList();
            over.countDown();
            assertEquals(List.of("no answer for 5 s, still waiting for 2",
                            "gave up with 2 answers missing: nothing came for 6 s"),
                    said.subList(1, said.size())); // the first: connected to
            assertEquals(1, program.exitCode());
        }
    }

    private static ScriptedServer.Script answering(byte[] bytes) {
        return client -> {
            client.getInputStream().readAllBytes();
            client.getOutputStream().write(bytes);
        };
    }

    private static ChildLesson typing(
            List<Bytes> lines, ScriptedServer server, String... options) throws IOException {
        var arguments = new ArrayList<>(List.of("127.0.0.1", "" + server.port()));
        arguments.addAll(List.of(options));
        var program = ChildLesson.start("FramingClient", arguments.toArray(String[]::new));
        try (var keyboard = program.process.getOutputStream()) {
            keyboard.write(input(lines));
        }
        return program;
    }

    private static void assertEnds(ChildLesson program, String why) throws InterruptedException {
        var said = program.errors().lines().toList();
        assertEquals(List.of(why), said.subList(1, said.size())); // the first: connected to
        assertEquals(1, program.exitCode());
    }

    private static FramingClient client(Socket socket) {
        return new FramingClient(socket, MAX_FRAME, TestClient.DEADLINE);
    }

    /// Standard output, and nobody looks at it.
    private static ClientOutput pipe(OutputStream output) {
        return new ClientOutput(new PrintStream(output), false);
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TestClient.DEADLINE.toMillis());
        return socket;
    }

    /// What a person types who types these lines.
    private static byte[] input(List<Bytes> lines) {
        var input = new ByteArrayOutputStream();
        for (var line : lines) {
            input.writeBytes(line.array());
            input.write('\n');
        }
        return input.toByteArray();
    }

    /// Remembers what is shown, and tells when it is so much.
    private static final class Screen extends ByteArrayOutputStream {

        final CountDownLatch full = new CountDownLatch(1);
        private final int size;

        Screen(int size) {
            this.size = size;
        }

        @Override
        public void flush() {
            if (size() >= size) full.countDown();
        }
    }

    /// Nobody types anything, until something happens, and then it is the end.
    private static final class KeyboardSilentUntil extends InputStream {

        final CountDownLatch until;

        KeyboardSilentUntil(CountDownLatch until) {
            this.until = until;
        }

        @Override
        public int read() throws IOException {
            await(until);
            return -1;
        }
    }

    // ---- frames, in the words of the JDK ----

    private static byte[] frames(List<Bytes> payloads) {
        try {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            for (var payload : payloads) {
                out.writeInt(payload.array().length);
                out.write(payload.array());
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Bytes> payloads(byte[] frames) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(frames));
        var payloads = new ArrayList<Bytes>();
        while (in.available() > 0) payloads.add(new Bytes(in.readNBytes(in.readInt())));
        assertEquals(new Bytes(frames), new Bytes(frames(payloads)), "these are no whole frames");
        return payloads;
    }

    private static List<Bytes> answers(String prefix, List<Bytes> messages) {
        return messages.stream()
                .map(message -> new Bytes(Bytes.join(
                        List.of(new Bytes(prefix.getBytes(UTF_8)), message))))
                .toList();
    }

    private static void roundTrip(TestClient client, String prefix, Bytes message)
            throws IOException {
        client.send(frames(List.of(message)));
        assertEquals(answers(prefix, List.of(message)).getFirst(), readAnswer(client));
    }

    private static Bytes readAnswer(TestClient client) throws IOException {
        var in = client.socket.getInputStream();
        var header = ByteBuffer.wrap(in.readNBytes(4));
        assertEquals(4, header.remaining(), "the server has closed");
        return new Bytes(in.readNBytes(header.getInt()));
    }

    private static List<byte[]> cut(byte[] stream, List<Integer> sizes) {
        var chunks = new ArrayList<byte[]>();
        for (int from = 0, i = 0; from < stream.length; i++) {
            var to = (int) Math.min(stream.length, (long) from + sizes.get(i % sizes.size()));
            chunks.add(Arrays.copyOfRange(stream, from, to));
            from = to;
        }
        return chunks;
    }

    private static byte[] repeat(byte[] unit, int times) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) all.writeBytes(unit);
        return all.toByteArray();
    }

    // ---- what there is to choose from ----

    /// Among them some that look like a header.
    @Provide
    Arbitrary<List<Bytes>> messages() {
        var small = Arbitraries.of("", "a", "bc", "\0\0\0\3", "\n").map(Bytes::of);
        var large = Arbitraries.of(255, 256, 1000, 16_384, 66_000).map(Bytes::letters);
        return Arbitraries.frequencyOf(Tuple.of(4, small), Tuple.of(1, large))
                .list().ofMinSize(1).ofMaxSize(6);
    }

    /// Byte by byte only for a while, then the rest at once: large frames are among them.
    @Provide
    Arbitrary<List<Integer>> chunkings() {
        var byteByByte = Collections.nCopies(40, 1);
        var ends = Arbitraries.of(1000, 70_000, Integer.MAX_VALUE);
        var starts = Arbitraries.oneOf(
                Arbitraries.just(byteByByte), Arbitraries.just(List.<Integer>of()),
                Arbitraries.integers().between(1, 20).list().ofMaxSize(8));
        return Combinators.combine(starts, ends).as((start, end) -> {
            var sizes = new ArrayList<>(start);
            sizes.add(end);
            return List.copyOf(sizes);
        });
    }

    @Provide
    Arbitrary<Integer> badLengths() {
        return Arbitraries.of(MAX_FRAME + 1, 1 << 24, Integer.MAX_VALUE, Integer.MIN_VALUE, -1);
    }

    @Provide
    Arbitrary<Integer> floodSizes() {
        return Arbitraries.of(0, 50_000);
    }

    /// No line ends in them, of course; but bytes that are no UTF-8.
    @Provide
    Arbitrary<List<Bytes>> lines() {
        return Arbitraries.of(Bytes.of(""), Bytes.of("a"), Bytes.of("b\r"), Bytes.letters(300),
                        Bytes.letters(9000), new Bytes(new byte[] {(byte) 0xFF, 0, (byte) 0xE4}))
                .list().ofMaxSize(6);
    }
}
