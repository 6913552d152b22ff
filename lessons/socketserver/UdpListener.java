//SOURCES Listener.java Datagram.java LoopGuard.java ../shared/Narrator.java

package socketserver;

import module java.base;

import shared.Narrator;

/// Each datagram is a request: with UDP there is nothing to accept.
public final class UdpListener extends Listener {

    /// No datagram is longer, in bytes. The rest of one that does not fit into the buffer
    /// would be lost without a word.
    private static final int MAX_DATAGRAM = 65_535;

    private final DatagramChannel channel;
    private final LoopGuard guard;
    private final Narrator log;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);

    /// @param address where to listen; port 0 picks a free one
    /// @throws IOException if the address is taken, or not ours
    public UdpListener(InetSocketAddress address, Narrator log) throws IOException {
        this.log = log;
        channel = DatagramChannel.open();
        try {
            channel.bind(address);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        guard = new LoopGuard(port());
    }

    @Override
    Request accept() throws IOException {
        var sender = (InetSocketAddress) channel.receive(buffer.clear());
        var bytes = Arrays.copyOf(buffer.array(), buffer.position());
        return new Datagram(sender, bytes, channel, guard, log);
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
