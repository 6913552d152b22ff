package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.Step.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What an echo server of datagrams has to keep. Each property is a kind of [Play] that has to
/// succeed with it.
///
/// No more is sent at a time than the buffers of a loopback hold: there, a datagram that does not
/// come has not been lost on the way.
public interface DatagramProperties {

    /// The largest datagram over IPv4, 65,535 bytes less two headers (RFC 791, RFC 768).
    int LARGEST = 65_507;

    /// What the server puts before the bytes of every datagram.
    String prefix();

    /// Performs a play with a server.
    ///
    /// @throws Broken if the server fails
    void perform(Play play) throws Exception;

    /// Whether other bytes than letters are to be sent.
    default boolean sendsAnyBytes() {
        return true;
    }

    @Property
    default void everyDatagramIsAnsweredByOne(@ForAll("conversations") Play play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void aDatagramOfAnySizeComesBackWhole(@ForAll("sizes") Play play) throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void anEmptyDatagramHarmsNobody(@ForAll("empties") Play play) throws Exception {
        perform(play);
    }

    @Property(tries = 40)
    default void everyClientGetsItsOwnAnswers(@ForAll("crowds") Play play) throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void clientsThatHaveGoneHarmNobody(@ForAll("departures") Play play)
            throws Exception {
        perform(play);
    }

    // ---- what there is to choose from ----

    private Arbitrary<Plays.Chunk> chunk() {
        return Plays.chunk(sendsAnyBytes()).filter(chunk -> chunk.letters() <= 3000);
    }

    /// A client waits for each answer before it sends the next.
    @Provide
    default Arbitrary<Play> conversations() {
        return chunk().list().ofMinSize(1).ofMaxSize(6).map(chunks -> {
            var play = new ArrayList<Step>(List.of(new Connects(0)));
            for (var chunk : chunks) play.addAll(List.of(chunk.saidBy(0), new Hears(0)));
            return new Play(play);
        });
    }

    /// One byte to as many as leave room for the prefix.
    @Provide
    default Arbitrary<Play> sizes() {
        var most = LARGEST - prefix().getBytes(UTF_8).length;
        return Arbitraries.oneOf(Arbitraries.integers().between(1, most),
                Arbitraries.of(1, 1024, 1025, 1472, 1473, 2049, 4097, 8193, 16_385, most - 1, most))
                .map(size -> Play.of(new Connects(0), new Says(0, Step.letters(0, size)),
                        new Hears(0)));
    }

    /// Empty ones among others. The last is not empty, and needs an answer.
    @Provide
    default Arbitrary<Play> empties() {
        return Arbitraries.integers().between(0, 3).list().ofMinSize(1).ofMaxSize(6).map(sizes -> {
            var play = new ArrayList<Step>(List.of(new Connects(0)));
            for (var size : sizes) {
                play.addAll(List.of(new Says(0, Step.letters(0, size)), new Hears(0)));
            }
            return new Play(play).then(new Says(0, new Bytes(new byte[0])), new Hears(0),
                    new Says(0, Step.letters(0, 1)), new Hears(0));
        });
    }

    /// Several send before any of them reads.
    @Provide
    default Arbitrary<Play> crowds() {
        return Combinators.combine(Arbitraries.integers().between(2, 3),
                Arbitraries.integers().between(0, 2).list().ofMinSize(2).ofMaxSize(8),
                chunk().list().ofSize(8)).as((clients, turns, chunks) -> {
                    var play = new ArrayList<Step>();
                    for (int i = 0; i < clients; i++) play.add(new Connects(i));
                    for (int i = 0; i < turns.size(); i++) {
                        play.add(chunks.get(i).saidBy(turns.get(i) % clients));
                    }
                    for (int i = 0; i < clients; i++) play.add(new Hears(i));
                    return new Play(play);
                });
    }

    /// Some have closed their sockets when their answers come (ICMP: port unreachable).
    @Provide
    default Arbitrary<Play> departures() {
        return Combinators.combine(Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(1, 3), chunk().list().ofMinSize(1).ofMaxSize(3))
                .as((before, during, chunks) -> {
                    var play = new ArrayList<Step>();
                    var next = 1;
                    for (int i = 0; i < before; i++) play.addAll(goes(next++));
                    play.add(new Connects(0));
                    for (var chunk : chunks) {
                        for (int i = 0; i < during; i++) play.addAll(goes(next++));
                        play.addAll(List.of(chunk.saidBy(0), new Hears(0)));
                    }
                    return new Play(play);
                });
    }

    private static List<Step> goes(int client) {
        return List.of(new Connects(client), new Says(client, Step.letters(client, 3)),
                new Leaves(client));
    }
}
