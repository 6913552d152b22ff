import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import wire.Faults;
import wire.Link;

/// The piece of network between a client and a server, well-behaved and misbehaving.
class LinkTest {

    private static final Duration NO_TIME = Duration.ZERO;
    private static final InetSocketAddress ANYWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// A client and a server, and the link between them.
    private static final class Ends implements AutoCloseable {

        private final ServerSocket listener =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final Link link = new Link((InetSocketAddress) listener.getLocalSocketAddress(), ANYWHERE, 1,
                new Link.Observer() {});
        final TestClient client;
        final Socket server;

        Ends(Faults up, Faults down) throws IOException {
            link.setFaults(up, down);
            client = new TestClient(link.port());
            server = accept();
        }

        Socket accept() throws IOException {
            listener.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            var accepted = listener.accept();
            accepted.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            accepted.setTcpNoDelay(true);
            return accepted;
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
            link.close();
            listener.close();
        }
    }

    // ---- faults that lose nothing ----

    @Property
    void bothEndsGetExactlyWhatWasSent(
            @ForAll("harmless") Faults up, @ForAll("harmless") Faults down,
            @ForAll("chunks") List<Bytes> question, @ForAll("chunks") List<Bytes> answer)
            throws Exception {
        try (var ends = new Ends(up, down)) {
            for (var chunk : question) ends.client.send(chunk.array());
            ends.client.halfClose();
            for (var chunk : answer) ends.server.getOutputStream().write(chunk.array());
            ends.server.shutdownOutput();
            assertEquals(new Bytes(Bytes.join(question)),
                    new Bytes(ends.server.getInputStream().readAllBytes()), "what the server got");
            assertEquals(new Bytes(Bytes.join(answer)),
                    new Bytes(ends.client.readToEnd()), "what the client got");
        }
    }

    /// More than all buffers on the way hold, in both directions at once.
    @Property(tries = 3)
    void megabytesPassInBothDirections(@ForAll @IntRange(min = 1, max = 3) int megabytes)
            throws Exception {
        var bytes = Bytes.letters(megabytes << 20);
        try (var ends = new Ends(Faults.NONE, Faults.NONE)) {
            var senders = List.of(
                    sending(() -> ends.client.socket, bytes), sending(() -> ends.server, bytes));
            var atServer = CompletableFuture.supplyAsync(() -> readAll(ends.server),
                    Thread::startVirtualThread);
            assertEquals(bytes, new Bytes(ends.client.readToEnd()));
            assertEquals(bytes,
                    atServer.get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
            for (var sender : senders) assertTrue(sender.join(TestClient.DEADLINE));
        }
    }

    private static Thread sending(Supplier<Socket> socket, Bytes bytes) {
        return Thread.startVirtualThread(() -> {
            try {
                socket.get().getOutputStream().write(bytes.array());
                socket.get().shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Bytes readAll(Socket socket) {
        try {
            return new Bytes(socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Example
    void aHalfCloseLeavesTheOtherHalfOpen() throws Exception {
        try (var ends = new Ends(Faults.NONE, Faults.NONE)) {
            ends.client.halfClose();
            assertEquals(-1, ends.server.getInputStream().read());
            ends.server.getOutputStream().write("late".getBytes());
            ends.server.close();
            assertEquals("late", new String(ends.client.readToEnd()));
        }
    }

    @Example
    void aResetIsAReset() throws Exception {
        try (var ends = new Ends(Faults.NONE, Faults.NONE)) {
            ends.client.reset();
            assertThrows(SocketException.class, ends.server.getInputStream()::read);
        }
        try (var ends = new Ends(Faults.NONE, Faults.NONE)) {
            ScriptedServer.reset(ends.server);
            assertThrows(SocketException.class, ends.client.socket.getInputStream()::read);
        }
    }

    @Example
    void whereNobodyListensTheClientIsReset() throws Exception {
        try (var nobody = new ClosedPort();
                var link = new Link(nobody.address(), ANYWHERE, 1, new Link.Observer() {})) {
            assertThrows(SocketException.class, () -> { // perhaps in connect already
                try (var client = new TestClient(link.port())) {
                    client.socket.getInputStream().read();
                }
            });
        }
    }

    /// No write passes on more, and none is shorter without need.
    @Property(tries = 20)
    void everyWriteIsCutToTheSizeThatWasAskedFor(
            @ForAll @IntRange(min = 1, max = 50) int size,
            @ForAll @IntRange(min = 1, max = 500) int length) throws Exception {
        var sizes = Collections.synchronizedList(new ArrayList<Integer>());
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var link = new Link((InetSocketAddress) listener.getLocalSocketAddress(), ANYWHERE, 1,
                        new Link.Observer() {
                            @Override
                            public void passed(
                                    int number, Link.Direction direction, ByteBuffer bytes) {
                                sizes.add(bytes.remaining());
                            }
                        })) {
            link.setFaults(Faults.NONE.withCut(size, NO_TIME), Faults.NONE);
            try (var client = new TestClient(link.port()); var server = listener.accept()) {
                client.send(Bytes.letters(length).array());
                client.halfClose();
                assertEquals(Bytes.letters(length), readAll(server));
            }
        }
        assertTrue(sizes.stream().allMatch(each -> each <= size), sizes.toString());
        assertEquals(length, sizes.stream().mapToInt(each -> each).sum());
    }

    @Property(tries = 10)
    void gluedChunksArriveInOnePiece(@ForAll @IntRange(min = 2, max = 5) int chunks)
            throws Exception {
        try (var ends = new Ends(Faults.NONE.withGlue(Duration.ofMillis(150)), Faults.NONE)) {
            for (int i = 0; i < chunks; i++) ends.client.send(Bytes.letters(7).array());
            assertEquals(7 * chunks, ends.server.getInputStream().read(new byte[1000]));
        }
    }

    @Property(tries = 5)
    void delayAndBandwidthTakeTheirTime(@ForAll @IntRange(min = 20, max = 100) int millis)
            throws Exception {
        var slow = List.of(Faults.NONE.withDelay(Duration.ofMillis(millis), NO_TIME),
                Faults.NONE.withBandwidth(1000L * 1000 / millis)); // 1,000 bytes take that long
        for (var faults : slow) {
            try (var ends = new Ends(faults, Faults.NONE)) {
                var start = System.nanoTime();
                ends.client.send(Bytes.letters(1000).array());
                ends.client.halfClose();
                assertEquals(Bytes.letters(1000), readAll(ends.server));
                var took = Duration.ofNanos(System.nanoTime() - start).toMillis();
                assertTrue(took >= millis * 9 / 10, took + " ms instead of " + millis);
            }
        }
    }

    // ---- faults that cut ----

    @Property
    void everyEndingComesAtExactlyItsByte(@ForAll Faults.Ending how,
            @ForAll @IntRange(max = 200) int at, @ForAll @IntRange(max = 200) int more)
            throws Exception {
        try (var ends = new Ends(Faults.NONE, Faults.NONE)) {
            ends.link.setFaults(Faults.NONE, Faults.NONE.withEnd(how, at));
            var in = ends.client.socket.getInputStream();
            send(ends.server, at + more);
            if (how == Faults.Ending.RESET) { // which may overtake what was passed on before
                var error = assertThrows(IOException.class, () -> readAllOf(in, at));
                assertFalse(error instanceof SocketTimeoutException, "no reset");
                return;
            }
            assertEquals(Bytes.letters(at), new Bytes(in.readNBytes(at)));
            if (how == Faults.Ending.CLOSE) {
                assertEquals(-1, in.read());
            } else {
                assertTrue(ends.client.hearsNothingFor(Duration.ofMillis(20)));
            }
        }
    }

    /// It may be reset before all is sent.
    private static void send(Socket socket, int count) {
        try {
            socket.getOutputStream().write(Bytes.letters(count).array());
        } catch (IOException e) {
            assertFalse(e instanceof SocketTimeoutException, "stuck");
        }
    }

    private static void readAllOf(InputStream in, int atMost) throws IOException {
        assertTrue(in.readAllBytes().length <= atMost, "more than was to be passed on");
        throw new AssertionError("an orderly end, and no reset");
    }

    @Property(tries = 30)
    void exactlyOneByteIsFlipped(@ForAll @IntRange(min = 1, max = 200) int length,
            @ForAll @LongRange(max = 250) long at) throws Exception {
        var expected = Bytes.letters(length).array();
        if (at < length) expected[(int) at] ^= 0x20;
        try (var ends = new Ends(Faults.NONE.withFlip(at), Faults.NONE)) {
            ends.client.send(Bytes.letters(length).array());
            ends.client.halfClose();
            assertEquals(new Bytes(expected), readAll(ends.server));
        }
    }

    @Property(tries = 10)
    void everyNthConnectionIsRefused(@ForAll @IntRange(min = 1, max = 4) int nth) throws Exception {
        try (var server = new ScriptedServer(client -> client.getOutputStream().write('A'));
                var link = new Link(server.address(), ANYWHERE, 1, new Link.Observer() {})) {
            link.refuseEvery(nth);
            for (int i = 1; i <= 8; i++) {
                assertEquals(i % nth == 0, isRefused(link.port()), "connection " + i);
            }
        }
    }

    private static boolean isRefused(int port) throws IOException {
        try (var client = new TestClient(port)) {
            assertEquals('A', client.socket.getInputStream().read());
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    // ---- several connections ----

    /// One that is stalled, and one whose receiver does not read; the sender of either feels it.
    @Example
    void nobodyWaitsForAStalledConnection() throws Exception {
        try (var ends = new Ends(Faults.NONE, Faults.NONE)) {
            var stuck = sendUntilStuck(ends.client.socket);
            assertTrue(stuck < 64 << 20, "the link keeps " + stuck + " bytes");
            try (var other = new TestClient(ends.link.port()); var peer = ends.accept()) {
                other.send(Bytes.letters(1000).array());
                other.halfClose();
                assertEquals(Bytes.letters(1000), readAll(peer));
            }
        }
    }

    /// @return how many bytes it took
    private static long sendUntilStuck(Socket socket) throws Exception {
        var sent = new AtomicLong();
        var sender = Thread.startVirtualThread(() -> {
            try {
                while (sent.get() < 64 << 20) {
                    socket.getOutputStream().write(Bytes.letters(10_000).array());
                    sent.addAndGet(10_000);
                }
            } catch (IOException e) {
                return; // closed at the end of the test
            }
        });
        for (long before = -1; before != sent.get() && sender.isAlive(); ) {
            before = sent.get();
            sender.join(Duration.ofMillis(200));
        }
        return sent.get();
    }

    @Example
    void faultsCanBeTakenBackWhileBytesAreHeld() throws Exception {
        var held = Faults.NONE.withDelay(Duration.ofHours(1), NO_TIME);
        try (var ends = new Ends(held, Faults.NONE)) {
            ends.client.send(Bytes.letters(10).array());
            ends.client.halfClose();
            ends.server.setSoTimeout(50);
            assertThrows(SocketTimeoutException.class, ends.server.getInputStream()::read);
            ends.link.setFaults(Faults.NONE.withCut(1, NO_TIME), Faults.NONE);
            assertEquals(Bytes.letters(10), readAll(ends.server));
        }
    }

    // ---- what there is to choose from ----

    @Provide
    Arbitrary<Faults> harmless() {
        var millis = Arbitraries.integers().between(0, 3).map(Duration::ofMillis);
        return Combinators.combine(Arbitraries.integers().between(0, 20), millis, millis, millis,
                        Arbitraries.of(0L, 100_000L, 10_000_000L))
                .as((cut, glue, delay, jitter, bandwidth) -> Faults.NONE.withCut(cut, NO_TIME)
                        .withGlue(glue).withDelay(delay, jitter).withBandwidth(bandwidth));
    }

    @Provide
    Arbitrary<List<Bytes>> chunks() {
        return Arbitraries.integers().between(0, 300).map(Bytes::letters).list().ofMaxSize(5);
    }
}
