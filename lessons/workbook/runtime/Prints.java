package workbook.runtime;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Stands in for `System.out` and `System.err` as long as there is an engine: what a thread of a
/// run prints goes to its run, all else to where it went before. The last words of a thread that
/// dies of an exception are made one line of its run.
public final class Prints extends OutputStream {

    private static int engines;
    private static PrintStream out;
    private static PrintStream err;
    private static PrintStream cellOut;
    private static PrintStream cellErr;
    private static Thread.UncaughtExceptionHandler handler;

    private final PrintStream original;
    private final boolean isError;

    private Prints(PrintStream original, boolean isError) {
        this.original = original;
        this.isError = isError;
    }

    public static synchronized void install() {
        if (engines++ > 0) {
            return;
        }
        out = System.out;
        err = System.err;
        cellOut = new PrintStream(new Prints(out, false), true, UTF_8);
        cellErr = new PrintStream(new Prints(err, true), true, UTF_8);
        handler = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(Prints::lastWords);
        reinstall();
    }

    /// A cell may have called `System.setOut`.
    public static synchronized void reinstall() {
        System.setOut(cellOut);
        System.setErr(cellErr);
    }

    public static synchronized void uninstall() {
        if (--engines > 0) {
            return;
        }
        System.setOut(out);
        System.setErr(err);
        Thread.setDefaultUncaughtExceptionHandler(handler);
    }

    private static void lastWords(Thread thread, Throwable cause) {
        var run = Run.current();
        if (run != null) {
            if (!(cause instanceof CellHooks.Stopped)) {
                run.say("Exception %s ended thread %s".formatted(
                        Text.withoutWrappers(cause.toString()), name(thread)));
            }
        } else if (handler != null) {
            handler.uncaughtException(thread, cause);
        } else {
            cause.printStackTrace(err);
        }
    }

    private static String name(Thread thread) {
        return thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName();
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        if (Run.current() != null) {
            Run.print(bytes, from, count, isError);
        } else if (original.charset().equals(UTF_8)) {
            original.write(bytes, from, count);
        } else {
            original.print(new String(bytes, from, count, UTF_8));
        }
    }

    @Override
    public void flush() {
        original.flush();
    }
}
