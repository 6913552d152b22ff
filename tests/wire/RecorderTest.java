import module java.base;
import module jdk.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import java.lang.ref.WeakReference;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import recorder.Agent;
import recorder.End;
import recorder.Happening;
import recorder.Happening.Kind;
import recorder.Happening.Role;
import recorder.Recorder;

/// The recorder sees what crosses the sockets of this JVM, whichever way they are used.
class RecorderTest {

    /// The ways in which a program can use a socket.
    enum Way { STREAM, CHANNEL, GATHERING, ADAPTOR, BUFFERED, NON_BLOCKING }

    /// A recorder of one connection, and a pair of sockets that make it.
    private static final class Recorded implements AutoCloseable {

        final List<Happening> happenings = Collections.synchronizedList(new ArrayList<>());
        final Recorder recorder;
        final ServerSocketChannel listener = ServerSocketChannel.open();
        final SocketChannel clientChannel;
        final SocketChannel serverChannel;
        final Socket client;
        final Socket server;
        private final ServerSocket streamListener =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Recorded(boolean channels) throws IOException {
            Agent.enter();
            recorder = Agent.recorder(4096, true, happenings::add);
            recorder.begin();
            if (channels) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                clientChannel = SocketChannel.open(listener.getLocalAddress());
                serverChannel = listener.accept();
                client = clientChannel.socket();
                server = serverChannel.socket();
            } else {
                clientChannel = null;
                serverChannel = null;
                client = new Socket(
                        InetAddress.getLoopbackAddress(), streamListener.getLocalPort());
                server = streamListener.accept();
            }
            server.setSoTimeout((int) TestClient.DEADLINE.toMillis());
        }

        List<Happening> of(Role role, Kind kind) {
            return happenings.stream().filter(each -> each.role() == role && each.kind() == kind)
                    .toList();
        }

        Bytes bytes(Role role, Kind kind) {
            var all = new ByteArrayOutputStream();
            of(role, kind).forEach(each -> all.writeBytes(each.bytes()));
            return new Bytes(all.toByteArray());
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
            listener.close();
            streamListener.close();
            recorder.pause();
        }
    }

    private static void send(Recorded recorded, Way way, byte[] bytes) throws IOException {
        switch (way) {
            case STREAM, BUFFERED, ADAPTOR -> recorded.client.getOutputStream().write(bytes);
            case CHANNEL, NON_BLOCKING -> {
                for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                    recorded.clientChannel.write(rest);
                }
            }
            case GATHERING -> {
                var half = bytes.length / 2;
                var rest = new ByteBuffer[] {ByteBuffer.wrap(bytes, 0, half),
                    ByteBuffer.allocateDirect(bytes.length - half)
                            .put(bytes, half, bytes.length - half).flip()};
                while (rest[1].hasRemaining()) recorded.clientChannel.write(rest);
            }
        }
    }

    private static byte[] receive(Recorded recorded, Way way) throws IOException {
        switch (way) {
            case STREAM, ADAPTOR -> {
                return recorded.server.getInputStream().readAllBytes();
            }
            case BUFFERED -> {
                var in = new BufferedInputStream(recorded.server.getInputStream());
                return in.readAllBytes();
            }
            default -> {
                recorded.serverChannel.configureBlocking(way != Way.NON_BLOCKING);
                var all = new ByteArrayOutputStream();
                var one = ByteBuffer.allocate(7);
                var two = ByteBuffer.allocateDirect(13);
                while (true) {
                    long count = way == Way.GATHERING
                            ? recorded.serverChannel.read(new ByteBuffer[] {one, two})
                            : recorded.serverChannel.read(one);
                    if (count == -1) return all.toByteArray();
                    for (var each : List.of(one.flip(), two.flip())) {
                        var part = new byte[each.remaining()];
                        each.get(part).clear();
                        all.writeBytes(part);
                    }
                }
            }
        }
    }

    @Property(tries = 60)
    void whateverIsWrittenAndReadIsRecordedOnce(@ForAll Way way, @ForAll boolean virtual,
            @ForAll @Size(max = 5) List<@IntRange(max = 800) Integer> sizes) throws Exception {
        var sent = new ByteArrayOutputStream();
        var result = new FutureTask<Void>(() -> {
            try (var recorded = new Recorded(way != Way.STREAM && way != Way.BUFFERED)) {
                for (var size : sizes) {
                    send(recorded, way, Bytes.letters(size).array());
                    sent.writeBytes(Bytes.letters(size).array());
                }
                recorded.client.shutdownOutput();
                var all = new Bytes(sent.toByteArray());
                assertEquals(all, new Bytes(receive(recorded, way)));
                assertEquals(all, recorded.bytes(Role.CLIENT, Kind.WRITE), "written");
                assertEquals(all, recorded.bytes(Role.SERVER, Kind.READ), "read");
                for (var kind : List.of(Kind.HALF_CLOSE, Kind.CONNECT)) {
                    assertEquals(1, recorded.of(Role.CLIENT, kind).size(), kind.toString());
                }
                for (var kind : List.of(Kind.ACCEPT, Kind.END)) {
                    assertEquals(1, recorded.of(Role.SERVER, kind).size(), kind.toString());
                }
                checkEnds(recorded, all.array().length);
            }
            return null;
        });
        var thread = virtual ? Thread.startVirtualThread(result)
                : Thread.ofPlatform().start(result);
        thread.join(TestClient.DEADLINE);
        result.get(1, TimeUnit.SECONDS);
    }

    /// Both ends are one connection, and count as the happenings do.
    private static void checkEnds(Recorded recorded, long bytes) {
        var ends = recorded.recorder.ends().stream()
                .filter(end -> end.role() == Role.CLIENT || end.role() == Role.SERVER).toList();
        assertEquals(List.of(1, 1), ends.stream().map(End::connection).toList());
        for (var end : ends) {
            var reads = recorded.of(end.role(), Kind.READ);
            assertEquals(reads.size(), end.reads());
            assertEquals(reads.stream().mapToInt(Happening::count).max().orElse(0),
                    end.largestRead());
            assertEquals(end.role() == Role.CLIENT ? 0 : bytes, end.bytesRead());
            assertEquals(end.role() == Role.CLIENT ? bytes : 0, end.bytesWritten());
        }
        assertEquals(0, recorded.recorder.failures());
    }

    @Example
    void theLineOfTheProgramIsToldAlsoWhereTheJdkReads() throws Exception {
        try (var recorded = new Recorded(false)) {
            recorded.client.getOutputStream().write("one\n".getBytes());
            new BufferedReader(new InputStreamReader(recorded.server.getInputStream())).readLine();
            var read = recorded.of(Role.SERVER, Kind.READ).getFirst();
            assertTrue(read.place().startsWith("RecorderTest.java:"), read.place());
            assertEquals(8192, read.asked()); // not a line: what its buffer has room for
        }
    }

    @Example
    void resetsAndTimeOutsAreRecorded() throws Exception {
        for (var channels : List.of(true, false)) {
            try (var recorded = new Recorded(channels)) {
                recorded.server.setSoTimeout(20);
                try {
                    recorded.server.getInputStream().read();
                    throw new AssertionError("nothing was sent");
                } catch (SocketTimeoutException e) {
                    assertEquals(1, recorded.of(Role.SERVER, Kind.TIMEOUT).size());
                }
                recorded.client.setSoLinger(true, 0);
                recorded.client.close();
                recorded.server.setSoTimeout(0);
                try {
                    recorded.server.getInputStream().read();
                    throw new AssertionError("a reset is no end");
                } catch (SocketException e) {
                    assertEquals(1, recorded.of(Role.SERVER, Kind.RESET).size());
                }
                assertEquals(1, recorded.of(Role.CLIENT, Kind.CLOSE).size());
            }
        }
    }

    /// Nobody comes, nobody listens: there is no connection, and it is told all the same.
    @Example
    void whatNeverBecomesAConnectionIsRecorded() throws Exception {
        try (var recorded = new Recorded(false); var nobody = new ClosedPort();
                var alone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            alone.setSoTimeout(10);
            try {
                alone.accept();
                throw new AssertionError("nobody came");
            } catch (SocketTimeoutException e) {
                assertEquals(1, recorded.of(Role.LISTENER, Kind.TIMEOUT).size());
            }
            try (var refused = new Socket()) {
                refused.connect(nobody.address());
                throw new AssertionError("nobody listens");
            } catch (ConnectException e) {
                assertTrue(recorded.of(Role.CLIENT, Kind.FAILED).getFirst().detail()
                        .contains("refused"));
            }
        }
    }

    /// The JDK closes what a program forgets; the recorder must not keep it.
    @Example
    void aForgottenSocketIsNotKept() throws Exception {
        try (var recorded = new Recorded(true)) {
            var forgotten = new WeakReference<>(
                    SocketChannel.open(recorded.listener.getLocalAddress()));
            assertEquals(2, recorded.of(Role.CLIENT, Kind.CONNECT).size());
            var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
            while (forgotten.get() != null && System.nanoTime() - deadline < 0) {
                System.gc();
                Thread.onSpinWait();
            }
            assertEquals(null, forgotten.get());
        }
    }

    @Property(tries = 10)
    void whatIsAskedInVainIsCounted(@ForAll @IntRange(min = 1, max = 50) int times)
            throws Exception {
        try (var recorded = new Recorded(true)) {
            recorded.serverChannel.configureBlocking(false);
            recorded.listener.configureBlocking(false);
            for (int i = 0; i < times; i++) {
                assertEquals(0, recorded.serverChannel.read(ByteBuffer.allocate(1)));
                assertEquals(null, recorded.listener.accept());
            }
            var ends = recorded.recorder.ends();
            assertEquals(times, ends.stream().mapToLong(End::vainReads).sum());
            assertEquals(times, ends.stream().mapToLong(End::vainAccepts).sum());
            assertEquals(List.of(), recorded.of(Role.SERVER, Kind.READ));
        }
    }

    @Property(tries = 20)
    void datagramsAreRecorded(@ForAll boolean channels, @ForAll @IntRange(max = 2000) int size)
            throws Exception {
        try (var recorded = new Recorded(true); var from = DatagramChannel.open();
                var to = DatagramChannel.open()) {
            to.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var bytes = Bytes.letters(size);
            if (channels) {
                from.send(ByteBuffer.wrap(bytes.array()), to.getLocalAddress());
                to.receive(ByteBuffer.allocate(4000));
            } else {
                from.socket().send(
                        new DatagramPacket(bytes.array(), size, to.getLocalAddress()));
                to.socket().receive(new DatagramPacket(new byte[4000], 4000));
            }
            assertEquals(bytes, recorded.bytes(Role.DATAGRAM, Kind.SEND));
            assertEquals(bytes, recorded.bytes(Role.DATAGRAM, Kind.RECEIVE));
            assertEquals("127.0.0.1:" + to.socket().getLocalPort(),
                    recorded.of(Role.DATAGRAM, Kind.SEND).getFirst().detail());
        }
    }

    /// The JDK's own recorder, which knows no payload, sees as many reads and writes.
    @Example
    void theJdkCountsTheSame() throws Exception {
        var file = Files.createTempFile("socket", ".jfr");
        try (var jfr = new Recording()) {
            for (var name : List.of("jdk.SocketRead", "jdk.SocketWrite")) {
                jfr.enable(name).withThreshold(Duration.ZERO).with("throttle", "off");
            }
            jfr.start();
            long[] counts = new long[2];
            for (var channels : List.of(true, false)) {
                try (var recorded = new Recorded(channels)) {
                    for (int i = 0; i < 50; i++) {
                        recorded.client.getOutputStream().write(Bytes.letters(i + 1).array());
                        recorded.server.getInputStream().read(new byte[i % 7 + 1]);
                    }
                    counts[0] += recorded.of(Role.SERVER, Kind.READ).size();
                    counts[1] += recorded.of(Role.CLIENT, Kind.WRITE).size();
                }
            }
            jfr.dump(file);
            var events = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getThread().getJavaThreadId()
                            == Thread.currentThread().threadId())
                    .collect(Collectors.groupingBy(event -> event.getEventType().getName(),
                            Collectors.counting()));
            assertEquals(Map.of("jdk.SocketRead", counts[0], "jdk.SocketWrite", counts[1]),
                    events);
        } finally {
            Files.delete(file);
        }
    }
}
