///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 05e: a thread for each client, and four methods that each do one thing.
class FramingServer {

    // ---- yours: from here ----

    static final byte[] PREFIX = "echo ".getBytes(StandardCharsets.US_ASCII);
    static final int MAX = 1 << 20; // bytes of a payload

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

    static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            for (byte[] payload; (payload = readFrame(in)) != null; ) {
                client.getOutputStream().write(answerTo(payload)); // in one write
            }
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
        }
    }

    static byte[] readFrame(DataInputStream in) throws IOException {
        var first = in.read();
        if (first == -1) return null; // between two frames
        var header = new byte[] {(byte) first, in.readByte(), in.readByte(), in.readByte()};
        var length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
        if (length > MAX) throw new ProtocolException(length + " bytes are announced");
        var payload = in.readNBytes((int) length);
        if (payload.length < length) throw new EOFException("a payload is cut short");
        return payload;
    }

    static byte[] answerTo(byte[] payload) {
        var length = PREFIX.length + payload.length;
        return ByteBuffer.allocate(4 + length).putInt(length).put(PREFIX).put(payload).array();
    }

    // ---- yours: to here ----
}
