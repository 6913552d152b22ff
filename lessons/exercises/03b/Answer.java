///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

/// One way to write 03b: a buffer of N bytes is the limit. It has room or not, it has bytes or not;
/// the interest says exactly that.
class BackPressure {

    static final int LIMIT = 16 * 1024; // bytes, for each client

    // ---- yours: from here ----

    /// One client. What it says goes back to it.
    static final class Connection {

        private final ByteChannel channel; // never waits
        private final ByteBuffer held; // from 0 to its position
        private boolean ended; // the client has finished

        /// @param limit so many bytes may be held, and not one more
        Connection(ByteChannel channel, int limit) {
            this.channel = channel;
            held = ByteBuffer.allocate(limit);
        }

        /// Does what can be done without waiting.
        ///
        /// @param ops for which the channel is ready: OP_READ, OP_WRITE or both
        /// @return what to wait for next; anything once the channel is closed
        int ready(int ops) throws IOException {
            if ((ops & OP_READ) != 0 && channel.read(held) == -1) ended = true;
            channel.write(held.flip());
            held.compact();
            if (ended && held.position() == 0) channel.close();
            return (held.position() > 0 ? OP_WRITE : 0)
                    | (held.hasRemaining() && !ended ? OP_READ : 0);
        }
    }

    // ---- yours: to here ----

    /// One client on its own, until it is closed.
    ///
    /// @param select waits for one of these operations, and says which are ready
    static void serve(ByteChannel channel, int limit, IntUnaryOperator select) throws IOException {
        var connection = new Connection(channel, limit);
        for (int interest = OP_READ; channel.isOpen(); ) {
            interest = connection.ready(select.applyAsInt(interest));
        }
    }

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
                var interest = connection.ready(key.readyOps());
                if (key.isValid()) key.interestOps(interest);
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
        channel.register(selector, OP_READ, new Connection(channel, LIMIT));
    }

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.err.println("cannot close: " + e.getMessage());
        }
    }
}
