package socketserver;

import module java.base;

/// Reads lines of limited length. A line ends with LF or CR LF; what is left before the
/// end of the stream is a line, too. Lines are bytes, and nobody decodes them.
public final class LineReader {

    /// A line longer than the limit. `BufferedReader.readLine` would go on reading until
    /// our memory is full.
    public static final class LineTooLong extends IOException {

        private static final long serialVersionUID = 1;

        private LineTooLong(int limit) {
            super("line longer than " + limit + " bytes");
        }
    }

    private final InputStream in;
    private final int limit;

    /// @param limit the longest line, in bytes without its end
    public LineReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /// @return the next line without its end, or null after the last
    /// @throws LineTooLong if it is too long; what follows is no line then
    public byte[] next() throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != -1 && next != '\n') {
            if (line.size() > limit) throw new LineTooLong(limit); // even without a CR
            line.write(next);
        }
        if (next == -1 && line.size() == 0) return null;
        var bytes = next == '\n' ? withoutCr(line.toByteArray()) : line.toByteArray();
        if (bytes.length > limit) throw new LineTooLong(limit);
        return bytes;
    }

    private static byte[] withoutCr(byte[] line) {
        var end = line.length - 1;
        return end >= 0 && line[end] == '\r' ? Arrays.copyOf(line, end) : line;
    }
}
