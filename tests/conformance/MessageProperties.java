package conformance;

import module java.base;

import conformance.Step.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What every server has to keep that answers the messages of lesson 05, one for each connection,
/// even if it serves a client at a time. Each property is a kind of [Play] that has to succeed with
/// it.
public interface MessageProperties {

    /// Performs a play with a server.
    ///
    /// @throws Broken if the server fails
    void perform(Play play) throws Exception;

    @Property(tries = 40)
    default void everyRequestIsAnsweredHoweverItIsCut(@ForAll("requests") Play play)
            throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void aRequestInTwoPiecesIsAnsweredAllTheSame(@ForAll("pieces") Play play)
            throws Exception {
        perform(play);
    }

    /// A request that makes no sense ends its own connection at most.
    @Property(tries = 20)
    default void aBadRequestHarmsNobodyElse(@ForAll("badRequests") Play play) throws Exception {
        perform(play);
    }

    @Property(tries = 20)
    default void badNeighboursChangeNothingForTheOthers(@ForAll("neighbours") Play play)
            throws Exception {
        perform(play);
    }

    // ---- what there is to choose from ----

    @Provide
    default Arbitrary<Play> requests() {
        var sizes = Arbitraries.of(1, 2, 3, 40, 102, 105, 200).list().ofMinSize(1).ofMaxSize(5);
        return Combinators.combine(messages(), sizes, Arbitraries.integers().between(-4, 4))
                .as((request, cuts, pause) -> {
                    var pieces = Frames.cut(request, cuts);
                    var play = new ArrayList<Step>(List.of(new Connects(0)));
                    for (int i = 0; i < pieces.size(); i++) {
                        play.add(new Says(0, pieces.get(i)));
                        if (i == pause && i < pieces.size() - 1) play.add(new Pauses(0));
                    }
                    return new Play(play).then(new HearsTheEnd(0));
                });
    }

    @Provide
    default Arbitrary<Play> pieces() {
        var cuts = Arbitraries.of(1, 2, 3, 50, 105, 120);
        return Combinators.combine(messages(), cuts).as((request, cut) -> {
            var length = request.array().length;
            return Play.of(new Connects(0),
                    new Says(0, Frames.slice(request, 0, cut)), new Pauses(0),
                    new Says(0, Frames.slice(request, cut, length)), new HearsTheEnd(0));
        });
    }

    @Provide
    default Arbitrary<Play> badRequests() {
        return bad().map(request -> Play.of(
                new Connects(0), new Says(0, request), new HalfCloses(0),
                new Connects(1), new Says(1, Messages.search("ring")), new HearsTheEnd(1)));
    }

    @Provide
    default Arbitrary<Play> neighbours() {
        var request = Messages.search("morpheus");
        List<List<Step>> mischiefs = List.of(
                List.of(new Resets(0)), List.of(new Leaves(0)), List.of(new HalfCloses(0)),
                List.of(new Says(0, request), new Leaves(0)),
                List.of(new Says(0, Frames.slice(request, 0, 1)), new Leaves(0)),
                List.of(new Says(0, Frames.slice(request, 0, 50)), new Leaves(0)),
                List.of(new Says(0, Frames.slice(request, 0, 50)), new Resets(0)));
        return Arbitraries.of(mischiefs).list().ofMinSize(1).ofMaxSize(5).map(mob -> {
            var play = new ArrayList<Step>();
            for (int i = 0; i < mob.size(); i++) {
                var client = i;
                play.add(new Connects(client));
                mob.get(i).forEach(step -> play.add(step instanceof Says(_, Bytes bytes)
                        ? new Says(client, bytes) : step.by(client)));
            }
            return new Play(play).then(new Connects(mob.size()), new Says(mob.size(), request),
                    new HearsTheEnd(mob.size()));
        });
    }

    private static Arbitrary<Bytes> messages() {
        return Arbitraries.of(Messages.search("morpheus"), Messages.search("ring"),
                Messages.search("🐶"), Messages.search("nothing"), Messages.search(""),
                Messages.binary("double2"), Messages.binary("first ten bytes"),
                Messages.binary("ab"));
    }

    /// No JSON, no object, not all keys; a length that is none.
    private static Arbitrary<Bytes> bad() {
        var good = """
                {"byteorder": "little", "content-type": "t", "content-encoding": "binary", \
                "content-length": 3}""";
        return Arbitraries.of(good.replace("3", "-1"), good.replace("3", "\"three\""),
                        good.replace("byteorder", "order"), good.replace("content-type", "type"),
                        good.replace("content-length", "length"), "{", "[]", "nonsense")
                .map(header -> Messages.withHeader(header, new byte[] {'a', 'b', 'c'}));
    }
}
