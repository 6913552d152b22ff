package wire;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Where messages begin and end in a stream that comes in chunks: for one direction of a
/// connection, and for a picture. Nothing is refused; where no message can begin, it says so,
/// and from there on the stream is only bytes.
///
/// The cost is that of the headers. Payloads are passed over.
public abstract class Boundaries {

    /// What a byte of a message belongs to.
    public enum Kind {
        /// The length of what follows.
        LENGTH,
        /// The header of a message that has one.
        HEADER,
        /// What the message says.
        PAYLOAD,
        /// No message.
        NONE
    }

    /// A stretch of a chunk that belongs to one part of one message.
    ///
    /// @param message its number in this stream, from 1
    /// @param from index of its first byte in the chunk
    /// @param to index after its last byte in the chunk; may be `from`
    /// @param begins whether the part begins here, and not in an earlier chunk
    /// @param ends whether the part ends here, and not in a later chunk
    /// @param value of a length that ends here
    public record Stretch(Kind kind, int message, int from, int to, boolean begins,
            boolean ends, long value) {}

    /// How many stretches of one chunk are told; in 64 KiB there could be thousands.
    private static final int TOLD = 100;

    /// A length above this is none: some other bytes stand there.
    private static final long MOST = 1L << 26;

    /// Lesson 05: four bytes of length, and the payload.
    public static Boundaries ofFrames() {
        return new Boundaries(Integer.BYTES, false) {};
    }

    /// Lesson 05 with types: two bytes of length, a header in JSON, and as much content as
    /// that says.
    public static Boundaries ofMessages() {
        return new Boundaries(Short.BYTES, true) {};
    }

    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("\"content-length\"\\s*:\\s*(\\d{1,9})\\s*[,}]");

    private final int prefix;
    private final boolean headed;
    private Kind kind = Kind.LENGTH;
    private int message = 1;
    private long left; // of this part, in bytes
    private boolean begun; // this part, in an earlier chunk
    private final ByteArrayOutputStream head = new ByteArrayOutputStream(); // collected

    private Boundaries(int prefix, boolean headed) {
        this.prefix = prefix;
        this.headed = headed;
        left = prefix;
    }

    /// Takes the next chunk.
    ///
    /// @param chunk read to its end
    /// @return its stretches in their order, the first hundred
    public List<Stretch> next(ByteBuffer chunk) {
        var stretches = new ArrayList<Stretch>();
        var start = chunk.position();
        while (chunk.hasRemaining()) {
            var from = chunk.position() - start;
            var count = kind == Kind.NONE
                    ? chunk.remaining() : (int) Math.min(left, chunk.remaining());
            take(chunk, count);
            var ends = kind != Kind.NONE && (left -= count) == 0;
            var value = ends && kind == Kind.LENGTH ? number() : 0;
            tell(stretches, new Stretch(kind, message, from, from + count, !begun, ends, value));
            begun = !ends;
            if (ends && goOn(value)) { // an empty payload takes no byte of any chunk
                tell(stretches, new Stretch(
                        Kind.PAYLOAD, message, from + count, from + count, true, true, 0));
                nextMessage();
            }
        }
        return stretches;
    }

    private static void tell(List<Stretch> stretches, Stretch stretch) {
        if (stretches.size() < TOLD) stretches.add(stretch);
    }

    private void take(ByteBuffer chunk, int count) {
        if (kind == Kind.LENGTH || kind == Kind.HEADER) {
            for (int i = 0; i < count; i++) head.write(chunk.get());
        } else {
            chunk.position(chunk.position() + count);
        }
    }

    private long number() {
        long number = 0;
        for (var each : head.toByteArray()) number = number << 8 | Byte.toUnsignedInt(each);
        return number;
    }

    /// A part has ended.
    ///
    /// @return whether an empty payload follows
    private boolean goOn(long value) {
        switch (kind) {
            case LENGTH -> {
                head.reset();
                begin(headed ? Kind.HEADER : Kind.PAYLOAD, value);
                if (headed && value == 0) kind = Kind.NONE;
            }
            case HEADER -> begin(Kind.PAYLOAD, contentLength());
            default -> {
                nextMessage();
                return false;
            }
        }
        return kind == Kind.PAYLOAD && left == 0;
    }

    private void begin(Kind next, long length) {
        kind = length < 0 || length > MOST ? Kind.NONE : next;
        left = length;
    }

    /// What the header says, or -1. A picture can do without a parser for JSON.
    private long contentLength() {
        var found = CONTENT_LENGTH.matcher(head.toString(UTF_8));
        head.reset();
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    private void nextMessage() {
        message++;
        kind = Kind.LENGTH;
        left = prefix;
    }
}
