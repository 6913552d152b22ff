import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.FrameCodecProperties;
import conformance.FrameCodecProperties.Announcement;
import conformance.FrameCodecProperties.Limit;
import conformance.FrameCodecProperties.Noise;
import conformance.FrameCodecProperties.Payload;
import conformance.FrameCodecProperties.Visit;
import conformance.FrameCodecProperties.Wire;
import gallery.Counterexample;
import gallery.WrongCodec;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong codec of the gallery is found by the property that is meant for it, with a smallest
/// case that is small.
class CodecGalleryTest {

    /// @param property by which it is found
    /// @param bytes of the smallest case, at most
    private record Expected(String property, int bytes) {}

    private static Expected expected(WrongCodec codec) {
        return switch (codec) {
            case WRITES_LITTLE_ENDIAN, COUNTS_THE_HEADER ->
                    new Expected("aFrameIsTheLengthInFourBytesAndThePayload", 1);
            case ADDS_SIGNED_BYTES ->
                    new Expected("whatWasEncodedIsDecodedWhateverTheChunking", 259);
            case TAKES_A_CHUNK_FOR_A_FRAME, DROPS_WHAT_FOLLOWS_A_FRAME, TAKES_ONE_FRAME_A_CHUNK ->
                    new Expected("whatWasEncodedIsDecodedWhateverTheChunking", 9);
            case READS_HALF_A_HEADER, SKIPS_EMPTY_FRAMES ->
                    new Expected("whatWasEncodedIsDecodedWhateverTheChunking", 4);
            case REFUSES_THE_GREATEST_LENGTH -> new Expected("aFrameOfTheGreatestLengthIsTaken", 0);
            case ACCEPTS_NEGATIVE_LENGTHS ->
                    new Expected("aLengthIsRefusedIfAndOnlyIfItIsAboveTheLimit", 4);
            case LETS_A_FRAME_BE_CUT_SHORT -> new Expected("aStreamMayEndBetweenFramesOnly", 4);
            case TRUSTS_THE_HANDLER ->
                    new Expected("whateverTheHandlerDoesTheNextFrameIsTheNextFrame", 9);
        };
    }

    @BeforeEach
    void letArbitrariesBeUsedOutsideOfJqwik() {
        JqwikSession.start();
    }

    @AfterEach
    void finish() {
        JqwikSession.finish();
    }

    @ParameterizedTest
    @EnumSource
    void eachMistakeIsFoundBySomethingSmall(WrongCodec codec) {
        var expected = expected(codec);
        FrameCodecProperties suite = () -> codec;
        var found = Counterexample.to(expected.property, FrameCodecProperties.class, suite, 1);
        assertTrue(found.isPresent(), "not found");
        assertTrue(bytes(found.get().value()) <= expected.bytes, found.toString());
    }

    /// That the properties fail for the mistakes, and for nothing else, is shown by the codec of
    /// the lesson, in [FrameCodecTest].
    private static int bytes(Object value) {
        return switch (value) {
            case Wire wire -> wire.bytes().array().length;
            case Visit visit -> visit.wire().bytes().array().length;
            case Payload payload -> payload.bytes().array().length;
            case Noise noise -> noise.bytes().array().length;
            case Announcement _ -> Integer.BYTES;
            case Limit limit -> limit.length();
            default -> throw new AssertionError("what is " + value + "?");
        };
    }
}
