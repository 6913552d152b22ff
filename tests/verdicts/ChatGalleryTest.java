import module java.base;

import static check.Cause.*;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import check.Cause;
import check.ChatSuite;
import check.Judge;
import check.Verdict;
import gallery.GalleryServer;
import gallery.WrongChatServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong chat server of the gallery is found: by the property and with the cause that are
/// meant for it, and a smallest case that is small.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class ChatGalleryTest {

    /// @param property by which it is found
    /// @param steps of the smallest case, at most; four or five of them for each guest to come in
    private record Expected(String property, Cause cause, int steps) {}

    private static Expected expected(WrongChatServer server) {
        return switch (server) {
            case TAKES_A_READ_FOR_A_LINE -> new Expected(
                    "aLineIsALineHoweverItsBytesAreCut", READ_TAKEN_FOR_LINE, 13);
            case DECODES_EACH_READ -> new Expected(
                    "aLineIsALineHoweverItsBytesAreCut", CUTS_CHARACTERS, 25);
            case SAYS_HALF_LINES -> new Expected(
                    "anUnfinishedLineIsNotSaid", Cause.SAYS_HALF_LINES, 14);
            case TELLS_THE_SPEAKER_TOO -> new Expected(
                    "whatOneSaysAllOthersHearOnceAndInOrder", SPEAKER_HEARS_ITSELF, 13);
            case WAITS_FOR_A_SLOW_READER -> new Expected(
                    "aGuestThatDoesNotReadHoldsUpNobody", WAITS_FOR_DEAF_GUEST, 13);
            case STOPS_TELLING_AT_A_DEAD_GUEST -> new Expected(
                    "whoComesAndGoesIsAnnouncedAndTheOthersGoOn", DEAD_GUEST_ENDS_TELLING, 30);
            case REMOVES_WHILE_TELLING -> new Expected(
                    "whoComesAndGoesIsAnnouncedAndTheOthersGoOn", LIST_CHANGED_WHILE_TELLING, 30);
            case LEAVES_ONLY_POLITELY -> new Expected(
                    "whoComesAndGoesIsAnnouncedAndTheOthersGoOn", LEAVE_NOT_TOLD, 20);
            case LETS_A_NAME_BE_TAKEN_TWICE -> new Expected(
                    "aNameThatIsTakenOrNoneIsRefused", NAME_TAKEN_TWICE, 12);
            case LETS_ANY_NAME_IN -> new Expected(
                    "aNameThatIsTakenOrNoneIsRefused", NAME_NOT_CHECKED, 12);
            case PASSES_ON_CONTROL_CHARACTERS -> new Expected(
                    "noLineForgesAnotherSpeaker", RELAYS_CONTROL_CHARACTERS, 13);
        };
    }

    @ParameterizedTest
    @EnumSource
    void eachMistakeIsFoundAndItsCauseIsNamed(WrongChatServer server) throws Exception {
        var expected = expected(server);
        Found.by(expected.property, new ChatSuite(),
                new GalleryServer(server::serve), expected.cause,
                found -> found.steps() <= expected.steps);
    }

    /// What the wrong ones have in common is not what is found.
    @Test
    void withoutAMistakeThereIsNothingToFind() throws Exception {
        var suite = new ChatSuite();
        try (var judge = suite.judge(new GalleryServer(WrongChatServer::serveRight), 1,
                Judge.SILENT)) {
            judge.getAcquainted();
            for (var question : suite.questions()) {
                var tries = Math.min(question.tries(), 5);
                assertInstanceOf(Verdict.Kept.class, judge.judge(question, tries), question.name());
            }
        }
    }
}
