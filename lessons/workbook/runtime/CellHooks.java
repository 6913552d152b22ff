package workbook.runtime;

import module java.base;

/// What the code of cells calls that its authors did not write: [Weaver] puts the calls there.
/// The number they all carry is the run that compiled the code.
public final class CellHooks {

    private static final String NO_KEYBOARD =
            "cells cannot read from the keyboard; write the text into the cell";

    private CellHooks() {}

    /// Before each method and each jump back: ends the thread if its run has been stopped.
    public static void check(int compiledBy) {
        var run = Run.entered(compiledBy);
        if (run != null) run.step();
        if (run != null && run.isOver(Thread.currentThread())) {
            throw new Stopped();
        }
    }

    /// After everything that may have opened something.
    public static void opened(Object thing, int compiledBy) {
        if (thing instanceof Pipe pipe) {
            opened(pipe.source(), compiledBy);
            opened(pipe.sink(), compiledBy);
        } else if (Resource.isOne(thing)) {
            var run = Run.entered(compiledBy);
            if (run != null) {
                run.resources.register(run, thing);
            }
        }
    }

    /// Before `start()`, of whatever.
    public static void starting(Object thing, int compiledBy) {
        if (thing instanceof Thread) {
            opened(thing, compiledBy);
        }
    }

    /// Before `stop(delay)`: an HttpServer does not tell whether it has been stopped.
    public static void stopping(Object thing, int delay) {
        var run = Run.current();
        if (run != null) {
            run.resources.forget(thing);
        }
    }

    /// In place of `System.exit`. A program ends all that it has started; a cell may not.
    public static void exit(int status) {
        var run = Run.current();
        if (run != null && run.exit() != null) {
            run.exit().accept(status);
            throw new Stopped();
        }
        throw new UnsupportedOperationException("exit(" + status
                + ") would end the whole workbook; a cell ends at its last line");
    }

    /// In place of `Runtime.exit` and `Runtime.halt`.
    public static void exit(Runtime runtime, int status) {
        exit(status);
    }

    /// In place of `System.in`: what is typed goes to the workbook, unless a program has a keyboard.
    public static InputStream in() {
        var run = Run.current();
        if (run != null && run.streams() != null) return run.streams().keyboard();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException(NO_KEYBOARD);
            }
        };
    }

    /// In place of `IO.readln`.
    public static String readln() {
        var run = Run.current();
        if (run != null && run.streams() != null) return run.streams().readln();
        throw new UnsupportedOperationException(NO_KEYBOARD);
    }

    /// In place of `IO.readln`.
    public static String readln(String prompt) {
        return readln();
    }

    /// Ends a thread from within. No exception, so that cells do not catch it by accident.
    public static final class Stopped extends Error {

        private static final long serialVersionUID = 1;

        Stopped() {
            super("stopped");
        }
    }
}
