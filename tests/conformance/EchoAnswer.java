package conformance;

import module java.base;

/// The answer of an echo server, see [EchoOracle].
///
/// The payload may itself look like a prefix, so there can be several ways to read a reply. This
/// follows all of them at once; mostly there is only one.
final class EchoAnswer implements Answer {

    /// What can come next: the next byte of a prefix, a byte of what was said, or either of them.
    private enum Next { PREFIX, BYTE, EITHER }

    /// A way to read what has come so far.
    ///
    /// @param echoed bytes of what was said
    /// @param inPrefix bytes of a prefix that has begun; 0 if none has
    private record Way(int echoed, int inPrefix, Next next) {}

    private final byte[] prefix;
    private byte[] said = new byte[0];
    private int length; // of what was said
    private List<Way> ways = List.of(new Way(0, 0, Next.PREFIX));

    EchoAnswer(byte[] prefix) {
        this.prefix = prefix;
    }

    @Override
    public void said(byte[] bytes) {
        if (length + bytes.length > said.length) {
            said = Arrays.copyOf(said, Math.max(length + bytes.length, 2 * said.length));
        }
        System.arraycopy(bytes, 0, said, length, bytes.length);
        if (isComplete()) ways = List.of(new Way(length, 0, Next.PREFIX)); // it takes another read
        length += bytes.length;
    }

    @Override
    public void take(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (takeWhatCanOnlyBeEchoed(bytes)) continue;
            var after = after(bytes.get(bytes.position()));
            if (after.isEmpty()) return;
            ways = after;
            bytes.get();
        }
    }

    /// The common case, for millions of bytes.
    ///
    /// @return whether there was any
    private boolean takeWhatCanOnlyBeEchoed(ByteBuffer bytes) {
        if (ways.size() > 1 || !canBeEchoed(ways.getFirst())) return false;
        var from = ways.getFirst().echoed;
        var count = same(bytes, from);
        if (count == 0) return false;
        bytes.position(bytes.position() + count);
        ways = List.of(new Way(from + count, 0, Next.EITHER));
        return true;
    }

    /// How many bytes are those that were said from there on, and cannot begin a prefix.
    private int same(ByteBuffer bytes, int from) {
        var most = Math.min(bytes.remaining(), length - from);
        var array = bytes.array();
        var start = bytes.arrayOffset() + bytes.position();
        var differs = Arrays.mismatch(array, start, start + most, said, from, from + most);
        var count = differs < 0 ? most : differs;
        if (prefix.length == 0) return count;
        for (int i = 0; i < count; i++) if (array[start + i] == prefix[0]) return i;
        return count;
    }

    private List<Way> after(byte next) {
        var after = new ArrayList<Way>(2);
        for (var way : ways) {
            if (way.inPrefix > 0) {
                if (prefix[way.inPrefix] == next) add(after, inPrefix(way, way.inPrefix + 1));
                continue;
            }
            if (canBeEchoed(way) && said[way.echoed] == next) {
                add(after, new Way(way.echoed + 1, 0, Next.EITHER));
            }
            if (canBePrefix(way) && prefix[0] == next) add(after, inPrefix(way, 1));
        }
        return after;
    }

    private boolean canBeEchoed(Way way) {
        return way.echoed < length && (way.next != Next.PREFIX || prefix.length == 0);
    }

    private boolean canBePrefix(Way way) {
        return way.echoed < length && way.next != Next.BYTE && prefix.length > 0;
    }

    private Way inPrefix(Way way, int count) {
        return count == prefix.length
                ? new Way(way.echoed, 0, Next.BYTE) : new Way(way.echoed, count, Next.PREFIX);
    }

    private static void add(List<Way> ways, Way way) {
        if (!ways.contains(way)) ways.add(way);
    }

    @Override
    public boolean isComplete() {
        return ways.stream().anyMatch(way ->
                way.echoed == length && way.inPrefix == 0 && way.next != Next.BYTE);
    }

    @Override
    public int answered() {
        return ways.stream().mapToInt(Way::echoed).max().orElseThrow();
    }

    @Override
    public byte[] due() {
        var way = ways.getLast();
        var due = new ByteArrayOutputStream();
        if (way.inPrefix > 0) {
            due.write(prefix, way.inPrefix, prefix.length - way.inPrefix);
        } else if (!canBeEchoed(way)) {
            due.writeBytes(prefix);
        }
        due.write(said, way.echoed, length - way.echoed);
        return due.toByteArray();
    }
}
