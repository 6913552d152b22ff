import module java.base;

import static check.Cause.*;

import check.Cause;
import check.FrameSuite;
import gallery.GalleryServer;
import gallery.WrongFramingServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong server of frames is found: by the property that is meant for it, with the cause that
/// is meant for it, and a smallest case that is small.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class FrameGalleryTest {

    /// @param property by which it is found
    /// @param steps of the smallest case, at most
    /// @param bytes said in it, at most
    private record Expected(String property, Cause cause, int steps, int bytes) {}

    private static final String WHOLE = "everyMessageIsAnsweredWholeAndInOrderWhateverTheChunking";
    private static final String PIECES = "aFrameInTwoPiecesIsAnsweredAllTheSame";
    private static final String SILENT = "nobodyWaitsForASilentClient";

    private static Expected expected(WrongFramingServer server) {
        return switch (server) {
            case KNOWS_NO_FRAMES -> new Expected(WHOLE, NO_FRAMES, 4, 9);
            case IS_LITTLE_ENDIAN -> new Expected(WHOLE, WRONG_BYTE_ORDER, 4, 9);
            case COUNTS_THE_HEADER -> new Expected(WHOLE, LENGTH_COUNTS_HEADER, 4, 9);
            case ADDS_SIGNED_BYTES -> new Expected(WHOLE, LENGTH_NOT_WHOLE, 4, 300);
            case TAKES_A_READ_FOR_A_FRAME -> new Expected(PIECES, READ_TAKEN_FOR_FRAME, 5, 14);
            case DROPS_WHAT_FOLLOWS_A_FRAME -> new Expected(WHOLE, REST_OF_READ_DROPPED, 5, 14);
            case TAKES_ONE_FRAME_A_READ -> new Expected(WHOLE, ONE_FRAME_A_READ, 5, 14);
            case SKIPS_EMPTY_FRAMES -> new Expected(WHOLE, EMPTY_FRAME_TAKEN_FOR_END, 4, 8);
            case EXPECTS_THE_HEADER_IN_ONE_READ -> new Expected(PIECES, HEADER_NOT_ASSEMBLED, 5, 9);
            case SENDS_THE_HEADER_BACK -> new Expected(WHOLE, HEADER_SENT_BACK, 4, 9);
            case WAITS_FOR_THE_REST_OF_A_FRAME ->
                    new Expected(SILENT, HALF_A_FRAME_BLOCKS_ALL, 5, 14);
            case SHARES_A_DECODER -> new Expected(SILENT, Cause.SHARES_A_DECODER, 8, 14);
            case BELIEVES_ANY_LENGTH -> new Expected(
                    "aFrameThatIsTooLargeHarmsNobodyElse", Cause.BELIEVES_ANY_LENGTH, 9, 20);
            case DIES_INSIDE_A_FRAME -> new Expected(
                    "aHalfCloseInsideAFrameLosesNoAnswer", END_INSIDE_FRAME_ENDS_SERVER, 8, 20);
        };
    }

    @ParameterizedTest
    @EnumSource
    void eachMistakeIsFoundAndItsCauseIsNamed(WrongFramingServer server) throws Exception {
        var expected = expected(server);
        Found.by(expected.property, new FrameSuite("echo ", false),
                new GalleryServer(server::serve), expected.cause,
                found -> found.steps() <= expected.steps && found.bytes() <= expected.bytes);
    }
}
