package conformance;

import module java.base;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What a client has to keep that reads no keyboard, but has messages of its own and shows what an
/// echo server answers.
///
/// It may have several connections and show in any order, and with any words around it, what comes
/// on which. So it is asked less than of others: each piece that was sent has to be shown, as often
/// as it was sent.
public interface OwnMessagesProperties {

    /// Performs a play with a client.
    ///
    /// @throws BrokenClient if the client fails
    void perform(ClientPlay play) throws Exception;

    @Property(tries = 9)
    default void everyPieceOfAnAnswerIsShown(@ForAll("answersToItsOwn") ClientPlay play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 6)
    default void itEndsWhenTheServerHasClosed(@ForAll("closings") ClientPlay play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 4)
    default void itEndsWhenTheServerHasReset(@ForAll("resets") ClientPlay play) throws Exception {
        perform(play);
    }

    @Provide
    default Arbitrary<ClientPlay> answersToItsOwn() {
        return ClientPlays.answersToItsOwn();
    }

    @Provide
    default Arbitrary<ClientPlay> closings() {
        return ClientPlays.departuresFromItsOwn(new ClientStep.Closes());
    }

    @Provide
    default Arbitrary<ClientPlay> resets() {
        return ClientPlays.departuresFromItsOwn(new ClientStep.Resets());
    }
}
