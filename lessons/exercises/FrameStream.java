package exercises;

import module java.base;

import conformance.Bytes;
import conformance.Frames;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/// Frames of lesson 05 on their way: with payloads of these lengths, made of letters, cut into
/// pieces.
///
/// @param lengths of the payloads
/// @param cuts places in the stream, before which a piece ends
/// @param end how many bytes come before the stream ends
public record FrameStream(List<Integer> lengths, SortedSet<Integer> cuts, int end) {

    public static final int HEADER = 4; // bytes

    private static final int[] SHORTER = {1, 2, 127, 128, 255, 256};

    /// All that comes.
    public byte[] bytes() {
        return Arrays.copyOf(whole(lengths), end);
    }

    private static byte[] whole(List<Integer> lengths) {
        return Frames.of(lengths.stream().map(Bytes::letters).toList()).array();
    }

    private static int size(List<Integer> lengths) {
        return lengths.stream().mapToInt(each -> HEADER + each).sum();
    }

    /// What each read can bring at most.
    public List<Bytes> pieces() {
        var bytes = bytes();
        var pieces = new ArrayList<Bytes>();
        var from = 0;
        for (var cut : cuts) {
            if (cut <= from || cut >= end) continue;
            pieces.add(new Bytes(Arrays.copyOfRange(bytes, from, cut)));
            from = cut;
        }
        pieces.add(new Bytes(Arrays.copyOfRange(bytes, from, end)));
        return pieces;
    }

    /// Where the frames begin, and where the last would end.
    public List<Integer> starts() {
        var starts = new ArrayList<Integer>();
        var at = 0;
        for (var length : lengths) {
            starts.add(at);
            at += HEADER + length;
        }
        starts.add(at);
        return starts;
    }

    // ---- what there is to choose from ----

    private static Arbitrary<List<Integer>> anyLengths() {
        return Arbitraries.of(0, 1, 2, 5, 100, 127, 128, 200, 255, 256, 300)
                .list().ofMinSize(1).ofMaxSize(3);
    }

    /// In one piece.
    public static Arbitrary<FrameStream> uncut() {
        return anyLengths().map(lengths ->
                new FrameStream(lengths, new TreeSet<>(), size(lengths)));
    }

    /// Cut anywhere, or into single bytes.
    public static Arbitrary<FrameStream> cut() {
        return anyLengths().flatMap(lengths -> cuts(size(lengths)).map(cuts ->
                new FrameStream(lengths, cuts, size(lengths))));
    }

    /// Cut, and with an end anywhere.
    public static Arbitrary<FrameStream> ending() {
        return cut().flatMap(stream -> Arbitraries.integers().between(0, stream.end).map(end ->
                new FrameStream(stream.lengths, stream.cuts, end)));
    }

    private static Arbitrary<SortedSet<Integer>> cuts(int size) {
        var byteByByte = Arbitraries.just(IntStream.range(1, size).boxed().toList());
        var some = Arbitraries.integers().between(1, size).list().ofMinSize(1).ofMaxSize(4);
        return Arbitraries.frequencyOf(Tuple.of(1, byteByByte),
                Tuple.of(4, some)).map(TreeSet::new);
    }

    // ---- smaller ones ----

    /// With fewer frames, shorter ones, fewer cuts; all that ended with the last frame still do.
    public Stream<FrameStream> smaller() {
        var atTheEnd = end == size(lengths);
        var fewer = IntStream.range(0, lengths.size()).filter(_ -> lengths.size() > 1)
                .mapToObj(i -> {
                    var some = new ArrayList<>(lengths);
                    some.remove(i);
                    return (List<Integer>) some;
                });
        var shorter = IntStream.range(0, lengths.size()).boxed().flatMap(i ->
                IntStream.of(SHORTER).filter(length -> isSimpler(length, lengths.get(i)))
                        .mapToObj(length -> {
                            var some = new ArrayList<>(lengths);
                            some.set(i, length);
                            return (List<Integer>) some;
                        }));
        var smallerFrames = Stream.concat(fewer, shorter).flatMap(some -> {
            var size = size(some);
            return cutsWithin(size).map(cuts ->
                    new FrameStream(some, cuts, atTheEnd ? size : Math.min(end, size)));
        });
        var fewerCuts = cuts.stream().map(cut -> {
            var some = new TreeSet<>(cuts);
            some.remove(cut);
            return new FrameStream(lengths, some, end);
        });
        var onlyCut = cuts.size() < 2 ? Stream.<FrameStream>of() : cuts.stream().map(cut ->
                new FrameStream(lengths, new TreeSet<>(Set.of(cut)), end));
        var earlierEnds = atTheEnd ? Stream.<FrameStream>of() : IntStream.range(0, end)
                .filter(i -> i < HEADER + 2 || i % 16 == 0)
                .mapToObj(i -> new FrameStream(lengths, cuts, i));
        return Stream.of(onlyCut, smallerFrames, fewerCuts, earlierEnds).flatMap(each -> each);
    }

    /// Nothing is harder to see than something.
    private static boolean isSimpler(int length, int than) {
        return length < than || than == 0 && length == 1;
    }

    /// The cuts as they are, and a single one in the first header.
    private Stream<SortedSet<Integer>> cutsWithin(int size) {
        var kept = new TreeSet<>(cuts.headSet(size));
        return cuts.isEmpty() ? Stream.of(kept)
                : Stream.of(kept, new TreeSet<>(Set.of(1)));
    }

    // ---- a picture ----

    private static final int MOST_PAYLOAD = 4; // bytes of a frame that are shown

    /// Two rows: the bytes in hexadecimal with a bar at each cut, and what they are: `==` for a byte
    /// of a header, and the letters.
    ///
    /// @param caret a place in the stream, for a third row; -1 for none
    public List<String> drawn(int caret) {
        var bytes = bytes();
        var hex = new StringBuilder();
        var meaning = new StringBuilder();
        var mark = -1;
        var starts = starts();
        for (int i = 0; i < end; i++) {
            var at = i;
            var start = starts.stream().filter(each -> each <= at).reduce((_, b) -> b).orElse(0);
            var inFrame = i - start;
            var length = lengths.get(Math.min(starts.indexOf(start), lengths.size() - 1));
            var separator = i == 0 ? "" : cuts.contains(i) ? "|" : " ";
            if (i == caret) mark = hex.length() + separator.length();
            if (inFrame == HEADER + MOST_PAYLOAD && length > MOST_PAYLOAD + 1) {
                var rest = Math.min(length - MOST_PAYLOAD, end - i);
                var more = separator + ".. (" + rest + ")";
                hex.append(more);
                meaning.append(" ".repeat(more.length()));
                i += rest - 1;
                continue;
            }
            hex.append(separator).append("%02x".formatted(bytes[i]));
            meaning.append(separator).append(inFrame < HEADER ? "=="
                    : " " + (char) bytes[i]);
        }
        if (caret >= end) mark = hex.length() + 1;
        var rows = new ArrayList<>(List.of(hex.toString(), meaning.toString().stripTrailing()));
        if (caret >= 0 && mark >= 0) rows.add(" ".repeat(mark) + "^");
        return rows;
    }
}
