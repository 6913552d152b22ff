import module java.base;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Listens to JUnit, and tells the [Outcome] of each test as soon as it has ended. JUnit finds it
/// as a service.
public class Report implements TestExecutionListener {

    /// No property may take longer: after this the process is given up, with a dump of all threads.
    /// A last resort, for what hangs: every wait in the tests has a deadline of its own.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// Who is told of outcomes.
    interface Reader {

        default void begins(String owner, String title) {}

        void ended(Outcome outcome);
    }

    private final Reader reader;
    private final Map<String, List<String>> published = new ConcurrentHashMap<>();
    private final Map<TestIdentifier, Long> running = new ConcurrentHashMap<>(); // since when
    private volatile boolean finished;
    private volatile long lastSign = System.nanoTime();

    public Report() {
        this(Run.reader);
    }

    Report(Reader reader) {
        this.reader = reader;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
    }

    private void watch() {
        while (!finished) {
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            if (System.nanoTime() - lastSign < PATIENCE.toNanos()) continue;
            var why = "given up: nothing happened for " + PATIENCE.toSeconds() + " s\n"
                    + allThreads();
            running.entrySet().stream().max(Map.Entry.comparingByValue()).ifPresentOrElse(
                    last -> tell(last.getKey(), Outcome.Verdict.FAIL, "", why),
                    () -> System.err.println(why));
            Run.endWhatTestsHaveStarted();
            Runtime.getRuntime().halt(1);
        }
    }

    private static String allThreads() {
        var dump = new StringJoiner("\n");
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            dump.add(thread.toString());
            for (var frame : frames) dump.add("    at " + frame);
        });
        return dump.toString();
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        lastSign = System.nanoTime();
        running.put(test, System.nanoTime());
        if (test.isTest()) reader.begins(classOf(test), title(test));
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        published.computeIfAbsent(test.getUniqueId(), _ -> new ArrayList<>())
                .addAll(entry.getKeyValuePairs().values());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        tell(test, Outcome.Verdict.SKIP, reason, "");
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        lastSign = System.nanoTime();
        var good = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        if (!test.isTest() && good) {
            running.remove(test);
        } else if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            tell(test, Outcome.Verdict.SKIP,
                    result.getThrowable().map(Throwable::getMessage).orElse(""), "");
        } else if (good) {
            tell(test, Outcome.Verdict.OK, "", "");
        } else {
            tell(test, Outcome.Verdict.FAIL, "", explanation(test, result));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        finished = true;
    }

    private void tell(TestIdentifier test, Outcome.Verdict verdict, String remark,
            String explanation) {
        var now = System.nanoTime();
        var began = running.remove(test); // null if it was skipped
        var nanos = began == null ? 0 : now - began;
        reader.ended(new Outcome(classOf(test), verdict, nanos / 1_000_000, title(test), remark,
                explanation));
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
    static String classOf(TestIdentifier test) {
        for (var segment : test.getUniqueIdObject().getSegments()) {
            if (segment.getType().equals("class")) return segment.getValue();
        }
        return switch (test.getSource().orElse(null)) {
            case ClassSource source -> source.getClassName();
            case MethodSource source -> source.getClassName();
            case null, default -> test.getDisplayName();
        };
    }

    private String explanation(TestIdentifier test, TestExecutionResult result) {
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
        return text.toString();
    }
}
