package conformance;

import module java.base;

import conformance.Step.*;

/// What some clients do to a server, one step after the other. A property of a server is true if
/// every play of some kind can be performed with it.
public record Play(List<Step> steps) {

    public Play {
        steps = List.copyOf(steps);
    }

    public static Play of(Step... steps) {
        return new Play(List.of(steps));
    }

    /// The play up to a step, without it.
    public Play before(int step) {
        return new Play(steps.subList(0, step));
    }

    public Play then(Step... more) {
        return new Play(Stream.concat(steps.stream(), Stream.of(more)).toList());
    }

    /// The same play but for one step.
    public Play with(int step, Step other) {
        var changed = new ArrayList<>(steps);
        changed.set(step, other);
        return new Play(changed);
    }

    /// How many bytes are said in it, floods apart.
    public int bytes() {
        return steps.stream().mapToInt(step ->
                step instanceof Says(_, Bytes bytes) ? bytes.array().length : 0).sum();
    }

    public boolean floods(int client) {
        return steps.stream().anyMatch(step -> step.client() == client
                && (step instanceof Floods || step instanceof FloodsFrames));
    }

    /// Whether a client never reads, while another talks at length.
    public boolean isDeaf(int client) {
        return steps.stream().anyMatch(Talks.class::isInstance)
                && steps.stream().noneMatch(step -> step.client() == client
                        && (step instanceof Hears || step instanceof HearsTheEnd
                                || step instanceof Talks));
    }

    /// What a client says, floods apart.
    public List<Bytes> said(int client) {
        return steps.stream().filter(step -> step.client() == client).flatMap(step ->
                step instanceof Says(_, Bytes bytes) ? Stream.of(bytes) : Stream.empty()).toList();
    }

    /// In one line, which [#parse] reads again: `a connects, a says "I", a hears`.
    @Override
    public String toString() {
        return steps.stream().map(Step::text).collect(Collectors.joining(", "));
    }

    /// @throws IllegalArgumentException if it is no play; the message says why
    public static Play parse(String text) {
        var steps = SaidText.split(text, ",").stream().map(Step::parse).toList();
        var connected = new HashSet<Integer>();
        for (var step : steps) {
            if (step instanceof Connects != connected.add(step.client())) {
                throw new IllegalArgumentException("%s has to connect once, and first"
                        .formatted(Step.name(step.client())));
            }
        }
        return new Play(steps);
    }
}
