import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import check.Cause;
import check.Failure;
import check.Judge;
import check.Question;
import check.Server;
import check.Suite;
import check.Verdict;
import conformance.Play;

/// What a check finds in a wrong server.
///
/// @param play the smallest case, which shows the cause
record Found(Play play) {

    /// On a busy machine, and the tests make it one, a pause can be too short to show a mistake, a
    /// probe too late to tell the cause, or the time over before the case is small. It is then
    /// looked for with other plays.
    private static final int SEEDS = 3;

    /// Asserts that a question finds the mistake with a small case, that it fails again when it is
    /// repeated, and that the check names this cause, and at no time another.
    ///
    /// @param property the name of the question
    /// @param isSmall what the case has to be
    static void by(String property, Suite suite, Server server, Cause cause,
            Predicate<Found> isSmall) throws Exception {
        var question = suite.questions().stream()
                .filter(each -> each.name().equals(property)).findFirst().orElseThrow();
        for (int seed = 1; seed < SEEDS; seed++) {
            var found = with(seed, question, suite, server, cause);
            if (found.filter(isSmall).isPresent()) return;
        }
        var last = with(SEEDS, question, suite, server, cause)
                .orElseGet(() -> fail("not found, or the cause is not clear"));
        assertTrue(isSmall.test(last), () -> "not small: " + last);
    }

    private static Optional<Found> with(long seed, Question question, Suite suite, Server server,
            Cause cause) throws Exception {
        try (var judge = suite.judge(server, seed, Judge.SILENT)) {
            judge.getAcquainted();
            var verdict = judge.judge(question, question.tries());
            if (!(verdict instanceof Verdict.Fails(Failure failure, int times, int of))) {
                return Optional.empty();
            }
            assertTrue(times >= 2, times + " of " + of + ": " + failure.play());
            var finding = suite.explain(failure, judge);
            if (finding.cause() == Cause.NOT_CLEAR) return Optional.empty();
            assertEquals(cause, finding.cause(), () -> message(failure, finding.failure()));
            return Optional.of(new Found(finding.failure().play()));
        }
    }

    /// @param explained what the cause was found with; often the failure itself
    private static String message(Failure failure, Failure explained) {
        var found = failure.play() + "\n" + failure.broken() + "\n" + failure.death();
        return explained.equals(failure) ? found : found + "\nexplained by " + explained.play();
    }

    int steps() {
        return play.steps().size();
    }

    int bytes() {
        return play.bytes();
    }
}
