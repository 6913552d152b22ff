import module java.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.EchoOracle;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// More clients than file descriptors: those who are in are served, those who are not wait until
/// somebody leaves, and nothing spins or dies.
@Tag("process")
class DescriptorLimitTest {

    private static final int DESCRIPTORS = 120;
    private static final byte[] HELLO = Bytes.of("hello").array();
    private static final EchoOracle ORACLE = new EchoOracle("echo ");

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {
        "PollingServer", "SelectorServer", "EpollServer", "ThreadedServer", "VirtualThreadServer"
    })
    void runningOutOfDescriptorsIsNoDisaster(String server) throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs ulimit");
        Assumptions.assumeTrue(!server.equals("EpollServer")
                || System.getProperty("os.name").equals("Linux"), "needs epoll");
        var clients = new ArrayDeque<TestClient>();
        try (var lesson = ChildLesson.startWithDescriptors(
                DESCRIPTORS, server, "127.0.0.1", "0", "--quiet")) {
            var port = lesson.port();
            lesson.suspend(); // all come at once, before the first has been looked at
            for (int i = 0; i < DESCRIPTORS; i++) clients.add(new TestClient(port));
            lesson.resume();
            var last = clients.getLast();
            last.send(HELLO);
            greets(clients.getFirst());

            var before = lesson.cpuTime();
            assertTrue(last.hearsNothingFor(Duration.ofMillis(300)), "where did that come from?");
            var used = lesson.cpuTime().minus(before).toMillis();
            assertTrue(used < 150 || server.equals("PollingServer"), "it spins: " + used + " ms");

            for (int i = 0; i < DESCRIPTORS / 2; i++) clients.removeFirst().close();
            ORACLE.check(last.readUntil(bytes -> ORACLE.explains(bytes, HELLO)), HELLO);
            greets(clients.getFirst());
        } finally {
            for (var client : clients) client.close();
        }
    }

    private static void greets(TestClient client) throws IOException {
        client.send(HELLO);
        ORACLE.check(client.readUntil(bytes -> ORACLE.explains(bytes, HELLO)), HELLO);
    }
}
