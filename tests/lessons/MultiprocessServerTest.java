import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Assumptions;
import shared.Narrator;

/// Lesson 02: the multiprocess server. Its processes take a while to start, so the properties share
/// one server.
@Tag("long")
class MultiprocessServerTest extends ConcurrentEchoConformance {

    private static final int WORKERS = 2;
    private static RunningServer shared;

    @Override
    List<String> program() {
        return List.of("MultiprocessServer", "--workers", "1");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        if (shared == null) shared = startAlone(prefix);
        var noLoop = Thread.startVirtualThread(() -> {});
        return new RunningServer(shared.port(), () -> {}, noLoop, new AtomicReference<>());
    }

    @Override
    RunningServer startAlone(String prefix) throws Exception {
        var server = new MultiprocessServer(
                RunningServer.FREE_PORT, prefix, new Narrator(false), WORKERS);
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    @AfterContainer
    static void closeShared() {
        if (shared != null) shared.close();
        shared = null;
        assertEquals(0, workers().size(), "workers are left");
    }

    @Provide
    @Override
    public Arbitrary<String> prefixes() {
        return Arbitraries.of("echo "); // the one of the shared server
    }

    /// Kills a worker: its clients notice, the others do not, and there is soon a new worker.
    @Example
    void aWorkerThatDiesIsReplacedAndTheOthersGoOn() throws Exception {
        var before = workers();
        var clients = new ArrayList<TestClient>();
        try (var server = startAlone("echo ")) {
            for (int i = 0; i < 20; i++) {
                clients.add(new TestClient(server.port()));
                assertTrue(isServed(clients.getLast()), "a new client is not served");
            }
            var victims = workers();
            victims.removeAll(before);
            assertEquals(WORKERS, victims.size());
            var victim = victims.iterator().next();
            victim.destroyForcibly();
            victim.onExit().get(10, TimeUnit.SECONDS);

            var served = 0;
            for (var client : clients) if (isServed(client)) served++;
            assertTrue(served > 0 && served < 20, served + " of 20 are served by one of two");
            awaitWorkers(before.size() + WORKERS);
            try (var late = new TestClient(server.port())) {
                assertTrue(isServed(late), "nobody serves any more");
            }
        } finally {
            for (var client : clients) client.close();
        }
    }

    /// Not even `kill -9` of the parent leaves workers behind, which would keep the port.
    @Example
    void withoutTheirParentTheWorkersEnd() throws Exception {
        FreePort.afterClose(() -> {
            try (var lesson = ChildLesson.start("MultiprocessServer", "127.0.0.1", "0")) {
                var port = lesson.port();
                var workers = lesson.process.descendants().toList();
                assertEquals(WORKERS, workers.size());
                lesson.process.destroyForcibly();
                for (var worker : workers) {
                    worker.onExit().get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
                }
                FreePort.bind(port);
            }
        });
    }

    /// A parent that is stopped (Ctrl-Z) reads no output of its workers. They serve all the same,
    /// and when it goes on, the log says that something is missing.
    @Example
    void theWorkersServeWhileTheirParentIsStopped() throws Exception {
        Assumptions.assumeFalse(ChildLesson.WINDOWS, "needs kill");
        try (var lesson = ChildLesson.start("MultiprocessServer", "127.0.0.1", "0");
                var client = new TestClient(lesson.port())) {
            lesson.suspend();
            for (int i = 0; i < 3000; i++) say("hello", client);
            lesson.resume();
            while (!lesson.readLine().contains("lines left out")) {} // each has a deadline
            lesson.terminate();
            assertTrue(lesson.endsWithin(Duration.ofSeconds(2)), "still running after SIGTERM");
        }
    }

    @Example
    void aWorkerThatIsStoppedDoesNotKeepTheServerFromEnding() throws Exception {
        Assumptions.assumeFalse(ChildLesson.WINDOWS, "needs kill");
        try (var lesson = ChildLesson.start("MultiprocessServer", "127.0.0.1", "0")) {
            lesson.port();
            var workers = lesson.process.descendants().toList();
            assertEquals(WORKERS, workers.size());
            for (var worker : workers) ChildLesson.signal("STOP", worker);
            lesson.terminate();
            lesson.exitCode(); // has a deadline
            for (var worker : workers) assertFalse(worker.isAlive(), worker + " is left");
        }
    }

    /// The JVM of each worker then prints a line before anything of ours.
    @Example
    void itStartsWhereJavaHasOptionsFromTheEnvironment() throws Exception {
        Assumptions.assumeFalse(ChildLesson.WINDOWS, "needs env");
        try (var lesson = ChildLesson.startWithVariable("JAVA_TOOL_OPTIONS", "-Dnothing=1",
                "MultiprocessServer", "127.0.0.1", "0");
                var client = new TestClient(lesson.port())) {
            assertTrue(isServed(client), "not served");
        }
    }

    private static boolean isServed(TestClient client) {
        try {
            client.send(Bytes.of("hello").array());
            return client.socket.getInputStream().readNBytes(10).length == 10;
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitWorkers(int count) {
        var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
        while (workers().size() != count) {
            assertTrue(System.nanoTime() < deadline, workers().size() + " workers, not " + count);
            Thread.onSpinWait();
        }
    }

    private static Set<ProcessHandle> workers() {
        return ProcessHandle.current().children()
                .filter(child -> child.info().arguments().stream().flatMap(Arrays::stream)
                        .anyMatch(argument -> argument.startsWith("MultiprocessServer$Worker")))
                .collect(Collectors.toSet());
    }
}
