///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN CodecBench
//DEPS info.picocli:picocli:4.7.7
//DEPS org.openjdk.jmh:jmh-core:1.37
//DEPS org.openjdk.jmh:jmh-generator-annprocess:1.37
//DEPS io.netty:netty-codec-base:4.2.20.Final
//SOURCES codec/Codec.java codec/FrameBenchmark.java codec/NettyCodec.java
//SOURCES ../lessons/lesson05-header-framing.java
//COMPILE_OPTIONS -proc:full -Xlint:all,-auxiliaryclass,-processing -Werror
//RUNTIME_OPTIONS --sun-misc-unsafe-memory-access=allow
//DESCRIPTION Lesson 05's frame codec against Netty's: jbang tests/codec-bench.java [--quick]

import module java.base;

import codec.Codec;
import codec.FrameBenchmark;
import codec.NettyCodec;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.*;

/// # The frame codec of lesson 05 against Netty's
///
/// [JMH](https://github.com/openjdk/jmh) measures how many frames per second go through both, and
/// how many bytes each of them allocates for a frame. Every figure comes from a JVM of its own, the
/// two codecs take turns, and the ratio is that of neighbours in time: a busy machine slows both.
///
/// Both get and give buffers outside the heap, as a socket does. Ours *lends* a payload to the
/// handler, and it is gone when that returns; Netty's gives it away, as an object that counts who
/// has it, and can be kept or passed on. Most of the difference is the price of that.
///
/// The exit code is 1 if our decoder is slower than Netty's anywhere, or ours allocates anything.
/// An encoder does nearly nothing but copy, and the copying is the JDK's, or Netty's.
class CodecBench {

    /// Below this it is JMH itself, in bytes per frame, of which a busy machine decodes few: no object
    /// is as small.
    private static final double NOTHING = 8;

    private static final String ROW = "%-31s %8s %8s   %-21s %10s %10s%s";

    /// What is done to frames.
    ///
    /// @param chunk bytes in each chunk of the stream, or 0 for all of it in one
    private record Work(String name, String benchmark, int payload, int chunk) {}

    private static final List<Work> WORKS = List.of(
            new Work("decode    64 B, whole", "decode", 64, 0),
            new Work("decode    64 B, in 7-byte chunks", "decode", 64, 7),
            new Work("decode 16 KiB, whole", "decode", 16 * 1024, 0),
            new Work("decode 16 KiB, in 7-byte chunks", "decode", 16 * 1024, 7),
            new Work("encode    64 B", "encode", 64, 0),
            new Work("encode 16 KiB", "encode", 16 * 1024, 0));

    /// @param frames per second
    /// @param allocated bytes per frame
    private record Figures(double frames, double allocated) {}

    /// The codec of the lesson, as the benchmark wants it.
    static final class LessonCodec implements Codec, FrameCodec.FrameHandler {

        private final FrameCodec.Decoder decoder =
                new FrameCodec.Decoder(FrameCodec.DEFAULT_MAX_PAYLOAD);
        private final ByteBuffer frames = ByteBuffer.allocateDirect(2 * 64 * 1024);
        private ByteBuffer[] chunks;
        private ByteBuffer payload;
        private long bytes;

        @Override
        public void prepareDecoding(ByteBuffer[] stream) {
            chunks = stream;
        }

        @Override
        public long decode() throws IOException {
            bytes = 0;
            for (var chunk : chunks) decoder.decode(chunk.rewind(), this);
            return bytes;
        }

        @Override
        public void frame(ByteBuffer payload) {
            bytes += payload.remaining();
        }

        @Override
        public void prepareEncoding(ByteBuffer bytes) {
            payload = bytes;
        }

        @Override
        public long encode(int count) {
            frames.clear();
            var length = payload.remaining();
            for (int i = 0; i < count; i++) {
                FrameCodec.putHeader(length, frames);
                frames.put(frames.position(), payload, payload.position(), length);
                frames.position(frames.position() + length);
            }
            return frames.position();
        }
    }

    private final int rounds;
    private final TimeValue slice;
    private final Map<Work, List<Figures>> ours = new HashMap<>();
    private final Map<Work, List<Figures>> nettys = new HashMap<>();

    /// @param rounds how often everything is measured
    /// @param slice JMH measures this long, several times in each JVM
    private CodecBench(int rounds, TimeValue slice) {
        this.rounds = rounds;
        this.slice = slice;
    }

    private void run() throws RunnerException {
        for (int round = 1; round <= rounds; round++) {
            for (var work : WORKS) {
                System.err.printf("round %d of %d: %s%n", round, rounds, work.name);
                measure(work, LessonCodec.class, ours);
                measure(work, NettyCodec.class, nettys);
            }
        }
    }

    private void measure(Work work, Class<? extends Codec> codec, Map<Work, List<Figures>> into)
            throws RunnerException {
        var options = new OptionsBuilder()
                .include(FrameBenchmark.class.getName() + "." + work.benchmark)
                .param("codecClass", codec.getName())
                .param("payload", "" + work.payload)
                .param("chunk", "" + work.chunk)
                .forks(1)
                .warmupIterations(4).warmupTime(slice)
                .measurementIterations(4).measurementTime(slice)
                .addProfiler(GCProfiler.class)
                // The first is for JMH; both make Netty faster.
                .jvmArgs("--sun-misc-unsafe-memory-access=allow",
                        "-Dio.netty.leakDetection.level=disabled")
                .verbosity(VerboseMode.SILENT).shouldFailOnError(true)
                .build();
        var result = new Runner(options).runSingle();
        var frames = FrameBenchmark.framesIn64KiB(work.payload);
        into.computeIfAbsent(work, _ -> new ArrayList<>()).add(new Figures(
                result.getPrimaryResult().getScore() * frames,
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore() / frames));
    }

    /// @return whether all is as it should be
    private boolean report() {
        IO.println("%-31s %17s   %-21s %s".formatted(
                "", "1,000 frames/s", "", "bytes allocated/frame"));
        IO.println(ROW.formatted("", "ours", "Netty", "ours : Netty", "ours", "Netty", ""));
        var well = true;
        for (var work : WORKS) well &= report(work, ratios(work));
        IO.println(well ? "our decoder is nowhere slower than Netty's, and allocates nothing"
                : "MISSED: slower than Netty's, or something is allocated: see the lines with !");
        return well;
    }

    private boolean report(Work work, double[] ratios) {
        var ratio = median(ratios);
        var allocated = median(ours.get(work), Figures::allocated);
        var well = (ratio >= 1 || work.benchmark.equals("encode")) && allocated < NOTHING;
        IO.println(ROW.formatted(work.name,
                "%,.0f".formatted(median(ours.get(work), Figures::frames) / 1000),
                "%,.0f".formatted(median(nettys.get(work), Figures::frames) / 1000),
                "%5.2f".formatted(ratio) + spread(ratios),
                "%.0f".formatted(allocated),
                "%.0f".formatted(median(nettys.get(work), Figures::allocated)),
                well ? "" : " !"));
        return well;
    }

    private static String spread(double[] sorted) {
        return sorted.length == 1 ? ""
                : " (%.2f to %.2f)".formatted(sorted[0], sorted[sorted.length - 1]);
    }

    /// Of each round, in order of size.
    private double[] ratios(Work work) {
        return IntStream.range(0, rounds)
                .mapToDouble(i -> ours.get(work).get(i).frames / nettys.get(work).get(i).frames)
                .sorted().toArray();
    }

    private static double median(List<Figures> all, ToDoubleFunction<Figures> figure) {
        return median(all.stream().mapToDouble(figure).sorted().toArray());
    }

    private static double median(double[] sorted) {
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    @Command(name = "codec-bench.java", description =
            "Measures the frame codec of lesson 05 against Netty's, in about three minutes.")
    static class Arguments implements Callable<Integer> {

        @Option(names = "--quick", description = "in half a minute, and less exact")
        boolean quick;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            var bench = quick
                    ? new CodecBench(1, TimeValue.milliseconds(250))
                    : new CodecBench(3, TimeValue.milliseconds(500));
            try {
                bench.run();
                return bench.report() ? 0 : 1;
            } catch (RunnerException e) {
                System.err.println("cannot measure: " + e.getMessage());
                return 1;
            }
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
