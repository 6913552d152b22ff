package check;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conformance.Bytes;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;

/// Plays of a chat that are smaller than one that failed, the smallest first: with fewer guests,
/// fewer lines, and simpler ones.
final class ChatSmaller {

    private ChatSmaller() {}

    /// @param client who did not hear what it was due
    static Stream<Play> than(Play play, int client) {
        return Stream.of(withFewerGuests(play, client), withLessSaid(play),
                withPiecesTogether(play),
                withSimplerLines(play), withoutPauses(play))
                .flatMap(each -> each).filter(smaller -> !smaller.equals(play));
    }

    /// The first guest is a, the next b; they keep their names.
    static Play renumbered(Play play) {
        var clients = play.steps().stream().map(Step::client).distinct().toList();
        return new Play(play.steps().stream().map(step -> {
            var number = clients.indexOf(step.client());
            return step instanceof Says(_, Bytes bytes) ? new Says(number, bytes) : step.by(number);
        }).toList());
    }

    private static Stream<Play> withFewerGuests(Play play, int client) {
        var others = play.steps().stream().map(Step::client).distinct()
                .filter(each -> each != client).toList();
        var alone = Stream.of(only(play, Set.of(client)));
        var withOne = others.stream().map(other -> only(play, Set.of(client, other)));
        var withoutOne = others.stream().map(other -> new Play(
                play.steps().stream().filter(step -> step.client() != other).toList()));
        return Stream.of(alone, withOne, withoutOne).flatMap(each -> each);
    }

    private static Play only(Play play, Set<Integer> clients) {
        return new Play(play.steps().stream().filter(step -> clients.contains(step.client()))
                .toList());
    }

    /// Whether a step is the first that its guest says.
    private static boolean isName(Play play, int index) {
        return play.before(index).said(play.steps().get(index).client()).isEmpty();
    }

    /// Without all lines but one, and without each.
    private static Stream<Play> withLessSaid(Play play) {
        var lines = IntStream.range(0, play.steps().size())
                .filter(i -> play.steps().get(i) instanceof Says && !isName(play, i)).boxed()
                        .toList();
        var allButOne = lines.reversed().stream().map(kept -> {
            var left = new HashSet<>(lines);
            left.remove(kept);
            return without(play, left);
        });
        var one = lines.stream().map(each -> without(play, Set.of(each)));
        return lines.size() < 2 ? one : Stream.concat(allButOne, one);
    }

    /// With what is said goes the hearing that follows it at once.
    private static Play without(Play play, Set<Integer> left) {
        var kept = new ArrayList<Step>();
        var leaving = false;
        for (int i = 0; i < play.steps().size(); i++) {
            var step = play.steps().get(i);
            leaving = left.contains(i) || leaving
                    && (step instanceof Hears || step instanceof Pauses);
            if (!leaving) kept.add(step);
        }
        return new Play(kept);
    }

    private static Stream<Play> withoutPauses(Play play) {
        var all = new Play(play.steps().stream().filter(step -> !(step instanceof Pauses))
                .toList());
        var one = IntStream.range(0, play.steps().size())
                .filter(i -> play.steps().get(i) instanceof Pauses).mapToObj(i -> {
                    var steps = new ArrayList<>(play.steps());
                    steps.remove(i);
                    return new Play(steps);
                });
        return Stream.of(Stream.of(all), one, withoutRepeatedHearing(play)).flatMap(each -> each);
    }

    private static Stream<Play> withoutRepeatedHearing(Play play) {
        var steps = new ArrayList<Step>();
        for (var step : play.steps()) {
            if (steps.isEmpty() || !(step instanceof Hears)
                    || !step.equals(steps.getLast())) steps.add(step);
        }
        return Stream.of(new Play(steps));
    }

    private static Stream<Play> withPiecesTogether(Play play) {
        return IntStream.range(1, play.steps().size()).boxed().flatMap(i ->
                play.steps().get(i - 1) instanceof Says(int one, Bytes first)
                        && play.steps().get(i) instanceof Says(int other, Bytes second)
                                && one == other
                        ? Stream.of(together(play, i,
                                new Says(one, new Bytes(Bytes.join(List.of(first, second))))))
                        : Stream.empty());
    }

    private static Play together(Play play, int index, Says both) {
        var steps = new ArrayList<>(play.steps());
        steps.remove(index);
        steps.set(index - 1, both);
        return new Play(steps);
    }

    private static Stream<Play> withSimplerLines(Play play) {
        return IntStream.range(0, play.steps().size()).boxed().flatMap(i -> {
            if (!(play.steps().get(i) instanceof Says(int client, Bytes bytes))
                    || isName(play, i)) {
                return Stream.empty();
            }
            var text = new String(bytes.array(), ISO_8859_1);
            return Stream.of("hi" + end(text), text.replaceAll("[^\\n]+", "hi"),
                    text.replaceAll(" \\d+(?=\\n)", ""))
                    .filter(simpler -> simpler.length() < text.length())
                    .map(simpler -> play.with(i, new Says(client, Bytes.of(simpler))));
        });
    }

    private static String end(String text) {
        return text.endsWith("\n") ? "\n" : "";
    }
}
