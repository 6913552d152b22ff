import module java.base;

import conformance.Bytes;

/// A client of which no call waits longer than [#DEADLINE].
final class TestClient implements AutoCloseable {

    /// Generous: only a test that fails anyway comes near it.
    static final Duration DEADLINE = Duration.ofSeconds(20);

    final Socket socket;

    TestClient(int port) throws IOException {
        this(port, new Socket());
    }

    private TestClient(int port, Socket unconnected) throws IOException {
        socket = unconnected;
        socket.setTcpNoDelay(true); // every chunk is to travel as a segment of its own
        socket.setSoTimeout((int) DEADLINE.toMillis());
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        socket.connect(address, (int) DEADLINE.toMillis());
    }

    /// A client with hardly any room for answers, so that the server soon has to wait for it.
    static TestClient withTinyWindow(int port) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(1024);
        socket.setSendBufferSize(1024);
        return new TestClient(port, socket);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /// Closes with a reset instead of a FIN.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// Everything up to the end of the stream.
    byte[] readToEnd() throws IOException {
        return socket.getInputStream().readAllBytes();
    }

    /// Reads until `enough` holds for all that has come, or the server closes.
    byte[] readUntil(Predicate<byte[]> enough) throws IOException {
        var all = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        while (!enough.test(all.toByteArray())) {
            int count;
            try {
                count = socket.getInputStream().read(buffer);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no more came after " + Bytes.show(all.toByteArray()), e);
            }
            if (count == -1) break;
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }

    /// Whether the server says nothing at all for so long.
    boolean hearsNothingFor(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            return socket.getInputStream().read() == -2; // any byte, and the end, is something
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout((int) DEADLINE.toMillis());
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
