package check;

import module java.base;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.sessions.JqwikSession;

/// Values of a kind, chosen by a seed.
public final class Sample {

    private static final int WITH_EDGE_CASES = 1000;

    private Sample() {}

    /// All at once, for jqwik's generators serve one thread at a time, in all of the process.
    public static synchronized <T> List<T> of(Supplier<Arbitrary<T>> kind, long seed, int count) {
        if (JqwikSession.isActive()) return generate(kind.get(), seed, count);
        JqwikSession.start();
        try {
            return generate(kind.get(), seed, count);
        } finally {
            JqwikSession.finish();
        }
    }

    private static <T> List<T> generate(Arbitrary<T> kind, long seed, int count) {
        var random = new Random(seed);
        var values = kind.generator(WITH_EDGE_CASES, true);
        return Stream.generate(() -> values.next(random).value()).limit(count).toList();
    }
}
