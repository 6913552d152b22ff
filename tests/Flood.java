import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    /// Half-closes, reads everything, and checks that it is what was sent: prefixes apart, which
    /// have no capital letter, the letters in order and none missing.
    void readToEnd() throws IOException {
        channel.configureBlocking(true);
        channel.shutdownOutput();
        channel.socket().setSoTimeout((int) TestClient.DEADLINE.toMillis());
        var in = channel.socket().getInputStream();
        var buffer = new byte[64 * 1024];
        long received = 0;
        int inPrefix = 0;
        for (int count; (count = in.read(buffer)) != -1; ) {
            for (int i = 0; i < count; i++) {
                if (inPrefix > 0 || buffer[i] < 'A' || buffer[i] > 'Z') {
                    assertEquals(prefix[inPrefix], buffer[i], "in a prefix, at " + received);
                    inPrefix = (inPrefix + 1) % prefix.length;
                } else {
                    assertEquals('A' + received % 23, buffer[i], "at byte " + received);
                    received++;
                }
            }
        }
        assertEquals(sent, received, "bytes echoed");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
