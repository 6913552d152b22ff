///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN Run
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-console
//DEPS net.jqwik:jqwik:1.9.3
//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//DEPS tools.jackson.core:jackson-databind:3.3.0
//SOURCES lessons/*.java workbook/*.java exercises/*.java wire/*.java launcher/*.java
//SOURCES verdicts/*.java runner/*.java support/*.java
//SOURCES check.java check/*.java conformance/*.java gallery/*.java
//SOURCES bench/Comparison.java bench/Contestant.java bench/Metric.java bench/Plan.java bench/Ranking.java
//SOURCES bench/Results.java bench/VerdictsTest.java bench/Work.java
//SOURCES ../lessons/lesson*.java ../lessons/shared/*.java ../lessons/upload/*.java
//SOURCES ../lessons/socketserver/*.java ../lessons/epoll/*.java
//SOURCES ../lessons/workbook.java ../lessons/workbook/*/*.java
//SOURCES ../lessons/proxy.java ../lessons/trace.java ../lessons/wire/*.java
//SOURCES ../lessons/recorder/*.java
//SOURCES ../lessons/exercises.java ../lessons/exercises/*.java
//FILES junit-platform.properties
//FILES META-INF/services/org.junit.platform.launcher.TestExecutionListener=listeners.txt
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass -Werror
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS -Djdk.attach.allowAttachSelf=true -XX:+EnableDynamicAgentLoading
//RUNTIME_OPTIONS -Djdk.virtualThreadScheduler.parallelism=16
//DESCRIPTION Checks every lesson: jbang tests/run.java [--select-class NAME] [--include-tag TAG]

import module java.base;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.platform.console.ConsoleLauncher;

/// # All properties of all lessons
///
/// `jbang tests/run.java` compiles the lessons together with their tests and runs everything.
/// Arguments go to JUnit's console launcher: `--select-class SelectorServerTest` runs one class,
/// `--include-tag cli` one tag; `--help` shows the rest.
///
/// The tests are in folders:
///
/// - `lessons`, `workbook`, `exercises`, `wire`: of these parts of the project
/// - `conformance`: the properties that any server or client has to keep; `check` asks them, too
/// - `verdicts`: that `check` finds what is wrong and nothing else; the wrong ones are in `gallery`
/// - `launcher`: how scripts are named, found and started
/// - `runner`: what this script is made of
/// - `support`: servers, clients and ports that several tests use
///
/// Test classes are in no package, for the lessons are in none, and only code in none can use them.
///
/// Several classes run side by side, in a few processes: one alone would leave a core idle, and
/// both where it waits. `--config processes=N` says in how many. The report has all lines of a
/// class together, as soon as the class has ended.
///
/// The last line says `N passed, N failed`. Exit code: 0 if nothing failed, 1 if something did,
/// 2 if the arguments are wrong or select no test.
class Run {

    private static final String CAUSE = "Caused by: ";

    /// Options that only say which tests. With others there is one process, for they are JUnit's
    /// own affair, or select a part of a test.
    private static final Pattern SELECTS = Pattern.compile("[^-@].*|-[cpmnNtTeE]"
            + "|--(select-(class|package|method)|(include|exclude)-\\w+|config)(=.*)?");

    /// More than there are cores, as tests wait almost half of their time.
    private static final int PROCESSES = Runtime.getRuntime().availableProcessors() + 3;

    /// The real standard output. What the lessons say to theirs is not for this report.
    private static final PrintStream CONSOLE = System.out;

    /// Has a long note that it has no database.
    private static final Logger JQWIK = Logger.getLogger("net.jqwik");

    /// Is told how the tests go that run in this process.
    static volatile Report.Reader reader = _ -> {};

    private static volatile boolean ending;

    /// JUnit's own output is not shown: [Tally] tells what is worth telling, as it happens.
    static void main(String[] args) throws Exception {
        prepare();
        var tests = new ArrayList<>(List.of(args));
        if (!String.join(" ", args).contains("--select")) {
            tests.add("--scan-class-path=" + jarOfTheTests());
        }
        var selection = JUnit.execute(tests, "--config=" + Selection.DRY_RUN + "=true");
        if (!Selection.isMade()) {
            if (selection.status != 0) System.exit(wrongUsage(reason(selection.err)));
            CONSOLE.print(selection.out.replace("junit execute", "run.java"));
            return;
        }
        var shares = Selection.shares();
        if (shares.isEmpty()) System.exit(wrongUsage("no test fits these arguments"));
        var processes = Selection.setting("processes").orElse("" + PROCESSES);
        if (!processes.matches("[1-9]\\d?")) {
            System.exit(wrongUsage("processes is a number from 1 to 99, and not " + processes));
        }
        var tally = new Tally(CONSOLE);
        if (shares.size() > 1 && Stream.of(args).allMatch(SELECTS.asMatchPredicate())) {
            System.err.print(selection.err);
            runSideBySide(shares, Integer.parseInt(processes), tally);
            tally.showSum();
            System.exit(tally.isGood() ? 0 : 1);
        }
        reader = tally::add;
        var run = JUnit.execute(tests);
        System.err.print(run.err);
        tally.showSum();
        System.exit(run.status == 0 ? 0 : 1);
    }

    /// Gives the lessons a standard output where nobody listens, and ends with us what they start.
    static void prepare() {
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false));
        JQWIK.setLevel(Level.WARNING);
        Runtime.getRuntime().addShutdownHook(new Thread(Run::endWhatTestsHaveStarted));
    }

    static void endWhatTestsHaveStarted() {
        ending = true;
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /// Whether this process is about to end, by Ctrl-C or in the usual way.
    static boolean isEnding() {
        return ending;
    }

    private static void runSideBySide(List<Share> shares, int most, Tally tally)
            throws Exception {
        var queue = new ConcurrentLinkedQueue<>(shares);
        var processes = Math.min(shares.size(), most);
        try (var threads = Executors.newFixedThreadPool(processes)) {
            var all = new ExecutorCompletionService<Void>(threads);
            for (int i = 0; i < processes; i++) all.submit(() -> runAll(queue, tally));
            for (int i = 0; i < processes; i++) all.take().get();
        }
    }

    private static Void runAll(Queue<Share> queue, Tally tally) throws Exception {
        var worker = new WorkerProcess();
        try {
            for (Share share; (share = queue.poll()) != null; ) {
                if (!worker.isAlive()) worker = new WorkerProcess();
                tally.addAll(worker.run(share));
            }
        } finally {
            worker.close();
        }
        return null;
    }

    /// @param out what JUnit has written
    private record JUnit(int status, String out, String err) {

        static JUnit execute(List<String> arguments, String... more) {
            var all = new ArrayList<>(List.of("execute", "--details=none", "--disable-banner"));
            all.addAll(List.of(more));
            all.addAll(arguments);
            var out = new StringWriter();
            var err = new StringWriter();
            var status = ConsoleLauncher.run(new PrintWriter(out), new PrintWriter(err),
                    all.toArray(String[]::new)).getExitCode();
            return new JUnit(status, out.toString(), err.toString());
        }
    }

    private static int wrongUsage(String why) {
        System.err.println(why + "; --help shows the options");
        return 2;
    }

    /// JUnit answers wrong arguments with a stack trace, or with a line and its whole help.
    private static String reason(String complaint) {
        var line = complaint.lines().filter(each -> each.startsWith(CAUSE)).findFirst()
                .or(() -> complaint.lines().findFirst()).orElse("JUnit did not start");
        return line.replaceFirst("^(" + CAUSE + ")?([\\w$]+\\.)+\\w*(Exception|Error): ", "")
                .replaceFirst(" at index \\d+", "") // ours are counted, too
                .replaceFirst("\\.$", "");
    }

    /// JBang puts everything it compiles for this script into one jar.
    private static Path jarOfTheTests() {
        var location = Run.class.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(URI.create(location.toString()));
    }
}
