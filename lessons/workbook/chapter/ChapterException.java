package workbook.chapter;

/// A chapter that does not keep to its format. The message is one line and begins with the number
/// of the line, as in `line 12: this fence is never closed`.
public final class ChapterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int line;

    ChapterException(int line, String what) {
        super("line " + line + ": " + what);
        this.line = line;
    }

    /// The line of the chapter, from 1.
    public int line() {
        return line;
    }
}
