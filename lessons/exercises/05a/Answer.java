///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 05a: the header is complete when four bytes have come, and not before.
class HeaderCut {

    // ---- yours: from here ----

    /// Reads a header.
    ///
    /// @return the length of the payload, or -1 if the stream ends before the header
    /// @throws EOFException if it ends inside the header
    static int readLength(InputStream in) throws IOException {
        var header = new byte[4];
        for (int done = 0; done < header.length; ) {
            var count = in.read(header, done, header.length - done);
            if (count == -1 && done == 0) return -1;
            if (count == -1) throw new EOFException("the header ends after " + done + " bytes");
            done += count;
        }
        return ByteBuffer.wrap(header).getInt(); // big-endian, unless told otherwise
    }

    // ---- yours: to here ----

    /// @return the payload of the next frame, or null at the end of the stream
    static byte[] readFrame(InputStream in) throws IOException {
        var length = readLength(in);
        if (length == -1) return null;
        var payload = in.readNBytes(length);
        if (payload.length < length) throw new EOFException("a payload is cut short");
        return payload;
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
