///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 05c: compare first, in a type in which the number is what it says.
class LyingLength {

    // ---- yours: from here ----

    /// Reads a frame.
    ///
    /// @param max the longest payload to accept, in bytes
    /// @return its payload, or null if the stream ends before the header
    /// @throws ProtocolException if the header announces more than `max`
    /// @throws EOFException if the stream ends inside the frame
    static byte[] readFrame(InputStream in, int max) throws IOException {
        var header = readHeader(in);
        if (header == null) return null;
        var length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
        if (length > max) {
            throw new ProtocolException(length + " bytes are announced, " + max + " allowed");
        }
        var payload = in.readNBytes((int) length); // its memory grows with what comes
        if (payload.length < length) throw new EOFException("a payload is cut short");
        return payload;
    }

    // ---- yours: to here ----

    static final int MAX = 1 << 20; // bytes of a payload

    /// @return the four bytes, or null if the stream ends before the first
    /// @throws EOFException if it ends inside the header
    static byte[] readHeader(InputStream in) throws IOException {
        var header = in.readNBytes(4);
        if (header.length == 0) return null;
        if (header.length < 4) throw new EOFException("a header is cut short");
        return header;
    }

    static void writeFrame(byte[] payload, OutputStream out) throws IOException {
        out.write(ByteBuffer.allocate(4 + payload.length)
                .putInt(payload.length).put(payload).array());
    }

    static void serve(Socket client) {
        try (client) {
            for (byte[] payload; (payload = readFrame(client.getInputStream(), MAX)) != null; ) {
                writeFrame(payload, client.getOutputStream());
            }
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
        }
    }

    static void main(String[] args) throws IOException {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        }
    }
}
