package bench;

import module java.base;

import me.tongfei.progressbar.InteractiveConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// A bar on standard error that shows what is going on and how long it will take; nothing where
/// it is no terminal.
final class Progress implements AutoCloseable {

    private static final int REFRESH_MILLIS = 1000; // it takes processor time from those we measure
    private static final int COLUMNS = 79;

    private final ProgressBar bar;

    /// @param all how long everything may take
    Progress(Duration all) {
        var watched = System.console() != null && System.console().isTerminal();
        bar = watched ? bar(all) : null;
    }

    private static ProgressBar bar(Duration all) {
        return new ProgressBarBuilder()
                .setTaskName("measuring")
                .setInitialMax(all.toMillis()).setUnit(" s", 1000)
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(REFRESH_MILLIS)
                .setConsumer(new InteractiveConsoleProgressBarConsumer(System.err, COLUMNS))
                .clearDisplayOnFinish()
                .build();
    }

    /// What is going on.
    void now(String what) {
        if (bar != null) bar.setExtraMessage(" " + what);
    }

    /// A part is done that was to take so long.
    void done(Duration part) {
        if (bar != null) bar.stepBy(part.toMillis());
    }

    @Override
    public void close() {
        if (bar != null) bar.close();
    }
}
