package workbook;

import module java.base;

import wire.Words;

/// For cells: a picture of what this cell has done to its sockets so far, as `/wire` draws it.
public final class Wire {

    private static final int WIDTH = 76; // within a fence of a chapter

    private Wire() {}

    /// Prints it. The words are the names of calls, whichever language the chapter is in.
    public static void draw() {
        var run = Run.current();
        var log = WireLog.get();
        if (run == null || log.isEmpty()) return;
        log.get().diagram(run.mark, log.get().mark(), run.names(), Words.ENGLISH, WIDTH, false)
                .forEach(System.out::println);
    }
}
