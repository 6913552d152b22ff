//SOURCES ../shared/Printable.java

package wire;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.Printable;

/// Bytes as text that can be read and can do nothing else: UTF-8 as it is, the invisible as in
/// a string literal of Java, and what is no UTF-8, or only a part of a character, as `\xe4`.
///
/// A text is a list of signs, each what one character or one byte became: a line may end
/// between two of them, and never inside an escape.
public final class Escaped {

    private Escaped() {}

    /// In one string.
    public static String text(byte[] bytes) {
        return String.join("", signs(bytes, 0, bytes.length));
    }

    public static List<String> signs(byte[] bytes, int from, int to) {
        var signs = new ArrayList<String>();
        var in = ByteBuffer.wrap(bytes, from, to - from);
        var decoder = UTF_8.newDecoder();
        var out = CharBuffer.allocate(to - from);
        while (true) {
            var result = decoder.decode(in, out, true);
            out.flip().codePoints().mapToObj(Escaped::sign).forEach(signs::add);
            out.clear();
            if (result.isUnderflow()) return signs;
            for (int i = 0; i < result.length(); i++) signs.add("\\x%02x".formatted(in.get()));
        }
    }

    private static String sign(int codePoint) {
        return switch (codePoint) {
            case '\t' -> "\\t";
            case '\\' -> "\\\\";
            default -> Printable.line(Character.toString(codePoint));
        };
    }

    /// How many columns of a terminal it takes: a character of Chinese, or an emoji, takes two.
    public static int columns(String text) {
        return text.codePoints().map(Escaped::columns).sum();
    }

    private static int columns(int codePoint) {
        var type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) return 0;
        var wide = codePoint >= 0x1100 && codePoint <= 0x115F
                || codePoint >= 0x2E80 && codePoint <= 0xA4CF
                || codePoint >= 0xAC00 && codePoint <= 0xD7A3
                || codePoint >= 0xF900 && codePoint <= 0xFAFF
                || codePoint >= 0xFE30 && codePoint <= 0xFE6F
                || codePoint >= 0xFF00 && codePoint <= 0xFF60
                || codePoint >= 0x1F300 && codePoint <= 0x1FAFF
                || codePoint >= 0x20000 && codePoint <= 0x3FFFD;
        return wide ? 2 : 1;
    }

    /// Rows that are at most so many columns wide.
    public static List<String> rows(List<String> signs, int width) {
        var rows = new ArrayList<String>();
        var row = new StringBuilder();
        var columns = 0;
        for (var sign : signs) {
            var more = columns(sign);
            if (columns + more > width && columns > 0) {
                rows.add(row.toString());
                row.setLength(0);
                columns = 0;
            }
            row.append(sign);
            columns += more;
        }
        rows.add(row.toString());
        return rows;
    }

    /// Sixteen bytes to a row: where they are, in hex, and as ASCII.
    public static List<String> hex(byte[] bytes) {
        var rows = new ArrayList<String>();
        for (int row = 0; row < bytes.length; row += 16) {
            var end = Math.min(row + 16, bytes.length);
            var ascii = new StringBuilder();
            for (int i = row; i < end; i++) {
                ascii.append(bytes[i] >= ' ' && bytes[i] <= '~' ? (char) bytes[i] : '.');
            }
            rows.add("%04x  %-47s  %s".formatted(
                    row, HexFormat.ofDelimiter(" ").formatHex(bytes, row, end), ascii));
        }
        return rows;
    }
}
