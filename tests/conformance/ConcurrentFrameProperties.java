package conformance;

import module java.base;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What a server of frames has to keep besides, if it serves several clients at once: that a client
/// can do nothing to hold up another.
public interface ConcurrentFrameProperties extends FrameProperties {

    @Override
    default Set<FrameMischief> bearable() {
        return EnumSet.allOf(FrameMischief.class);
    }

    /// Nor for one that has said half a frame.
    @Property(tries = 40)
    default void nobodyWaitsForASilentClient(
            @ForAll("fixedPrefix") String prefix, @ForAll("dialogues") Play play) throws Exception {
        perform(prefix, play);
    }

    @Property(tries = 2)
    default void aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody(
            @ForAll("fixedPrefix") String prefix, @ForAll("floodedDialogues") Play play)
            throws Exception {
        perform(prefix, play);
    }

    @Provide
    default Arbitrary<Play> dialogues() {
        return FramePlays.dialogues(FramePlays.payload(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> floodedDialogues() {
        return FramePlays.floodedDialogues(FramePlays.payload(sendsAnyBytes()));
    }
}
