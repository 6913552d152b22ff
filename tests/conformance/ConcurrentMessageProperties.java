package conformance;

import module java.base;

import conformance.Step.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What a message server has to keep besides, if it serves several clients at once.
public interface ConcurrentMessageProperties extends MessageProperties {

    /// Nor for one that has said a part of its request.
    @Property(tries = 20)
    default void nobodyWaitsForASilentClient(@ForAll("silentClients") Play play) throws Exception {
        perform(play);
    }

    @Provide
    default Arbitrary<Play> silentClients() {
        var request = Messages.search("ring");
        return Arbitraries.of(0, 1, 2, 50, 110).list().ofMinSize(1).ofMaxSize(3).map(begun -> {
            var play = new ArrayList<Step>();
            for (int i = 0; i < begun.size(); i++) {
                play.add(new Connects(i));
                if (begun.get(i) > 0) play.add(new Says(i, Frames.slice(request, 0, begun.get(i))));
            }
            return new Play(play).then(new Connects(begun.size()), new Says(begun.size(), request),
                    new HearsTheEnd(begun.size()));
        });
    }
}
