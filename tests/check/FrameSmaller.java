package check;

import module java.base;

import conformance.Bytes;
import conformance.Frames;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;

/// Plays of frames that are smaller than one that failed. A frame gets shorter together with its
/// header, and a cut stays where it is in the frame.
final class FrameSmaller {

    /// Lengths at which something changes: a byte's sign, and its greatest value.
    private static final int[] LENGTHS = {1, 128, 256, 32_768, 65_536};

    /// Of more frames, not each is looked at.
    private static final int MANY = 20;

    private FrameSmaller() {}

    /// The simplest first.
    ///
    /// @param client who did not get what it was due
    static Stream<Play> than(Play play, int client) {
        var speakers = play.steps().stream().map(Step::client).distinct()
                .sorted(Comparator.comparing(each -> each != client))
                .map(each -> Script.of(play, each)).toList();
        return Stream.of(
                Smaller.withFewerClients(play, client), Smaller.withPlainResets(play, client),
                speakers.stream().flatMap(FrameSmaller::inOnePiece),
                speakers.stream().flatMap(FrameSmaller::withFewFrames),
                speakers.stream().flatMap(FrameSmaller::withFewerPieces),
                speakers.stream().flatMap(FrameSmaller::withShorterFrames))
                .flatMap(each -> each)
                .filter(smaller -> !smaller.equals(play));
    }

    private static Stream<Play> inOnePiece(Script script) {
        if (script.ends.size() < 2) return Stream.empty();
        var merged = script;
        for (int i = 0; i < script.ends.size() - 1; i++) {
            if (script.canMerge(i)) merged = merged.merging(i);
        }
        return Stream.of(merged.play());
    }

    /// Nothing behind the frames; one frame, or two neighbours; and without each.
    private static Stream<Play> withFewFrames(Script script) {
        var few = new ArrayList<Script>();
        var count = script.payloads.size();
        if (script.tail.array().length > 0) few.add(script.withoutTail());
        if (count > MANY) {
            return Stream.of(script.only(0, 1), script.only(0, count / 2)).map(Script::play);
        }
        for (int kept = 1; kept <= 2 && kept < count; kept++) {
            for (int i = 0; i + kept <= count; i++) few.add(script.only(i, i + kept));
        }
        if (count > 1) for (int i = 0; i < count; i++) few.add(script.without(i));
        return few.stream().map(Script::play);
    }

    private static Stream<Play> withFewerPieces(Script script) {
        return IntStream.range(0, Math.max(0, script.ends.size() - 1)).limit(MANY)
                .filter(script::canMerge).mapToObj(i -> script.merging(i).play());
    }

    private static Stream<Play> withShorterFrames(Script script) {
        return IntStream.range(0, Math.min(MANY, script.payloads.size())).boxed().flatMap(i ->
                shorter(script.client, script.payloads.get(i))
                        .map(less -> script.with(i, less).play()));
    }

    private static Stream<Bytes> shorter(int client, Bytes payload) {
        var length = payload.array().length;
        var parts = IntStream.of(length / 2, length - length / 4, length - length / 8,
                length - length / 64, length - 1);
        var lengths = IntStream.concat(IntStream.of(LENGTHS), parts)
                .filter(less -> less > 0 && less < length);
        return IntStream.concat(lengths, IntStream.of(length))
                .mapToObj(less -> Step.letters(client, less)).distinct()
                .filter(less -> !less.equals(payload));
    }

    /// The first client is a, the next b.
    static Play renumbered(Play play) {
        var clients = play.steps().stream().map(Step::client).distinct().toList();
        var steps = new ArrayList<Step>();
        var sayings = new HashMap<Integer, Iterator<Bytes>>();
        for (var client : clients) {
            var script = Script.of(play, client).by(clients.indexOf(client));
            sayings.put(client, script.pieces().iterator());
        }
        for (var step : play.steps()) {
            var name = clients.indexOf(step.client());
            steps.add(step instanceof Says
                    ? new Says(name, sayings.get(step.client()).next()) : step.by(name));
        }
        return new Play(steps);
    }

    /// What a client says in a play, as frames.
    ///
    /// @param tail what follows the whole frames
    /// @param ends where in the stream each of its sayings ends
    private record Script(
            Play whole, int client, List<Bytes> payloads, Bytes tail, List<Integer> ends) {

        static Script of(Play play, int client) {
            var said = play.said(client);
            var ends = new ArrayList<Integer>();
            var length = 0;
            for (var each : said) ends.add(length += each.array().length);
            var stream = Bytes.join(said);
            var payloads = Frames.payloads(stream);
            var frames = Frames.of(payloads).array().length;
            return new Script(play, client, payloads, new Bytes(
                    Arrays.copyOfRange(stream, frames, stream.length)), ends);
        }

        /// The same bytes with another client's letters.
        Script by(int other) {
            var payloads = this.payloads.stream().map(each -> translated(each, other)).toList();
            var begun = Math.min(Frames.HEADER, tail.array().length);
            var rest = translated(Frames.slice(tail, begun, tail.array().length), other);
            return new Script(whole, other, payloads,
                    new Bytes(Bytes.join(List.of(Frames.slice(tail, 0, begun), rest))), ends);
        }

        private Bytes translated(Bytes bytes, int other) {
            var length = bytes.array().length;
            return bytes.equals(Step.letters(client, length)) ? Step.letters(other, length) : bytes;
        }

        private int startOf(int frame) {
            var start = frame * Frames.HEADER;
            for (var payload : payloads.subList(0, frame)) start += payload.array().length;
            return start;
        }

        Script with(int frame, Bytes payload) {
            var changed = new ArrayList<>(payloads);
            changed.set(frame, payload);
            var moved = moved(startOf(frame), startOf(frame + 1),
                    Frames.HEADER + payload.array().length);
            return new Script(whole, client, changed, tail, moved);
        }

        Script without(int frame) {
            return without(frame, frame + 1);
        }

        private Script without(int from, int to) {
            var changed = new ArrayList<>(payloads);
            changed.subList(from, to).clear();
            return new Script(whole, client, changed, tail, moved(startOf(from), startOf(to), 0));
        }

        Script only(int from, int to) {
            return without(to, payloads.size()).without(0, from);
        }

        Script withoutTail() {
            var frames = startOf(payloads.size());
            return new Script(whole, client, payloads, new Bytes(new byte[0]),
                    moved(frames, frames + tail.array().length, 0));
        }

        /// Where the sayings end when a part of the stream has another length.
        private List<Integer> moved(int from, int to, int length) {
            return ends.stream().map(end -> end <= from ? end
                    : end >= to ? end + length - (to - from)
                    : from + Math.min(end - from, length)).toList();
        }

        /// What it says in one go comes together with what it says next.
        Script merging(int saying) {
            var merged = new ArrayList<>(ends);
            merged.set(saying, saying == 0 ? 0 : merged.get(saying - 1));
            return new Script(whole, client, payloads, tail, merged);
        }

        /// Unless it waits for something in between.
        boolean canMerge(int saying) {
            var own = whole.steps().stream().filter(step -> step.client() == client).toList();
            var seen = -1;
            for (int i = 0; i < own.size(); i++) {
                if (own.get(i) instanceof Says) seen++;
                if (seen == saying && own.get(i) instanceof Says) {
                    var next = own.get(i + 1) instanceof Pauses ? own.get(i + 2) : own.get(i + 1);
                    return next instanceof Says;
                }
            }
            return false;
        }

        List<Bytes> pieces() {
            var stream = new Bytes(Bytes.join(List.of(Frames.of(payloads), tail)));
            var pieces = new ArrayList<Bytes>();
            var from = 0;
            for (var end : ends) {
                pieces.add(Frames.slice(stream, from, end));
                from = end;
            }
            return pieces;
        }

        /// With a saying of which nothing is left goes the waiting for an answer that follows it.
        Play play() {
            var pieces = pieces().iterator();
            var steps = new ArrayList<Step>();
            var left = false;
            for (var step : whole.steps()) {
                if (step.client() == client && step instanceof Says) {
                    var piece = pieces.next();
                    left = piece.array().length == 0;
                    if (!left) steps.add(new Says(client, piece));
                } else {
                    var waits = step instanceof Hears || step instanceof HearsAByte
                            || step instanceof Pauses;
                    if (!(left && waits && step.client() == client)) steps.add(step);
                    left = false;
                }
            }
            return withoutIdlePauses(new Play(steps));
        }

        /// A pause has a use between two sayings only.
        private Play withoutIdlePauses(Play play) {
            var steps = new ArrayList<>(play.steps());
            for (int i = steps.size() - 1; i >= 0; i--) {
                if (!steps.get(i).equals(new Pauses(client))) continue;
                var between = saysNext(steps.subList(0, i).reversed())
                        && saysNext(steps.subList(i + 1, steps.size()));
                if (!between) steps.remove(i);
            }
            return new Play(steps);
        }

        private boolean saysNext(List<Step> steps) {
            return steps.stream().filter(step -> step.client() == client).findFirst()
                    .filter(Says.class::isInstance).isPresent();
        }
    }
}
