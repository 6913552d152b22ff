package conformance;

import module java.base;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What every echo server has to keep, whatever it is made of, even one that serves a client at a
/// time. Each property is a kind of [Play] that has to succeed with it.
public interface EchoProperties {

    /// Performs a play with a server.
    ///
    /// @param prefix that the server puts before the bytes of every read
    /// @throws Broken if the server fails
    void perform(String prefix, Play play) throws Exception;

    /// Which bad neighbours this server has to bear.
    default Set<Mischief> bearable() {
        return Mischief.PASSING;
    }

    /// Whether other bytes than letters are to be sent.
    default boolean sendsAnyBytes() {
        return true;
    }

    /// The same where several clients are connected.
    default boolean sendsAnyBytesAmongOthers() {
        return sendsAnyBytes();
    }

    @Property
    default void everyReplyIsThePrefixAndTheBytesRead(
            @ForAll("prefixes") String prefix, @ForAll("monologues") Play play) throws Exception {
        perform(prefix, play);
    }

    @Property
    default void answersComeAtOnceAndNotAtTheEnd(
            @ForAll("prefixes") String prefix, @ForAll("conversations") Play play)
            throws Exception {
        perform(prefix, play);
    }

    @Property(tries = 2)
    default void aClientThatReadsOnlyAtTheEndGetsEveryByte(
            @ForAll("prefixes") String prefix, @ForAll("floods") Play play) throws Exception {
        perform(prefix, play);
    }

    @Property(tries = 40)
    default void everyClientGetsItsOwnBytesInOrder(
            @ForAll("fixedPrefix") String prefix, @ForAll("crowds") Play play) throws Exception {
        perform(prefix, play);
    }

    @Property(tries = 40)
    default void badNeighboursChangeNothingForTheOthers(
            @ForAll("fixedPrefix") String prefix, @ForAll("neighbours") Play play)
            throws Exception {
        perform(prefix, play);
    }

    // ---- what there is to choose from ----

    @Provide
    default Arbitrary<String> prefixes() {
        return Arbitraries.of("echo ", "", "> ", "\u00e9");
    }

    @Provide
    default Arbitrary<String> fixedPrefix() {
        return Arbitraries.just("echo ");
    }

    @Provide
    default Arbitrary<Play> monologues() {
        return Plays.monologues(Plays.chunk(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> conversations() {
        return Plays.conversations(Plays.chunk(sendsAnyBytes()));
    }

    @Provide
    default Arbitrary<Play> floods() {
        return Plays.floods();
    }

    @Provide
    default Arbitrary<Play> crowds() {
        return Plays.crowds(Plays.chunk(sendsAnyBytesAmongOthers()));
    }

    @Provide
    default Arbitrary<Play> neighbours() {
        return Plays.neighbours(bearable(), Plays.chunk(sendsAnyBytesAmongOthers()));
    }
}
