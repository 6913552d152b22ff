package workbook.engine;

import module java.base;

import wire.Words;
import workbook.runtime.Run;

/// For cells: a picture of what this cell has done to its sockets so far, as `/wire` draws it.
public final class Wire {

    private static final int WIDTH = 79; // as on a screen of 80

    private Wire() {}

    /// Prints it. The words are the names of calls, whichever language the chapter is in.
    public static void draw() {
        var run = Run.current();
        var log = WireLog.get();
        if (run == null || log.isEmpty()) return;
        if (!(run.loader() instanceof CellLoader variables)) return;
        log.get().diagramOfCell(run.mark(), variables.names(), Words.ENGLISH, WIDTH)
                .forEach(System.out::println);
    }
}
