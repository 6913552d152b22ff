import module java.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

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

    /// Polling burns the processor; a nap after each empty pass does not.
    @Example
    void aNapSavesTheProcessor() throws Exception {
        var restless = cpuTimeOfIdling(Duration.ZERO);
        var napping = cpuTimeOfIdling(Duration.ofMillis(5));
        assertTrue(napping < restless / 3, napping / 1_000_000 + " ms of CPU with naps, "
                + restless / 1_000_000 + " ms without");
    }

    private static long cpuTimeOfIdling(Duration nap) throws Exception {
        var threads = ManagementFactory.getThreadMXBean();
        try (var server = start("echo ", nap); var client = new TestClient(server.port())) {
            var before = threads.getThreadCpuTime(server.loop().threadId());
            assertTrue(client.hearsNothingFor(Duration.ofMillis(300)));
            return threads.getThreadCpuTime(server.loop().threadId()) - before;
        }
    }
}
