import module java.base;

import static check.Cause.*;

import check.Cause;
import check.UdpSuite;
import gallery.GalleryUdpServer;
import gallery.WrongUdpServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong server of datagrams of the gallery is found: by the property and with the cause that
/// are meant for it, and a smallest case that is small.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class UdpGalleryTest {

    /// @param property by which it is found
    /// @param steps of the smallest case, at most
    /// @param bytes said in it, at most
    private record Expected(String property, Cause cause, int steps, int bytes) {}

    private static Expected expected(WrongUdpServer server) {
        return switch (server) {
            case ANSWERS_ONCE -> new Expected(
                    "everyDatagramIsAnsweredByOne", ANSWERS_FIRST_DATAGRAM_ONLY, 5, 2);
            case HAS_A_SMALL_BUFFER -> new Expected(
                    "aDatagramOfAnySizeComesBackWhole", TRUNCATES_DATAGRAMS, 3, 1025);
            case SENDS_THE_WHOLE_BUFFER -> new Expected(
                    "everyDatagramIsAnsweredByOne", SENDS_WHOLE_DATAGRAM_BUFFER, 3, 1);
            case ANSWERS_WHO_CAME_LAST -> new Expected(
                    "everyClientGetsItsOwnAnswers", ANSWERS_LAST_SENDER, 6, 12);
            case ENDS_WITH_AN_EMPTY_DATAGRAM -> new Expected(
                    "anEmptyDatagramHarmsNobody", EMPTY_DATAGRAM_ENDS_SERVER, 5, 1);
            case DECODES -> new Expected("everyDatagramIsAnsweredByOne", DECODES_BYTES, 3, 1);
        };
    }

    @ParameterizedTest
    @EnumSource
    void eachMistakeIsFoundAndItsCauseIsNamed(WrongUdpServer server) throws Exception {
        var expected = expected(server);
        Found.by(expected.property, new UdpSuite("echo "),
                new GalleryUdpServer(server::serve), expected.cause,
                found -> found.steps() <= expected.steps && found.bytes() <= expected.bytes);
    }
}
