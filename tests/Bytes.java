import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// Bytes that show themselves in a failure as one would write them down.
record Bytes(byte[] array) {

    static Bytes of(String ascii) {
        return new Bytes(ascii.getBytes(US_ASCII));
    }

    /// So many letters, different from their neighbours, none of them lower case.
    static Bytes letters(int count) {
        var letters = new byte[count];
        for (int i = 0; i < count; i++) letters[i] = (byte) ('A' + i % 23);
        return new Bytes(letters);
    }

    static byte[] join(Collection<Bytes> parts) {
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
    static String show(byte[] bytes) {
        var text = new StringBuilder("\"");
        for (int i = 0; i < Math.min(bytes.length, 80); i++) {
            var printable = bytes[i] >= ' ' && bytes[i] < 127 && bytes[i] != '\\';
            text.append(printable ? (char) bytes[i] + "" : "\\x%02x".formatted(bytes[i]));
        }
        return text.append(bytes.length > 80 ? "..." : "").append("\"")
                .append(" (" + bytes.length + " bytes)").toString();
    }
}
