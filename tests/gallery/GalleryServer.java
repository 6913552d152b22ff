package gallery;

import module java.base;

import check.Server;
import check.Transport;

/// A server of the gallery, to be judged in this process.
///
/// @param transport of connections
public record GalleryServer(Serving serving, Transport transport) implements Server {

    public GalleryServer(Serving serving) {
        this(serving, Transport.TCP);
    }

    /// What a server does with its listening socket, and with threads of its own.
    public interface Serving {
        void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException;
    }

    private static final int BACKLOG = 200;

    @Override
    public boolean runsSideBySide() {
        return true;
    }

    @Override
    public Running start() throws IOException {
        var listener = transport == Transport.UNIX
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        listener.bind(transport.free(), BACKLOG);
        return new RunningThreads(transport, listener, listener.getLocalAddress())
                .start(threads -> serving.serve(listener, threads), false);
    }
}
