package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// Bytes that show themselves in a failure as one would write them down.
public record Bytes(byte[] array) {

    public static Bytes of(String ascii) {
        return new Bytes(ascii.getBytes(US_ASCII));
    }

    /// So many letters, different from their neighbours, none of them lower case.
    public static Bytes letters(int count) {
        var letters = new byte[count];
        for (int i = 0; i < count; i++) letters[i] = (byte) ('A' + i % 23);
        return new Bytes(letters);
    }

    public static byte[] join(Collection<Bytes> parts) {
        var all = new ByteArrayOutputStream();
        parts.forEach(part -> all.writeBytes(part.array));
        return all.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes(byte[] bytes) && Arrays.equals(array, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return show(array);
    }

    /// Letters as they are, other bytes as `\xNN`; of long ones the first eighty, and the length.
    public static String show(byte[] bytes) {
        var first = quote(bytes.length > 80 ? Arrays.copyOf(bytes, 80) : bytes);
        var dots = bytes.length > 80 ? "...\"" : "\"";
        return first.substring(0, first.length() - 1) + dots + " (" + bytes.length + " bytes)";
    }

    /// All of them between quotes: letters as they are, others as `\xNN`. [#unquote] reads it.
    public static String quote(byte[] bytes) {
        var text = new StringBuilder("\"");
        for (var each : bytes) {
            var printable = each >= ' ' && each < 127 && each != '\\' && each != '"';
            text.append(printable ? (char) each + "" : "\\x%02x".formatted(each));
        }
        return text.append('"').toString();
    }

    /// @param text between its quotes
    /// @throws IllegalArgumentException if a `\` is not followed by `x` and two hexadecimal digits
    static Bytes unquote(String text) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                bytes.write(text.charAt(i));
                continue;
            }
            if (i + 3 >= text.length() || text.charAt(i + 1) != 'x') {
                throw new IllegalArgumentException("\\ without xNN in \"" + text + "\"");
            }
            bytes.write(HexFormat.fromHexDigits(text, i + 2, i + 4));
            i += 3;
        }
        return new Bytes(bytes.toByteArray());
    }
}
