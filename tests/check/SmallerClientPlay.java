package check;

import module java.base;

import conformance.Bytes;
import conformance.ClientPlay;
import conformance.ClientStep;
import conformance.ClientStep.*;
import conformance.Step;

/// Plays that are smaller than one that failed, the smallest first; a right client can perform
/// each.
final class SmallerClientPlay {

    /// Shorter lines are made shorter letter by letter.
    static final int SHORT = 12;

    private SmallerClientPlay() {}

    static Stream<ClientPlay> than(ClientPlay play) {
        return Stream.of(withOneLine(play), withLess(play), withPlainAnswers(play),
                withShorterLines(play), withSmallerNumbers(play))
                .flatMap(each -> each)
                .filter(smaller -> smaller.isFair() && !smaller.equals(play))
                .filter(smaller -> smaller.isOfOwnMessages() == play.isOfOwnMessages());
    }

    /// A line and what follows it, alone.
    private static Stream<ClientPlay> withOneLine(ClientPlay play) {
        var steps = play.steps();
        return IntStream.range(0, steps.size()).filter(i -> steps.get(i) instanceof Types).boxed()
                .flatMap(i -> IntStream.rangeClosed(i + 2, Math.min(i + 3, steps.size()))
                        .mapToObj(end -> new ClientPlay(steps.subList(i, end))));
    }

    /// Without a step, or two or three that stand together.
    private static Stream<ClientPlay> withLess(ClientPlay play) {
        return IntStream.of(3, 2, 1).boxed().flatMap(count ->
                IntStream.rangeClosed(0, play.steps().size() - count).mapToObj(i -> {
                    var steps = new ArrayList<>(play.steps());
                    steps.subList(i, i + count).clear();
                    return new ClientPlay(steps);
                })).filter(less -> !less.steps().isEmpty());
    }

    /// Where it would be chance what comes together, or which comes first, nothing is left to
    /// chance.
    private static Stream<ClientPlay> withPlainAnswers(ClientPlay play) {
        return changed(play, step -> switch (step) {
            case AnswersByteByByte _ -> Stream.of(new Answers(), new AnswersCut(1));
            case AnswersCut _ -> Stream.of(new Answers());
            case AnswersMerged _ -> hasLinesAhead(play) ? Stream.empty() : Stream.of(new Answers());
            case AnswersLate _ ->
                    play.has(EndsInput.class) ? Stream.empty() : Stream.of(new Answers());
            default -> Stream.empty();
        });
    }

    /// Whether a line is typed before the one before is answered.
    static boolean hasLinesAhead(ClientPlay play) {
        var steps = play.steps();
        return IntStream.range(1, steps.size()).anyMatch(i ->
                steps.get(i - 1) instanceof Types && steps.get(i) instanceof Types);
    }

    private static Stream<ClientPlay> withShorterLines(ClientPlay play) {
        return changed(play, step -> step instanceof Types(Bytes line)
                ? shorter(line).map(Types::new) : Stream.empty());
    }

    private static Stream<Bytes> shorter(Bytes line) {
        var length = line.array().length;
        if (length <= 1 || length > SHORT) return Stream.of(1, length / 2)
                .filter(count -> count > 0 && count < length).map(count -> Step.letters(0, count));
        return Stream.concat(Stream.of(Step.letters(0, 1)), hasLongCharacters(line) ? Stream.empty()
                : Stream.of(new Bytes(Arrays.copyOf(line.array(), length / 2)),
                        new Bytes(Arrays.copyOf(line.array(), length - 1))));
    }

    /// Shorter by bytes, they would be no text.
    private static boolean hasLongCharacters(Bytes line) {
        for (var each : line.array()) if (each < 0) return true;
        return false;
    }

    private static Stream<ClientPlay> withSmallerNumbers(ClientPlay play) {
        return changed(play, step -> switch (step) {
            case SendsPart(int bytes) -> Stream.of(0, 1, bytes / 2)
                    .filter(less -> less < bytes).map(SendsPart::new);
            case AnswersCut(int at) -> Stream.of(1, at / 2)
                    .filter(less -> less > 0 && less < at).map(AnswersCut::new);
            default -> Stream.empty();
        });
    }

    private static Stream<ClientPlay> changed(
            ClientPlay play, Function<ClientStep, Stream<? extends ClientStep>> change) {
        return IntStream.range(0, play.steps().size()).boxed().flatMap(i ->
                change.apply(play.steps().get(i)).map(step -> play.with(i, step)));
    }
}
