package workbook.runtime;

import module java.base;

/// Makes texts fit to be shown.
public final class Text {

    private static final int LONGEST_VALUE = 1000;
    private static final int TAIL = 100;
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\n\t\u200D]]");

    private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$\\d+[A-Z]*[.$]");

    private Text() {}

    /// JShell puts classes of cells into classes of its own, whose names tell nobody anything.
    public static String withoutWrappers(String text) {
        return WRAPPER.matcher(text).replaceAll("");
    }

    /// The other end of a socket must not write escape sequences to our terminal.
    /// Line feeds and tabs stay, and so does the joiner that holds emoji together.
    public static String harmless(String text) {
        return HARMFUL.matcher(text.replace("\r\n", "\n"))
                .replaceAll(found -> Matcher.quoteReplacement(escaped(found.group())));
    }

    private static String escaped(String character) {
        var c = character.codePointAt(0);
        return c == '\r' ? "\\r" : c < 256 ? "\\%03o".formatted(c) : "\\u%04X".formatted(c);
    }

    /// A long value without its middle: the end of an array or a string tells a lot.
    public static String abbreviated(String value) {
        if (value.length() <= LONGEST_VALUE) {
            return value;
        }
        return value.substring(0, LONGEST_VALUE - TAIL) + " … "
                + value.substring(value.length() - TAIL);
    }
}
