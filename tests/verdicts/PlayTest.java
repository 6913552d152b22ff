import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import conformance.ConcurrentEchoProperties;
import conformance.Play;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The text form of plays: what a failure shows can be read again.
class PlayTest {

    private final ConcurrentEchoProperties plays = (_, _) -> {};

    @Property
    void aPlayIsReadAsItIsWritten(@ForAll("crowds") Play crowd, @ForAll("neighbours") Play mob,
            @ForAll("flooded") Play flooded) {
        for (var play : List.of(crowd, mob, flooded)) {
            assertEquals(play, Play.parse(play.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a dances", "a says hello", "a says \"\\y\"", "a hears",
        "a connects, a connects", "a connects, b hears"})
    void whatIsNoPlayIsToldSo(String text) {
        assertThrows(IllegalArgumentException.class, () -> Play.parse(text));
    }

    @Provide
    Arbitrary<Play> crowds() {
        return plays.crowds();
    }

    @Provide
    Arbitrary<Play> neighbours() {
        return plays.neighbours();
    }

    @Provide
    Arbitrary<Play> flooded() {
        return plays.floodedDialogues();
    }
}
