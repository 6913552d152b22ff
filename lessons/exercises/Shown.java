package exercises;

import module java.base;

import conformance.Bytes;

/// Bytes, for those who read about a failure.
final class Shown {

    private static final int MOST = 48; // characters of bytes between quotes

    private Shown() {}

    /// Letters as they are, other bytes as `\xNN`, a line feed as `\n`; of very many the first and
    /// the last.
    ///
    /// @param most bytes
    static String text(byte[] bytes, int most) {
        if (bytes.length <= most) return plain(bytes);
        var half = most / 2;
        return plain(Arrays.copyOf(bytes, half)) + "..(" + (bytes.length - most) + ").."
                + plain(Arrays.copyOfRange(bytes, bytes.length - half, bytes.length));
    }

    private static String plain(byte[] bytes) {
        var quoted = Bytes.quote(bytes);
        return quoted.substring(1, quoted.length() - 1).replace("\\x0a", "\\n");
    }

    /// Between quotes, the beginning of very many.
    static String quoted(byte[] bytes) {
        var text = plain(bytes);
        return text.length() <= MOST ? "\"" + text + "\""
                : "\"" + text.substring(0, MOST) + "... (" + bytes.length + ")";
    }

    /// A caret below the first byte of [#quoted] that differs from what was due; empty if none that
    /// is shown does.
    static String caret(byte[] due, byte[] came) {
        var same = Arrays.mismatch(due, came);
        if (same < 0) return "";
        var column = plain(Arrays.copyOf(due, same)).length();
        return column > MOST ? "" : " ".repeat(column + 1) + "^";
    }
}
