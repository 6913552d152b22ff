package exercises;

import module java.base;

import check.Sample;
import net.jqwik.api.Arbitrary;

/// A requirement of a function: it is called with many cases, and the first that fails is made
/// smaller as long as it fails.
///
/// @param <C> a case
abstract class InMemory<C> implements Requirement {

    private static final Duration SHRINKING = Duration.ofMillis(700);
    private static final long SEED = 1; // the same code is judged the same way

    private final Words expected;
    private final int tries;

    InMemory(Words expected, int tries) {
        this.expected = expected;
        this.tries = tries;
    }

    @Override
    public final Words expected() {
        return expected;
    }

    /// What there is to choose from.
    abstract Arbitrary<C> cases();

    /// Cases that are smaller than one that failed, the smallest first.
    abstract Stream<C> smaller(C failed);

    /// What the function is called with, and called how.
    abstract Callee callee(Submission submission);

    /// @return how it fails in this case, if it does
    abstract Optional<Finding> attempt(C one, Callee callee) throws InterruptedException;

    @Override
    public final Optional<Finding> broken(Submission submission) throws InterruptedException {
        try (var callee = callee(submission)) {
            for (var one : Sample.of(this::cases, SEED, tries)) {
                var finding = attempt(one, callee);
                if (finding.isEmpty()) continue;
                var smallest = smallest(one, finding.get(), callee);
                var again = attempt(smallest, callee); // a busy machine is no mistake
                if (again.isPresent()) return again;
            }
            return Optional.empty();
        }
    }

    private C smallest(C failed, Finding finding, Callee callee) throws InterruptedException {
        var giveUp = System.nanoTime() + SHRINKING.toNanos();
        var smallest = failed;
        var seen = new HashSet<C>();
        for (C next = failed; next != null; ) {
            smallest = next;
            next = null;
            for (var candidate : (Iterable<C>) smaller(smallest)::iterator) {
                if (System.nanoTime() - giveUp > 0) return smallest;
                if (!seen.add(candidate)) continue;
                var fails = attempt(candidate, callee);
                if (fails.isPresent() && fails.get().cause().equals(finding.cause())) {
                    next = candidate;
                    break;
                }
            }
        }
        return smallest;
    }
}
