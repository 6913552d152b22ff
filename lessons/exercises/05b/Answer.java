///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 05b: ask for what is missing until nothing is, and know where to put it.
class BodyCut {

    // ---- yours: from here ----

    /// Reads a frame.
    ///
    /// @return its payload, or null if the stream ends before the header
    /// @throws EOFException if it ends inside the frame
    static byte[] readFrame(InputStream in) throws IOException {
        var length = readLength(in);
        if (length == -1) return null;
        var payload = new byte[length];
        for (int done = 0; done < length; ) {
            var count = in.read(payload, done, length - done);
            if (count == -1) throw new EOFException(done + " of " + length + " bytes came");
            done += count;
        }
        return payload;
    }

    // ---- yours: to here ----

    /// @return the length of the payload, or -1 if the stream ends before the header
    /// @throws EOFException if it ends inside the header
    static int readLength(InputStream in) throws IOException {
        var header = in.readNBytes(4); // reads until it has four, or the stream ends
        if (header.length == 0) return -1;
        if (header.length < 4) throw new EOFException("a header is cut short");
        return ByteBuffer.wrap(header).getInt(); // big-endian, unless told otherwise
    }

    static void writeFrame(byte[] payload, OutputStream out) throws IOException {
        out.write(ByteBuffer.allocate(4 + payload.length)
                .putInt(payload.length).put(payload).array());
    }

    static void serve(Socket client) {
        try (client) {
            for (byte[] payload; (payload = readFrame(client.getInputStream())) != null; ) {
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
