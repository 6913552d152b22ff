package wire;

import module java.base;

import wire.Boundaries.Kind;
import wire.Boundaries.Stretch;
import wire.Link.Direction;

/// Bytes that were read or written together, as far as a picture needs them.
///
/// @param number of the connection, from 1
/// @param step whether they have come, have been passed on, or both at once
/// @param start the first of them
/// @param length how many there are
/// @param stretches what they mean; empty if nobody asks
record Chunk(int number, Direction direction, Step step, byte[] start, int length,
        List<Stretch> stretches) {

    /// Where the proxy is with them.
    enum Step { CAME, PASSED, THROUGH }

    /// Copies what is shown.
    ///
    /// @param most how many bytes are shown
    static Chunk of(int number, Direction direction, Step step, ByteBuffer bytes, int most,
            List<Stretch> stretches) {
        var start = new byte[Math.min(bytes.remaining(), most)];
        bytes.get(bytes.position(), start);
        return new Chunk(number, direction, step, start, bytes.remaining(), stretches);
    }

    /// Whether it was passed on as it came.
    boolean isFollowedBy(Chunk other) {
        return step == Step.CAME && other.step == Step.PASSED && number == other.number
                && direction == other.direction && length == other.length
                && Arrays.equals(start, other.start);
    }

    Chunk with(Step step) {
        return new Chunk(number, direction, step, start, length, stretches);
    }

    /// The client is at the left, the server at the right, and the bar is the proxy.
    String arrow() {
        var up = direction == Direction.UP;
        return switch (step) {
            case THROUGH -> up ? "--->" : "<---";
            case CAME -> up ? "->| " : " |<-";
            case PASSED -> up ? " |->" : "<-| ";
        };
    }

    /// The bytes as signs, in quotation marks; or, where messages are known, as
    /// `[5|hello]`: brackets at the ends of a message, a bar behind its length and its header,
    /// dots where the chunk cuts it.
    List<String> signs() {
        var signs = new ArrayList<String>();
        if (stretches.isEmpty()) {
            signs.add("\"");
            for (var sign : Escaped.signs(start, 0, start.length)) {
                signs.add(sign.equals("\"") ? "\\\"" : sign);
            }
            signs.add(length > start.length ? "\"..." : "\"");
            return signs;
        }
        if (!startsAMessage(stretches.getFirst())) signs.add("…");
        for (var stretch : stretches) {
            if (stretch.from() <= start.length) add(stretch, signs);
        }
        if (length > start.length) signs.add("...");
        else if (!endsAMessage(stretches.getLast())) signs.add("…");
        return signs;
    }

    private static boolean startsAMessage(Stretch stretch) {
        return stretch.kind() == Kind.NONE || stretch.kind() == Kind.LENGTH && stretch.begins();
    }

    private static boolean endsAMessage(Stretch stretch) {
        return stretch.kind() == Kind.NONE || stretch.kind() == Kind.PAYLOAD && stretch.ends();
    }

    private void add(Stretch stretch, List<String> signs) {
        var kind = stretch.kind();
        var isLength = kind == Kind.LENGTH;
        if (isLength && stretch.begins()) signs.add(stretch.from() == 0 ? "[" : " [");
        var to = Math.min(stretch.to(), start.length);
        if (isLength && stretch.begins() && stretch.ends()) {
            signs.add("" + stretch.value());
        } else if (isLength) {
            signs.add(HexFormat.ofDelimiter(" ").formatHex(start, stretch.from(), to));
        } else {
            signs.addAll(Escaped.signs(start, stretch.from(), to));
        }
        if (kind == Kind.NONE || !stretch.ends() || stretch.to() > start.length) return;
        signs.add(kind == Kind.PAYLOAD ? "]" : "|");
    }

    /// What it does to messages: `2 messages in one chunk, the last one cut`; empty if it is
    /// one whole message.
    String remark(Words words) {
        if (stretches.isEmpty()) return "";
        var first = stretches.getFirst();
        var last = stretches.getLast();
        if (last.kind() == Kind.NONE) {
            return words.choose("no message begins here", "这里不是消息的开头");
        }
        var whole = endsAMessage(last);
        var goesOn = !startsAMessage(first);
        var count = last.message() - first.message() + 1;
        if (count > 1) {
            return words.choose(count + " messages", count + " 条消息连在一起") + (goesOn
                    ? whole ? words.choose(", cut at the start", "，开头被切开")
                    : words.choose(", cut at both ends", "，两头被切开")
                    : whole ? "" : words.choose(", cut at the end", "，结尾被切开"));
        }
        if (goesOn) {
            return (whole ? words.choose("the end of message %d", "第 %d 条消息的结尾")
                    : words.choose("message %d goes on", "第 %d 条消息还没完"))
                    .formatted(first.message());
        }
        return whole ? ""
                : words.choose("message %d is cut", "第 %d 条消息被切开").formatted(last.message());
    }
}
