package bench;

import module java.base;

/// The bytes that every client sends: noise with a long period, which each reads from a place of
/// its own. So no byte of an answer can be missing, doubled, out of order or another client's
/// without standing where it does not belong.
final class Payload {

    /// A prime, so that no length of a message divides it, and all messages differ.
    private static final int PERIOD = 65_537;

    /// The most that [#slice] gives at once.
    static final int LONGEST_SLICE = 256 * 1024;

    private static final ByteBuffer NOISE = noise();

    private final ByteBuffer view = NOISE.duplicate();
    private final int start;

    /// @param client its number; neighbours in number begin far apart
    Payload(int client) {
        start = (int) (client * 40_503L % PERIOD);
    }

    private static ByteBuffer noise() {
        var period = new byte[PERIOD];
        new Random(1983).nextBytes(period); // the same in every run
        var noise = ByteBuffer.allocateDirect(PERIOD + LONGEST_SLICE);
        while (noise.hasRemaining()) {
            noise.put(period, 0, Math.min(PERIOD, noise.remaining()));
        }
        return noise;
    }

    /// The bytes from an offset in the client's stream on. Not a copy, and valid until the next
    /// call.
    ///
    /// @param length at most [#LONGEST_SLICE]
    ByteBuffer slice(long offset, int length) {
        var from = (int) ((start + offset) % PERIOD);
        return view.limit(from + length).position(from);
    }
}
