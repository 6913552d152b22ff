import module java.base;

import exercises.Course;
import exercises.Exercise;
import exercises.Grader;
import exercises.Verdict;
import workbook.reader.Language;

/// Has the solutions of all exercises judged, again and again, while all cores are busy: a judge
/// that once calls a right answer wrong is not believed any more.
final class Solutions {

    private static final String ROW = "%-10s %10s %9s %9s";

    private final int times;
    private final AtomicBoolean over = new AtomicBoolean();

    /// @param times how often in a row each is judged
    Solutions(int times) {
        this.times = times;
    }

    /// A row for each, as soon as it is known.
    ///
    /// @return whether all passed each time
    boolean judge() throws IOException, InterruptedException {
        IO.println(ROW.formatted("exercise", "passed", "median", "longest"));
        var load = keepBusy();
        try (var grader = new Grader()) {
            var failures = 0;
            for (var exercise : Course.onClassPath().exercises()) {
                failures += judge(exercise, grader);
            }
            IO.println("%d failures".formatted(failures));
            return failures == 0;
        } finally {
            over.set(true);
            for (var thread : load) thread.join();
        }
    }

    private int judge(Exercise exercise, Grader grader) throws IOException, InterruptedException {
        var failures = new ArrayList<Verdict>();
        var millis = new ArrayList<Long>();
        for (int i = 0; i < times; i++) {
            var start = System.nanoTime();
            var verdict = grader.judge(exercise, exercise.answer(), Language.ENGLISH);
            millis.add((System.nanoTime() - start) / 1_000_000);
            if (!(verdict instanceof Verdict.Passed)) failures.add(verdict);
        }
        millis.sort(null);
        IO.println(ROW.formatted(exercise, times - failures.size() + " of " + times,
                millis.get(times / 2) + " ms", millis.getLast() + " ms"));
        failures.forEach(verdict -> IO.println("VIOLATION " + told(verdict)));
        return failures.size();
    }

    private static String told(Verdict verdict) {
        if (!(verdict instanceof Verdict.Failed failed)) return verdict.toString();
        return failed.finding().cause() + "\n"
                + String.join("\n", failed.finding().picture().in(Language.ENGLISH));
    }

    /// A thread for each core that does nothing but compute.
    private List<Thread> keepBusy() {
        return IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(i -> Thread.ofPlatform().daemon().name("load-" + i).start(this::compute))
                .toList();
    }

    private void compute() {
        var random = new SplittableRandom();
        var sum = 0L;
        while (!over.get()) sum += random.nextLong();
        unused = sum;
    }

    /// So that the compiler cannot leave the sums out.
    private volatile long unused;
}
