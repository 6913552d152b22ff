import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.DatagramProperties;
import conformance.DatagramStage;
import conformance.Play;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Assumptions;
import shared.Narrator;
import shared.Seats;
import socketserver.Listener;
import socketserver.LoopGuard;
import socketserver.Peer;
import socketserver.TcpListener;
import socketserver.UdpListener;
import socketserver.UnixListener;

/// Lesson 06: the socket server.
@Tag("long")
class SocketServerTest {

    private static final int LIMIT = SocketServer.LineHandler.LIMIT;
    private static final Narrator LOG = new Narrator(false);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Path FOLDER = newFolder();

    enum MixIn {
        ONE_AT_A_TIME(SocketServer.ONE_AT_A_TIME),
        THREADS(SocketServer.THREADS),
        VIRTUAL_THREADS(SocketServer.VIRTUAL_THREADS);

        final Executor executor;

        MixIn(Executor executor) {
            this.executor = executor;
        }
    }

    private static Listener tcp() throws IOException {
        return new TcpListener(RunningServer.FREE_PORT, MINUTE, LOG);
    }

    private static Listener udp() throws IOException {
        return new UdpListener(RunningServer.FREE_PORT, LOG);
    }

    private static Listener unix(Path path) throws IOException {
        return new UnixListener(path, MINUTE, LOG);
    }

    private static SocketServer open(Listener listener, MixIn mixIn,
            Supplier<SocketServer.RequestHandler> handlers) {
        return new SocketServer(
                listener, handlers, mixIn.executor, new Seats(1024, MINUTE, LOG), LOG);
    }

    private static RunningServer run(SocketServer server) {
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    private static RunningServer start(MixIn mixIn, Supplier<SocketServer.RequestHandler> handlers)
            throws IOException {
        return run(open(tcp(), mixIn, handlers));
    }

    // ---- the echo of the other lessons, on all mix-ins ----

    @Group
    class OneAtATime extends EchoConformance {
        @Override
        List<String> program() {
            return List.of("SocketServer", "--raw", "--one-at-a-time");
        }

        @Override
        RunningServer start(String prefix) throws Exception {
            return SocketServerTest.start(
                    MixIn.ONE_AT_A_TIME, () -> new SocketServer.RawEcho(prefix));
        }

        @Override
        @Property(tries = 1) // the dearest; three times for virtual threads are enough
        public void aClientThatReadsOnlyAtTheEndGetsEveryByte(
                @ForAll("prefixes") String prefix, @ForAll("floods") Play play) throws Exception {
            super.aClientThatReadsOnlyAtTheEndGetsEveryByte(prefix, play);
        }
    }

    @Group
    class Threads extends ConcurrentEchoConformance {
        @Override
        List<String> program() {
            return List.of("SocketServer", "--raw", "--threads");
        }

        @Override
        RunningServer start(String prefix) throws Exception {
            return SocketServerTest.start(MixIn.THREADS, () -> new SocketServer.RawEcho(prefix));
        }

        @Override
        @Property(tries = 1)
        public void aClientThatReadsOnlyAtTheEndGetsEveryByte(
                @ForAll("prefixes") String prefix, @ForAll("floods") Play play) throws Exception {
            super.aClientThatReadsOnlyAtTheEndGetsEveryByte(prefix, play);
        }
    }

    @Group
    class VirtualThreads extends ConcurrentEchoConformance {
        @Override
        List<String> program() {
            return List.of("SocketServer", "--raw");
        }

        @Override
        RunningServer start(String prefix) throws Exception {
            return SocketServerTest.start(
                    MixIn.VIRTUAL_THREADS, () -> new SocketServer.RawEcho(prefix));
        }
    }

    // ---- setup, handle, finish ----

    /// How a step of a handler ends.
    enum Outcome {
        RETURNS, IO_EXCEPTION, RUNTIME_EXCEPTION, ERROR, INTERRUPTS_ITSELF;

        void happen() throws IOException {
            switch (this) {
                case RETURNS -> {}
                case IO_EXCEPTION -> throw new IOException("by the test");
                case RUNTIME_EXCEPTION -> throw new IllegalStateException("by the test\u001b[31m");
                case ERROR -> throw new StackOverflowError("by the test");
                case INTERRUPTS_ITSELF -> Thread.currentThread().interrupt();
            }
        }

        void happenUnchecked() {
            try {
                happen();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// How the steps of one request end.
    record Fate(Outcome birth, Outcome setup, Outcome handle, Outcome finish) {

        List<String> expected() {
            if (fails(birth)) return List.of();
            return fails(setup) ? List.of("setup") : List.of("setup", "handle", "finish");
        }

        private static boolean fails(Outcome outcome) {
            return outcome != Outcome.RETURNS && outcome != Outcome.INTERRUPTS_ITSELF;
        }
    }

    /// Meets its fate, and writes down what was called.
    record FatedHandler(Fate fate, List<String> calls) implements SocketServer.RequestHandler {

        @Override
        public void setup(Peer peer) throws IOException {
            calls.add("setup");
            fate.setup.happen();
        }

        @Override
        public void handle(Peer peer) throws IOException {
            calls.add("handle");
            fate.handle.happen();
        }

        @Override
        public void finish(Peer peer) throws IOException {
            calls.add("finish");
            fate.finish.happen();
        }
    }

    @Property
    void setupHandleFinishWhateverTheyDoAndTheNextIsServed(
            @ForAll MixIn mixIn, @ForAll("fates") List<Fate> fates) throws Exception {
        var next = new ConcurrentLinkedQueue<>(fates);
        var calls = new CopyOnWriteArrayList<List<String>>();
        try (var server = start(mixIn, () -> {
            var fate = next.poll();
            if (fate == null) return new SocketServer.LineEcho("echo ");
            calls.add(new CopyOnWriteArrayList<>());
            fate.birth.happenUnchecked();
            return new FatedHandler(fate, calls.getLast());
        })) {
            for (var _ : fates) {
                try (var client = new TestClient(server.port())) {
                    assertEquals(0, client.readToEnd().length);
                }
            }
            assertEquals("echo still here\n", exchange(server.port(), "still here\n"));
        }
        assertEquals(fates.stream().map(Fate::expected).toList(), calls, "calls for " + fates);
    }

    @Provide
    Arbitrary<List<Fate>> fates() {
        var any = Arbitraries.of(Outcome.class);
        var fine = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(Outcome.RETURNS)), Tuple.of(1, any));
        return Combinators.combine(fine, fine, any, any).as(Fate::new)
                .list().ofMinSize(1).ofMaxSize(4);
    }

    // ---- lines ----

    /// What a line handler has to answer, worked out in another way than it does.
    private static String answers(String sent, UnaryOperator<String> answer) {
        var lines = new ArrayList<>(List.of(sent.split("\n", -1)));
        var last = lines.removeLast(); // what is behind the last line end
        lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        if (!last.isEmpty()) lines.add(last);
        return lines.stream().map(line -> answer.apply(line) + "\n").collect(Collectors.joining());
    }

    /// One handler, and the same transcript with each mix-in, on TCP and on a Unix socket.
    @Property(tries = 40)
    void oneAnswerPerLineInOrderHoweverTheyAreCut(
            @ForAll MixIn mixIn, @ForAll boolean unix, @ForAll boolean upper,
            @ForAll("lines") String sent, @ForAll List<@IntRange(max = 40_000) Integer> cuts)
            throws Exception {
        UnaryOperator<String> answer = upper ? SocketServerTest::asciiUpper : line -> "> " + line;
        try (var server = anyStream(mixIn, unix, upper); var client = new Stream(server.address)) {
            for (var chunk : cut(sent, cuts)) client.send(chunk);
            client.halfClose();
            assertSame(answers(sent, answer), client.readToEnd(), sent);
        }
    }

    @Property(tries = 30)
    void anAnswerDoesNotWaitForTheNextLineToBeComplete(
            @ForAll MixIn mixIn, @ForAll boolean unix, @ForAll("lines") String sent)
            throws Exception {
        try (var server = anyStream(mixIn, unix, false);
                var client = new Stream(server.address)) {
            var whole = sent.substring(0, sent.lastIndexOf('\n') + 1);
            var expected = answers(whole, line -> "> " + line);
            client.send(whole + "the beginning of a");
            assertSame(expected, client.read(expected.length()), sent);
            client.send(" line\n");
            assertSame("> the beginning of a line\n", client.read(26), sent);
        }
    }

    @Property(tries = 20)
    void aLineOverTheLimitIsToldAndItsClientDropped(
            @ForAll MixIn mixIn, @ForAll("shortLines") String before,
            @ForAll("overLimit") int length, @ForAll("ends") String end) throws Exception {
        try (var server = start(mixIn, () -> new SocketServer.LineEcho("> "))) {
            // and so much behind it that we are still sending: the end must not be a reset
            var sent = before + "x".repeat(length) + end + "y\n".repeat(1 << 20);
            assertSame(answers(before, line -> "> " + line) + "line longer than 16384 bytes\n",
                    exchange(server.port(), sent), sent);
            assertEquals("> next\n", exchange(server.port(), "next\n"));
        }
    }

    @Provide
    Arbitrary<String> lines() {
        var text = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of('a', 'b', ' ', '>', '\r').list().ofMaxSize(4)
                        .map(letters -> letters.stream().map(String::valueOf)
                                .collect(Collectors.joining()))),
                Tuple.of(1, Arbitraries.of(8189, 8190, 8191, 8192, LIMIT - 1, LIMIT)
                        .map("x"::repeat)));
        var line = Combinators.combine(text, ends()).as(String::concat);
        return Combinators.combine(line.list().ofMaxSize(6), text)
                .as((lines, last) -> String.join("", lines) + last);
    }

    @Provide
    Arbitrary<String> shortLines() {
        return Arbitraries.of("\n", "a\n", "b\r\n", "\r\n").list().ofMaxSize(4)
                .map(lines -> String.join("", lines));
    }

    @Provide
    Arbitrary<String> ends() {
        return Arbitraries.of("\n", "\r\n");
    }

    @Provide
    Arbitrary<Integer> overLimit() {
        return Arbitraries.of(LIMIT + 1, LIMIT + 2, LIMIT + 3, 2 * LIMIT, 200_000);
    }

    private static List<String> cut(String sent, List<Integer> cuts) {
        var at = new TreeSet<>(cuts);
        at.removeIf(cut -> cut == 0 || cut >= sent.length());
        at.add(sent.length());
        var from = 0;
        var chunks = new ArrayList<String>();
        for (int to : at) {
            chunks.add(sent.substring(from, to));
            from = to;
        }
        return chunks;
    }

    private static String asciiUpper(String text) {
        var upper = new StringBuilder();
        for (char c : text.toCharArray()) upper.append(c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
        return upper.toString();
    }

    @Example
    void upperCaseIsThatOfAnyScript() throws Exception {
        try (var server = start(MixIn.THREADS, SocketServer.UpperCase::new);
                var client = new TestClient(server.port())) {
            client.send("stra\u00dfe \u03b1\n".getBytes(UTF_8));
            client.halfClose();
            assertEquals("STRASSE \u0391\n", new String(client.readToEnd(), UTF_8));
        }
    }

    // ---- datagrams ----

    @Property(tries = 40)
    void everyDatagramIsAnsweredAloneAndNothingHarms(
            @ForAll MixIn mixIn, @ForAll("datagrams") List<String> datagrams) throws Exception {
        try (var server = run(open(udp(), mixIn, () -> new SocketServer.LineEcho("> ")));
                var client = new DatagramClient(server.port())) {
            for (var sent : datagrams) {
                client.send(sent.getBytes(ISO_8859_1));
                if (sent.isEmpty()) continue; // nothing to answer; the next answer is the next's
                var got = new String(client.receive(), ISO_8859_1);
                assertSame(answers(sent, line -> "> " + line), got, sent);
            }
        }
    }

    /// The echo of datagrams on each mix-in, and with a prefix of its own.
    private abstract static class DatagramEcho implements DatagramProperties {

        private final MixIn mixIn;
        private final String prefix;

        DatagramEcho(MixIn mixIn, String prefix) {
            this.mixIn = mixIn;
            this.prefix = prefix;
        }

        @Override
        public String prefix() {
            return prefix;
        }

        @Override
        public void perform(Play play) throws Exception {
            try (var server = run(open(udp(), mixIn, () -> new SocketServer.RawEcho(prefix)))) {
                new DatagramStage(server.address(), prefix, TestClient.DEADLINE).perform(play);
            }
        }
    }

    @Group
    class DatagramsOneAtATime extends DatagramEcho {
        DatagramsOneAtATime() {
            super(MixIn.ONE_AT_A_TIME, "echo ");
        }
    }

    @Group
    class DatagramsInThreads extends DatagramEcho {
        DatagramsInThreads() {
            super(MixIn.THREADS, "> ");
        }
    }

    @Group
    class DatagramsInVirtualThreads extends DatagramEcho {
        DatagramsInVirtualThreads() {
            super(MixIn.VIRTUAL_THREADS, "");
        }
    }

    /// The largest datagram there is, and no room for a prefix.
    @Example
    void anAnswerThatDoesNotFitHarmsNobody() throws Exception {
        try (var server = run(open(
                        udp(), MixIn.ONE_AT_A_TIME, () -> new SocketServer.RawEcho("> ")));
                var client = new DatagramClient(server.port())) {
            for (int length : List.of(65_507, 65_506, 65_505, 1)) client.send(new byte[length]);
            for (int length : List.of(65_505, 1)) {
                assertEquals("> ".length() + length, client.receive().length);
            }
        }
    }

    @Provide
    Arbitrary<List<String>> datagrams() {
        var letters = Arbitraries.of('a', '\n', '\r', '\0', '\u00ff', '\u001b').list().ofMaxSize(5)
                .map(all -> all.stream().map(String::valueOf).collect(Collectors.joining()));
        return letters.list().ofMinSize(1).ofMaxSize(8);
    }

    // ---- loops of datagrams ----

    /// Two of our servers with a wire between them. To each the other is a peer that answers all.
    @Property
    void twoServersDoNotAnswerEachOtherForEver(@ForAll MixIn mixIn) throws Exception {
        Supplier<SocketServer.RequestHandler> echo = () -> new SocketServer.RawEcho("");
        try (var left = run(open(udp(), mixIn, echo)); var right = run(open(udp(), mixIn, echo));
                var toLeft = new DatagramClient(left.port());
                var toRight = new DatagramClient(right.port())) {
            var start = System.nanoTime();
            toLeft.send(Bytes.of("hello").array());
            var answers = 0;
            for (var turn = List.of(toLeft, toRight); turn.getFirst().hears(Duration.ofSeconds(1));
                    turn = turn.reversed()) {
                turn.getLast().send(turn.getFirst().receive());
                answers++;
                assertTrue(answers <= 2 * mostAnswers(System.nanoTime() - start),
                        answers + " answers, and no end");
            }
            assertTrue(answers >= 2 * LoopGuard.BURST - 1, "only " + answers + " answers");
        }
    }

    private static double mostAnswers(long nanos) {
        return LoopGuard.BURST + nanos * 1e-9 * LoopGuard.PER_SECOND + 1;
    }

    @Property(tries = 100)
    void noAnswerGoesToOneOfOurAddressesAndOurPort(
            @ForAll("ownAddresses") InetAddress address,
            @ForAll @IntRange(min = 1024, max = 65_534) int port) {
        var guard = new LoopGuard(port);
        assertTrue(guard.objection(new InetSocketAddress(address, port), 0).isPresent());
        assertTrue(guard.objection(new InetSocketAddress(address, port + 1), 0).isEmpty());
    }

    @Provide
    Arbitrary<InetAddress> ownAddresses() throws IOException {
        var all = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
        var others = List.of(InetAddress.getByName("127.1.2.3"), InetAddress.getByName("::1"),
                InetAddress.getByName("0.0.0.0"), InetAddress.getByName("::"));
        return Arbitraries.of(java.util.stream.Stream.concat(all, others.stream()).toList());
    }

    @Property(tries = 100)
    void noAnswerGoesToAPortOfAService(@ForAll @IntRange(max = 1023) int port) throws Exception {
        var guard = new LoopGuard(5678);
        var stranger = InetAddress.getByName("198.51.100.1"); // RFC 5737: nobody's
        assertTrue(guard.objection(new InetSocketAddress(stranger, port), 0).isPresent());
        assertTrue(guard.objection(new InetSocketAddress(stranger, 5678), 0).isEmpty());
    }

    /// So many milliseconds after the one before it, so many datagrams come from this peer.
    record Volley(int peer, int pause, int count) {}

    @Property(tries = 200)
    void aPeerGetsNoMoreAnswersThanItMayAndOneThatAsksForLessGetsThemAll(
            @ForAll("volleys") List<Volley> volleys) {
        var guard = new LoopGuard(5678);
        var asked = new int[3];
        var answered = new int[3];
        var millis = 0;
        for (var volley : volleys) {
            millis += volley.pause;
            var peer = new InetSocketAddress("198.51.100.1", 10_000 + volley.peer);
            for (int i = 0; i < volley.count; i++) {
                asked[volley.peer]++;
                if (guard.objection(peer, millis * 1_000_000L).isEmpty()) answered[volley.peer]++;
            }
            var most = (int) (LoopGuard.BURST + 1e-3 * millis * LoopGuard.PER_SECOND);
            assertTrue(answered[volley.peer] <= most,
                    answered[volley.peer] + " answers in " + millis + " ms");
            if (asked[volley.peer] <= LoopGuard.BURST) {
                assertEquals(asked[volley.peer], answered[volley.peer]);
            }
        }
    }

    @Provide
    Arbitrary<List<Volley>> volleys() {
        return Combinators.combine(Arbitraries.integers().between(0, 2),
                Arbitraries.of(0, 1, 10, 500, 20_000), Arbitraries.of(1, 10, 900, 3000))
                .as(Volley::new).list().ofMaxSize(20);
    }

    @Example
    void forgedSendersByTheThousandDoNotGiveAPeerMoreAnswers() {
        var guard = new LoopGuard(5678);
        var peer = new InetSocketAddress("198.51.100.1", 10_000);
        for (int i = 0; i < LoopGuard.BURST; i++) {
            assertTrue(guard.objection(peer, 0).isEmpty());
            for (int j = 0; j < 20; j++) {
                var forged = new InetSocketAddress("198.51.100.2", 10_000 + (20 * i + j) % 50_000);
                assertTrue(guard.objection(forged, 0).isEmpty());
            }
        }
        assertTrue(guard.objection(peer, 0).isPresent());
    }

    @Example
    @Tag("process")
    void aLogThatNobodyReadsHoldsUpNoDatagram() throws Exception {
        Assumptions.assumeFalse(ChildLesson.WINDOWS, "needs kill");
        try (var lesson = ChildLesson.start("SocketServer", "127.0.0.1", "0", "--udp");
                var client = new DatagramClient(lesson.port())) {
            for (int i = 0; i < 1500; i++) {
                client.send(Bytes.of("hello\n").array());
                assertEquals(Bytes.of("echo hello\n"), new Bytes(client.receive()));
            }
            lesson.terminate();
            assertTrue(lesson.endsWithin(Duration.ofSeconds(2)), "still running after SIGTERM");
        }
    }

    // ---- the end ----

    /// Says "bye", and shuts its own server down.
    private static Supplier<SocketServer.RequestHandler> suicidal(
            AtomicReference<SocketServer> server) {
        return () -> (SocketServer.LineHandler) line -> {
            if (line.length > 0) server.get().close();
            return line.length > 0 ? "bye".getBytes(UTF_8) : "still here".getBytes(UTF_8);
        };
    }

    @Property(tries = 20)
    void shutdownFromAnywhereReturnsWithinASecondAndLeavesNothing(
            @ForAll MixIn mixIn, @ForAll boolean unix, @ForAll boolean byHandler,
            @ForAll @IntRange(max = 3) int silent, @ForAll @IntRange(min = 1, max = 3) int callers)
            throws Exception {
        var self = new AtomicReference<SocketServer>();
        var clients = new ArrayList<Stream>();
        try (var server = new StreamServer(mixIn, unix, suicidal(self))) {
            self.set(server.server);
            var quitter = new Stream(server.address);
            clients.add(quitter);
            quitter.send("\n");
            assertSame("still here\n", quitter.read(11), "\\n");
            for (int i = 0; i < silent; i++) clients.add(new Stream(server.address));
            if (byHandler) quitter.send("quit\n");
            if (byHandler) assertSame("bye\n", quitter.readToEnd(), "quit\\n");
            inASecond(callers, server.server::close);
            assertTrue(server.loop.join(TestClient.DEADLINE), "serve goes on");
            for (var client : clients) assertTrue(client.hasEnded(), "still connected");
            assertThrows(IOException.class, () -> new Stream(server.address), "still listens");
            inASecond(1, server.server::close);
        } finally {
            for (var client : clients) client.close();
        }
    }

    private static void inASecond(int callers, Runnable action) throws Exception {
        var start = System.nanoTime();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < callers; i++) threads.add(Thread.ofPlatform().start(action));
        for (var thread : threads) assertTrue(thread.join(TestClient.DEADLINE), "it never ends");
        var millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis < 1000, "took " + millis + " ms");
    }

    /// Not even a client that does not read, or a handler that does not listen, holds it up.
    @Property
    void shutdownCutsOffWhoeverDoesNotEnd(@ForAll("slowAndFast") MixIn mixIn) throws Exception {
        FreePort.afterClose(() -> {
            var released = new CountDownLatch(1);
            var begun = new CountDownLatch(1);
            var interrupted = new CountDownLatch(1);
            var server = start(mixIn, () -> peer -> {
                if (peer.in().read() != 's') new SocketServer.RawEcho("").handle(peer); // a flood
                begun.countDown();
                while (released.getCount() > 0) {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown(); // and not one step aside
                    }
                }
            });
            try (var stubborn = new TestClient(server.port());
                    var flood = new Flood(server.port(), "")) {
                stubborn.send(Bytes.of("s").array());
                if (mixIn != MixIn.ONE_AT_A_TIME) flood.sendUntilStuck();
                assertTrue(await(begun), "the handler has not begun");
                inASecond(1, server.stop());
                assertTrue(interrupted.await(10, TimeUnit.SECONDS), "not interrupted");
                FreePort.bind(server.port());
            } finally {
                released.countDown();
                server.close();
            }
        });
    }

    @Provide
    Arbitrary<MixIn> slowAndFast() {
        return Arbitraries.of(MixIn.ONE_AT_A_TIME, MixIn.VIRTUAL_THREADS);
    }

    @Property
    void whatIsUnderWayIsAnsweredBeforeTheEnd(@ForAll MixIn mixIn) throws Exception {
        var begun = new CountDownLatch(1);
        var ready = new CountDownLatch(1);
        var server = start(mixIn, () -> (SocketServer.LineHandler) line -> {
            begun.countDown();
            assertTrue(await(ready));
            return "done".getBytes(UTF_8);
        });
        try (var client = new TestClient(server.port())) {
            client.send(Bytes.of("work\n").array());
            assertTrue(await(begun));
            var stopping = Thread.ofPlatform().start(server.stop());
            while (stopping.getState() != Thread.State.TIMED_WAITING) {
                assertTrue(stopping.isAlive(), "shut down without waiting");
                LockSupport.parkNanos(1_000_000);
            }
            ready.countDown();
            assertEquals("done\n", new String(client.readToEnd(), UTF_8));
        } finally {
            ready.countDown();
            server.close();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    // ---- limits ----

    private static RunningServer limited(MixIn mixIn, int requests, Duration idle,
            SocketServer.RequestHandler handler) throws IOException {
        return run(new SocketServer(new TcpListener(RunningServer.FREE_PORT, idle, LOG),
                () -> handler, mixIn.executor, new Seats(requests, MINUTE, LOG), LOG));
    }

    @Property(tries = 4)
    void asManyAtOnceAsThereArePlacesAndTheOthersInTurn(
            @ForAll @IntRange(min = 1, max = 3) int places) throws Exception {
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        SocketServer.RequestHandler handler = peer -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            peer.in().transferTo(peer.out());
            atOnce.decrementAndGet();
        };
        var clients = new ArrayDeque<TestClient>();
        try (var server = limited(
                MixIn.VIRTUAL_THREADS, places, Duration.ofMinutes(1), handler)) {
            for (int i = 0; i < 8; i++) {
                clients.add(new TestClient(server.port()));
                clients.getLast().send(Bytes.of("hello").array());
                if (i < places) hears("hello", clients.getLast());
            }
            for (int i = 0; i < 8; i++) {
                try (var client = clients.removeFirst()) {
                    client.halfClose();
                    var reply = new String(client.readToEnd(), UTF_8);
                    assertEquals(i < places ? "" : "hello", reply);
                }
            }
        } finally {
            for (var client : clients) client.close();
        }
        assertEquals(places, most.get(), "served at once");
    }

    /// Who says nothing has to go, and who does not listen; but not one who waits for the handler.
    /// The only place there is, is free for the next each time.
    @Example
    void theSilentHaveToGoAndWhoWaitsForASlowHandlerHasNot() throws Exception {
        var never = new CountDownLatch(1);
        SocketServer.RequestHandler handler = peer -> {
            var letter = peer.in().read();
            if (letter == 's') never.await(300, TimeUnit.MILLISECONDS);
            if (letter == 'A') new SocketServer.RawEcho("").handle(peer); // a flood
            peer.out().write(letter);
        };
        try (var server = limited(MixIn.ONE_AT_A_TIME, 1, Duration.ofMillis(50), handler);
                var silent = new TestClient(server.port());
                var patient = new TestClient(server.port())) {
            patient.send(Bytes.of("slow").array());
            assertEquals(0, silent.readToEnd().length);
            assertEquals('s', patient.socket.getInputStream().read());
        }
        try (var server = limited(MixIn.ONE_AT_A_TIME, 1, Duration.ofMillis(250), handler);
                var deaf = new Flood(server.port(), "")) {
            deaf.sendUntilStuck();
            assertEquals("n", exchange(server.port(), "next"));
        }
    }

    // ---- who keeps a seat ----

    private static final Duration PERIOD = Duration.ofMillis(300);

    private static RunningServer withSeats(MixIn mixIn, int count,
            Supplier<SocketServer.RequestHandler> handlers) throws IOException {
        return run(new SocketServer(
                tcp(), handlers, mixIn.executor, new Seats(count, PERIOD, LOG), LOG));
    }

    /// A client that holds its seat, and sends a letter now and then or nothing at all.
    private static void stay(TestClient client, boolean silent) {
        Thread.startVirtualThread(() -> {
            try {
                while (!silent) {
                    client.send(Bytes.of("x").array());
                    Thread.sleep(PERIOD.dividedBy(4));
                }
            } catch (IOException | InterruptedException e) {
                return; // it has lost its seat
            }
        });
    }

    @Property(tries = 6)
    void whoSaysNothingOrDribblesDoesNotKeepOthersOut(@ForAll("concurrent") MixIn mixIn,
            @ForAll @IntRange(min = 1, max = 3) int seats,
            @ForAll @Size(min = 3, max = 6) List<Boolean> silent) throws Exception {
        var crowd = new ArrayList<TestClient>();
        try (var server = withSeats(mixIn, seats, () -> new SocketServer.LineEcho("> "))) {
            for (var each : silent) {
                crowd.add(new TestClient(server.port()));
                stay(crowd.getLast(), each);
            }
            assertEquals("> good\n", exchange(server.port(), "good\n"));
        } finally {
            for (var client : crowd) client.close();
        }
    }

    @Provide
    Arbitrary<MixIn> concurrent() {
        return Arbitraries.of(MixIn.THREADS, MixIn.VIRTUAL_THREADS);
    }

    @Property
    void aClientKeepsItsSeatWhileItsHandlerIsAtWork(@ForAll("concurrent") MixIn mixIn)
            throws Exception {
        var ready = new CountDownLatch(1);
        SocketServer.LineHandler slow = line -> {
            assertTrue(await(ready));
            return line;
        };
        try (var server = withSeats(mixIn, 1, () -> slow);
                var patient = new TestClient(server.port())) {
            patient.send(Bytes.of("a\n").array());
            try (var next = new TestClient(server.port())) {
                next.send(Bytes.of("b\n").array());
                assertTrue(patient.hearsNothingFor(PERIOD.multipliedBy(3)), "lost its seat");
                ready.countDown();
                hears("a\n", patient);
                patient.halfClose();
                hears("b\n", next);
            }
        } finally {
            ready.countDown();
        }
    }

    /// The server has to wait for it all the time, as it reads more slowly than we write.
    @Property
    void aClientKeepsItsSeatWhileItTakesALongAnswer(@ForAll("concurrent") MixIn mixIn)
            throws Exception {
        var megabytes = 32;
        var end = System.nanoTime() + PERIOD.multipliedBy(4).toNanos();
        SocketServer.RequestHandler generous = peer -> {
            peer.in().read();
            for (int i = 0; i < megabytes; i++) peer.out().write(Bytes.letters(1 << 20).array());
        };
        try (var server = withSeats(mixIn, 1, () -> generous);
                var reader = new TestClient(server.port())) {
            reader.send(Bytes.of("x").array());
            try (var next = new TestClient(server.port())) {
                next.send(Bytes.of("x").array());
                for (int i = megabytes; i > 0; i--) {
                    var part = reader.socket.getInputStream().readNBytes(1 << 20);
                    assertEquals(1 << 20, part.length);
                    LockSupport.parkNanos((end - System.nanoTime()) / i);
                }
                hears("A", next);
            }
        }
    }

    /// It is what the option is for: the second waits for the first, however silent that is.
    @Example
    void oneAtATimeASilentClientKeepsItsPlace() throws Exception {
        try (var server = withSeats(MixIn.ONE_AT_A_TIME, 1, () -> new SocketServer.LineEcho("> "));
                var first = new TestClient(server.port());
                var second = new TestClient(server.port())) {
            second.send(Bytes.of("second\n").array());
            assertTrue(second.hearsNothingFor(PERIOD.multipliedBy(4)), "the first has lost it");
            first.send(Bytes.of("first\n").array());
            hears("> first\n", first);
            first.halfClose();
            hears("> second\n", second);
        }
    }

    @Property
    void shutdownDoesNotWaitUntilASeatIsFree(@ForAll("concurrent") MixIn mixIn) throws Exception {
        var released = new CountDownLatch(1);
        SocketServer.RequestHandler stubborn = _ -> {
            while (released.getCount() > 0) LockSupport.parkNanos(1_000_000);
        };
        try (var server = withSeats(mixIn, 1, () -> stubborn);
                var first = new TestClient(server.port());
                var second = new TestClient(server.port())) {
            var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
            while (server.loop().getState() != Thread.State.TIMED_WAITING) { // for a seat
                assertTrue(System.nanoTime() < deadline, "nobody waits for a seat");
                LockSupport.parkNanos(1_000_000);
            }
            assertTrue(first.hearsNothingFor(Duration.ofMillis(1)), "it has lost its seat");
            inASecond(1, server.stop());
            assertTrue(server.loop().join(TestClient.DEADLINE), "serve goes on");
            assertTrue(hasEnded(second), "still connected");
        } finally {
            released.countDown();
        }
    }

    private static boolean hasEnded(TestClient client) throws IOException {
        try {
            return client.socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    // ---- the file of a Unix socket ----

    @Example
    void aUnixSocketBelongsToItsOwnerAndLeavesNoFile() throws Exception {
        try (var server = new StreamServer(MixIn.THREADS, true, SocketServer.UpperCase::new)) {
            var path = ((UnixDomainSocketAddress) server.address).getPath();
            assertEquals("rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertThrows(BindException.class, () -> openUnix(path));
            try (var client = new Stream(server.address)) {
                client.send("not harmed\n");
                assertSame("NOT HARMED\n", client.read(11), "not harmed");
            }
            server.server.close();
            assertFalse(Files.exists(path), "the file is left");
        }
    }

    @Example
    void aStaleSocketIsReplacedAndNoOtherFileIs() throws Exception {
        var stale = newPath();
        var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(stale)).close();
        assertTrue(Files.exists(stale));
        openUnix(stale).close();

        var precious = Files.writeString(newPath(), "precious");
        var link = Files.createSymbolicLink(newPath(), stale);
        for (var taken : List.of(precious, link)) {
            assertThrows(BindException.class, () -> openUnix(taken));
        }
        assertEquals("precious", Files.readString(precious));
        assertTrue(Files.isSymbolicLink(link));
    }

    private static SocketServer openUnix(Path path) throws IOException {
        return open(unix(path), MixIn.THREADS, SocketServer.UpperCase::new);
    }

    // ---- as a program ----

    /// More clients than file descriptors: nothing spins or dies, and the others get their turn.
    @Example
    @Tag("process")
    void runningOutOfDescriptorsIsNoDisaster() throws Exception {
        var clients = new ArrayDeque<TestClient>();
        try (var lesson = ChildLesson.startWithDescriptors(
                120, "SocketServer", "127.0.0.1", "0", "--quiet")) {
            var port = lesson.port();
            for (int i = 0; i < 120; i++) clients.add(new TestClient(port));
            var last = clients.getLast();
            last.send(Bytes.of("hello\n").array());
            roundTrip(clients.getFirst());
            var before = lesson.cpuTime();
            assertTrue(last.hearsNothingFor(Duration.ofMillis(300)), "where did that come from?");
            var used = lesson.cpuTime().minus(before).toMillis();
            assertTrue(used < 150, "it spins: " + used + " ms");
            for (int i = 0; i < 60; i++) clients.removeFirst().close();
            hears("echo hello\n", last);
            roundTrip(clients.getFirst());
        } finally {
            for (var client : clients) client.close();
        }
    }

    private static void roundTrip(TestClient client) throws IOException {
        client.send(Bytes.of("hello\n").array());
        hears("echo hello\n", client);
    }

    private static void hears(String expected, TestClient client) throws IOException {
        var bytes = client.socket.getInputStream().readNBytes(expected.length());
        assertEquals(expected, new String(bytes, UTF_8));
    }

    @Example
    @Tag("process")
    void ctrlCEndsItProperlyAndDeletesTheFile() throws Exception {
        var path = newPath();
        try (var lesson = ChildLesson.start("SocketServer", "--unix", path.toString())) {
            assertEquals("listening on " + path, lesson.readLine());
            try (var client = new Stream(UnixDomainSocketAddress.of(path))) {
                client.send("hello\n");
                assertSame("echo hello\n", client.read(11), "hello\n");
                lesson.interrupt();
                assertSame("", client.readToEnd(), "hello\n");
            }
            assertEquals(130, lesson.exitCode());
            assertEquals("", lesson.errors());
            assertFalse(Files.exists(path), "the file is left");
        }
    }

    @Example
    @Tag("process")
    void whereNoFileCanBeThereIsAdvice() throws Exception {
        var precious = Files.writeString(newPath(), "precious");
        try (var lesson = ChildLesson.start(
                "SocketServer", "no.such.host.invalid", "--unix", precious.toString())) {
            assertEquals(1, lesson.exitCode());
            assertEquals("cannot listen on " + precious
                    + ": Address already in use; try another path", lesson.errors());
        }
        try (var lesson = ChildLesson.start("SocketServer", "--udp", "--unix", "" + newPath())) {
            assertEquals(2, lesson.exitCode());
            assertTrue(lesson.errors().startsWith(
                    "Error: --udp, --unix=PATH are mutually exclusive"), lesson.errors());
        }
    }

    // ---- servers and clients of either kind ----

    /// A client that speaks UDP with one server.
    private static final class DatagramClient implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket();
        private byte[] received;

        DatagramClient(int port) throws IOException {
            socket.connect(InetAddress.getLoopbackAddress(), port);
        }

        void send(byte[] bytes) throws IOException {
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        byte[] receive() throws IOException {
            if (received == null) assertTrue(hears(TestClient.DEADLINE), "no answer");
            var bytes = received;
            received = null;
            return bytes;
        }

        /// Whether an answer comes in that time, for [#receive()].
        boolean hears(Duration time) throws IOException {
            var packet = new DatagramPacket(new byte[65_535], 65_535);
            socket.setSoTimeout((int) time.toMillis());
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                return false;
            }
            received = Arrays.copyOf(packet.getData(), packet.getLength());
            return true;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static String exchange(int port, String sent) throws IOException {
        try (var client = new TestClient(port)) {
            client.send(sent.getBytes(ISO_8859_1));
            client.halfClose();
            return new String(client.readToEnd(), ISO_8859_1);
        }
    }

    private static void assertSame(String expected, String actual, String sent) {
        if (expected.equals(actual)) return;
        throw new AssertionError("sent %s, expected %s, but got %s".formatted(
                show(sent), show(expected), show(actual)));
    }

    private static String show(String text) {
        return Bytes.show(text.getBytes(ISO_8859_1));
    }

    private static StreamServer anyStream(MixIn mixIn, boolean unix, boolean upper)
            throws IOException {
        return new StreamServer(mixIn, unix,
                upper ? SocketServer.UpperCase::new : () -> new SocketServer.LineEcho("> "));
    }

    /// A server on TCP, or on a Unix socket.
    private static final class StreamServer implements AutoCloseable {

        final SocketServer server;
        final SocketAddress address;
        final Thread loop;
        private final RunningServer running;

        StreamServer(MixIn mixIn, boolean unix, Supplier<SocketServer.RequestHandler> handlers)
                throws IOException {
            var path = newPath();
            server = open(unix ? unix(path) : tcp(), mixIn, handlers);
            address = unix ? UnixDomainSocketAddress.of(path)
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            running = RunningServer.start(unix ? 0 : server.port(), server::close, server::serve);
            loop = running.loop();
        }

        @Override
        public void close() {
            running.close();
        }
    }

    /// A client of either; a channel has no timeout, so it is closed at the deadline.
    private static final class Stream implements AutoCloseable {

        private final SocketChannel channel;
        private final CompletableFuture<Void> deadline;

        Stream(SocketAddress address) throws IOException {
            channel = SocketChannel.open(address);
            if (address instanceof InetSocketAddress) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            var later = CompletableFuture.delayedExecutor(
                    TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            deadline = CompletableFuture.runAsync(this::close, later);
        }

        void send(String text) throws IOException {
            var bytes = ISO_8859_1.encode(text);
            while (bytes.hasRemaining()) channel.write(bytes);
        }

        void halfClose() throws IOException {
            channel.shutdownOutput();
        }

        String read(int count) throws IOException {
            return new String(Channels.newInputStream(channel).readNBytes(count), ISO_8859_1);
        }

        String readToEnd() throws IOException {
            return new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1);
        }

        /// With a FIN, or with a reset if the server had not accepted it yet.
        boolean hasEnded() throws IOException {
            try {
                return channel.read(ByteBuffer.allocate(1)) == -1;
            } catch (SocketException e) {
                return true;
            }
        }

        @Override
        public void close() {
            deadline.cancel(false);
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final AtomicInteger PATHS = new AtomicInteger();

    private static Path newPath() {
        return FOLDER.resolve("" + PATHS.incrementAndGet());
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("sockets");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        try (var files = Files.walk(FOLDER)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
