package wire;

import module java.base;

/// What a [Link] does to the bytes of one direction. Offsets and limits count the bytes of one
/// connection in that direction, from 0.
///
/// @param cut the most that one write passes on, in bytes; 0 for no limit
/// @param gap how long to wait after such a write, so that the receiver can read it by itself
/// @param glue how long to collect what comes before it is passed on in one piece
/// @param delay how long every byte is under way
/// @param jitter at most so much is added to the delay, by chance; bytes stay in order
/// @param bandwidth in bytes per second; 0 for no limit
/// @param flip the offset of a byte in which one bit is turned over; -1 for none
/// @param end what happens at an offset, or [#NO_END]
public record Faults(int cut, Duration gap, Duration glue, Duration delay, Duration jitter,
        long bandwidth, long flip, End end) {

    /// How a direction ends before its sender has ended it.
    public enum Ending {
        /// Both sides get a reset (RFC 9293, section 3.5.2).
        RESET,
        /// Both sides read the end of the stream; what they still send is thrown away.
        CLOSE,
        /// Nothing is passed on any more, and nothing is read: the sender feels back-pressure.
        /// For ever, unless the fault is taken back.
        STALL
    }

    /// An ending at an offset: exactly so many bytes are passed on before.
    public record End(Ending how, long at) {}

    /// The sender decides.
    public static final End NO_END = new End(Ending.STALL, Long.MAX_VALUE);

    /// Everything is passed on as soon as it comes.
    public static final Faults NONE = new Faults(
            0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, -1, NO_END);

    public Faults {
        if (cut < 0 || bandwidth < 0) throw new IllegalArgumentException("negative");
    }

    public Faults withCut(int bytes, Duration gap) {
        return new Faults(bytes, gap, glue, delay, jitter, bandwidth, flip, end);
    }

    public Faults withGlue(Duration time) {
        return new Faults(cut, gap, time, delay, jitter, bandwidth, flip, end);
    }

    public Faults withDelay(Duration time, Duration jitter) {
        return new Faults(cut, gap, glue, time, jitter, bandwidth, flip, end);
    }

    public Faults withBandwidth(long bytesPerSecond) {
        return new Faults(cut, gap, glue, delay, jitter, bytesPerSecond, flip, end);
    }

    public Faults withFlip(long offset) {
        return new Faults(cut, gap, glue, delay, jitter, bandwidth, offset, end);
    }

    public Faults withEnd(Ending how, long offset) {
        return new Faults(cut, gap, glue, delay, jitter, bandwidth, flip, new End(how, offset));
    }
}
