import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.ClientPlay;
import conformance.EchoClientProperties;
import conformance.OwnMessagesProperties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plays of a client as data: what is written down can be read again.
class ClientPlayTest {

    @Property(tries = 300)
    void aPlayIsReadAsItWasWritten(@ForAll("plays") ClientPlay play) {
        assertEquals(play, ClientPlay.parse(play.toString()));
    }

    @Property(tries = 300)
    void everyPlayIsFair(@ForAll("plays") ClientPlay play) {
        assertTrue(play.isFair(), play.toString());
    }

    @Provide
    Arbitrary<ClientPlay> plays() {
        EchoClientProperties typed = _ -> {};
        OwnMessagesProperties own = _ -> {};
        return Arbitraries.oneOf(typed.conversations(), typed.cuts(), typed.cutCharacters(),
                typed.longLines(), typed.lateAnswers(), typed.blankLines(),
                typed.answersAfterTheEndOfInput(), typed.closings(), typed.resets(),
                own.answersToItsOwn(), own.closings(), own.resets());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "types", "types A", "types \"\\x\", server answers", "types \"A\"",
        "server answers cut at x", "types \"A\", server sends 1 bytes, server answers",
        "types \"A\", ends input, types \"B\", server answers", "server closes, server answers"})
    void whatIsNoPlayIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ClientPlay.parse(text));
    }
}
