package conformance;

import module java.base;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/// What every server has to keep that answers each frame of lesson 05 with one, even if it serves a
/// client at a time. Each property is a kind of [Play] that has to succeed with it.
public interface FrameProperties {

    /// Performs a play with a server.
    ///
    /// @param prefix that the server puts before the payload of every frame
    /// @throws Broken if the server fails
    void perform(String prefix, Play play) throws Exception;

    /// Which bad neighbours this server has to bear.
    default Set<FrameMischief> bearable() {
        return FrameMischief.PASSING;
    }

    /// Whether other payloads than letters are to be sent.
    default boolean sendsAnyBytes() {
        return true;
    }

    @Property(tries = 80)
    default void everyMessageIsAnsweredWholeAndInOrderWhateverTheChunking(
            @ForAll("prefixes") String prefix, @ForAll("monologues") Play play) throws Exception {
        var pieces = play.said(0).size();
        var frames = Frames.payloads(Bytes.join(play.said(0))).size();
        Statistics.label("chunks").collect(pieces > frames ? "more" : "fewer").coverage(c -> {
            c.check("more").percentage(p -> p > 20);
            c.check("fewer").percentage(p -> p > 20);
        });
        perform(prefix, play);
    }

    @Property(tries = 30)
    default void anAnswerComesAtOnceAndNotAtTheEnd(
            @ForAll("prefixes") String prefix, @ForAll("conversations") Play play)
            throws Exception {
        perform(prefix, play);
    }

    @Property(tries = 20)
    default void aFrameInTwoPiecesIsAnsweredAllTheSame(
            @ForAll("prefixes") String prefix, @ForAll("pieces") Play play) throws Exception {
        perform(prefix, play);
    }

    /// What was complete before the half-close is answered before the server closes; of the rest
    /// nobody hears.
    @Property(tries = 30)
    default void aHalfCloseInsideAFrameLosesNoAnswer(
            @ForAll("fixedPrefix") String prefix, @ForAll("cutShort") Play play) throws Exception {
        perform(prefix, play);
    }

    /// Good frames are answered even if one follows that is too large; it ends its own connection
    /// at most.
    @Property(tries = 20)
    default void aFrameThatIsTooLargeHarmsNobodyElse(
            @ForAll("fixedPrefix") String prefix, @ForAll("tooLarge") Play play) throws Exception {
        perform(prefix, play);
    }

    @Property(tries = 2)
    default void aClientThatReadsOnlyAtTheEndGetsEveryAnswer(
            @ForAll("fixedPrefix") String prefix, @ForAll("floods") Play play) throws Exception {
        perform(prefix, play);
    }

    @Property
    default void everyClientGetsItsOwnAnswersHoweverTheirPiecesMix(
            @ForAll("fixedPrefix") String prefix, @ForAll("crowds") Play play) throws Exception {
        perform(prefix, play);
    }

    @Property
    default void badNeighboursChangeNothingForTheOthers(
            @ForAll("fixedPrefix") String prefix, @ForAll("neighbours") Play play)
            throws Exception {
        perform(prefix, play);
    }

    // ---- what there is to choose from ----

    /// One of them looks like a header.
    @Provide
    default Arbitrary<String> prefixes() {
        return Arbitraries.of("echo ", "", "\u00e9", "\0\0\0\5");
    }

    @Provide
    default Arbitrary<String> fixedPrefix() {
        return Arbitraries.just("echo ");
    }

    @Provide
    default Arbitrary<Play> monologues() {
        return FramePlays.monologues(FramePlays.payload(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> conversations() {
        return FramePlays.conversations(FramePlays.payload(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> pieces() {
        return FramePlays.pieces(FramePlays.payload(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> cutShort() {
        return FramePlays.cutShort(FramePlays.payload(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> tooLarge() {
        return FramePlays.tooLarge(FramePlays.payload(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> floods() {
        return FramePlays.floods();
    }

    @Provide
    default Arbitrary<Play> crowds() {
        return FramePlays.crowds(FramePlays.payload(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> neighbours() {
        return FramePlays.neighbours(bearable(), FramePlays.payload(sendsAnyBytes()));
    }
}
