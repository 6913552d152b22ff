package conformance;

import module java.base;

/// The server of a [ClientPlay]: it keeps what comes, chunk by chunk, until it is taken.
final class PlayedServer implements AutoCloseable {

    private static final int BACKLOG = 50;
    private static final Duration PORT_IS_FREE = Duration.ofSeconds(5);

    /// A connection. Its fields are guarded by the server's lock.
    final class Connection {

        private final Socket socket;
        private final Deque<byte[]> reads = new ArrayDeque<>();
        private boolean ended; // by the client
        private boolean closed; // by us

        private Connection(Socket socket) {
            this.socket = socket;
        }

        private void listen() {
            var buffer = new byte[64 * 1024];
            try {
                for (int count; (count = socket.getInputStream().read(buffer)) != -1; ) {
                    came(Arrays.copyOf(buffer, count));
                }
                end();
            } catch (IOException e) {
                end(); // reset, or closed by us
            }
        }

        private void came(byte[] bytes) {
            synchronized (PlayedServer.this) {
                reads.add(bytes);
                PlayedServer.this.notifyAll();
            }
        }

        private void end() {
            synchronized (PlayedServer.this) {
                ended = true;
                PlayedServer.this.notifyAll();
            }
        }

        /// @return false if the client has left
        boolean send(byte[] bytes, int from, int to) {
            try {
                socket.getOutputStream().write(bytes, from, to - from);
                return true;
            } catch (IOException e) {
                end();
                return false;
            }
        }

        boolean hasEnded() {
            synchronized (PlayedServer.this) {
                return ended;
            }
        }

        /// What has come and was not taken.
        byte[] pending() {
            synchronized (PlayedServer.this) {
                return Bytes.join(reads.stream().map(Bytes::new).toList());
            }
        }

        void take(int count) {
            synchronized (PlayedServer.this) {
                var rest = Arrays.copyOfRange(pending(), count, pending().length);
                reads.clear();
                if (rest.length > 0) reads.add(rest);
            }
        }

        /// The chunks as they came.
        List<byte[]> takeReads() {
            synchronized (PlayedServer.this) {
                var all = List.copyOf(reads);
                reads.clear();
                return all;
            }
        }

        private void close(boolean reset) {
            synchronized (PlayedServer.this) {
                if (closed) return;
                closed = true;
            }
            try {
                if (reset) socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a socket cannot be closed", e);
            }
        }
    }

    private final ServerSocket listener;
    private final List<Connection> connections = new ArrayList<>();

    /// @param port 0 for any
    PlayedServer(int port) throws IOException, InterruptedException {
        listener = listen(port);
        Thread.startVirtualThread(this::accept);
    }

    /// The server of the play before may need a moment until it has left the port.
    private static ServerSocket listen(int port) throws IOException, InterruptedException {
        var giveUp = System.nanoTime() + PORT_IS_FREE.toNanos();
        while (true) {
            try {
                return new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            } catch (BindException e) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new IOException("another program listens on port " + port, e);
                }
                Thread.sleep(20);
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                var socket = listener.accept();
                socket.setTcpNoDelay(true); // a segment for each write
                add(new Connection(socket));
            }
        } catch (IOException e) {
            synchronized (this) {
                notifyAll(); // the server has left
            }
        }
    }

    private void add(Connection connection) {
        synchronized (this) {
            connections.add(connection);
            notifyAll();
        }
        if (listener.isClosed()) connection.close(false);
        Thread.startVirtualThread(connection::listen);
    }

    synchronized List<Connection> connections() {
        return List.copyOf(connections);
    }

    synchronized boolean allHaveEnded() {
        return connections.stream().allMatch(each -> each.ended);
    }

    synchronized boolean allAreClosed() {
        return connections.stream().allMatch(each -> each.closed);
    }

    /// Waits until something happens, or for this time.
    synchronized void await(Duration time) throws InterruptedException {
        wait(Math.max(1, time.toMillis()));
    }

    /// As a server does that reads the end of a stream when all is answered.
    void closeEnded() {
        for (var each : connections()) if (each.hasEnded()) each.close(false);
    }

    void closeAll(boolean reset) {
        for (var each : connections()) each.close(reset);
    }

    /// The server leaves: nobody can connect any more.
    void leave(boolean reset) throws IOException {
        listener.close();
        closeAll(reset);
    }

    @Override
    public void close() throws IOException {
        leave(false);
    }
}
