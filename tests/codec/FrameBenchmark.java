package codec;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What JMH measures: the work on [#framesIn64KiB] frames, and a check of what came out.
@State(Scope.Thread)
public class FrameBenchmark {

    private static final int HEADER_LENGTH = 4;
    private static final int READ = 64 * 1024;

    /// Class of the codec.
    @Param("")
    public String codecClass;

    /// Bytes of payload in each frame.
    @Param("0")
    public int payload;

    /// Bytes in each chunk of the stream to decode; 0 for all of it in one.
    @Param("0")
    public int chunk;

    private Codec codec;
    private int frames;

    /// How many whole frames one read can bring.
    public static int framesIn64KiB(int payload) {
        return READ / (HEADER_LENGTH + payload);
    }

    @Setup
    public void setUp() throws Exception {
        frames = framesIn64KiB(payload);
        var constructor = Class.forName(codecClass).getDeclaredConstructor();
        constructor.setAccessible(true); // neither the class nor its package is public
        codec = (Codec) constructor.newInstance();
        codec.prepareDecoding(cut(stream()));
        codec.prepareEncoding(ByteBuffer.allocateDirect(payload));
    }

    private ByteBuffer stream() {
        var stream = ByteBuffer.allocateDirect(frames * (HEADER_LENGTH + payload));
        while (stream.hasRemaining()) stream.putInt(payload).put(new byte[payload]);
        return stream.flip();
    }

    private ByteBuffer[] cut(ByteBuffer stream) {
        var end = stream.limit();
        var step = chunk == 0 ? end : chunk;
        return IntStream.iterate(0, at -> at < end, at -> at + step)
                .mapToObj(at -> stream.slice(at, Math.min(step, end - at)))
                .toArray(ByteBuffer[]::new);
    }

    @Benchmark
    public long decode() throws Exception {
        return check(codec.decode(), frames * payload);
    }

    @Benchmark
    public long encode() {
        return check(codec.encode(frames), frames * (HEADER_LENGTH + payload));
    }

    private static long check(long bytes, long expected) {
        if (bytes != expected) throw new AssertionError(bytes + " bytes, not " + expected);
        return bytes;
    }
}
