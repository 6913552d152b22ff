///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/LessonCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 05: a frame codec, and what it makes of a stream that is cut anywhere

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 05: the header
///
/// TCP carries bytes, and where a write ended is not part of the stream. A program that
/// wants messages has to put their ends into the stream. The simplest way is to say in
/// front of each message how long it is:
///
/// ```
/// +-----------------------+----------------------+
/// | 4 bytes: the length   | so many bytes:       |
/// | unsigned, big-endian  | the payload          |
/// +-----------------------+----------------------+
/// ```
///
/// Type `jbang lesson05-header-framing.java hello world` (or no message, and then one per
/// line). It encodes the messages, cuts the stream at random places, as a network may,
/// and shows after each chunk what the decoder knows. With `--seed 384` it is this:
///
/// ```
///      0  00 00 00|05 68 65 6c|6c 6f 00 00 00 05 77|6f 72 6c 64
///         == == ==|==  h  e  l| l  o == == == ==  w| o  r  l  d
///
/// chunk 1, 3 bytes:   3 of 4 header bytes
/// chunk 2, 4 bytes:   3 of 5 payload bytes
/// chunk 3, 7 bytes:   frame 1 complete: "hello"
///                     1 of 5 payload bytes
/// chunk 4, 4 bytes:   frame 2 complete: "world"
/// ```
///
/// Look for a header that is cut in two, for several frames in one chunk, and (type a
/// blank line) for a frame of no bytes, which is a frame all the same.
///
/// `lesson05-framing-server.java` and `lesson05-framing-client.java` speak this protocol.
///
/// What is still wrong: we know where a message ends, but not what it is. Text, and in
/// which charset? A picture? `lesson05-typed-header.java` has a header that says so.
final class FrameCodec {

    static final int HEADER_LENGTH = 4;

    /// The longest payload to accept unless told otherwise, in bytes.
    static final int DEFAULT_MAX_PAYLOAD = 1024 * 1024;

    private FrameCodec() {}

    // ---- encoding ----

    /// A new buffer with one frame in it: the header, and what remains of `payload`.
    static ByteBuffer encode(ByteBuffer payload) {
        var frame = ByteBuffer.allocate(HEADER_LENGTH + payload.remaining());
        return putHeader(payload.remaining(), frame).put(payload).flip();
    }

    /// Writes a header. Put the payload behind it into the same buffer, and send both
    /// with one write. Of two small writes, Nagle's algorithm holds the second back until
    /// the first is acknowledged, and the other side delays the acknowledgement by 40 ms
    /// or more, in the hope of something to send along with it (RFC 1122, sections
    /// 4.2.3.2 and 4.2.3.4).
    ///
    /// @param length of the payload, in bytes
    /// @param into where to; its byte order does not matter
    /// @return `into`
    /// @throws BufferOverflowException if it has no room for a header
    static ByteBuffer putHeader(int length, ByteBuffer into) {
        var bigEndian = into.order() == ByteOrder.BIG_ENDIAN; // the highest byte first
        return into.putInt(bigEndian ? length : Integer.reverseBytes(length));
    }

    // ---- decoding ----

    /// Takes the frames of a stream, one by one.
    @FunctionalInterface
    interface FrameHandler {

        /// @param payload from its position to its limit. It is *lent*: after this call
        ///        the bytes may be anything, so copy what you want to keep. Position and
        ///        limit may be changed, the bytes not. It has the byte order of the
        ///        chunk.
        /// @throws IOException to stop decoding; this frame then counts as taken
        void frame(ByteBuffer payload) throws IOException;
    }

    /// Finds the frames in a stream that arrives in pieces, whatever the pieces. For one
    /// stream, and for one thread at a time.
    ///
    /// The cost is linear in the bytes. A frame that lies in one chunk is handed out
    /// where it lies; only one that arrives in pieces is copied, once, to where they are
    /// put together.
    static final class Decoder {

        /// A buffer up to this size, in bytes, is kept for the next frame. A larger one
        /// is given up: there may be many connections, and most of them are silent most
        /// of the time.
        private static final int KEPT = 16 * 1024;

        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        private final int maxPayload;
        private int headerCount; // bytes of the header that have come
        private long length; // announced; four unsigned bytes do not fit into an int
        private ByteBuffer payload = NOTHING; // of a frame in pieces, what has come of it

        /// @param maxPayload the longest payload to accept, in bytes
        Decoder(int maxPayload) {
            if (maxPayload < 0) {
                throw new IllegalArgumentException("negative limit " + maxPayload);
            }
            this.maxPayload = maxPayload;
        }

        /// Takes the next bytes of the stream, and hands out each frame that they
        /// complete.
        ///
        /// @param chunk read to its end, unless something is thrown
        /// @throws FrameException.TooLarge if a header announces more than the limit, as
        ///         soon as it is complete; and again at each call from then on. To find
        ///         the next header one would have to read all the bytes announced, and
        ///         most likely the four bytes were no length: the `GET ` of a web browser
        ///         announces 1,195,725,856.
        /// @throws IOException what the handler throws; the next call goes on behind that
        ///         frame
        void decode(ByteBuffer chunk, FrameHandler handler) throws IOException {
            while (readHeader(chunk)) {
                if (payload.position() == 0 && chunk.remaining() >= length) {
                    lend(chunk, handler);
                } else if (collect(chunk)) {
                    lendCollected(chunk.order(), handler);
                } else {
                    return;
                }
            }
        }

        /// Byte by byte, as even a header can come in pieces.
        private boolean readHeader(ByteBuffer chunk) throws FrameException {
            while (headerCount < HEADER_LENGTH && chunk.hasRemaining()) {
                length = length << 8 | Byte.toUnsignedInt(chunk.get());
                headerCount++;
            }
            if (headerCount < HEADER_LENGTH) return false;
            checkLength();
            return true;
        }

        private void checkLength() throws FrameException {
            if (length > maxPayload) {
                throw new FrameException.TooLarge(length, maxPayload);
            }
        }

        /// The whole payload is in the chunk: no copy, and nothing to allocate. The
        /// handler may have moved position and limit, so both are set again.
        private void lend(ByteBuffer chunk, FrameHandler handler) throws IOException {
            var limit = chunk.limit();
            var end = chunk.position() + (int) length;
            expectHeader();
            try {
                handler.frame(chunk.limit(end));
            } finally {
                chunk.limit(limit).position(end);
            }
        }

        /// @return whether that was the rest of the payload
        private boolean collect(ByteBuffer chunk) {
            var count = (int) Math.min(chunk.remaining(), length - payload.position());
            if (payload.remaining() < count) grow(payload.position() + count);
            payload.put(payload.position(), chunk, chunk.position(), count);
            payload.position(payload.position() + count);
            chunk.position(chunk.position() + count);
            return payload.position() == length;
        }

        /// Memory follows the bytes that have come, never the number announced: a client
        /// that announces a million bytes and sends none has sent four, and must not cost
        /// us a million. As the size doubles each time, all copies together stay below
        /// twice the payload.
        private void grow(int needed) {
            var capacity = Math.min(length, Math.max(needed, 2L * payload.capacity()));
            payload = ByteBuffer.allocate((int) capacity).put(payload.flip());
        }

        private void lendCollected(ByteOrder order, FrameHandler handler)
                throws IOException {
            expectHeader();
            try {
                handler.frame(payload.flip().order(order)); // as if it lay in the chunk
            } finally {
                payload = payload.capacity() > KEPT ? NOTHING : payload.clear();
            }
        }

        private void expectHeader() {
            headerCount = 0;
            length = 0;
        }

        /// To be called at the end of the stream. Between two frames that is no error.
        ///
        /// @throws FrameException.CutShort if it is inside a frame
        /// @throws FrameException.TooLarge if the last frame was refused
        void end() throws FrameException {
            if (headerCount == 0) return;
            if (headerCount < HEADER_LENGTH) {
                var missing = HEADER_LENGTH - headerCount;
                throw new FrameException.CutShort(missing, HEADER_LENGTH, "header");
            }
            checkLength();
            var missing = length - payload.position();
            throw new FrameException.CutShort(missing, length, "payload");
        }

        /// How many bytes of memory it holds: between two frames 16 KiB at most, inside a
        /// frame 16 KiB or twice the bytes that have come, whichever is more.
        int held() {
            return payload.capacity();
        }

        /// Where in the stream the decoder is: `between frames`, `3 of 4 header bytes`.
        @Override
        public String toString() {
            if (headerCount == 0) return "between frames";
            return headerCount < HEADER_LENGTH
                    ? headerCount + " of " + HEADER_LENGTH + " header bytes"
                    : payload.position() + " of " + length + " payload bytes";
        }
    }

    /// The stream is not made of frames that we accept.
    @SuppressWarnings("serial")
    abstract static sealed class FrameException extends IOException {

        private FrameException(String message) {
            super(message);
        }

        /// A header announces more than the limit.
        static final class TooLarge extends FrameException {

            final long announced;
            final int limit;

            private TooLarge(long announced, int limit) {
                super("frame too large: announced %d bytes, limit %d"
                        .formatted(announced, limit));
                this.announced = announced;
                this.limit = limit;
            }
        }

        /// The stream ended inside a header, or a payload.
        static final class CutShort extends FrameException {

            /// How many bytes are missing of that header, or that payload.
            final long missing;

            private CutShort(long missing, long total, String part) {
                super("stream ended inside a frame: %d of %d %s bytes missing"
                        .formatted(missing, total, part));
                this.missing = missing;
            }
        }
    }

    // ---- the demonstration ----

    /// A stream of frames, and the places where it is cut.
    private record CutStream(byte[] bytes, BitSet headers, BitSet cuts, int frames) {

        private static final int BYTES_PER_ROW = 24; // 80 columns
        private static final int SHOWN = 36; // characters of a message

        static CutStream of(List<byte[]> messages, Random random) {
            var stream = new ByteArrayOutputStream();
            var headers = new BitSet();
            for (var message : messages) {
                headers.set(stream.size(), stream.size() + HEADER_LENGTH);
                stream.writeBytes(encode(ByteBuffer.wrap(message)).array());
            }
            var cuts = new BitSet();
            var longest = Math.max(7, stream.size() / 5);
            for (int at = 0; at < stream.size(); at += 1 + random.nextInt(longest)) {
                cuts.set(at);
            }
            return new CutStream(stream.toByteArray(), headers, cuts, messages.size());
        }

        /// The bytes in hex, and below each what it is: `==` in a header, a letter in a
        /// payload.
        void showRuler() {
            for (int row = 0; row < bytes.length; row += BYTES_PER_ROW) {
                var hex = new StringBuilder("%6d ".formatted(row));
                var meaning = new StringBuilder(" ".repeat(7));
                for (int i = row; i < Math.min(row + BYTES_PER_ROW, bytes.length); i++) {
                    var cut = i > 0 && cuts.get(i) ? "|" : " ";
                    hex.append(cut).append("%02x".formatted(bytes[i]));
                    meaning.append(cut).append(headers.get(i) ? "==" : letter(bytes[i]));
                }
                IO.println(hex + "\n" + meaning);
            }
        }

        private static String letter(byte b) {
            return b > ' ' && b <= '~' ? " " + (char) b : "..";
        }

        /// Feeds a decoder with the chunks, and tells after each what it knows.
        void showDecoding() throws IOException {
            var decoder = new Decoder(DEFAULT_MAX_PAYLOAD);
            var frame = new AtomicInteger();
            var chunk = 0;
            for (int from = 0, to; from < bytes.length; from = to) {
                to = cuts.nextSetBit(from + 1);
                if (to == -1) to = bytes.length;
                var known = new ArrayList<String>();
                decoder.decode(ByteBuffer.wrap(bytes, from, to - from), payload ->
                        known.add("frame " + frame.incrementAndGet() + " complete: "
                                + start(payload)));
                if (decoder.headerCount > 0) known.add(decoder.toString());
                var label = "chunk " + ++chunk + ", " + (to - from) + " bytes: ";
                for (var each : known) {
                    IO.println("%-20s%s".formatted(label, each));
                    label = "";
                }
            }
            decoder.end();
            IO.println("%-20s%s".formatted(
                    "end of stream: ", "between frames, nothing is missing"));
        }

        private static String start(ByteBuffer payload) {
            var from = payload.arrayOffset() + payload.position();
            return Printable.start(
                    payload.array(), from, from + payload.remaining(), SHOWN);
        }
    }

    private static int demonstrate(List<byte[]> messages, long seed) throws IOException {
        var stream = CutStream.of(messages, new Random(seed));
        IO.println("seed %d: %d frames, %d bytes, %d chunks; == is header, | a cut\n"
                .formatted(seed, stream.frames, stream.bytes.length,
                        stream.cuts.cardinality()));
        stream.showRuler();
        IO.println();
        stream.showDecoding();
        return 0;
    }

    private static List<byte[]> encoded(List<String> messages) {
        return messages.stream().map(message -> message.getBytes(UTF_8)).toList();
    }

    private static List<byte[]> typed() throws IOException {
        if (System.console() != null && System.console().isTerminal()) {
            System.err.println("type messages, one per line; Ctrl-D ends the input");
        }
        var lines = new ArrayList<byte[]>();
        for (byte[] line; (line = readLine(System.in)) != null; ) lines.add(line);
        return lines;
    }

    /// @return the bytes of a line without its end, or null at the end of the input
    private static byte[] readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != -1 && next != '\n') line.write(next);
        return next == -1 && line.size() == 0 ? null : line.toByteArray();
    }

    static int run(String... args) {
        var command = new LessonCommand("lesson05-header-framing.java",
                "Puts messages into frames, cuts the stream of bytes at random places,",
                "and shows how a decoder finds the frames again.");
        var messages = command.rest("MESSAGE", List.of(),
                "the messages (default: each line of standard input)");
        var seed = command.wholeNumber("--seed", "N", new Random().nextInt(1_000_000),
                "cuts at the same places as the run that showed this seed");
        return command.run(args, () -> demonstrate(
                messages.get().isEmpty() ? typed() : encoded(messages.get()),
                seed.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
