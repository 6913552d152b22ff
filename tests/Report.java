import module java.base;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Tells how the tests go, as a tree with a line per property, while they run. Says more only of
/// those that fail. JUnit finds it as a service.
public class Report implements TestExecutionListener {

    /// The real standard output. What the lessons say to theirs is not for this report.
    static final PrintStream CONSOLE = System.out;

    /// No property may take longer: after this the run is given up, with a dump of all threads. A
    /// last resort, for what hangs: every wait in the tests has a deadline of its own.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static volatile boolean finished;
    private static volatile boolean empty;

    private final Map<String, List<String>> published = new ConcurrentHashMap<>();
    private final Map<String, Long> started = new ConcurrentHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private String shownClass = "";
    private int passed;
    private int failed;
    private int skipped;
    private volatile long lastSign = System.nanoTime();
    private volatile String running = "discovery";

    /// Gives the lessons a standard output where nobody listens.
    static void takeOver() {
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false));
    }

    /// Whether tests were run and told about.
    static boolean finished() {
        return finished;
    }

    /// Whether there was no test to run.
    static boolean isEmpty() {
        return empty;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
    }

    private void watch() {
        while (!finished) {
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            if (System.nanoTime() - lastSign < PATIENCE.toNanos()) continue;
            CONSOLE.println("given up: nothing happened for " + PATIENCE.toSeconds()
                    + " s in " + running);
            Thread.getAllStackTraces().forEach((thread, frames) -> {
                CONSOLE.println(thread);
                for (var frame : frames) CONSOLE.println("    at " + frame);
            });
            Runtime.getRuntime().halt(1);
        }
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        lastSign = System.nanoTime();
        running = test.getDisplayName();
        started.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        published.computeIfAbsent(test.getUniqueId(), _ -> new ArrayList<>())
                .addAll(entry.getKeyValuePairs().values());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped++;
        line(test, "skip", reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        lastSign = System.nanoTime();
        var good = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        if (!test.isTest() && good) return;
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            skipped++;
            line(test, "skip", result.getThrowable().map(Throwable::getMessage).orElse(""));
        } else if (good) {
            passed++;
            line(test, "ok", "");
        } else {
            failed++;
            line(test, "FAIL", "");
            explain(test, result);
        }
    }

    private void line(TestIdentifier test, String verdict, String remark) {
        var nanos = System.nanoTime() - started.getOrDefault(test.getUniqueId(), System.nanoTime());
        var owner = classOf(test);
        if (!owner.equals(shownClass)) {
            CONSOLE.println(owner);
            shownClass = owner;
        }
        CONSOLE.println("  %-4s %5d ms  %s%s".formatted(verdict, nanos / 1_000_000,
                title(test), remark.isEmpty() ? "" : " (" + remark + ")"));
    }

    /// The name of the method as a sentence, and the argument of one that has several.
    private static String title(TestIdentifier test) {
        var argument = test.getDisplayName().startsWith("[") ? " " + test.getDisplayName() : "";
        var name = test.getSource()
                .filter(source -> source instanceof MethodSource)
                .map(source -> ((MethodSource) source).getMethodName())
                .orElse(test.getDisplayName());
        return name.replaceAll("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
                .toLowerCase(Locale.ROOT) + argument;
    }

    /// The inherited properties of a conformance suite belong to the class that is checked, so the
    /// unique id is asked before the source.
    private static String classOf(TestIdentifier test) {
        for (var segment : test.getUniqueIdObject().getSegments()) {
            if (segment.getType().equals("class")) return segment.getValue();
        }
        return switch (test.getSource().orElse(null)) {
            case ClassSource source -> source.getClassName();
            case MethodSource source -> source.getClassName();
            case null, default -> test.getDisplayName();
        };
    }

    private void explain(TestIdentifier test, TestExecutionResult result) {
        var text = new StringJoiner(System.lineSeparator());
        published.getOrDefault(test.getUniqueId(), List.of()).forEach(text::add);
        result.getThrowable().ifPresent(thrown -> {
            text.add(thrown.toString());
            Arrays.stream(thrown.getStackTrace())
                    .filter(frame -> frame.getModuleName() == null)
                    .filter(frame -> !frame.getClassName().matches("(org|net)\\..*"))
                    .limit(6)
                    .forEach(frame -> text.add("    at " + frame));
        });
        CONSOLE.println(text.toString().indent(7));
        failures.add(classOf(test) + ": " + title(test));
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (!failures.isEmpty()) {
            CONSOLE.println("failed:");
            failures.forEach(failure -> CONSOLE.println("  " + failure));
        }
        var summary = passed + " passed, " + failed + " failed";
        CONSOLE.println(skipped == 0 ? summary : summary + ", " + skipped + " skipped");
        empty = passed + failed + skipped == 0;
        finished = true;
    }
}
