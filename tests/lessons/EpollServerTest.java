import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import conformance.Bytes;
import conformance.EchoOracle;
import epoll.Kernel;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.management.ManagementFactory;
import net.jqwik.api.Example;
import org.junit.jupiter.api.Assumptions;
import shared.Narrator;

/// Lesson 03: the epoll server, level-triggered.
class EpollServerTest extends ConcurrentEchoConformance {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Whether connections are watched edge-triggered.
    boolean edge() {
        return false;
    }

    @Override
    List<String> program() {
        assumeLinux();
        return edge() ? List.of("EpollServer", "--edge") : List.of("EpollServer");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        return start(prefix, new Narrator(false));
    }

    private RunningServer startQuietly() throws Exception {
        return start("echo ", new Narrator(true));
    }

    private RunningServer start(String prefix, Narrator log) throws Exception {
        assumeLinux();
        var server = new EpollServer(RunningServer.FREE_PORT, prefix, log, edge());
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    private static void assumeLinux() {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "needs epoll");
    }

    /// More than a read takes: what an edge-triggered server leaves over is not reported again,
    /// and the client that waits for it will not send more.
    @Example
    void whatComesAtOnceIsAnsweredToItsEnd() throws Exception {
        var oracle = new EchoOracle("echo ");
        var sent = Bytes.letters(300_000).array();
        try (var server = startQuietly(); var client = new TestClient(server.port())) {
            client.send(sent);
            oracle.check(client.readUntil(bytes -> oracle.explains(bytes, sent)), sent);
        }
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

    /// Once the loop is fully compiled, which it never is in this process: in one of its own.
    @Example
    void aMessageAllocatesNothing() throws Exception {
        assumeLinux();
        var counting = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"),
                EpollAllocation.class.getName(), Boolean.toString(edge()))
                .redirectErrorStream(true).start();
        try {
            var said = counting.inputReader().readAllAsString();
            assertTrue(said.contains("0 bytes a message\n"), said);
        } finally {
            counting.destroyForcibly();
        }
    }

    private static void roundTrip(TestClient client, int bytes) throws IOException {
        client.send(Bytes.letters(bytes).array());
        client.socket.getInputStream().readNBytes("echo ".length() + bytes);
    }

    /// The layouts of `sys/epoll.h`: with `__EPOLL_PACKED`, and as C aligns it elsewhere.
    @Example
    void theLayoutOfAnEventIsThatOfC() {
        var data = PathElement.groupElement("data");
        assertEquals(12, Kernel.event("amd64").byteSize());
        assertEquals(4, Kernel.event("amd64").byteOffset(data));
        assertEquals(16, Kernel.event("aarch64").byteSize());
        assertEquals(8, Kernel.event("aarch64").byteOffset(data));
    }

    @Example
    void elsewhereItSaysThatThisIsLinux() {
        var system = System.setProperty("os.name", "Mac OS X");
        try {
            var refusal = assertThrows(IOException.class, () -> new EpollServer(
                    RunningServer.FREE_PORT, "echo ", new Narrator(true), edge()));
            assertTrue(refusal.getMessage().contains("Linux"), refusal.getMessage());
        } finally {
            System.setProperty("os.name", system);
        }
    }

    /// All descriptors that it has opened, its own and its clients'.
    @Example
    void closeLeavesNoDescriptorOpen() throws Exception {
        assumeLinux();
        startQuietly().close(); // whatever the JVM opens for good is open now
        var before = descriptors();
        var server = startQuietly();
        try (var client = new TestClient(server.port())) {
            roundTrip(client, 10);
        } finally {
            server.close();
        }
        assertEquals(before, descriptors());
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
