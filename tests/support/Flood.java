import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;

/// A client that sends as fast as it can and reads nothing, until it can send no more.
final class Flood implements AutoCloseable {

    /// More than all buffers of two kernels: who accepts this, keeps it in memory.
    private static final long TOO_MUCH = 64L << 20;

    /// So long nothing moves before we call it stuck.
    private static final int STUCK_MILLIS = 200;

    private final SocketChannel channel = SocketChannel.open();
    private final byte[] prefix;
    private final ByteBuffer letters = ByteBuffer.wrap(Bytes.letters(23 * 1000).array());
    private long sent;

    Flood(int port, String prefix) throws IOException {
        this.prefix = prefix.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
    }

    /// @throws AssertionError if there is no end to what the server takes
    void sendUntilStuck() throws IOException {
        try (var selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (selector.select(_ -> {}, STUCK_MILLIS) > 0) {
                if (!letters.hasRemaining()) letters.rewind();
                sent += channel.write(letters);
                assertTrue(sent < TOO_MUCH, "the server keeps " + sent + " bytes for one client");
            }
        }
    }

    /// Half-closes, and reads to the end of the stream.
    void readToEnd() throws IOException {
        channel.shutdownOutput();
        readEverything();
        assertEquals(-1, channel.socket().getInputStream().read(), "more than was sent");
    }

    /// Reads until all is back, and checks that it is what was sent: prefixes apart, which have no
    /// capital letter, the letters in order and none missing.
    void readEverything() throws IOException {
        channel.configureBlocking(true);
        channel.socket().setSoTimeout((int) TestClient.DEADLINE.toMillis());
        var in = channel.socket().getInputStream();
        var buffer = new byte[64 * 1024];
        long received = 0;
        int inPrefix = 0;
        while (received < sent) {
            int count = in.read(buffer);
            assertTrue(count > 0, "the end, after " + received + " of " + sent + " bytes");
            for (int i = 0; i < count; i++) {
                if (inPrefix > 0 || buffer[i] < 'A' || buffer[i] > 'Z') {
                    if (prefix.length == 0 || buffer[i] != prefix[inPrefix]) {
                        fail(buffer[i], "in a prefix", received);
                    }
                    inPrefix = (inPrefix + 1) % prefix.length;
                } else {
                    if (buffer[i] != 'A' + received % 23) fail(buffer[i], "in the letters", received);
                    received++;
                }
            }
        }
    }

    /// Apart, as a text for each of millions of bytes would take longer than the test.
    private static void fail(byte wrong, String where, long received) {
        throw new AssertionError("'%c' (%02x) %s, at byte %d"
                .formatted(wrong & 0xff, wrong, where, received));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
