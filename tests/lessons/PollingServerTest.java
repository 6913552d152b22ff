import module java.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import java.lang.management.ManagementFactory;
import net.jqwik.api.Example;
import shared.Narrator;

/// Lesson 02: the polling server.
class PollingServerTest extends ConcurrentEchoConformance {

    @Override
    List<String> program() {
        return List.of("PollingServer");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        return start(prefix, Duration.ZERO);
    }

    private static RunningServer start(String prefix, Duration nap) throws Exception {
        var server = new PollingServer(RunningServer.FREE_PORT, prefix, new Narrator(false), nap);
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    @Example
    void tellsOnceHowOftenItAskedInVain() throws Exception {
        try (var lesson = ChildLesson.start("PollingServer", "127.0.0.1", "0");
                var client = new TestClient(lesson.port())) {
            assertTrue(lesson.readLine().endsWith(" connected"));
            var told = lesson.readLine();
            var idle = "idle: [\\d,.]+ empty passes in the last second \\(clients: 1\\)";
            assertTrue(told.matches(idle), told);
            client.send(Bytes.of("hello").array());
            assertTrue(lesson.readLine().contains("sent us 5 bytes"), "idleness is told only once");
        }
    }

    /// Polling burns the processor; a nap after each empty pass does not. On a busy machine neither
    /// gets much of it, so both run until the restless one has had enough.
    @Example
    void aNapSavesTheProcessor() throws Exception {
        try (var restless = start("echo ", Duration.ZERO);
                var napping = start("echo ", Duration.ofMillis(5));
                var _ = new TestClient(restless.port());
                var _ = new TestClient(napping.port())) {
            var restlessBefore = cpuTime(restless);
            var nappingBefore = cpuTime(napping);
            var giveUp = System.nanoTime() + TestClient.DEADLINE.toNanos();
            while (cpuTime(restless) - restlessBefore < 100_000_000) {
                assertTrue(System.nanoTime() - giveUp < 0, "it gets no processor at all");
                LockSupport.parkNanos(1_000_000);
            }
            var used = (cpuTime(napping) - nappingBefore) / 1_000_000;
            assertTrue(used < 33, used + " ms of CPU with naps, 100 ms without");
        }
    }

    private static long cpuTime(RunningServer server) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(server.loop().threadId());
    }
}
