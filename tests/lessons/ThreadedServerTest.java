import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.EchoOracle;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import shared.Narrator;
import shared.Seats;

/// Lesson 02: the threaded server.
class ThreadedServerTest extends ConcurrentEchoConformance {

    private static final byte[] HELLO = Bytes.of("hello").array();
    private static final EchoOracle ORACLE = new EchoOracle("echo ");
    private static final Narrator LOG = new Narrator(false);

    @Override
    List<String> program() {
        return List.of("ThreadedServer");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        return start(prefix, 500, Duration.ofMinutes(1));
    }

    private static RunningServer start(String prefix, int maxClients, Duration idle)
            throws Exception {
        return start(prefix, idle, new Seats(maxClients, Duration.ofMinutes(1), LOG));
    }

    private static RunningServer start(String prefix, Duration idle, Seats seats)
            throws Exception {
        var server = new ThreadedServer(RunningServer.FREE_PORT, prefix, LOG, seats, idle);
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    @Property(tries = 4)
    void oneMoreThanThereAreThreadsWaitsInTheBacklog(@ForAll @IntRange(min = 1, max = 4) int threads)
            throws Exception {
        var clients = new ArrayDeque<TestClient>();
        try (var server = start("echo ", threads, Duration.ofMinutes(1));
                var late = connectBehind(clients, threads, server.port())) {
            late.send(HELLO);
            assertTrue(late.hearsNothingFor(Duration.ofMillis(50)), "served without a vacancy");
            clients.getFirst().halfClose();
            ORACLE.check(late.readUntil(bytes -> ORACLE.explains(bytes, HELLO)), HELLO);
        } finally {
            for (var client : clients) client.close();
        }
    }

    private static TestClient connectBehind(Queue<TestClient> clients, int count, int port)
            throws IOException {
        for (int i = 0; i < count; i++) {
            var client = new TestClient(port);
            clients.add(client);
            client.send(HELLO);
            client.readUntil(bytes -> ORACLE.explains(bytes, HELLO)); // it has its thread
        }
        return new TestClient(port);
    }

    /// Neither those that say nothing nor those that send a byte now and then keep others out; the
    /// idle limit would never find the latter.
    @Property(tries = 4)
    void silentAndDribblingClientsKeepNobodyOut(@ForAll @Size(min = 1, max = 4) List<Boolean> dribbles)
            throws Exception {
        var seats = new Seats(dribbles.size(), Duration.ofMillis(200), LOG);
        var bad = new ArrayList<TestClient>();
        try (var server = start("echo ", Duration.ofMinutes(1), seats);
                var clock = Executors.newSingleThreadScheduledExecutor()) {
            for (boolean dribbling : dribbles) {
                var client = new TestClient(server.port());
                bad.add(client);
                if (dribbling) {
                    clock.scheduleAtFixedRate(() -> dribble(client), 0, 50, TimeUnit.MILLISECONDS);
                }
            }
            for (int i = 0; i < 2 * dribbles.size(); i++) {
                try (var good = new TestClient(server.port())) {
                    good.send(HELLO);
                    ORACLE.check(good.readUntil(bytes -> ORACLE.explains(bytes, HELLO)), HELLO);
                }
            }
            clock.shutdownNow();
        } finally {
            for (var client : bad) client.close();
        }
    }

    /// @throws UncheckedIOException if it is disconnected, as it should be: then no more is sent
    private static void dribble(TestClient client) {
        try {
            client.send(new byte[] {'A'});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Example
    void aSilentClientIsHungUpOn() throws Exception {
        try (var server = start("echo ", 1, Duration.ofMillis(100));
                var client = new TestClient(server.port())) {
            assertEquals(-1, client.socket.getInputStream().read());
        }
    }

    /// Idle means silent for that time, not connected for that time.
    @Example
    void aClientThatSpeaksNowAndThenIsNotIdle() throws Exception {
        var end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
        try (var server = start("echo ", 1, Duration.ofMillis(800));
                var client = new TestClient(server.port())) {
            while (System.nanoTime() < end) {
                client.send(HELLO);
                ORACLE.check(client.readUntil(bytes -> ORACLE.explains(bytes, HELLO)), HELLO);
                assertTrue(client.hearsNothingFor(Duration.ofMillis(100)), "hung up on");
            }
        }
    }

    /// Its thread is stuck in a write, where SO_TIMEOUT does not reach.
    @Example
    void aClientThatNeverReadsIsHungUpOn() throws Exception {
        try (var server = start("echo ", 1, Duration.ofMillis(300));
                var flood = new Flood(server.port(), "echo ")) {
            flood.sendUntilStuck();
            try (var next = new TestClient(server.port())) { // there is one thread, and it is free
                next.send(HELLO);
                ORACLE.check(next.readUntil(bytes -> ORACLE.explains(bytes, HELLO)), HELLO);
            }
            assertThrows(IOException.class, flood::readToEnd);
        }
    }
}
