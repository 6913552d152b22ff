//SOURCES Request.java TcpListener.java UdpListener.java UnixListener.java

package socketserver;

import module java.base;

/// Where requests come from: a listening socket.
public abstract sealed class Listener implements Closeable
        permits TcpListener, UdpListener, UnixListener {

    static final int BACKLOG = 1024; // connections that may wait for accept

    /// Waits for the next request.
    ///
    /// @return null if its peer is gone already
    /// @throws IOException if there can be none now, or this has been closed
    public final synchronized Request next() throws IOException {
        return accept();
    }

    abstract Request accept() throws IOException;

    abstract void closeSocket() throws IOException;

    /// The port on which it listens; 0 for a Unix socket.
    public abstract int port();

    /// Ends the wait of [#next()], which gets an [AsynchronousCloseException]. The kernel
    /// keeps the port until its `accept` has returned, so we wait for that.
    @Override
    public final void close() throws IOException {
        closeSocket();
        awaitReturnOfNext();
    }

    private synchronized void awaitReturnOfNext() {
        // it holds the lock
    }
}
