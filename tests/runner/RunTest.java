import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `tests/run.java` as a program of its own.
@Tag("process")
@Tag("long")
class RunTest {

    /// For five JVMs to start, on a busy machine.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {
            "--select-class Nope",
            "--select-method CatalogTest#nope",
            "--select-method CatalogTest",
            "--select-class CatalogTest --include-classname (",
            "--select-class CatalogTest --include-tag nope",
            "--select-class CatalogTest --config processes=0",
            "--select-class",
            "--xyzzy",
            "CatalogTest"})
    void wrongArgumentsAreAnsweredWithOneLine(String arguments) throws Exception {
        try (var run = ChildLesson.start("Run", arguments.split(" "))) {
            assertEquals(2, run.exitCode());
            var errors = run.errors();
            assertTrue(errors.endsWith("; --help shows the options"), errors);
            assertEquals(1, errors.lines().count(), errors);
        }
    }

    @Test
    void aClassThatIsNotThereIsNamed() throws Exception {
        try (var run = ChildLesson.start("Run", "--select-class", "Nope")) {
            assertTrue(run.errors().contains("Nope"), run.errors());
        }
    }

    @Test
    void helpIsNoError() throws Exception {
        try (var run = ChildLesson.start("Run", "--help")) {
            var help = run.restOfOutput();
            assertTrue(help.startsWith("Usage: run.java"), help);
            assertEquals("", run.errors());
            assertEquals(0, run.exitCode());
        }
    }

    @Test
    void aTestIsRunAndCounted() throws Exception {
        try (var run = ChildLesson.start("Run",
                "--select-method", "CatalogTest#everyScriptStartsByItself")) {
            assertTrue(run.restOfOutput().endsWith("\n1 passed, 0 failed"));
            assertEquals(0, run.exitCode());
        }
    }

    // ---- several classes: their tests are below, and run only where they are asked for ----

    /// Each says which process it is, once the other runs, too.
    @Test
    void classesRunSideBySide() throws Exception {
        try (var run = ChildLesson.startWithVariable("MEETING", folder.toString(), "Run",
                "--select-class", "RunTest$Left", "--select-class", "RunTest$Right")) {
            var report = report(run);
            var processes = Pattern.compile("runs in process (\\d+)").matcher(report).results()
                    .map(found -> found.group(1)).toList();
            assertEquals(2, processes.size(), report);
            assertEquals(2, Set.copyOf(processes).size(), report);
            assertTrue(report.contains("\nfailed:\n  RunTest$"), report);
            assertTrue(report.endsWith("\n0 passed, 2 failed"), report);
            assertEquals(1, run.exitCode());
        }
    }

    @Test
    void aSingleClassNeedsNoSecondProcess() throws Exception {
        try (var run = ChildLesson.start("Run", "--select-class", "RunTest$Alone")) {
            var report = report(run);
            assertTrue(report.contains("runs in process " + run.process.pid()), report);
        }
    }

    @Test
    void theReportShowsClassByClass() throws Exception {
        try (var run = ChildLesson.start("Run", "--config", "processes=2",
                "--select-class", "CatalogTest", "--select-class", "WordWrapTest",
                "--select-class", "RunTest$Dies", "--exclude-tag", "deadly")) {
            var report = report(run);
            var classes = report.lines().filter(line -> line.matches("[A-Z].*")).sorted().toList();
            assertEquals(List.of("CatalogTest", "RunTest$Dies", "WordWrapTest"), classes);
            var passed = report.lines().filter(line -> line.startsWith("  ok ")).count();
            assertTrue(report.endsWith("\n" + passed + " passed, 0 failed"), report);
            assertEquals("", run.errors());
            assertEquals(0, run.exitCode());
        }
    }

    /// And the next class has a process all the same.
    @Test
    void whatAProcessDiesOfHasFailed() throws Exception {
        try (var run = ChildLesson.start("Run", "--config", "processes=1",
                "--select-class", "RunTest$Dies", "--select-class", "RunTest$Lives")) {
            var report = report(run);
            assertTrue(report.contains("with exit code 7"), report);
            assertTrue(report.endsWith("\n  RunTest$Dies: this test dies\n2 passed, 1 failed"),
                    report);
            assertEquals(1, run.exitCode());
        }
    }

    /// From a terminal it reaches all of them; in which order, nobody knows.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ctrlCEndsAllProcesses(boolean reachesTheOthersFirst) throws Exception {
        Assumptions.assumeFalse(ChildLesson.WINDOWS, "needs kill");
        try (var run = ChildLesson.startWithVariable("MEETING", folder.toString(), "Run",
                "--select-class", "RunTest$WaitsOnTheLeft",
                "--select-class", "RunTest$WaitsOnTheRight")) {
            awaitIn(folder, "left");
            awaitIn(folder, "right");
            var processes = run.process.descendants().toList();
            assertEquals(3, processes.size(), processes.toString());
            var kill = new ArrayList<>(List.of("kill", "-INT"));
            if (reachesTheOthersFirst) processes.forEach(each -> kill.add("" + each.pid()));
            kill.add("" + run.process.pid());
            assertEquals(0, new ProcessBuilder(kill).start().waitFor());
            assertTrue(run.endsWithin(PATIENCE), "still running");
            assertEquals(130, run.exitCode());
            assertEquals("", run.restOfOutput() + run.errors());
            for (var process : processes) {
                process.onExit().get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private static String report(ChildLesson run) throws Exception {
        assertTrue(run.endsWithin(PATIENCE), "still running");
        return run.restOfOutput();
    }

    private static void tellWhere() {
        throw new AssertionError("runs in process " + ProcessHandle.current().pid());
    }

    private static void meet(String me, String other) throws Exception {
        var folder = Path.of(System.getenv("MEETING"));
        Files.createFile(folder.resolve(me));
        awaitIn(folder, other);
    }

    private static void awaitIn(Path folder, String file) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(folder.resolve(file))) {
            assertTrue(System.nanoTime() < deadline, "no " + file);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static class Left {
        @Test
        void meetsAndTells() throws Exception {
            meet("left", "right");
            tellWhere();
        }
    }

    static class Right {
        @Test
        void meetsAndTells() throws Exception {
            meet("right", "left");
            tellWhere();
        }
    }

    /// Until somebody ends it, and a process of its own.
    static class WaitsOnTheLeft {
        @Test
        void forEver() throws Exception {
            new ProcessBuilder("sleep", "1000").start();
            meet("left", "right");
            new CountDownLatch(1).await();
        }
    }

    static class WaitsOnTheRight {
        @Test
        void forEver() throws Exception {
            meet("right", "left");
            new CountDownLatch(1).await();
        }
    }

    static class Alone {
        @Test
        void tells() {
            tellWhere();
        }
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class Dies {
        @Test
        void aTestPasses() {}

        @Test
        @Tag("deadly")
        void thisTestDies() {
            Runtime.getRuntime().halt(7);
        }
    }

    static class Lives {
        @Test
        void passes() {}
    }
}
