import module java.base;

import static check.Cause.*;

import check.Cause;
import check.EchoSuite;
import gallery.GalleryServer;
import gallery.WrongServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong server of the gallery is found: by the property that is meant for it, with the cause
/// that is meant for it, and a smallest case that is small. To find it is to wait for answers that
/// do not come, so several are looked for at once.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class EchoGalleryTest {

    /// @param property by which it is found
    /// @param steps of the smallest case, at most
    /// @param bytes said in it, at most
    private record Expected(String property, Cause cause, int steps, int bytes) {}

    private static Expected expected(WrongServer server) {
        return switch (server) {
            case SERVES_ONE_CLIENT_AT_A_TIME ->
                    new Expected("nobodyWaitsForASilentClient", ONE_CLIENT_AT_A_TIME, 4, 1);
            case POLLS_BLOCKING_SOCKETS ->
                    new Expected("nobodyWaitsForASilentClient", ACCEPTED_SOCKET_BLOCKS, 4, 1);
            case HAS_TWO_THREADS ->
                    new Expected("badNeighboursChangeNothingForTheOthers", FEW_AT_A_TIME, 6, 1);
            case SHARES_A_BUFFER_BETWEEN_THREADS ->
                    new Expected("clientsThatSendAtOnceGetTheirOwnBytes",
                            SHARES_A_BUFFER, 21, 1_120_000);
            case WAITS_FOR_A_SLOW_READER ->
                    new Expected("aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody",
                            STALLED_READER_BLOCKS_ALL, 5, 1);
            case DECODES_AND_REPLACES, DECODES_AND_DIES ->
                    new Expected("everyReplyIsThePrefixAndTheBytesRead", DECODES_BYTES, 4, 1);
            case READS_LINES ->
                    new Expected("answersComeAtOnceAndNotAtTheEnd", WAITS_FOR_LINE_END, 3, 1);
            case STRIPS ->
                    new Expected("everyReplyIsThePrefixAndTheBytesRead", DROPS_WHITE_SPACE, 4, 2);
            case ADDS_LINE_ENDS ->
                    new Expected("everyReplyIsThePrefixAndTheBytesRead", ADDS_LINE_END, 4, 1);
            case ANSWERS_AT_THE_END ->
                    new Expected("answersComeAtOnceAndNotAtTheEnd", Cause.ANSWERS_AT_THE_END, 3, 1);
            case ANSWERS_ONCE ->
                    new Expected("answersComeAtOnceAndNotAtTheEnd", Cause.ANSWERS_ONCE, 5, 1025);
            case SENDS_THE_PREFIX_ONCE ->
                    new Expected("answersComeAtOnceAndNotAtTheEnd", PREFIX_ONCE, 5, 2);
            case SENDS_THE_WHOLE_BUFFER ->
                    new Expected("everyReplyIsThePrefixAndTheBytesRead", SENDS_WHOLE_BUFFER, 4, 1);
            case SHARES_THE_REST ->
                    new Expected("aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody",
                            SHARES_A_BUFFER, 5, 1);
            case DROPS_THE_REST ->
                    new Expected("aClientThatReadsOnlyAtTheEndGetsEveryByte",
                            Cause.DROPS_THE_REST, 4, 0);
            case WRITES_THE_REST_AT_THE_NEXT_READ ->
                    new Expected("aClientThatReadsOnlyAtTheEndGetsEveryByte", KEEPS_THE_REST, 4, 0);
            case SENDS_TWICE ->
                    new Expected("aClientThatReadsOnlyAtTheEndGetsEveryByte",
                            Cause.SENDS_TWICE, 4, 0);
            case DIES_OF_A_RESET ->
                    new Expected("badNeighboursChangeNothingForTheOthers", RESET_ENDS_SERVER, 6, 1);
            case SERVES_NOBODY_AFTER_A_RESET ->
                    new Expected("badNeighboursChangeNothingForTheOthers",
                            BAD_NEIGHBOUR_STOPS_IT, 6, 12);
            case READS_WHEN_IT_COULD_WRITE ->
                    new Expected("answersComeAtOnceAndNotAtTheEnd",
                            READY_TO_WRITE_TAKEN_FOR_READ, 4, 1);
            case TAKES_A_HALF_CLOSE_FOR_GONE ->
                    new Expected("everyReplyIsThePrefixAndTheBytesRead",
                            HALF_CLOSE_TAKEN_FOR_GONE, 4, 1);
            case NEVER_CLOSES ->
                    new Expected("everyReplyIsThePrefixAndTheBytesRead", Cause.NEVER_CLOSES, 4, 1);
            case HAS_NO_BACK_PRESSURE ->
                    new Expected("aClientThatReadsOnlyAtTheEndGetsEveryByte",
                            NO_BACK_PRESSURE, 4, 0);
            case GIVES_UP_A_SLOW_READER ->
                    new Expected("aClientThatReadsOnlyAtTheEndGetsEveryByte",
                            CLOSES_SLOW_CLIENT, 4, 0);
        };
    }

    @ParameterizedTest
    @EnumSource
    void eachMistakeIsFoundAndItsCauseIsNamed(WrongServer server) throws Exception {
        var expected = expected(server);
        Found.by(expected.property, new EchoSuite("echo "),
                new GalleryServer(server::serve), expected.cause,
                found -> found.steps() <= expected.steps && found.bytes() <= expected.bytes);
    }
}
