///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 03a: the key waits for what comes next, reading or the rest of a write, and
/// never for both.
class WriteInterest {

    static final byte[] PREFIX = "echo ".getBytes(StandardCharsets.US_ASCII);
    static final int READ_LIMIT = 16 * 1024; // bytes, for one read

    // ---- yours: from here ----

    /// One client.
    static final class Connection {

        private final SocketChannel channel; // non-blocking
        private final SelectionKey key;
        private ByteBuffer rest; // of an answer; null if there is none

        Connection(SocketChannel channel, Selector selector) throws IOException {
            this.channel = channel;
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        /// The channel is ready for something that the key is interested in.
        void ready() throws IOException {
            if (rest == null) echo();
            else writeRest();
        }

        private void echo() throws IOException {
            var buffer = ByteBuffer.allocate(PREFIX.length + READ_LIMIT).put(PREFIX);
            var count = channel.read(buffer);
            if (count == 0) return;
            if (count == -1) {
                channel.close();
                return;
            }
            channel.write(buffer.flip());
            if (!buffer.hasRemaining()) return;
            rest = buffer;
            key.interestOps(SelectionKey.OP_WRITE);
        }

        private void writeRest() throws IOException {
            channel.write(rest);
            if (rest.hasRemaining()) return;
            rest = null;
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    // ---- yours: to here ----

    static void main(String[] args) throws IOException {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        try (var selector = Selector.open(); var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", port));
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            System.out.println("listening on 127.0.0.1:" + listener.socket().getLocalPort());
            while (true) selector.select(key -> handle(key, selector));
        }
    }

    static void handle(SelectionKey key, Selector selector) {
        try {
            if (key.attachment() instanceof Connection connection) {
                connection.ready();
            } else {
                accept((ServerSocketChannel) key.channel(), selector);
            }
        } catch (IOException e) {
            close(key.channel());
        }
    }

    static void accept(ServerSocketChannel listener, Selector selector) throws IOException {
        var channel = listener.accept();
        if (channel == null) return;
        channel.configureBlocking(false);
        new Connection(channel, selector);
    }

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.err.println("cannot close: " + e.getMessage());
        }
    }
}
