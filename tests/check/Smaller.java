package check;

import module java.base;

import conformance.Bytes;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;

/// Plays that are smaller than one that failed, the smallest first. Each asks nothing that the
/// first did not ask: leaving out a client, or something that it says and the answer to that, makes
/// a play of the same kind.
final class Smaller {

    private Smaller() {}

    /// @param client who did not get what it was due
    static Stream<Play> than(Play play, int client) {
        return Stream.of(withPlainResets(play, client), withFewerClients(play, client),
                withLessSaid(play), withShorterSayings(play))
                .flatMap(each -> each)
                .filter(smaller -> !smaller.equals(play));
    }

    static Stream<Play> withFewerClients(Play play, int client) {
        var others = play.steps().stream().map(Step::client).distinct()
                .filter(each -> each != client).toList();
        var alone = Stream.of(only(play, Set.of(client)));
        var besideOne = others.stream().map(other -> only(play, Set.of(client, other)));
        var besideHalf = Stream.of(others.subList(0, others.size() / 2),
                others.subList(others.size() / 2, others.size()))
                .map(half -> only(play, with(half, client)));
        var withoutOne = others.stream().map(other -> without(play, other));
        return Stream.of(alone, besideOne, besideHalf, withoutOne).flatMap(each -> each);
    }

    /// Another client that leaves, whatever it has done before, might as well reset at once; that
    /// does not depend on who is faster. All of them, or one.
    static Stream<Play> withPlainResets(Play play, int client) {
        var leaving = play.steps().stream().filter(Leaves.class::isInstance).map(Step::client)
                .filter(other -> other != client).toList();
        var each = leaving.stream().map(other -> withPlainResets(play, Set.of(other)));
        return Stream.concat(Stream.of(withPlainResets(play, Set.copyOf(leaving))), each);
    }

    private static Play withPlainResets(Play play, Set<Integer> clients) {
        return new Play(play.steps().stream()
                .filter(step -> !clients.contains(step.client())
                        || step instanceof Connects || step instanceof Leaves)
                .map(step -> step instanceof Leaves(int name) && clients.contains(name)
                        ? new Resets(name) : step)
                .toList());
    }

    /// The first client is a, the next b.
    static Play renumbered(Play play) {
        var clients = play.steps().stream().map(Step::client).distinct().toList();
        return new Play(play.steps().stream()
                .map(step -> step.by(clients.indexOf(step.client()))).toList());
    }

    private static Set<Integer> with(List<Integer> clients, int client) {
        var all = new HashSet<>(clients);
        all.add(client);
        return all;
    }

    private static Play only(Play play, Set<Integer> clients) {
        return new Play(play.steps().stream()
                .filter(step -> clients.contains(step.client())).toList());
    }

    private static Play without(Play play, int client) {
        return new Play(play.steps().stream().filter(step -> step.client() != client).toList());
    }

    /// Without all sayings but one, and without each.
    private static Stream<Play> withLessSaid(Play play) {
        var sayings = IntStream.range(0, play.steps().size())
                .filter(i -> play.steps().get(i) instanceof Says).boxed().toList();
        if (sayings.size() < 2) return Stream.empty();
        var justOne = sayings.reversed().stream().map(kept -> {
            var rest = new HashSet<>(sayings);
            rest.remove(kept);
            return withoutSayings(play, rest);
        });
        var oneLess = sayings.stream().map(each -> withoutSayings(play, Set.of(each)));
        return Stream.concat(justOne, oneLess);
    }

    /// With what is said goes the waiting for an answer that follows it at once.
    private static Play withoutSayings(Play play, Set<Integer> left) {
        var kept = new ArrayList<Step>();
        for (int i = 0; i < play.steps().size(); i++) {
            var step = play.steps().get(i);
            var waits = step instanceof Hears || step instanceof HearsAByte;
            if (!left.contains(i) && !(waits && left.contains(i - 1))) kept.add(step);
        }
        return new Play(kept);
    }

    private static Stream<Play> withShorterSayings(Play play) {
        var steps = play.steps();
        return IntStream.range(0, steps.size()).boxed().flatMap(i -> switch (steps.get(i)) {
            case Says(int client, Bytes bytes) -> shorter(client, bytes).stream()
                    .map(less -> play.with(i, new Says(client, less)));
            default -> Stream.empty();
        });
    }

    /// A letter; each half; and of a few bytes each one by itself. A client's letters go on where
    /// they are left off, so that halves are made from the beginning.
    private static List<Bytes> shorter(int client, Bytes bytes) {
        var length = bytes.array().length;
        var shorter = new LinkedHashSet<Bytes>();
        shorter.add(Step.letters(client, 1));
        if (length <= 12) {
            for (int i = 0; i < length; i++) shorter.add(part(bytes, i, i + 1));
            for (int i = 0; i < length; i++) shorter.add(without(bytes, i));
        } else {
            shorter.add(part(bytes, 0, length / 2));
        }
        shorter.removeIf(less -> less.array().length == 0 || less.array().length > length);
        return List.copyOf(shorter);
    }

    private static Bytes part(Bytes bytes, int from, int to) {
        return new Bytes(Arrays.copyOfRange(bytes.array(), from, to));
    }

    private static Bytes without(Bytes bytes, int index) {
        var before = part(bytes, 0, index);
        var after = part(bytes, index + 1, bytes.array().length);
        return new Bytes(Bytes.join(List.of(before, after)));
    }
}
