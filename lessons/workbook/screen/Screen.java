//SOURCES PlainScreen.java TerminalScreen.java

package workbook.screen;

import module java.base;

/// Where the console reads and writes: a terminal, or two plain streams.
public interface Screen extends AutoCloseable {

    /// Reads a line that the reader types: a command, an empty line, or Java, perhaps of several
    /// lines.
    ///
    /// @param prefilled what stands there already, to be changed
    /// @return empty at the end of input; for Ctrl-C an empty line is not returned, it asks again
    Optional<String> read(String prompt, String prefilled);

    /// Lets the reader change some lines.
    ///
    /// @return empty if the reader gives up, with Ctrl-C or Ctrl-D
    Optional<String> edit(String prompt, String lines);

    /// What says between two pages that no more of them is wanted.
    String ENOUGH = "q";

    /// Asks before a page goes on: as [#read], but if the answer is empty nothing of the question
    /// stays on the screen, where that is possible. Ctrl-C is [#ENOUGH].
    Optional<String> ask(String question);

    /// Gives the keyboard and the screen to another program while this runs.
    void lend(Runnable program);

    /// Writes lines as they are, without escape sequences of its own.
    void print(String text);

    /// Writes a line above the prompt and what is being typed there, from any thread.
    void printAbove(String line);

    /// Columns of the screen.
    int width();

    /// Lines of the screen; a very large number if it scrolls without end.
    int height();

    /// Whether escape sequences may be written for colours.
    boolean isColoured();

    /// Whether somebody sits at it who can edit lines.
    boolean isInteractive();

    /// What to do when the reader types Ctrl-C while a cell runs.
    void onInterrupt(Runnable action);

    @Override
    void close();
}
