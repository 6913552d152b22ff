import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import conformance.Bytes;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/// Lesson 05: the frame codec, without a network.
class FrameCodecTest {

    private static final int LIMIT = FrameCodec.DEFAULT_MAX_PAYLOAD;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    // ---- the round trip ----

    /// Decoding after any chunking after encoding changes nothing, whatever the buffers.
    @Property(tries = 1000)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void whatWasEncodedIsDecodedWhateverTheChunking(
            @ForAll("messages") List<Bytes> messages, @ForAll("chunkings") Chunking chunking)
            throws Exception {
        var stream = encode(messages);
        var chunks = chunking.cut(stream);
        countCases(messages, chunks);
        var decoder = new FrameCodec.Decoder(LIMIT);
        var taken = new Taken();
        for (var chunk : chunks) {
            var end = chunk.limit();
            decoder.decode(chunk, payload -> {
                taken.frame(payload);
                assertEquals(chunk.order(), payload.order(), "the byte order has changed");
            });
            assertEquals(end, chunk.position(), "the chunk was not read to its end");
            assertEquals(end, chunk.limit(), "the limit of the chunk has moved");
        }
        decoder.end();
        assertEquals(messages, taken.frames);
    }

    /// Guards against chunkings that cut nothing, and messages that are all alike.
    private static void countCases(List<Bytes> messages, List<ByteBuffer> chunks) {
        var ends = new TreeSet<Integer>();
        var headers = new BitSet();
        for (int at = 0, i = 0; i < messages.size(); i++) {
            headers.set(at + 1, at + FrameCodec.HEADER_LENGTH);
            ends.add(at += FrameCodec.HEADER_LENGTH + messages.get(i).array().length);
        }
        boolean inHeader = false;
        boolean inPayload = false;
        boolean several = false;
        for (int from = 0, i = 0; i < chunks.size(); i++) {
            var to = from + chunks.get(i).remaining();
            inHeader |= headers.get(to);
            inPayload |= !headers.get(to) && !ends.contains(to);
            several |= ends.subSet(from, false, to, true).size() > 1;
            from = to;
        }
        for (var each : Map.of("cut in a header", inHeader, "cut in a payload", inPayload,
                "several frames in a chunk", several,
                "an empty frame", messages.contains(Bytes.of(""))).entrySet()) {
            Statistics.label(each.getKey()).collect(each.getValue())
                    .coverage(c -> c.check(true).percentage(p -> p > 20));
        }
    }

    /// The format, in the words of the JDK: `writeInt`, and the bytes.
    @Property
    void aFrameIsTheLengthInFourBytesAndThePayload(
            @ForAll("messages") List<Bytes> messages, @ForAll ByteOrderOfBuffer order)
            throws Exception {
        for (var message : messages) {
            var expected = new ByteArrayOutputStream();
            var data = new DataOutputStream(expected);
            data.writeInt(message.array().length);
            data.write(message.array());
            var payload = ByteBuffer.wrap(message.array()).order(order.order);
            assertEquals(new Bytes(expected.toByteArray()),
                    new Bytes(FrameCodec.encode(payload).array()));

            var header = ByteBuffer.allocate(FrameCodec.HEADER_LENGTH).order(order.order);
            FrameCodec.putHeader(message.array().length, header);
            assertEquals(new Bytes(Arrays.copyOf(expected.toByteArray(), 4)),
                    new Bytes(header.array()));
        }
    }

    // ---- the end of the stream ----

    /// At every place where a stream can end: all whole frames are there, and `end` complains if
    /// and only if the place is inside a frame, and knows how much is missing.
    @Property
    void aStreamMayEndBetweenFramesOnly(
            @ForAll("shortMessages") List<Bytes> messages, @ForAll("chunkings") Chunking chunking)
            throws Exception {
        var stream = encode(messages);
        for (int end = 0; end <= stream.length; end++) {
            var decoder = new FrameCodec.Decoder(LIMIT);
            var taken = new Taken();
            for (var chunk : chunking.cut(Arrays.copyOf(stream, end))) decoder.decode(chunk, taken);

            var whole = new ArrayList<Bytes>();
            var rest = end;
            for (var message : messages) {
                if (rest < 4 + message.array().length) break;
                rest -= 4 + message.array().length;
                whole.add(message);
            }
            assertEquals(whole, taken.frames, "frames in the first " + end + " bytes");
            if (rest == 0) {
                decoder.end();
            } else {
                var total = rest < 4 ? 4 : 4 + messages.get(whole.size()).array().length;
                assertEquals(total - rest,
                        assertThrows(FrameCodec.FrameException.CutShort.class, decoder::end)
                                .missing,
                        "missing after " + end + " bytes");
            }
        }
    }

    // ---- strangers ----

    /// Random bytes are frames, or a typed error; and a plain reader of the JDK agrees on which.
    @Property(tries = 500)
    void randomBytesEndInFramesOrInATypedError(
            @ForAll("noise") Bytes noise, @ForAll("chunkings") Chunking chunking) throws Exception {
        var expected = readPlainly(noise.array(), 3);
        Statistics.label("end").collect(expected.getLast().toString().replaceAll(":.*", ""))
                .coverage(c -> {
                    for (var end : List.of("end", "too large", "cut short")) {
                        c.check(end).percentage(p -> p > 5);
                    }
                });
        var decoder = new FrameCodec.Decoder(3);
        var taken = new Taken();
        var end = "end";
        try {
            for (var chunk : chunking.cut(noise.array())) decoder.decode(chunk, taken);
            decoder.end();
        } catch (FrameCodec.FrameException.TooLarge e) {
            end = "too large: " + e.announced;
        } catch (FrameCodec.FrameException.CutShort e) {
            end = "cut short: " + e.missing;
        }
        var seen = new ArrayList<Object>(taken.frames);
        seen.add(end);
        assertEquals(expected, seen);
    }

    private static List<Object> readPlainly(byte[] bytes, int limit) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        var seen = new ArrayList<Object>();
        while (in.available() >= 4) {
            var length = Integer.toUnsignedLong(in.readInt());
            if (length > limit) {
                seen.add("too large: " + length);
                return seen;
            }
            if (length > in.available()) {
                seen.add("cut short: " + (length - in.available()));
                return seen;
            }
            seen.add(new Bytes(in.readNBytes((int) length)));
        }
        seen.add(in.available() == 0 ? "end" : "cut short: " + (4 - in.available()));
        return seen;
    }

    /// All powers of two, their neighbours, the limit and its neighbours; and all this for several
    /// limits. Lengths are unsigned, whatever an int is.
    @Property
    void aLengthIsRefusedIfAndOnlyIfItIsAboveTheLimit(
            @ForAll("limits") int limit, @ForAll("lengths") long length) throws Exception {
        var decoder = new FrameCodec.Decoder(limit);
        var taken = new Taken();
        var header = FrameCodec.putHeader((int) length, ByteBuffer.allocate(4)).flip();
        if (length > limit) {
            for (int i = 0; i < 3; i++) {
                var error = assertThrows(FrameCodec.FrameException.TooLarge.class,
                        () -> decoder.decode(header, taken), () -> "accepted: " + length);
                assertEquals(length, error.announced);
                assertEquals(limit, error.limit);
                assertTrue(error.getMessage().contains(length + " bytes, limit " + limit));
                header.clear(); // an empty frame, perhaps: from now on everything is refused
            }
            assertThrows(FrameCodec.FrameException.TooLarge.class, decoder::end);
            assertEquals(List.of(), taken.frames);
        } else {
            decoder.decode(header, taken);
            assertEquals(length == 0 ? List.of(Bytes.of("")) : List.of(), taken.frames);
        }
    }

    /// At the limit all is well, even if it is reached byte by byte.
    @Property
    void aFrameOfTheGreatestLengthIsTaken(
            @ForAll("chunkings") Chunking chunking, @ForAll("smallLimits") int limit)
            throws Exception {
        var message = Bytes.letters(limit);
        var decoder = new FrameCodec.Decoder(limit);
        var taken = new Taken();
        for (var chunk : chunking.cut(encode(List.of(message, message)))) {
            decoder.decode(chunk, taken);
        }
        assertEquals(List.of(message, message), taken.frames);
    }

    // ---- the handler ----

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

    @Property(tries = 300)
    void whateverTheHandlerDoesTheNextFrameIsTheNextFrame(
            @ForAll("messages") List<Bytes> messages, @ForAll("chunkings") Chunking chunking,
            @ForAll("treatments") List<Treatment> treatments) throws Exception {
        var decoder = new FrameCodec.Decoder(LIMIT);
        var taken = new Taken();
        FrameCodec.FrameHandler rude = payload -> {
            taken.frame(payload);
            treatments.get(taken.frames.size() % treatments.size()).of(payload);
        };
        for (var chunk : chunking.cut(encode(messages))) {
            boolean thrown;
            do {
                thrown = false;
                try {
                    decoder.decode(chunk, rude);
                } catch (IOException e) {
                    assertEquals("by the handler", e.getMessage());
                    thrown = true;
                }
            } while (thrown);
            assertFalse(chunk.hasRemaining());
        }
        decoder.end();
        assertEquals(messages, taken.frames);
    }

    // ---- what it costs ----

    /// A liar who announces the maximum, and sends nothing.
    @Example
    void announcingCostsNothing() throws Exception {
        var liars = Stream.generate(() -> new FrameCodec.Decoder(LIMIT)).limit(1000).toList();
        var header = FrameCodec.putHeader(LIMIT, ByteBuffer.allocate(4)).flip();
        assertAllocates(1000 * 16, () -> {
            for (var decoder : liars) decoder.decode(header.rewind(), IGNORE);
        });
    }

    /// ... or a little of it.
    @Property(tries = 30)
    void memoryFollowsTheBytesThatHaveComeAndNotTheAnnouncement(
            @ForAll("partial") int sent, @ForAll("sizes") int size) throws Exception {
        var decoder = new FrameCodec.Decoder(LIMIT);
        decoder.decode(FrameCodec.putHeader(LIMIT, ByteBuffer.allocate(4)).flip(), IGNORE);
        var chunk = ByteBuffer.allocate(size);
        assertAllocates(4L * sent + 2000, () -> {
            for (int rest = sent; rest > 0; rest -= chunk.limit()) {
                decoder.decode(chunk.clear().limit(Math.min(rest, size)), IGNORE);
            }
        });
    }

    /// Four times the bytes, in pieces of one byte, take four times the time and the memory. Who
    /// moves what he has at each chunk takes sixteen times.
    @Example
    void theCostIsLinearInTheBytesEvenByteByByte() throws Exception {
        final int bytes = 128 * 1024;
        assertAllocates(2 * 8192 + 4000, () -> nanosToDecodeByteByByte(8192));
        var once = Long.MAX_VALUE;
        var fourTimes = Long.MAX_VALUE;
        // The best of several, and processor time: others use this machine, too.
        for (int i = 0; i < 5 || (fourTimes >= 10 * once && i < 30); i++) {
            once = Math.min(once, nanosToDecodeByteByByte(bytes));
            fourTimes = Math.min(fourTimes, nanosToDecodeByteByByte(4 * bytes));
        }
        assertTrue(fourTimes < 10 * once, "%d bytes take %d us, four times as many %d us"
                .formatted(bytes, once / 1000, fourTimes / 1000));
        assertAllocates(2L * bytes + 4000, () -> nanosToDecodeByteByByte(bytes));
        assertAllocates(8L * bytes + 4000, () -> nanosToDecodeByteByByte(4 * bytes));
    }

    private static long nanosToDecodeByteByByte(int length) throws IOException {
        var decoder = new FrameCodec.Decoder(LIMIT);
        var one = ByteBuffer.allocate(1);
        var threads = ManagementFactory.getThreadMXBean();
        var start = threads.getCurrentThreadCpuTime();
        decoder.decode(FrameCodec.putHeader(length, ByteBuffer.allocate(4)).flip(), IGNORE);
        for (int i = 0; i < length; i++) decoder.decode(one.clear(), IGNORE);
        var nanos = threads.getCurrentThreadCpuTime() - start;
        decoder.end(); // throws unless the frame was complete
        return nanos;
    }

    /// Whole frames lie in the chunk; those cut up to 16 KiB in a buffer that is there already.
    @Property(generation = net.jqwik.api.GenerationMode.EXHAUSTIVE)
    void inTheLongRunAFrameAllocatesNothing(
            @ForAll("frameSizes") int size, @ForAll("sizes") int chunkSize) throws Exception {
        var frame = FrameCodec.encode(ByteBuffer.wrap(Bytes.letters(size).array()));
        var stream = ByteBuffer.allocate(20 * frame.limit());
        while (stream.hasRemaining()) stream.put(frame.rewind());
        stream.flip();
        var decoder = new FrameCodec.Decoder(LIMIT);
        inChunks(stream, chunkSize, decoder);
        assertAllocates(0, () -> inChunks(stream, chunkSize, decoder));
    }

    private static void inChunks(ByteBuffer stream, int size, FrameCodec.Decoder decoder)
            throws IOException {
        var end = stream.rewind().limit();
        while (stream.position() < end) {
            stream.limit(Math.min(end, stream.position() + size));
            decoder.decode(stream, IGNORE);
        }
    }

    /// A connection that has sent one large frame, and is silent now, holds no large buffer.
    @Example
    void aLargeBufferGoesWithItsFrame() throws Exception {
        var decoder = new FrameCodec.Decoder(LIMIT);
        var lent = new AtomicReference<WeakReference<byte[]>>();
        decoder.decode(FrameCodec.putHeader(LIMIT, ByteBuffer.allocate(4)).flip(), IGNORE);
        for (int i = 0; i < LIMIT; i += 1024) {
            decoder.decode(ByteBuffer.allocate(1024),
                    payload -> lent.set(new WeakReference<>(payload.array())));
        }
        for (int i = 0; i < 20 && lent.get().get() != null; i++) System.gc();
        assertNull(lent.get().get(), "a megabyte is kept for an idle client");
        decoder.end();
    }

    private static final FrameCodec.FrameHandler IGNORE = _ -> {};

    /// Something to measure.
    interface Work {
        void run() throws Exception;
    }

    private static void assertAllocates(long most, Work work) throws Exception {
        var nothing = THREADS.getCurrentThreadAllocatedBytes();
        nothing = THREADS.getCurrentThreadAllocatedBytes() - nothing;
        var before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        var bytes = THREADS.getCurrentThreadAllocatedBytes() - before - nothing;
        assertTrue(bytes <= most, bytes + " bytes allocated, at most " + most + " expected");
    }

    // ---- the demonstration ----

    /// Every byte under its row of the ruler, every frame told, no line wider than a terminal, and
    /// the same seed shows the same.
    @Property(tries = 40)
    void theDemonstrationTellsEveryFrameInEightyColumns(
            @ForAll("shown") List<String> messages, @ForAll long seed) {
        var shown = demonstrate(messages, seed);
        for (int i = 0; i < messages.size(); i++) {
            var frame = "frame " + (i + 1) + " complete: \""
                    + messages.get(i).substring(0, Math.min(36, messages.get(i).length()));
            assertTrue(shown.contains(frame), () -> "no " + frame + " in\n" + shown);
        }
        var hex = HexFormat.of().formatHex(encode(
                messages.stream().map(Bytes::of).toList()));
        var ruler = shown.lines().filter(line -> line.matches("(?=.{5}\\d ) *\\d+ .*"))
                .map(line -> line.substring(7).replaceAll("[ |]", ""))
                .collect(Collectors.joining());
        assertEquals(hex, ruler, () -> "on the ruler of\n" + shown);
        assertTrue(shown.lines().allMatch(line -> line.length() <= 80), shown);
        assertTrue(shown.startsWith("seed " + seed + ": "), shown);
        assertEquals(shown, demonstrate(messages, seed));
    }

    private static String demonstrate(List<String> messages, long seed) {
        var arguments = new ArrayList<>(List.of("--seed=" + seed, "--"));
        arguments.addAll(messages);
        var shown = new ByteArrayOutputStream();
        var before = System.out;
        System.setOut(new PrintStream(shown, true));
        try {
            assertEquals(0, FrameCodec.run(arguments.toArray(String[]::new)));
        } finally {
            System.setOut(before);
        }
        return shown.toString();
    }

    // ---- what there is to choose from ----

    /// A handler that copies what it gets.
    private static final class Taken implements FrameCodec.FrameHandler {

        final List<Bytes> frames = new ArrayList<>();

        @Override
        public void frame(ByteBuffer payload) {
            var bytes = new byte[payload.remaining()];
            payload.get(payload.position(), bytes);
            frames.add(new Bytes(bytes));
        }
    }

    private static byte[] encode(List<Bytes> messages) {
        return Bytes.join(messages.stream()
                .map(message -> FrameCodec.encode(ByteBuffer.wrap(message.array())))
                .map(frame -> new Bytes(frame.array()))
                .toList());
    }

    enum ByteOrderOfBuffer {
        BIG(ByteOrder.BIG_ENDIAN), LITTLE(ByteOrder.LITTLE_ENDIAN);

        final ByteOrder order;

        ByteOrderOfBuffer(ByteOrder order) {
            this.order = order;
        }
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

        List<ByteBuffer> cut(byte[] stream) {
            var chunks = new ArrayList<ByteBuffer>();
            for (int from = 0, i = 0; from < stream.length; i++) {
                var to = (int) Math.min(stream.length, (long) from + sizes.get(i % sizes.size()));
                chunks.add(kind.of(Arrays.copyOfRange(stream, from, to)));
                from = to;
            }
            return chunks;
        }
    }

    @Provide
    Arbitrary<Chunking> chunkings() {
        var byteByByte = Arbitraries.just(List.of(1));
        var atOnce = Arbitraries.just(List.of(Integer.MAX_VALUE));
        var mixed = Arbitraries.integers().between(1, 20).list().ofMinSize(1).ofMaxSize(8);
        var sizes = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(1, byteByByte), net.jqwik.api.Tuple.of(1, atOnce),
                net.jqwik.api.Tuple.of(4, mixed));
        return Combinators.combine(sizes, Arbitraries.of(Kind.class)).as(Chunking::new);
    }

    private static Arbitrary<Bytes> message() {
        var few = Arbitraries.of('a', 'b', 'c').list().ofMaxSize(6).map(letters -> Bytes.of(
                letters.stream().map(String::valueOf).collect(Collectors.joining())));
        var many = Arbitraries.of(0, 1, 7, 100, 255, 256, 257, 3000).map(Bytes::letters);
        return Arbitraries.oneOf(few, many);
    }

    @Provide
    Arbitrary<List<Bytes>> messages() {
        return message().list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<Bytes>> shortMessages() {
        return Arbitraries.of(0, 1, 2, 5).map(Bytes::letters).list().ofMaxSize(4);
    }

    /// Bytes of which many are headers of small frames.
    @Provide
    Arbitrary<Bytes> noise() {
        var zeros = Arbitraries.just(Bytes.of("\0\0\0"));
        var few = Arbitraries.of((byte) 0, (byte) 1, (byte) 3, (byte) 4, (byte) 0x80, (byte) 0xFF)
                .array(byte[].class).ofMaxSize(3).map(Bytes::new);
        return Arbitraries.oneOf(zeros, few).list().ofMaxSize(12)
                .map(parts -> new Bytes(Bytes.join(parts)));
    }

    @Provide
    Arbitrary<Integer> limits() {
        return Arbitraries.of(0, 1, 255, 65_536, LIMIT, 16_777_216, Integer.MAX_VALUE);
    }

    @Provide
    Arbitrary<Long> lengths() {
        var lengths = new TreeSet<Long>();
        for (int power = 0; power <= 32; power++) {
            for (int near = -1; near <= 1; near++) lengths.add((1L << power) + near);
        }
        return Arbitraries.of(lengths.headSet(1L << 32));
    }

    @Provide
    Arbitrary<Integer> smallLimits() {
        return Arbitraries.of(0, 1, 3, 4, 5, 127, 128, 1000);
    }

    @Provide
    Arbitrary<List<Treatment>> treatments() {
        return Arbitraries.of(Treatment.class).list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<Integer> partial() {
        return Arbitraries.of(1, 10, 1000, 20_000, 300_000);
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.of(1, 7, 1000, 60_000);
    }

    @Provide
    Arbitrary<Integer> frameSizes() {
        return Arbitraries.of(0, 1, 64, 1000, 16 * 1024);
    }

    @Provide
    Arbitrary<List<String>> shown() {
        return Arbitraries.of("a", "hello", "0 12 34|", "x".repeat(36), "y".repeat(37),
                "z".repeat(100)).list().ofMinSize(1).ofMaxSize(6);
    }
}
