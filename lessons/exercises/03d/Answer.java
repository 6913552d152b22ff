///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 03d: a client is read from, or it still has to take the rest of an answer.
/// There is no third state, and the interest set always says which it is.
class FromAnEmptyFile {

    // ---- yours: from here ----

    private static final byte[] PREFIX = "echo ".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PREFIX.length + 4096).put(PREFIX);

    FromAnEmptyFile() throws IOException {}

    void serve(ServerSocketChannel listener) throws IOException {
        listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        while (true) {
            selector.select(key -> {
                if (key.channel() instanceof SocketChannel client) {
                    talkWith(client, key);
                } else {
                    accept(listener);
                }
            });
        }
    }

    private void accept(ServerSocketChannel listener) {
        try {
            var client = listener.accept();
            if (client == null) return; // it has left again
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            System.err.println("cannot accept: " + e.getMessage());
        }
    }

    /// The rest of an answer is attached to the key while there is one, and while there is one,
    /// nothing more is read.
    private void talkWith(SocketChannel client, SelectionKey key) {
        try {
            if (key.attachment() instanceof ByteBuffer rest) {
                write(rest, client, key);
            } else {
                read(client, key);
            }
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
            close(client);
        }
    }

    private void read(SocketChannel client, SelectionKey key) throws IOException {
        buffer.clear().position(PREFIX.length);
        var count = client.read(buffer);
        if (count == 0) return;
        if (count == -1) {
            close(client);
            return;
        }
        client.write(buffer.flip());
        if (!buffer.hasRemaining()) return;
        key.attach(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
        key.interestOps(SelectionKey.OP_WRITE);
    }

    private static void write(ByteBuffer rest, SocketChannel client, SelectionKey key)
            throws IOException {
        client.write(rest);
        if (rest.hasRemaining()) return;
        key.attach(null);
        key.interestOps(SelectionKey.OP_READ);
    }

    private static void close(SocketChannel client) {
        try {
            client.close(); // and its key is cancelled
        } catch (IOException e) {
            System.err.println("cannot close: " + e.getMessage());
        }
    }

    static void main(String[] args) throws IOException {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (var listener = ServerSocketChannel.open().bind(address)) {
            System.out.println("listening on 127.0.0.1:" + listener.socket().getLocalPort());
            new FromAnEmptyFile().serve(listener);
        }
    }

    // ---- yours: to here ----
}
