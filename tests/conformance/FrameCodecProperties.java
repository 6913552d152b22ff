package conformance;

import module java.base;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.StatisticsReport;

/// What every codec for the frames of lesson 05 has to keep, whoever has written it. A property has
/// one parameter, with all that is chosen for a try.
public interface FrameCodecProperties {

    /// A codec, as its author sees it.
    interface Codec {

        byte[] encode(ByteBuffer payload);

        /// @param limit the longest payload to accept, in bytes
        Decoder decoder(int limit);
    }

    /// Finds the frames of a stream that comes in chunks.
    interface Decoder {

        /// @param chunk to be read to its end
        /// @param frames takes each payload, from its position to its limit, for the time of the
        ///        call
        /// @throws IOException if a frame is longer than the limit, or what `frames` throws
        void decode(ByteBuffer chunk, Frame frames) throws IOException;

        /// @throws IOException if the stream may not end there
        void end() throws IOException;
    }

    /// Takes the frames of a decoder.
    interface Frame {
        void take(ByteBuffer payload) throws IOException;
    }

    Codec codec();

    /// Some messages, cut into chunks.
    record Wire(List<Bytes> messages, Chunking chunking) {

        /// What they are on the wire, in the words of the JDK.
        public Bytes bytes() {
            return Frames.of(messages);
        }
    }

    /// What was chosen; for statistics.
    default void chosen(Wire wire, List<ByteBuffer> chunks) {}

    /// How a stream of random bytes ends; for statistics.
    default void chosen(String end) {}

    /// For a codec that tells more than that something is wrong.
    ///
    /// @param expected `end`, `too large: ` and the announced length, or `cut short: ` and the
    ///        number of bytes that are missing of the header or of the payload
    /// @param how it was told; null at the end
    default void ended(String expected, int limit, IOException how) {}

    // ---- the properties ----

    /// Decoding after any chunking after encoding changes nothing, whatever the buffers.
    @Property(tries = 1000)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    default void whatWasEncodedIsDecodedWhateverTheChunking(@ForAll("wires") Wire wire)
            throws IOException {
        var decoder = codec().decoder(LIMIT);
        var encoded = wire.messages.stream()
                .map(each -> new Bytes(codec().encode(ByteBuffer.wrap(each.array())))).toList();
        var chunks = wire.chunking.cut(Bytes.join(encoded));
        chosen(wire, chunks);
        var taken = new ArrayList<Bytes>();
        for (var chunk : chunks) {
            var end = chunk.limit();
            decoder.decode(chunk, payload -> {
                taken.add(copy(payload));
                expect(chunk.order(), payload.order(), "the byte order of the payload");
            });
            expect(end, chunk.position(), "where the chunk was read to");
            expect(end, chunk.limit(), "the limit of the chunk");
        }
        decoder.end();
        expect(wire.messages, taken, "frames");
    }

    /// The format, in the words of the JDK: `writeInt`, and the bytes.
    @Property(tries = 200)
    default void aFrameIsTheLengthInFourBytesAndThePayload(@ForAll("payloads") Payload payload) {
        var buffer = ByteBuffer.wrap(payload.bytes.array()).order(payload.order);
        expect(Frames.of(payload.bytes), new Bytes(codec().encode(buffer)), "the frame");
    }

    /// At every place where a stream can end: all whole frames are there, and `end` complains if
    /// and only if the place is inside a frame.
    @Property
    default void aStreamMayEndBetweenFramesOnly(@ForAll("shortWires") Wire wire)
            throws IOException {
        var bytes = wire.bytes();
        for (int end = 0; end <= bytes.array().length; end++) {
            var begun = Frames.slice(bytes, 0, end);
            var decoder = codec().decoder(LIMIT);
            var taken = new ArrayList<Bytes>();
            for (var chunk : wire.chunking.cut(begun.array())) {
                decoder.decode(chunk, payload -> taken.add(copy(payload)));
            }
            var expected = readPlainly(begun.array(), LIMIT);
            var how = endOf(decoder);
            expect(expected.subList(0, expected.size() - 1), taken,
                    "frames in the first " + end + " bytes");
            expect(expected.getLast().equals("end"), how == null,
                    "whether the stream may end after " + end + " bytes");
            ended(expected.getLast().toString(), LIMIT, how);
        }
    }

    private static IOException endOf(Decoder decoder) {
        try {
            decoder.end();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /// Random bytes are frames, then a frame that is too long, or cut short; and a plain reader of
    /// the JDK agrees on which.
    @Property(tries = 500)
    default void randomBytesEndInFramesOrInAnError(@ForAll("noises") Noise noise) {
        var expected = readPlainly(noise.bytes.array(), SMALL_LIMIT);
        chosen(expected.getLast().toString());
        var decoder = codec().decoder(SMALL_LIMIT);
        var taken = new ArrayList<Bytes>();
        IOException how = null;
        try {
            for (var chunk : noise.chunking.cut(noise.bytes.array())) {
                decoder.decode(chunk, payload -> taken.add(copy(payload)));
            }
            decoder.end();
        } catch (IOException e) {
            how = e;
        }
        expect(expected.subList(0, expected.size() - 1), taken, "frames");
        expect(expected.getLast().equals("end"), how == null, "whether all is well");
        ended(expected.getLast().toString(), SMALL_LIMIT, how);
    }

    private static List<Object> readPlainly(byte[] bytes, int limit) {
        var in = ByteBuffer.wrap(bytes);
        var seen = new ArrayList<Object>();
        while (in.remaining() >= Frames.HEADER) {
            var length = Integer.toUnsignedLong(in.getInt());
            if (length > limit || length > in.remaining()) {
                seen.add(length > limit ? "too large: " + length
                        : "cut short: " + (length - in.remaining()));
                return seen;
            }
            var payload = new byte[(int) length];
            in.get(payload);
            seen.add(new Bytes(payload));
        }
        seen.add(in.hasRemaining() ? "cut short: " + (Frames.HEADER - in.remaining()) : "end");
        return seen;
    }

    /// All powers of two, their neighbours, the limit and its neighbours; and all this for several
    /// limits. Lengths are unsigned, whatever an int is; and a frame that is refused is not
    /// followed by another.
    @Property
    default void aLengthIsRefusedIfAndOnlyIfItIsAboveTheLimit(
            @ForAll("announcements") Announcement it) {
        var decoder = codec().decoder(it.limit);
        var taken = new ArrayList<Bytes>();
        var how = refusal(decoder, Frames.header((int) it.length), taken);
        expect(it.length > it.limit, how != null, "whether it is refused");
        expect(it.length == 0 ? List.of(Bytes.of("")) : List.of(), taken, "frames");
        if (how == null) return;
        ended("too large: " + it.length, it.limit, how);
        for (int i = 0; i < 2; i++) {
            var again = refusal(decoder, Frames.header(0), taken);
            expect(true, again != null, "whether what follows is refused");
            ended("too large: " + it.length, it.limit, again);
        }
        ended("too large: " + it.length, it.limit, endOf(decoder));
        expect(List.of(), taken, "frames after it");
    }

    private static IOException refusal(Decoder decoder, Bytes header, List<Bytes> taken) {
        try {
            decoder.decode(ByteBuffer.wrap(header.array()), payload -> taken.add(copy(payload)));
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /// At the limit all is well, even if it is reached byte by byte.
    @Property
    default void aFrameOfTheGreatestLengthIsTaken(@ForAll("limits") Limit limit)
            throws IOException {
        var message = Bytes.letters(limit.length);
        var messages = List.of(message, message);
        var decoder = codec().decoder(limit.length);
        var taken = new ArrayList<Bytes>();
        for (var chunk : limit.chunking.cut(Frames.of(messages).array())) {
            decoder.decode(chunk, payload -> taken.add(copy(payload)));
        }
        expect(messages, taken, "frames");
    }

    @Property(tries = 300)
    default void whateverTheHandlerDoesTheNextFrameIsTheNextFrame(@ForAll("visits") Visit visit)
            throws IOException {
        var decoder = codec().decoder(LIMIT);
        var taken = new ArrayList<Bytes>();
        Frame rude = payload -> {
            taken.add(copy(payload));
            var count = visit.wire.messages.size();
            expect(true, taken.size() <= count,
                    "not more frames than the " + count + " that there are");
            visit.treatments.get(taken.size() % visit.treatments.size()).of(payload);
        };
        for (var chunk : visit.wire.chunking.cut(visit.wire.bytes().array())) {
            boolean thrown;
            do {
                thrown = throwsByHandler(decoder, chunk, rude);
            } while (thrown);
            expect(0, chunk.remaining(), "bytes left in the chunk");
        }
        decoder.end();
        expect(visit.wire.messages, taken, "frames");
    }

    private static boolean throwsByHandler(Decoder decoder, ByteBuffer chunk, Frame rude) {
        try {
            decoder.decode(chunk, rude);
            return false;
        } catch (IOException e) {
            expect("by the handler", e.getMessage(), "the exception");
            return true;
        }
    }

    private static void expect(Object expected, Object actual, String what) {
        if (!expected.equals(actual)) {
            throw new AssertionError(
                    "%s: expected %s, but was %s".formatted(what, expected, actual));
        }
    }

    private static Bytes copy(ByteBuffer payload) {
        var bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        return new Bytes(bytes);
    }

    // ---- what there is to choose from ----

    int LIMIT = 1024 * 1024; // bytes

    int SMALL_LIMIT = 3; // bytes

    record Payload(Bytes bytes, ByteOrder order) {}

    /// Bytes of which many are headers of small frames.
    record Noise(Bytes bytes, Chunking chunking) {}

    record Announcement(int limit, long length) {}

    record Limit(int length, Chunking chunking) {}

    record Visit(Wire wire, List<Treatment> treatments) {}

    /// What a handler can do to the buffer that it is lent.
    enum Treatment {
        NOTHING { void of(ByteBuffer payload) {} },
        ONE_BYTE { void of(ByteBuffer payload) { if (payload.hasRemaining()) payload.get(); } },
        EVERYTHING { void of(ByteBuffer payload) { payload.position(payload.limit()); } },
        CLEARS { void of(ByteBuffer payload) { payload.clear(); } },
        FLIPS { void of(ByteBuffer payload) { payload.flip(); } },
        TRUNCATES { void of(ByteBuffer payload) { payload.position(0).limit(0); } },
        THROWS {
            void of(ByteBuffer payload) throws IOException {
                payload.clear();
                throw new IOException("by the handler");
            }
        };

        abstract void of(ByteBuffer payload) throws IOException;
    }

    /// The kinds of buffer in which a chunk can come.
    enum Kind {
        HEAP { ByteBuffer of(byte[] b) { return ByteBuffer.wrap(b); } },
        DIRECT {
            ByteBuffer of(byte[] b) { return ByteBuffer.allocateDirect(b.length).put(b).flip(); }
        },
        READ_ONLY { ByteBuffer of(byte[] b) { return ByteBuffer.wrap(b).asReadOnlyBuffer(); } },
        LITTLE_ENDIAN {
            ByteBuffer of(byte[] b) { return ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN); }
        },
        /// In the middle of a larger one, with other letters around.
        INSIDE {
            ByteBuffer of(byte[] b) {
                var larger = ByteBuffer.wrap("?".repeat(b.length + 20).getBytes());
                larger.slice(5, b.length + 10).put(3, b);
                return larger.slice(5, b.length + 10).position(3).limit(3 + b.length);
            }
        };

        abstract ByteBuffer of(byte[] bytes);
    }

    /// Cuts a stream into chunks of these sizes, again and again.
    record Chunking(List<Integer> sizes, Kind kind) {

        public List<ByteBuffer> cut(byte[] stream) {
            return Frames.cut(new Bytes(stream), sizes).stream()
                    .map(chunk -> kind.of(chunk.array())).toList();
        }
    }

    @Provide
    default Arbitrary<Chunking> chunkings() {
        var byteByByte = Arbitraries.just(List.of(1));
        var atOnce = Arbitraries.just(List.of(Integer.MAX_VALUE));
        var mixed = Arbitraries.integers().between(1, 20).list().ofMinSize(1).ofMaxSize(8);
        var sizes = Arbitraries.frequencyOf(
                Tuple.of(1, byteByByte), Tuple.of(1, atOnce), Tuple.of(4, mixed));
        return Combinators.combine(sizes, Arbitraries.of(Kind.class)).as(Chunking::new);
    }

    private static Arbitrary<Bytes> message() {
        var few = Arbitraries.of('a', 'b', 'c').list().ofMaxSize(6).map(letters -> Bytes.of(
                letters.stream().map(String::valueOf).collect(Collectors.joining())));
        var many = Arbitraries.of(0, 1, 7, 100, 255, 256, 257, 3000).map(Bytes::letters);
        return Arbitraries.oneOf(few, many);
    }

    @Provide
    default Arbitrary<Payload> payloads() {
        return Combinators.combine(message(),
                Arbitraries.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)).as(Payload::new);
    }

    @Provide
    default Arbitrary<Wire> wires() {
        return Combinators.combine(message().list().ofMaxSize(6), chunkings()).as(Wire::new);
    }

    @Provide
    default Arbitrary<Wire> shortWires() {
        var messages = Arbitraries.of(0, 1, 2, 5).map(Bytes::letters).list().ofMaxSize(4);
        return Combinators.combine(messages, chunkings()).as(Wire::new);
    }

    @Provide
    default Arbitrary<Noise> noises() {
        var zeros = Arbitraries.just(Bytes.of("\0\0\0"));
        var few = Arbitraries.of((byte) 0, (byte) 1, (byte) 3, (byte) 4, (byte) 0x80, (byte) 0xFF)
                .array(byte[].class).ofMaxSize(3).map(Bytes::new);
        var bytes = Arbitraries.oneOf(zeros, few).list().ofMaxSize(12)
                .map(parts -> new Bytes(Bytes.join(parts)));
        return Combinators.combine(bytes, chunkings()).as(Noise::new);
    }

    @Provide
    default Arbitrary<Announcement> announcements() {
        var limits = Arbitraries.of(0, 1, 255, 65_536, LIMIT, 16_777_216, Integer.MAX_VALUE);
        var lengths = new TreeSet<Long>();
        for (int power = 0; power <= 32; power++) {
            for (int near = -1; near <= 1; near++) lengths.add((1L << power) + near);
        }
        return Combinators.combine(limits, Arbitraries.of(lengths.headSet(1L << 32)))
                .as(Announcement::new);
    }

    @Provide
    default Arbitrary<Limit> limits() {
        return Combinators.combine(Arbitraries.of(0, 1, 3, 4, 5, 127, 128, 1000), chunkings())
                .as(Limit::new);
    }

    @Provide
    default Arbitrary<Visit> visits() {
        return Combinators.combine(wires(), Arbitraries.of(Treatment.class).list().ofMinSize(1)
                .ofMaxSize(4)).as(Visit::new);
    }
}
