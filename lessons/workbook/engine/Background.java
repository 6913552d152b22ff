package workbook.engine;

import module java.base;

import workbook.runtime.Run;
import workbook.runtime.Text;

/// For cells: work in the background that may throw whatever it likes.
///
/// `Background.start(() -> { client = server.accept(); })` needs neither catch nor `return null`.
public final class Background {

    private Background() {}

    /// Statements that may throw a checked exception.
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /// Does the work in a virtual thread of its own. An exception that leaves it is shown as a
    /// line, unless the thread was told to end.
    public static Thread start(Work work) {
        var run = Run.current();
        var thread = Thread.ofVirtual().name("background").unstarted(() -> perform(work));
        if (run != null) {
            run.resources().register(run, thread);
        }
        thread.start();
        return thread;
    }

    private static void perform(Work work) {
        try {
            work.run();
        } catch (Exception e) {
            var run = Run.current();
            if (run == null) {
                throw new IllegalStateException(e);
            }
            run.say("Exception " + Text.withoutWrappers(e.toString()) + " in the background");
        }
    }
}
