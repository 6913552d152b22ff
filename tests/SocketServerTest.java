import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import net.jqwik.api.lifecycle.AfterContainer;

/// Lesson 06: the socket server.
class SocketServerTest {

    private static final int LIMIT = SocketServer.LineHandler.LIMIT;
    private static final SocketServer.Address TCP =
            new SocketServer.Address.Tcp(RunningServer.FREE_PORT);
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

    private static SocketServer open(SocketServer.Address address, MixIn mixIn,
            Supplier<SocketServer.RequestHandler> handlers) throws IOException {
        return new SocketServer(
                address, handlers, mixIn.executor, SocketServer.Limits.DEFAULT, false);
    }

    private static RunningServer run(SocketServer server) {
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    private static RunningServer start(MixIn mixIn, Supplier<SocketServer.RequestHandler> handlers)
            throws IOException {
        return run(open(TCP, mixIn, handlers));
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
        void aClientThatReadsOnlyAtTheEndGetsEveryByte(@ForAll("prefixes") String prefix)
                throws Exception {
            super.aClientThatReadsOnlyAtTheEndGetsEveryByte(prefix);
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
        void aClientThatReadsOnlyAtTheEndGetsEveryByte(@ForAll("prefixes") String prefix)
                throws Exception {
            super.aClientThatReadsOnlyAtTheEndGetsEveryByte(prefix);
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
        public void setup(SocketServer.Peer peer) throws IOException {
            calls.add("setup");
            fate.setup.happen();
        }

        @Override
        public void handle(SocketServer.Peer peer) throws IOException {
            calls.add("handle");
            fate.handle.happen();
        }

        @Override
        public void finish(SocketServer.Peer peer) throws IOException {
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
            // and so much behind it that we are still sending: the goodbye must not be a reset
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
        var udp = new SocketServer.Address.Udp(RunningServer.FREE_PORT);
        try (var server = run(open(udp, mixIn, () -> new SocketServer.LineEcho("> ")));
                var client = new DatagramSocket()) {
            client.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            client.connect(InetAddress.getLoopbackAddress(), server.port());
            for (var sent : datagrams) {
                var bytes = sent.getBytes(ISO_8859_1);
                client.send(new DatagramPacket(bytes, bytes.length));
                if (sent.isEmpty()) continue; // nothing to answer; the next answer is the next's
                var packet = new DatagramPacket(new byte[65_535], 65_535);
                client.receive(packet);
                var got = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                assertSame(answers(sent, line -> "> " + line), got, sent);
            }
        }
    }

    /// The largest datagram there is, and no room for a prefix.
    @Example
    void anAnswerThatDoesNotFitHarmsNobody() throws Exception {
        var udp = new SocketServer.Address.Udp(RunningServer.FREE_PORT);
        try (var server = run(open(
                        udp, MixIn.ONE_AT_A_TIME, () -> new SocketServer.RawEcho("> ")));
                var client = new DatagramSocket()) {
            client.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            client.connect(InetAddress.getLoopbackAddress(), server.port());
            for (int length : List.of(65_507, 65_506, 65_505, 1)) {
                client.send(new DatagramPacket(new byte[length], length));
            }
            for (int length : List.of(65_505, 1)) {
                var packet = new DatagramPacket(new byte[65_535], 65_535);
                client.receive(packet);
                assertEquals("> ".length() + length, packet.getLength());
            }
        }
    }

    @Provide
    Arbitrary<List<String>> datagrams() {
        var letters = Arbitraries.of('a', '\n', '\r', '\0', '\u00ff', '\u001b').list().ofMaxSize(5)
                .map(all -> all.stream().map(String::valueOf).collect(Collectors.joining()));
        return letters.list().ofMinSize(1).ofMaxSize(8);
    }

    // ---- the end ----

    /// Says "bye", and shuts its own server down.
    private static Supplier<SocketServer.RequestHandler> suicidal(
            AtomicReference<SocketServer> server) {
        return () -> (SocketServer.LineHandler) line -> {
            if (line.length > 0) server.get().shutdown();
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
            inASecond(callers, server.server::shutdown);
            assertTrue(server.loop.join(TestClient.DEADLINE), "serve goes on");
            for (var client : clients) assertTrue(client.hasEnded(), "still connected");
            assertThrows(IOException.class, () -> new Stream(server.address), "still listens");
            inASecond(1, server.server::shutdown);
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
        var released = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var server = start(mixIn, () -> peer -> {
            if (peer.in().read() == 'f') new SocketServer.RawEcho("").handle(peer);
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
            assertTrue(stubborn.hearsNothingFor(Duration.ofMillis(20)));
            inASecond(1, server.stop());
            assertTrue(interrupted.await(10, TimeUnit.SECONDS), "not interrupted");
            try (var listener = new ServerSocket()) {
                listener.bind(new InetSocketAddress("127.0.0.1", server.port()));
            }
        } finally {
            released.countDown();
            server.close();
        }
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
        return run(new SocketServer(TCP, () -> handler, mixIn.executor,
                new SocketServer.Limits(requests, idle), true));
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
            server.server.shutdown();
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
        return open(new SocketServer.Address.Unix(path), MixIn.THREADS,
                SocketServer.UpperCase::new);
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

    // ---- servers and clients of either kind ----

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
            server = open(unix ? new SocketServer.Address.Unix(path) : TCP, mixIn, handlers);
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

        /// With a goodbye, or with a reset if the server had not accepted it yet.
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
