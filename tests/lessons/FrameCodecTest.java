import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import conformance.Bytes;
import conformance.FrameCodecProperties;
import conformance.Frames;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/// Lesson 05: the frame codec, without a network.
class FrameCodecTest implements FrameCodecProperties {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// The codec of the lesson, as the properties see it.
    private enum Lesson implements FrameCodecProperties.Codec {
        CODEC;

        @Override
        public byte[] encode(ByteBuffer payload) {
            return FrameCodec.encode(payload).array();
        }

        @Override
        public FrameCodecProperties.Decoder decoder(int limit) {
            var decoder = new FrameCodec.Decoder(limit);
            return new FrameCodecProperties.Decoder() {
                @Override
                public void decode(ByteBuffer chunk, FrameCodecProperties.Frame frames)
                        throws IOException {
                    decoder.decode(chunk, frames::take);
                }

                @Override
                public void end() throws IOException {
                    decoder.end();
                }
            };
        }
    }

    @Override
    public FrameCodecProperties.Codec codec() {
        return Lesson.CODEC;
    }

    /// The header alone, into a buffer of either byte order.
    @Property(tries = 200)
    void aHeaderIsTheSameInAnyBuffer(@ForAll("payloads") FrameCodecProperties.Payload payload) {
        var length = payload.bytes().array().length;
        var header = ByteBuffer.allocate(FrameCodec.HEADER_LENGTH).order(payload.order());
        FrameCodec.putHeader(length, header);
        assertEquals(Frames.header(length), new Bytes(header.array()));
    }

    @Override
    public void chosen(FrameCodecProperties.Wire wire, List<ByteBuffer> chunks) {
        countCases(wire.messages(), chunks);
    }

    @Override
    public void chosen(String end) {
        Statistics.label("end").collect(end.replaceAll(":.*", "")).coverage(c -> {
            for (var each : List.of("end", "too large", "cut short")) {
                c.check(each).percentage(p -> p > 5);
            }
        });
    }

    /// The exceptions know how much was announced, and how much is missing.
    @Override
    public void ended(String expected, int limit, IOException how) {
        assertEquals(expected, switch (how) {
            case null -> "end";
            case FrameCodec.FrameException.CutShort e -> "cut short: " + e.missing;
            case FrameCodec.FrameException.TooLarge e -> {
                assertEquals(limit, e.limit);
                assertTrue(e.getMessage().contains(e.announced + " bytes, limit " + limit));
                yield "too large: " + e.announced;
            }
            default -> how.toString();
        });
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

    private static byte[] encode(List<Bytes> messages) {
        return Bytes.join(messages.stream()
                .map(message -> FrameCodec.encode(ByteBuffer.wrap(message.array())))
                .map(frame -> new Bytes(frame.array()))
                .toList());
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
