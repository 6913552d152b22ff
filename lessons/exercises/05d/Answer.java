///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 05d: count bytes and not characters, and the header before its length.
class TypedHeader {

    // ---- yours: from here ----

    /// A message with JSON in it, as it goes on the wire.
    ///
    /// @param content a JSON object
    static byte[] message(String content) {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        var header = """
                {"byteorder": "little", "content-type": "text/json", \
                "content-encoding": "utf-8", "content-length": %d}"""
                .formatted(bytes.length).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + header.length + bytes.length)
                .putShort((short) header.length).put(header).put(bytes).array();
    }

    // ---- yours: to here ----

    static String request(String action, String value) {
        return "{\"action\": " + quoted(action) + ", \"value\": " + quoted(value) + "}";
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static void main(String[] args) throws IOException {
        var action = args.length > 0 ? args[0] : "search";
        var value = args.length > 1 ? args[1] : "ring";
        var message = message(request(action, value));
        System.out.println(HexFormat.ofDelimiter(" ").formatHex(message));
        if (args.length < 3) return;
        var port = Integer.parseInt(args[2]);
        try (var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            server.getOutputStream().write(message);
            System.out.write(server.getInputStream().readAllBytes()); // it closes behind it
            System.out.println();
        }
    }
}
