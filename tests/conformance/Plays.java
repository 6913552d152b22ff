package conformance;

import module java.base;

import conformance.Step.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// The kinds of [Play]. All of them shrink: to fewer clients, fewer steps, fewer bytes, and bytes
/// that are letters.
final class Plays {

    /// As many clients speak at most.
    private static final int SPEAKERS = 3;

    private static final int A = 0;

    private Plays() {}

    /// A client says some things, half-closes, and reads what came.
    static Arbitrary<Play> monologues(Arbitrary<Chunk> kind) {
        return chunks(kind).map(chunks -> {
            var play = new ArrayList<Step>(List.of(new Connects(A)));
            for (var chunk : chunks) play.add(chunk.saidBy(A));
            return new Play(play).then(new HalfCloses(A), new HearsTheEnd(A));
        });
    }

    /// A client waits for each answer before it says the next.
    static Arbitrary<Play> conversations(Arbitrary<Chunk> kind) {
        return chunks(kind).map(chunks -> {
            var play = new ArrayList<Step>(List.of(new Connects(A)));
            for (var chunk : chunks) play.addAll(List.of(chunk.saidBy(A), new Hears(A)));
            return new Play(play);
        });
    }

    static Arbitrary<Play> floods() {
        return Arbitraries.just(Play.of(
                new Connects(A), new Floods(A), new HalfCloses(A), new HearsTheEnd(A)));
    }

    /// Several clients say things, in any order, and read when all have finished.
    static Arbitrary<Play> crowds(Arbitrary<Chunk> kind) {
        return cast(kind, (speakers, turns) -> {
            var play = new ArrayList<>(allConnect(speakers));
            for (var turn : turns) play.add(turn.step());
            for (int i = 0; i < speakers; i++) play.add(new HalfCloses(i));
            for (int i = 0; i < speakers; i++) play.add(new HearsTheEnd(i));
            return new Play(play);
        });
    }

    /// Several clients say much, so that the threads that serve them are at work at the same time:
    /// what these share is overwritten.
    static Arbitrary<Play> choirs() {
        return Arbitraries.integers().between(2, SPEAKERS).map(speakers -> {
            var play = new ArrayList<>(allConnect(speakers));
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < speakers; i++) {
                    play.add(new Says(i, Step.letters(i, BUFFERFUL)));
                }
            }
            for (int i = 0; i < speakers; i++) play.add(new Hears(i));
            return new Play(play);
        });
    }

    /// So often that threads meet, and all together less than the buffers of a connection hold.
    private static final int ROUNDS = 8;

    /// Several clients are connected, and each that says something waits for its answer.
    static Arbitrary<Play> dialogues(Arbitrary<Chunk> kind) {
        var few = cast(kind, (speakers, turns) -> {
            var play = new ArrayList<>(allConnect(speakers));
            for (var turn : turns) play.addAll(List.of(turn.step(), new Hears(turn.client())));
            return new Play(play);
        });
        return Arbitraries.frequencyOf(Tuple.of(9, few), Tuple.of(1, Arbitraries.just(many())));
    }

    /// More than a small pool of threads has.
    private static final int MANY = 20;

    /// One after the other, and all stay.
    private static Play many() {
        return new Play(IntStream.range(0, MANY).boxed().flatMap(i -> Stream.<Step>of(
                new Connects(i), new Says(i, Step.letters(i, 1)), new Hears(i))).toList());
    }

    /// More than a read brings: a rest that lies in a shared buffer is overwritten.
    private static final int BUFFERFUL = 70_000; // bytes

    /// The first client sends without reading; then the second converses; then the first reads.
    static Arbitrary<Play> floodedDialogues(Arbitrary<Chunk> kind) {
        return chunks(kind).map(chunks -> {
            var play = new ArrayList<Step>(List.of(
                    new Connects(0), new Connects(1), new Floods(0),
                    new Says(1, Step.letters(1, BUFFERFUL)), new Hears(1)));
            for (var chunk : chunks) play.addAll(List.of(chunk.saidBy(1), new Hears(1)));
            return new Play(play).then(new Hears(0));
        });
    }

    /// A client says some things; some others have misbehaved before, and do again after each.
    static Arbitrary<Play> neighbours(Set<Mischief> mischiefs, Arbitrary<Chunk> kind) {
        var mob = Arbitraries.of(mischiefs).list().ofMaxSize(5);
        return Combinators.combine(mob, mob, chunks(kind)).as((before, during, chunks) -> {
            var play = new ArrayList<Step>();
            var next = 0; // client
            for (var mischief : before) play.addAll(mischief.steps(next++));
            var good = next++;
            play.add(new Connects(good));
            for (var chunk : chunks) {
                play.add(chunk.saidBy(good));
                for (var mischief : during) play.addAll(mischief.steps(next++));
            }
            return new Play(play).then(new HalfCloses(good), new HearsTheEnd(good));
        });
    }

    // ---- who says what ----

    /// What is said in one write: letters, of which each client has its own, or odd bytes.
    record Chunk(int letters, Bytes odd) {

        Step saidBy(int client) {
            if (odd == null) return new Says(client, Step.letters(client, letters));
            var bytes = odd.array().clone();
            var own = Step.letters(client, 1).array()[0];
            for (int i = 0; i < bytes.length; i++) if (bytes[i] == LETTER) bytes[i] = own;
            return new Says(client, new Bytes(bytes));
        }
    }

    private record Turn(int client, Chunk chunk) {

        Step step() {
            return chunk.saidBy(client);
        }
    }

    private static List<Step> allConnect(int speakers) {
        return IntStream.range(0, speakers).<Step>mapToObj(Connects::new).toList();
    }

    private static Arbitrary<Play> cast(
            Arbitrary<Chunk> kind, BiFunction<Integer, List<Turn>, Play> play) {
        return Arbitraries.integers().between(1, SPEAKERS).flatMap(speakers ->
                Combinators.combine(Arbitraries.integers().between(0, speakers - 1), kind)
                        .as(Turn::new).list().ofMaxSize(12)
                        .map(turns -> play.apply(speakers, turns)));
    }

    private static Arbitrary<List<Chunk>> chunks(Arbitrary<Chunk> kind) {
        return kind.list().ofMinSize(1).ofMaxSize(6);
    }

    /// Stands for a letter of the client that says it.
    private static final byte LETTER = 'A';

    /// Bytes of which a payload can be made that looks like a prefix; but also NUL, line ends, and
    /// bytes that are no UTF-8.
    private static final Byte[] ODD = {
        LETTER, 'e', 'c', 'h', 'o', ' ', '>', '\n', 0, (byte) 0xC3, (byte) 0xA9, (byte) 0xFF};

    static Arbitrary<Chunk> chunk(boolean anyBytes) {
        return anyBytes ? anyBytes() : letters();
    }

    /// Letters above all. Sometimes more than a buffer.
    private static Arbitrary<Chunk> anyBytes() {
        var small = Arbitraries.of(ODD).array(byte[].class).ofMinSize(1).ofMaxSize(12)
                .map(bytes -> new Chunk(0, new Bytes(bytes)));
        return Arbitraries.frequencyOf(Tuple.of(4, small), Tuple.of(1, large()));
    }

    /// For a server of which it is known that it does not bear other bytes.
    private static Arbitrary<Chunk> letters() {
        var small = Arbitraries.integers().between(1, 12).map(count -> new Chunk(count, null));
        return Arbitraries.frequencyOf(Tuple.of(4, small), Tuple.of(1, large()));
    }

    private static Arbitrary<Chunk> large() {
        return Arbitraries.of(1000, 1018, 1019, 1020, 1024, 1025, 2048, 3000, 20_000)
                .map(count -> new Chunk(count, null));
    }
}
