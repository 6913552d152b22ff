import module java.base;

/// A port of the loopback where nobody listens, and nobody else can begin to: a socket has the port
/// (`bind`), and does not listen. Connecting is refused (RFC 9293, section 3.10.7.1).
final class ClosedPort implements AutoCloseable {

    private final Socket holder = new Socket();

    ClosedPort() throws IOException {
        holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    int port() {
        return holder.getLocalPort();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    @Override
    public void close() throws IOException {
        holder.close();
    }
}
