import module java.base;

import static check.Cause.*;

import check.Cause;
import check.MessageSuite;
import gallery.GalleryServer;
import gallery.WrongMessageServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong server of messages is found: by the property that is meant for it, with the cause
/// that is meant for it, and a smallest case that is small.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class MessageGalleryTest {

    /// @param property by which it is found
    /// @param steps of the smallest case, at most
    private record Expected(String property, Cause cause, int steps) {}

    /// A request stays what it is.
    private static final int BYTES_OF_TWO_REQUESTS = 400;

    private static final String CUT = "everyRequestIsAnsweredHoweverItIsCut";
    private static final String PIECES = "aRequestInTwoPiecesIsAnsweredAllTheSame";
    private static final String SILENT = "nobodyWaitsForASilentClient";
    private static final String NEIGHBOURS = "badNeighboursChangeNothingForTheOthers";

    private static Expected expected(WrongMessageServer server) {
        return switch (server) {
            case ANSWERS_AT_THE_END -> new Expected(CUT, Cause.ANSWERS_AT_THE_END, 3);
            case NEVER_CLOSES -> new Expected(CUT, Cause.NEVER_CLOSES, 3);
            case TAKES_A_READ_FOR_A_MESSAGE -> new Expected(PIECES, READ_TAKEN_FOR_FRAME, 5);
            case EXPECTS_THE_HEADER_IN_ONE_READ, EXPECTS_THE_LENGTH_IN_ONE_READ ->
                    new Expected(PIECES, HEADER_NOT_ASSEMBLED, 5);
            case SERVES_ONE_CLIENT_AT_A_TIME -> new Expected(SILENT, ONE_CLIENT_AT_A_TIME, 4);
            case WAITS_FOR_THE_REST_OF_A_MESSAGE ->
                    new Expected(SILENT, HALF_A_FRAME_BLOCKS_ALL, 5);
            case DIES_INSIDE_A_MESSAGE ->
                    new Expected(NEIGHBOURS, END_INSIDE_FRAME_ENDS_SERVER, 7);
            case DIES_OF_A_BAD_HEADER ->
                    new Expected("aBadRequestHarmsNobodyElse", EXCEPTION_ENDS_SERVER, 6);
            case DIES_OF_A_RESET -> new Expected(NEIGHBOURS, RESET_ENDS_SERVER, 6);
        };
    }

    @ParameterizedTest
    @EnumSource
    void eachMistakeIsFoundAndItsCauseIsNamed(WrongMessageServer server) throws Exception {
        var expected = expected(server);
        Found.by(expected.property, new MessageSuite(false),
                new GalleryServer(server::serve), expected.cause,
                found -> found.steps() <= expected.steps
                        && found.bytes() <= BYTES_OF_TWO_REQUESTS);
    }
}
