import module java.base;

/// A port of the loopback where nobody listens, and nobody else can begin to: it is a client's own.
/// Connecting to it is refused (RFC 9293, section 3.10.7.1), also where a port that is bound and
/// does not listen swallows the attempt.
final class ClosedPort implements AutoCloseable {

    private final ServerSocket elsewhere;
    private final Socket holder;

    ClosedPort() throws IOException {
        elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        holder = new Socket(InetAddress.getLoopbackAddress(), elsewhere.getLocalPort());
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
        elsewhere.close();
    }
}
