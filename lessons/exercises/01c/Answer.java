///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// One way to write 01c: a decoder takes what is complete and leaves what is not; that is put in
/// front of what the next read brings. Told that nothing follows, it replaces what is left.
/// (An `InputStreamReader` does the same inside, for those who have a stream to read.)
class WholeCharacters {

    // ---- yours: from here ----

    /// The text of one connection: it gets what each read has brought.
    static final class Text {

        private final CharsetDecoder decoder = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE);
        private ByteBuffer rest = ByteBuffer.allocate(0); // the beginning of a character

        /// @param bytes of which the first `count` are new
        /// @return what can be shown now
        String add(byte[] bytes, int count) {
            return decode(ByteBuffer.wrap(bytes, 0, count), false);
        }

        /// @return what is left when the stream has ended
        String end() {
            return decode(ByteBuffer.allocate(0), true);
        }

        private String decode(ByteBuffer more, boolean isTheEnd) {
            var bytes = ByteBuffer.allocate(rest.remaining() + more.remaining())
                    .put(rest).put(more).flip();
            var text = CharBuffer.allocate(bytes.remaining()); // no byte is two characters
            decoder.decode(bytes, text, isTheEnd);
            rest = bytes;
            return text.flip().toString();
        }
    }

    // ---- yours: to here ----

    /// Copies text until the stream ends: all that can be shown is shown before the next read.
    static void copyText(InputStream in, Appendable out) throws IOException {
        var text = new Text();
        var buffer = new byte[1024];
        for (int count; (count = in.read(buffer)) != -1; ) out.append(text.add(buffer, count));
        out.append(text.end());
    }

    /// Sends a client its own text.
    static void talkWith(Socket client) {
        try (client; var out = new PrintStream(client.getOutputStream(), true, UTF_8)) {
            copyText(client.getInputStream(), out); // a PrintStream has no buffer of its own
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
                Thread.startVirtualThread(() -> talkWith(client));
            }
        }
    }
}
