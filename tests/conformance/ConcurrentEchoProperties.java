package conformance;

import module java.base;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What an echo server has to keep besides, if it serves several clients at once: that a client
/// can do nothing to hold up another.
public interface ConcurrentEchoProperties extends EchoProperties {

    @Override
    default Set<Mischief> bearable() {
        return EnumSet.allOf(Mischief.class);
    }

    @Property(tries = 40)
    default void nobodyWaitsForASilentClient(
            @ForAll("fixedPrefix") String prefix, @ForAll("dialogues") Play play)
            throws Exception {
        perform(prefix, play);
    }

    @Property(tries = 10)
    default void clientsThatSendAtOnceGetTheirOwnBytes(
            @ForAll("fixedPrefix") String prefix, @ForAll("choirs") Play play) throws Exception {
        perform(prefix, play);
    }

    /// And what is kept for it meanwhile, nobody else's bytes get into.
    @Property(tries = 2)
    default void aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody(
            @ForAll("fixedPrefix") String prefix, @ForAll("floodedDialogues") Play play)
            throws Exception {
        perform(prefix, play);
    }

    @Provide
    default Arbitrary<Play> dialogues() {
        return Plays.dialogues(Plays.chunk(sendsAnyBytesAmongOthers()));
    }

    @Provide
    default Arbitrary<Play> choirs() {
        return Plays.choirs();
    }

    @Provide
    default Arbitrary<Play> floodedDialogues() {
        return Plays.floodedDialogues(Plays.chunk(sendsAnyBytesAmongOthers()));
    }
}
