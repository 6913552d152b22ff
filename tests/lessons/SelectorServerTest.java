import module java.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import conformance.Bytes;
import java.lang.management.ManagementFactory;
import net.jqwik.api.Example;
import shared.Narrator;

/// Lesson 03: the selector server.
class SelectorServerTest extends ConcurrentEchoConformance {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Override
    List<String> program() {
        return List.of("SelectorServer");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        var server = new SelectorServer(RunningServer.FREE_PORT, prefix, new Narrator(false));
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    private static RunningServer startQuietly() throws Exception {
        var server = new SelectorServer(RunningServer.FREE_PORT, "echo ", new Narrator(true));
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    /// Woken only when there is something to do: clients that are connected, silent, and ready to
    /// be written to are no reason; nor is one that has been slow, and got its rest.
    @Example
    void silentClientsCostNoProcessorTime() throws Exception {
        var clients = new ArrayList<TestClient>();
        try (var server = startQuietly(); var slow = new Flood(server.port(), "echo ")) {
            for (int i = 0; i < 20; i++) clients.add(new TestClient(server.port()));
            for (var client : clients) roundTrip(client, 100);
            slow.sendUntilStuck();
            slow.readEverything();
            var before = THREADS.getThreadCpuTime(server.loop().threadId());
            assertTrue(clients.getFirst().hearsNothingFor(Duration.ofMillis(300)));
            var used = THREADS.getThreadCpuTime(server.loop().threadId()) - before;
            assertTrue(used < 30_000_000,
                    "300 ms of idling took " + used / 1_000_000 + " ms of CPU");
        } finally {
            for (var client : clients) client.close();
        }
    }

    @Example
    void aMessageAllocatesNothing() throws Exception {
        final int bytes = 1000;
        final int messages = 2000;
        try (var server = startQuietly(); var client = new TestClient(server.port())) {
            for (int i = 0; i < messages; i++) roundTrip(client, bytes); // until it is compiled
            var before = THREADS.getThreadAllocatedBytes(server.loop().threadId());
            for (int i = 0; i < messages; i++) roundTrip(client, bytes);
            var after = THREADS.getThreadAllocatedBytes(server.loop().threadId());
            var each = (after - before) / messages;
            // The JDK itself boxes the descriptor's number, 16 bytes, until it is fully compiled.
            assertTrue(each <= 32, each + " bytes allocated for each message of " + bytes);
        }
    }

    private static void roundTrip(TestClient client, int bytes) throws IOException {
        client.send(Bytes.letters(bytes).array());
        client.socket.getInputStream().readNBytes("echo ".length() + bytes);
    }
}
