package shared;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Text from the other end of a socket, made fit to be shown.
///
/// A peer can send anything: escape sequences that reprogram the terminal, characters
/// that turn the direction of writing, or that nobody can see. What is not plainly
/// visible is shown as Java would write it in a string literal: `\n`, `\u001b`, `\u202e`.
public final class Printable {

    /// How many characters of a message are shown in a log.
    private static final int SHOWN = 60;

    private static final int LONGEST_UTF_8 = 4; // bytes of one character

    private Printable() {}

    /// Whether a character is visible and cannot change how others are shown. Decided by
    /// its Unicode category: no controls, formats, private use, surrogates, unassigned
    /// ones, line or paragraph separators; and nothing that Unicode lists as
    /// Default_Ignorable (DerivedCoreProperties.txt), because it has no shape of its own.
    public static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE,
                    Character.SURROGATE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> !isIgnorable(codePoint);
        };
    }

    /// The members of Default_Ignorable that are letters or marks by category.
    private static boolean isIgnorable(int codePoint) {
        return switch (codePoint) {
            case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0 -> true;
            default -> codePoint >= 0x180B && codePoint <= 0x180F
                    || codePoint >= 0xFE00 && codePoint <= 0xFE0F
                    || codePoint >= 0xE0000 && codePoint <= 0xE0FFF;
        };
    }

    /// One line for a screen: everything invisible is escaped, but for the tab.
    public static String line(String text) {
        var line = new StringBuilder();
        text.codePoints().forEach(each -> {
            if (each == '\t' || isVisible(each)) line.appendCodePoint(each);
            else line.append(escape(each));
        });
        return line.toString();
    }

    /// The same without what is invisible.
    public static String visible(String text) {
        var visible = new StringBuilder();
        text.codePoints().filter(Printable::isVisible).forEach(visible::appendCodePoint);
        return visible.toString();
    }

    /// The start of a message for a log: in quotation marks if it is UTF-8, else in hex.
    /// Three dots behind it say that there is more.
    ///
    /// @param from index of the first byte
    /// @param to index after the last byte
    public static String start(byte[] bytes, int from, int to) {
        return start(bytes, from, to, SHOWN);
    }

    /// The same with so many characters at most, but for quotation marks and dots.
    public static String start(byte[] bytes, int from, int to, int shown) {
        var end = Math.min(to, from + shown * LONGEST_UTF_8);
        var text = CharBuffer.allocate(end - from);
        var result = UTF_8.newDecoder().decode(
                ByteBuffer.wrap(bytes, from, end - from), text, end == to);
        return result.isError()
                ? hex(bytes, from, to, shown)
                : quoted(text.flip().toString(), end < to, shown);
    }

    private static String quoted(String text, boolean more, int most) {
        var line = new StringBuilder("\"");
        for (int at = 0; at < text.length(); ) {
            var codePoint = text.codePointAt(at);
            var shown = codePoint == '\\' ? "\\\\" : isVisible(codePoint)
                    ? Character.toString(codePoint) : escape(codePoint);
            if (line.length() + shown.length() > most + 1) return line + "\"...";
            line.append(shown);
            at += Character.charCount(codePoint);
        }
        return line + (more ? "\"..." : "\"");
    }

    private static String hex(byte[] bytes, int from, int to, int most) {
        var end = Math.min(to, from + most / 3);
        var hex = HexFormat.ofDelimiter(" ").formatHex(bytes, from, end);
        return end < to ? hex + " ..." : hex;
    }

    /// As in a string literal of Java. (JLS, section 3.10.7)
    private static String escape(int codePoint) {
        return switch (codePoint) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> Character.toString(codePoint).chars()
                    .mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
        };
    }
}
