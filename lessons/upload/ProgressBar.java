package upload;

import module java.base;

/// A progress bar in the last line of a terminal:
///
/// ```
/// film.mp4  [==========          ]  50 %  70.0 of 140.0 MB  20.0 MB/s  4 s left
/// ```
///
/// The speed is that of the bytes that were sent now, and not of those that were there
/// before. (Libraries for progress bars count from 0, and a resumed upload looks fast.)
public final class ProgressBar implements AutoCloseable {

    private static final int CELLS = 20;
    private static final int LONGEST_NAME = 16;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintStream terminal;
    private final String name;
    private final long first;
    private final long size;
    private final long began = System.nanoTime();
    private long drawn = began - REDRAW_NANOS;
    private long at;

    /// @param terminal where to draw, or null for nowhere: a pipe gets no bars
    /// @param first how many bytes were there already
    /// @param size of the whole file, in bytes
    public ProgressBar(PrintStream terminal, String name, long first, long size) {
        this.terminal = terminal;
        this.name = name.length() <= LONGEST_NAME
                ? name : name.substring(0, LONGEST_NAME - 3) + "...";
        this.first = first;
        this.size = size;
        stepTo(first);
    }

    /// So many bytes are there now.
    public void stepTo(long bytes) {
        at = bytes;
        if (terminal == null || System.nanoTime() - drawn < REDRAW_NANOS) return;
        drawn = System.nanoTime();
        draw();
    }

    private void draw() {
        var seconds = (System.nanoTime() - began) / 1e9;
        terminal.print("\r" + line(name, first, at, size, seconds) + "\u001b[K");
        terminal.flush();
    }

    /// What is drawn.
    ///
    /// @param at how many bytes are there now
    /// @param seconds since the first byte was sent this time
    public static String line(
            String name, long first, long at, long size, double seconds) {
        var share = size == 0 ? 1 : (double) at / size;
        var full = (int) (share * CELLS);
        var unit = size < 1_000_000 ? 1e3 : 1e6;
        var text = "%-8s [%s%s] %3d %%  %.1f of %.1f %s".formatted(
                name, "=".repeat(full), " ".repeat(CELLS - full), (int) (100 * share),
                at / unit, size / unit, unit == 1e3 ? "KB" : "MB");
        if (at == first || seconds < 0.1) return text;
        var speed = (at - first) / seconds;
        var left = (size - at) / speed;
        return text + "  %.1f MB/s  %.0f s left".formatted(speed / 1e6, left);
    }

    /// Leaves the line as it is in the end.
    @Override
    public void close() {
        if (terminal == null) return;
        draw();
        terminal.println();
    }
}
