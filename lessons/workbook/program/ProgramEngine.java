package workbook.program;

import module java.base;

import workbook.runtime.BackgroundLines;
import workbook.runtime.Prints;
import workbook.runtime.Run;
import workbook.runtime.StandardStreams;

/// Where programs run in this JVM. As long as there is one, standard output is shared out: what a
/// program prints goes to it, all else to where it went before.
public final class ProgramEngine implements AutoCloseable {

    private final BackgroundLines background = new BackgroundLines();

    public ProgramEngine() {
        Run.prepareCarriers();
        Prints.install();
    }

    /// A program that has not begun to run.
    ///
    /// @param classes by their binary names
    /// @param streams its keyboard and its screen; null if it has none, and its prints are kept
    public Program load(Map<String, byte[]> classes, StandardStreams streams) {
        Prints.reinstall();
        return new Program(classes, streams, background);
    }

    @Override
    public void close() {
        background.close();
        Prints.uninstall();
    }
}
