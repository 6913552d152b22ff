import module java.base;

/// The report that is read: a line per test under the name of its class, more of those that fail,
/// and at the end how many there were.
final class Tally {

    private final PrintStream out;
    private final List<String> failures = new ArrayList<>();
    private String shownClass = "";
    private int passed;
    private int skipped;

    Tally(PrintStream out) {
        this.out = out;
    }

    synchronized void add(Outcome outcome) {
        if (!outcome.owner().equals(shownClass)) {
            out.println(outcome.owner());
            shownClass = outcome.owner();
        }
        var remark = outcome.remark().isEmpty() ? "" : " (" + outcome.remark() + ")";
        out.println("  %-4s %5d ms  %s%s".formatted(
                outcome.verdict(), outcome.millis(), outcome.title(), remark));
        switch (outcome.verdict()) {
            case OK -> passed++;
            case SKIP -> skipped++;
            case FAIL -> {
                out.println(outcome.explanation().indent(7));
                failures.add(outcome.owner() + ": " + outcome.title());
            }
        }
    }

    /// All of a class, with nothing of another between.
    synchronized void addAll(List<Outcome> outcomes) {
        outcomes.forEach(this::add);
    }

    synchronized void showSum() {
        if (!failures.isEmpty()) {
            out.println("failed:");
            failures.forEach(failure -> out.println("  " + failure));
        }
        var sum = passed + " passed, " + failures.size() + " failed";
        out.println(skipped == 0 ? sum : sum + ", " + skipped + " skipped");
    }

    synchronized boolean isGood() {
        return failures.isEmpty();
    }
}
