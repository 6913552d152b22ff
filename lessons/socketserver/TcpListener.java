//SOURCES Listener.java Connection.java ../shared/Narrator.java

package socketserver;

import module java.base;

import shared.Narrator;

/// Each TCP connection is a request.
public final class TcpListener extends Listener {

    private final ServerSocketChannel channel;
    private final Duration idle;
    private final Narrator log;

    /// @param address where to listen; port 0 picks a free one
    /// @param idle so long a client may neither send nor read anything
    /// @throws IOException if the address is taken, or not ours
    public TcpListener(InetSocketAddress address, Duration idle, Narrator log)
            throws IOException {
        this.idle = idle;
        this.log = log;
        channel = ServerSocketChannel.open();
        try {
            channel.bind(address, BACKLOG);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    Request accept() throws IOException {
        var client = channel.accept();
        try {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var name = Narrator.nameOf(client.getRemoteAddress());
            return new Connection(name, client, idle, log);
        } catch (IOException e) {
            log.say("a client is gone already: " + e.getMessage());
            client.close();
            return null;
        }
    }

    @Override
    public int port() {
        return channel.socket().getLocalPort();
    }

    @Override
    void closeSocket() throws IOException {
        channel.close();
    }
}
