package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What every client has to keep that sends what is typed to an echo server and shows the answers.
/// Each property is a kind of [ClientPlay] that has to succeed with it.
public interface EchoClientProperties {

    /// Performs a play with a client.
    ///
    /// @throws BrokenClient if the client fails
    void perform(ClientPlay play) throws Exception;

    /// What the server puts before its answers.
    default String prefix() {
        return "echo ";
    }

    @Property(tries = 8)
    default void everyAnswerIsShownOnceAndInOrder(@ForAll("conversations") ClientPlay play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 8)
    default void anAnswerMayBeCutAnywhere(@ForAll("cuts") ClientPlay play) throws Exception {
        perform(play);
    }

    @Property(tries = 6)
    default void aCharacterThatIsCutIsShownWhole(@ForAll("cutCharacters") ClientPlay play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 8)
    default void linesOfAnyLengthAreAnswered(@ForAll("longLines") ClientPlay play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 2)
    default void aLateAnswerIsWaitedFor(@ForAll("lateAnswers") ClientPlay play) throws Exception {
        perform(play);
    }

    @Property(tries = 3)
    default void aBlankLineStopsNothing(@ForAll("blankLines") ClientPlay play) throws Exception {
        perform(play);
    }

    @Property(tries = 6)
    default void answersAfterTheEndOfInputAreShown(
            @ForAll("answersAfterTheEndOfInput") ClientPlay play) throws Exception {
        perform(play);
    }

    @Property(tries = 8)
    default void itEndsWhenTheServerHasClosed(@ForAll("closings") ClientPlay play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 6)
    default void itEndsWhenTheServerHasReset(@ForAll("resets") ClientPlay play) throws Exception {
        perform(play);
    }

    // ---- what there is to choose from ----

    @Provide
    default Arbitrary<ClientPlay> conversations() {
        return ClientPlays.conversations();
    }

    @Provide
    default Arbitrary<ClientPlay> cuts() {
        return ClientPlays.cuts();
    }

    @Provide
    default Arbitrary<ClientPlay> cutCharacters() {
        return ClientPlays.cutCharacters(prefix().getBytes(UTF_8).length);
    }

    @Provide
    default Arbitrary<ClientPlay> longLines() {
        return ClientPlays.longLines();
    }

    @Provide
    default Arbitrary<ClientPlay> lateAnswers() {
        return ClientPlays.lateAnswers();
    }

    @Provide
    default Arbitrary<ClientPlay> blankLines() {
        return ClientPlays.blankLines();
    }

    @Provide
    default Arbitrary<ClientPlay> answersAfterTheEndOfInput() {
        return ClientPlays.answersAfterTheEndOfInput();
    }

    @Provide
    default Arbitrary<ClientPlay> closings() {
        return ClientPlays.departures(new ClientStep.Closes());
    }

    @Provide
    default Arbitrary<ClientPlay> resets() {
        return ClientPlays.departures(new ClientStep.Resets());
    }
}
