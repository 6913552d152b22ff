package gallery;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// What the servers of the gallery have in common, as far as it is right.
final class EchoLoops {

    private static final byte[] PREFIX = "echo ".getBytes(US_ASCII);
    static final int READ_LIMIT = 1024; // bytes
    private static final int NAP = 1_000_000; // nanoseconds

    private EchoLoops() {}

    static ByteBuffer answerTo(ByteBuffer in) {
        return ByteBuffer.allocate(PREFIX.length + in.remaining()).put(PREFIX).put(in).flip();
    }

    static ByteBuffer bytes(String text, Charset charset) {
        return ByteBuffer.wrap(text.getBytes(charset));
    }

    // ---- blocking ----

    interface Handler {
        void serve(SocketChannel client) throws IOException;
    }

    interface Reader {
        void read(ByteBuffer in) throws IOException;
    }

    static void forEachRead(SocketChannel client, Reader reader) throws IOException {
        var in = ByteBuffer.allocate(READ_LIMIT);
        while (client.read(in.clear()) != -1) reader.read(in.flip());
    }

    /// @return false at the end of the stream
    static boolean answerOnce(SocketChannel client) throws IOException {
        var in = ByteBuffer.allocate(READ_LIMIT);
        if (client.read(in) == -1) return false;
        writeAll(client, answerTo(in.flip()));
        return true;
    }

    static void echo(SocketChannel client) throws IOException {
        forEachRead(client, in -> writeAll(client, answerTo(in)));
    }

    /// If the channel is a non-blocking one, too: all others wait meanwhile.
    static void writeAll(SocketChannel client, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (client.write(bytes) == 0) LockSupport.parkNanos(NAP);
        }
    }

    static void threadForEach(ServerSocketChannel listener, ThreadFactory threads, Handler handler)
            throws IOException {
        while (true) {
            var client = listener.accept();
            threads.newThread(() -> serve(client, handler)).start();
        }
    }

    /// Serves a client until it has gone; a reset is a way to go.
    static void serve(SocketChannel client, Handler handler) {
        try (client) {
            handler.serve(client);
        } catch (IOException e) {
            assert !client.isOpen() : "closed by try";
        }
    }

    // ---- with a selector ----

    /// What a selector's loop does with a client.
    interface Events {

        void read(SelectionKey key, ByteBuffer in) throws IOException;

        /// When it can be written to, and interest says so.
        default void write(SelectionKey key) throws IOException {}

        /// The client has finished.
        default void end(SelectionKey key) throws IOException {
            key.channel().close();
        }

        /// An exception while this client was served.
        default void failed(SelectionKey key, IOException e) throws IOException {
            key.channel().close();
        }
    }

    static void select(ServerSocketChannel listener, Events events) throws IOException {
        try (var selector = Selector.open()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            try {
                while (!Thread.currentThread().isInterrupted()) selectOnce(selector, events);
            } finally {
                for (var key : selector.keys()) key.channel().close(); // as the end of a process
            }
        }
    }

    private static void selectOnce(Selector selector, Events events) throws IOException {
        selector.select();
        for (var keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
            var key = keys.next();
            keys.remove();
            if (key.channel() instanceof ServerSocketChannel listener) {
                accept(listener, selector);
            } else {
                serve(key, events);
            }
        }
    }

    private static void accept(ServerSocketChannel listener, Selector selector) throws IOException {
        var client = listener.accept();
        if (client == null) return;
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_READ, new ArrayDeque<ByteBuffer>());
    }

    private static void serve(SelectionKey key, Events events) throws IOException {
        try {
            if (key.isReadable()) {
                var in = ByteBuffer.allocate(READ_LIMIT);
                if (channel(key).read(in) == -1) {
                    events.end(key);
                } else {
                    events.read(key, in.flip());
                }
            }
            if (key.isValid() && key.isWritable()) events.write(key);
        } catch (IOException e) {
            events.failed(key, e);
        }
    }

    static SocketChannel channel(SelectionKey key) {
        return (SocketChannel) key.channel();
    }

    /// What a client is still owed.
    @SuppressWarnings("unchecked")
    static Queue<ByteBuffer> owed(SelectionKey key) {
        return (Queue<ByteBuffer>) key.attachment();
    }

    /// Writes as much as the socket takes.
    static void pay(SelectionKey key) throws IOException {
        pay(owed(key), channel(key));
    }

    static void pay(Queue<ByteBuffer> owed, SocketChannel client) throws IOException {
        while (!owed.isEmpty()) {
            client.write(owed.peek());
            if (owed.peek().hasRemaining()) return;
            owed.remove();
        }
    }
}
