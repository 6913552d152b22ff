package conformance;

import module java.base;

import conformance.ClientStep.*;

/// What happens to a client, one step after the other. After the last step its input ends, and it
/// has to end.
public record ClientPlay(List<ClientStep> steps) {

    public ClientPlay {
        steps = List.copyOf(steps);
    }

    public static ClientPlay of(ClientStep... steps) {
        return new ClientPlay(List.of(steps));
    }

    public ClientPlay then(ClientStep... more) {
        return new ClientPlay(Stream.concat(steps.stream(), Stream.of(more)).toList());
    }

    /// The play up to a step, without it.
    public ClientPlay before(int step) {
        return new ClientPlay(steps.subList(0, step));
    }

    /// The same play but for one step.
    public ClientPlay with(int step, ClientStep other) {
        var changed = new ArrayList<>(steps);
        changed.set(step, other);
        return new ClientPlay(changed);
    }

    public ClientPlay without(Predicate<ClientStep> left) {
        return new ClientPlay(steps.stream().filter(left.negate()).toList());
    }

    public boolean has(Class<? extends ClientStep> kind) {
        return steps.stream().anyMatch(kind::isInstance);
    }

    /// Whether it asks for answers to messages that nobody has typed.
    public boolean isOfOwnMessages() {
        return !has(Types.class)
                && steps.stream().anyMatch(step -> step.answers() || step instanceof SendsPart);
    }

    /// How many bytes are typed in it, Enter apart.
    public int bytes() {
        return steps.stream().mapToInt(step ->
                step instanceof Types(Bytes line) ? line.array().length : 0).sum();
    }

    /// Whether a right client ends: each line that is typed is answered, if not the server leaves;
    /// and nothing is typed after the end of the input.
    public boolean isFair() {
        return unfair().isEmpty();
    }

    private Optional<String> unfair() {
        var open = 0; // lines that are typed and not answered
        var left = false;
        var part = false;
        var ended = false;
        for (var step : steps) {
            if (part && !step.ends()) {
                return Optional.of("after a part of an answer, the server closes or resets");
            }
            if (left && (step.answers() || step.ends() || step instanceof SendsPart)) {
                return Optional.of("the server has left before: " + step.text());
            }
            switch (step) {
                case Types _ -> {
                    if (ended) return Optional.of("nothing is typed after the end of the input");
                    open++;
                }
                case EndsInput _ -> ended = true;
                case SendsPart _ -> {
                    if (open != (has(Types.class) ? 1 : 0)) {
                        return Optional.of("a part of which answer? One line has to be unanswered");
                    }
                    part = true;
                }
                case Closes _, Resets _ -> {
                    left = true;
                    part = false;
                }
                case Answers _, AnswersMerged _, AnswersCut _, AnswersByteByByte _,
                        AnswersLate _ -> open = 0;
            }
        }
        return open > 0 && !left ? Optional.of("the last line is not answered") : Optional.empty();
    }

    /// In one line, which [#parse] reads again: `types "A", server answers`.
    @Override
    public String toString() {
        return steps.stream().map(ClientStep::text).collect(Collectors.joining(", "));
    }

    /// @throws IllegalArgumentException if it is no play; the message says why
    public static ClientPlay parse(String text) {
        var steps = SaidText.split(text, ",").stream()
                .map(ClientStep::parse).toList();
        var play = new ClientPlay(steps);
        play.unfair().ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        return play;
    }
}
