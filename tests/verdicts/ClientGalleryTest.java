import module java.base;

import static check.Cause.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import check.Cause;
import check.ClientDiagnosis;
import check.ClientJudge;
import check.ClientJudge.Verdict;
import check.ClientSuite;
import gallery.GalleryClient;
import gallery.WrongClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong client of the gallery is found: by the property that is meant for it, with the cause
/// that is meant for it, and a smallest case that is small.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class ClientGalleryTest {

    /// @param property by which it is found
    /// @param steps of the smallest case, at most
    /// @param bytes typed in it, at most
    private record Expected(String property, Cause cause, int steps, int bytes) {}

    private static Expected expected(WrongClient client) {
        return switch (client) {
            case READS_ONCE_FOR_EACH_LINE ->
                    new Expected("anAnswerMayBeCutAnywhere", ONE_READ_TAKEN_FOR_ONE_ANSWER, 2, 1);
            case SHOWS_A_LINE_OF_EACH_READ ->
                    new Expected("everyAnswerIsShownOnceAndInOrder",
                            ONE_READ_TAKEN_FOR_ONE_ANSWER, 3, 2);
            case SENDS_AT_THE_END ->
                    new Expected("everyAnswerIsShownOnceAndInOrder",
                            Cause.SENDS_AT_THE_END, 2, 1);
            case DECODES_EACH_READ ->
                    new Expected("aCharacterThatIsCutIsShownWhole",
                            Cause.DECODES_EACH_READ, 2, 6);
            case SHOWS_THE_WHOLE_BUFFER ->
                    new Expected("anAnswerMayBeCutAnywhere", Cause.SHOWS_THE_WHOLE_BUFFER, 2, 1);
            case GIVES_UP_TOO_SOON ->
                    new Expected("aLateAnswerIsWaitedFor", Cause.GIVES_UP_TOO_SOON, 2, 1);
            case WAITS_FOR_AN_ANSWER_TO_NOTHING ->
                    new Expected("aBlankLineStopsNothing",
                            Cause.WAITS_FOR_AN_ANSWER_TO_NOTHING, 3, 1);
            case CLOSES_AT_THE_END_OF_INPUT ->
                    new Expected("answersAfterTheEndOfInputAreShown",
                            Cause.CLOSES_AT_THE_END_OF_INPUT, 3, 1);
            case NEVER_TELLS_THE_END ->
                    new Expected("everyAnswerIsShownOnceAndInOrder",
                            Cause.NEVER_TELLS_THE_END, 2, 1);
            case READS_ON_AFTER_THE_END ->
                    new Expected("itEndsWhenTheServerHasClosed", SERVER_CLOSE_UNNOTICED, 2, 1);
            case READS_ON_AFTER_A_RESET ->
                    new Expected("itEndsWhenTheServerHasReset", RESET_UNNOTICED, 2, 1);
            case CLOSES_AFTER_THE_FIRST_BYTES ->
                    new Expected("everyPieceOfAnAnswerIsShown",
                            Cause.CLOSES_AFTER_THE_FIRST_BYTES, 1, 0);
        };
    }

    /// They are in this process.
    private static final Duration PATIENCE = Duration.ofMillis(300);

    /// As in [Found]: on a busy machine it is looked for with other plays, too.
    private static final int SEEDS = 3;

    @ParameterizedTest
    @EnumSource
    void eachMistakeIsFoundAndItsCauseIsNamed(WrongClient client) throws Exception {
        for (int seed = 1; seed < SEEDS; seed++) if (isFound(client, seed)) return;
        assertTrue(isFound(client, SEEDS), "not found, or the cause is not clear");
    }

    private static boolean isFound(WrongClient client, long seed) throws Exception {
        var expected = expected(client);
        var suite = new ClientSuite("echo ");
        var judge = suite.judge(new GalleryClient(client), seed,
                ClientJudge.Pace.thorough(PATIENCE));
        judge.getAcquainted();
        assertEquals(client.isTyped(), judge.isTyped());
        var question = suite.questions(client.isTyped()).stream()
                .filter(each -> each.name().equals(expected.property)).findFirst().orElseThrow();
        var verdict = judge.judge(question, question.tries(), ClientJudge.SILENT);
        if (!(verdict instanceof Verdict.Fails(var broken, int times, int of, _))) return false;
        assertTrue(times >= 2, times + " of " + of + ": " + broken.getMessage());
        var cause = ClientDiagnosis.causeOf(broken, judge);
        if (cause == Cause.NOT_CLEAR) return false;
        assertEquals(expected.cause, cause, broken.getMessage());
        assertTrue(broken.play.steps().size() <= expected.steps, broken.play.toString());
        assertTrue(broken.play.bytes() <= expected.bytes, broken.play.toString());
        return true;
    }
}
