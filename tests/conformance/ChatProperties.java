package conformance;

import module java.base;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What every server of the chat of lesson 08 has to keep. Each property is a kind of [Play] that
/// has to succeed with it; what is due to whom, [ChatRoom] knows.
public interface ChatProperties {

    /// Performs a play with a server, as a [ChatStage] does.
    ///
    /// @throws Broken if the server fails
    void perform(Play play) throws Exception;

    @Property(tries = 40)
    default void whatOneSaysAllOthersHearOnceAndInOrder(@ForAll("conversations") Play play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void aLineIsALineHoweverItsBytesAreCut(@ForAll("cutLines") Play play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 40)
    default void whoComesAndGoesIsAnnouncedAndTheOthersGoOn(@ForAll("comingsAndGoings") Play play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void aNameThatIsTakenOrNoneIsRefused(@ForAll("refusals") Play play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void noLineForgesAnotherSpeaker(@ForAll("forgeries") Play play) throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void anUnfinishedLineIsNotSaid(@ForAll("unfinishedLines") Play play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void whoHasNoNameYetIsNotNoticed(@ForAll("strangers") Play play) throws Exception {
        perform(play);
    }

    @Property(tries = 2)
    default void aGuestThatDoesNotReadHoldsUpNobody(@ForAll("deafGuests") Play play)
            throws Exception {
        perform(play);
    }

    @Provide
    default Arbitrary<Play> conversations() {
        return ChatPlays.conversations();
    }

    @Provide
    default Arbitrary<Play> cutLines() {
        return ChatPlays.cutLines();
    }

    @Provide
    default Arbitrary<Play> comingsAndGoings() {
        return ChatPlays.comingsAndGoings();
    }

    @Provide
    default Arbitrary<Play> refusals() {
        return ChatPlays.refusals();
    }

    @Provide
    default Arbitrary<Play> forgeries() {
        return ChatPlays.forgeries();
    }

    @Provide
    default Arbitrary<Play> unfinishedLines() {
        return ChatPlays.unfinishedLines();
    }

    @Provide
    default Arbitrary<Play> strangers() {
        return ChatPlays.strangers();
    }

    @Provide
    default Arbitrary<Play> deafGuests() {
        return ChatPlays.deafGuests();
    }
}
