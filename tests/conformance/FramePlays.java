package conformance;

import module java.base;

import conformance.Step.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// The kinds of [Play] for a server of frames.
final class FramePlays {

    /// As many clients speak at most.
    private static final int SPEAKERS = 3;

    /// As many neighbours misbehave at most.
    private static final int NEIGHBOURS = 20;

    private static final int A = 0;

    private FramePlays() {}

    /// A client says frames, cut anywhere, half-closes, and reads what came.
    static Arbitrary<Play> monologues(Arbitrary<Payload> kind) {
        var all = Combinators.combine(payloads(kind), chunkings(), pauses());
        return all.as((payloads, sizes, pause) -> {
            var pieces = Frames.cut(frames(A, payloads), sizes);
            var play = new ArrayList<Step>(List.of(new Connects(A)));
            for (int i = 0; i < pieces.size(); i++) {
                play.add(new Says(A, pieces.get(i)));
                if (i == pause && i < pieces.size() - 1) play.add(new Pauses(A));
            }
            return new Play(play).then(new HalfCloses(A), new HearsTheEnd(A));
        });
    }

    /// A client waits for each answer before it says the next.
    static Arbitrary<Play> conversations(Arbitrary<Payload> kind) {
        return payloads(kind).map(payloads -> {
            var play = new ArrayList<Step>(List.of(new Connects(A)));
            for (var payload : payloads) {
                play.addAll(List.of(new Says(A, payload.frame(A)), new Hears(A)));
            }
            return new Play(play);
        });
    }

    /// The same, but a frame comes in two pieces, with a pause between them.
    static Arbitrary<Play> pieces(Arbitrary<Payload> kind) {
        var cuts = Arbitraries.integers().between(1, Frames.HEADER + 1);
        return Combinators.combine(kind, cuts).as((payload, cut) -> {
            var frame = payload.frame(A);
            var at = Math.min(cut, frame.array().length - 1);
            return List.of(new Says(A, Frames.slice(frame, 0, at)), new Pauses(A),
                    new Says(A, Frames.slice(frame, at, frame.array().length)), new Hears(A));
        }).list().ofMinSize(1).ofMaxSize(2).map(frames -> {
            var play = new ArrayList<Step>(List.of(new Connects(A)));
            frames.forEach(play::addAll);
            return new Play(play);
        });
    }

    /// The client has finished inside a frame; and then another comes.
    static Arbitrary<Play> cutShort(Arbitrary<Payload> kind) {
        var more = Arbitraries.integers().between(0, 8);
        return Combinators.combine(payloads(kind), more).as((payloads, count) -> {
            var rest = Frames.slice(Frames.of(Step.letters(A, 5)), 0, count);
            var play = Play.of(new Connects(A), new Says(A, frames(A, payloads)));
            if (count > 0) play = play.then(new Says(A, rest));
            return play.then(new HalfCloses(A), new HearsTheEnd(A)).then(greeting(A + 1));
        });
    }

    private static Step[] greeting(int client) {
        return new Step[] {new Connects(client),
            new Says(client, Frames.of(Step.letters(client, 1))), new Hears(client)};
    }

    /// Behind good frames the header of one that is too large; and then another client.
    static Arbitrary<Play> tooLarge(Arbitrary<Payload> kind) {
        var lengths = Arbitraries.of(Frames.TOO_LARGE, Integer.MIN_VALUE, -1);
        return Combinators.combine(payloads(kind), lengths).as((payloads, length) -> Play.of(
                new Connects(A), new Says(A, frames(A, payloads)), new Hears(A),
                new Says(A, Frames.header(length)), new HalfCloses(A), new HearsTheEnd(A))
                .then(greeting(A + 1)));
    }

    static Arbitrary<Play> floods() {
        return Arbitraries.of(100, 50_000).map(letters -> Play.of(new Connects(A),
                new FloodsFrames(A, letters), new HalfCloses(A), new HearsTheEnd(A)));
    }

    private record Turn(int client, int bytes) {}

    /// Several clients say frames, piece by piece in any order, and read when all have finished.
    static Arbitrary<Play> crowds(Arbitrary<Payload> kind) {
        var turns = Combinators.combine(Arbitraries.integers().between(0, SPEAKERS - 1),
                Arbitraries.of(1, 2, 3, 5, 8, 1000)).as(Turn::new).list().ofMaxSize(30);
        return Combinators.combine(payloads(kind), turns).as(FramePlays::crowd);
    }

    private static Play crowd(List<Payload> payloads, List<Turn> turns) {
        var play = new ArrayList<Step>();
        var streams = new ArrayList<ByteBuffer>();
        for (int i = 0; i < SPEAKERS; i++) {
            play.add(new Connects(i));
            var client = i;
            streams.add(ByteBuffer.wrap(Bytes.join(payloads.stream()
                    .map(each -> each.namedFrame(client)).toList())));
        }
        for (var turn : turns) sayNext(turn, streams.get(turn.client), play);
        for (int i = 0; i < SPEAKERS; i++) {
            sayNext(new Turn(i, Integer.MAX_VALUE), streams.get(i), play);
            play.add(new HalfCloses(i));
        }
        for (int i = 0; i < SPEAKERS; i++) play.add(new HearsTheEnd(i));
        return new Play(play);
    }

    private static void sayNext(Turn turn, ByteBuffer stream, List<Step> play) {
        if (!stream.hasRemaining()) return;
        var piece = new byte[Math.min(turn.bytes, stream.remaining())];
        stream.get(piece);
        play.add(new Says(turn.client, new Bytes(piece)));
    }

    /// Several clients are connected, some inside a frame, and each that completes one waits for
    /// its answer.
    static Arbitrary<Play> dialogues(Arbitrary<Payload> kind) {
        var begun = Arbitraries.integers().between(0, Frames.HEADER + 1).list().ofSize(SPEAKERS);
        var turns = Combinators.combine(Arbitraries.integers().between(0, SPEAKERS - 1), kind)
                .as(Map::entry).list().ofMinSize(1).ofMaxSize(12);
        return Combinators.combine(begun, turns).as(FramePlays::dialogue);
    }

    /// @param begun how many bytes of its first frame each client says at the beginning
    private static Play dialogue(List<Integer> begun, List<Map.Entry<Integer, Payload>> turns) {
        var rests = new ArrayList<Bytes>();
        var play = new ArrayList<Step>();
        for (int i = 0; i < SPEAKERS; i++) {
            var client = i;
            var frame = turns.stream().filter(turn -> turn.getKey() == client).findFirst()
                    .map(turn -> turn.getValue().frame(client))
                    .orElse(Frames.of(Step.letters(client, 5)));
            var count = Math.min(begun.get(i), frame.array().length - 1);
            play.add(new Connects(client));
            if (count > 0) play.add(new Says(client, Frames.slice(frame, 0, count)));
            rests.add(Frames.slice(frame, count, frame.array().length));
        }
        for (var turn : turns) {
            var client = turn.getKey();
            var rest = rests.set(client, null);
            play.add(new Says(client, rest != null ? rest : turn.getValue().frame(client)));
            play.add(new Hears(client));
        }
        return new Play(play);
    }

    /// The first client sends without reading; then the second converses; then the first reads.
    static Arbitrary<Play> floodedDialogues(Arbitrary<Payload> kind) {
        var lengths = Arbitraries.of(100, 50_000);
        return Combinators.combine(payloads(kind), lengths).as((payloads, letters) -> {
            var play = new ArrayList<Step>(List.of(
                    new Connects(0), new Connects(1), new FloodsFrames(0, letters)));
            for (var payload : payloads) {
                play.addAll(List.of(new Says(1, payload.frame(1)), new Hears(1)));
            }
            return new Play(play).then(new Hears(0));
        });
    }

    /// A client says frames; some others have misbehaved before, and do again after each piece.
    static Arbitrary<Play> neighbours(Set<FrameMischief> mischiefs, Arbitrary<Payload> kind) {
        var mob = Arbitraries.of(mischiefs).list().ofMaxSize(5);
        return Combinators.combine(mob, mob, payloads(kind)).as((before, during, payloads) -> {
            var play = new ArrayList<Step>();
            var next = 0; // client
            for (var mischief : before) play.addAll(mischief.steps(next++));
            var good = next++;
            play.add(new Connects(good));
            for (var piece : Frames.cut(frames(good, payloads), List.of(1000))) {
                play.add(new Says(good, piece));
                for (var mischief : during) {
                    if (next <= NEIGHBOURS) play.addAll(mischief.steps(next++));
                }
            }
            return new Play(play).then(new HalfCloses(good), new HearsTheEnd(good));
        });
    }

    // ---- what is said, and in which pieces ----

    /// Of a frame: letters, of which each client has its own, or odd bytes.
    record Payload(int letters, Bytes odd) {

        Bytes frame(int client) {
            return Frames.of(odd != null ? odd : Step.letters(client, letters));
        }

        /// The same, but no other client can say it.
        Bytes namedFrame(int client) {
            if (odd == null && letters > 0) return frame(client);
            var before = odd == null ? new Bytes(new byte[0]) : odd;
            return Frames.of(Frames.join(before, Step.letters(client, 1)));
        }
    }

    private static Bytes frames(int client, List<Payload> payloads) {
        return new Bytes(Bytes.join(payloads.stream().map(each -> each.frame(client)).toList()));
    }

    private static Arbitrary<List<Payload>> payloads(Arbitrary<Payload> kind) {
        return kind.list().ofMinSize(1).ofMaxSize(6);
    }

    /// Some look like a header; some are no text.
    static Arbitrary<Payload> payload(boolean anyBytes) {
        var few = Arbitraries.of(0, 1, 2).map(count -> new Payload(count, null));
        var odd = Arbitraries.of(Bytes.of("\0\0\0\3"), Bytes.of("\n"),
                new Bytes(new byte[] {(byte) 0xFF, (byte) 0xC3}))
                .map(bytes -> new Payload(0, bytes));
        var large = Arbitraries.of(255, 256, 1000, 16_384, 66_000)
                .map(count -> new Payload(count, null));
        return Arbitraries.frequencyOf(Tuple.of(3, few), Tuple.of(2, anyBytes ? odd : few),
                Tuple.of(1, large));
    }

    /// Byte by byte only for a while, then the rest at once: large frames are among them.
    private static Arbitrary<List<Integer>> chunkings() {
        var byteByByte = Collections.nCopies(40, 1);
        var ends = Arbitraries.of(1000, 70_000, Integer.MAX_VALUE);
        var starts = Arbitraries.oneOf(
                Arbitraries.just(byteByByte), Arbitraries.just(List.<Integer>of()),
                Arbitraries.integers().between(1, 20).list().ofMaxSize(8));
        return Combinators.combine(starts, ends).as((start, end) -> {
            var sizes = new ArrayList<>(start);
            sizes.add(end);
            return List.copyOf(sizes);
        });
    }

    /// Behind which piece, if behind any.
    private static Arbitrary<Integer> pauses() {
        return Arbitraries.integers().between(-8, 8);
    }
}
