import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import check.Cause;
import check.Failure;
import check.Judge;
import check.Server;
import check.Suite;
import check.Verdict;
import conformance.Play;

/// What a check finds in a wrong server.
///
/// @param play the smallest case, which shows the cause
record Found(Play play) {

    /// Asserts that a question finds the mistake, that it fails again when it is repeated, and that
    /// the check names this cause.
    ///
    /// @param property the name of the question
    static Found by(String property, Suite suite, Server server, Cause cause) throws Exception {
        var question = suite.questions().stream()
                .filter(each -> each.name().equals(property)).findFirst().orElseThrow();
        try (var judge = suite.judge(server, 1, Judge.SILENT)) {
            judge.getAcquainted();
            var verdict = judge.judge(question, question.tries());
            if (!(verdict instanceof Verdict.Fails(Failure failure, int times, int of))) {
                return fail("not found, but " + verdict);
            }
            assertTrue(times >= 2, times + " of " + of + ": " + failure.play());
            var finding = suite.explain(failure, judge);
            assertEquals(cause, finding.cause(), () -> message(failure, finding.failure()));
            return new Found(finding.failure().play());
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
