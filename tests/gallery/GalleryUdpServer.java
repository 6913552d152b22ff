package gallery;

import module java.base;

import check.Server;
import check.Transport;

/// A server of datagrams of the gallery, to be judged in this process.
public record GalleryUdpServer(Serving serving) implements Server {

    /// What a server does with its socket, and with threads of its own.
    public interface Serving {
        void serve(DatagramChannel socket, ThreadFactory threads) throws IOException;
    }

    @Override
    public boolean runsSideBySide() {
        return true;
    }

    @Override
    public Running start() throws IOException {
        var socket = DatagramChannel.open();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new RunningThreads(Transport.UDP, socket, socket.getLocalAddress())
                .start(threads -> serving.serve(socket, threads), true);
    }
}
