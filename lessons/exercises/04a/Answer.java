///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

import static java.nio.channels.SelectionKey.*;
import static java.nio.charset.StandardCharsets.UTF_8;

/// One way to write 04a: connect only begins, and the selector says when there is a result. To ask
/// for it is finishConnect; what that throws concerns one connection, and is caught where that one
/// is served. From then on the key has other interests: who stays interested in OP_CONNECT has a
/// selector that never rests, for a connected socket is ready at once.
class ConnectMany {

    // ---- yours: from here ----

    /// Begins to connect, and registers the connection with the selector.
    static void begin(Connection connection, Selector selector) {
        try {
            connection.channel.configureBlocking(false);
            var key = connection.channel.register(selector, OP_CONNECT, connection);
            if (connection.channel.connect(connection.server)) { // at once: it may happen
                key.interestOps(OP_READ | OP_WRITE);
            }
        } catch (IOException e) {
            connection.fail(e);
        }
    }

    /// The selector says that something can be done.
    static void ready(SelectionKey key) {
        var connection = (Connection) key.attachment();
        try {
            if (key.isConnectable()) {
                connection.channel.finishConnect();
                key.interestOps(OP_READ | OP_WRITE); // and no longer OP_CONNECT
            } else {
                connection.talk(key);
            }
        } catch (IOException e) {
            connection.fail(e);
        }
    }

    // ---- yours: to here ----

    /// To one server.
    static final class Connection {

        final InetSocketAddress server;
        final SocketChannel channel;
        private final ByteBuffer unsent = UTF_8.encode("one\ntwo\n");
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private String outcome; // null while it is not over

        Connection(InetSocketAddress server) throws IOException {
            this.server = server;
            channel = SocketChannel.open();
        }

        /// Sends two lines, half-closes, and hears what the server says until it closes. Does of
        /// it what can be done now.
        void talk(SelectionKey key) throws IOException {
            if (key.isWritable() && unsent.hasRemaining()) {
                channel.write(unsent);
                if (!unsent.hasRemaining()) {
                    channel.shutdownOutput();
                    key.interestOpsAnd(~OP_WRITE);
                }
            }
            if (key.isReadable()) hear();
        }

        private void hear() throws IOException {
            var buffer = ByteBuffer.allocate(1024);
            var count = channel.read(buffer);
            if (count == -1) end(heard.toString(UTF_8));
            else heard.write(buffer.array(), 0, count);
        }

        /// It is over, and this is why.
        void fail(IOException why) {
            end("failed: " + why.getMessage());
        }

        private void end(String how) {
            outcome = how;
            try {
                channel.close(); // its key is cancelled with it
            } catch (IOException e) {
                System.err.println("cannot close: " + e.getMessage());
            }
        }
    }

    /// Talks with all of them at the same time, in one thread.
    ///
    /// @return what each has said, or `failed: ` and why
    static List<String> talkWithAll(List<InetSocketAddress> servers) throws IOException {
        var connections = new ArrayList<Connection>();
        try (var selector = Selector.open()) {
            for (var server : servers) connections.add(new Connection(server));
            for (var connection : connections) begin(connection, selector);
            while (connections.stream().anyMatch(each -> each.outcome == null)) {
                selector.select();
                for (var key : selector.selectedKeys()) if (key.isValid()) ready(key);
                selector.selectedKeys().clear();
            }
        } finally {
            for (var connection : connections) connection.channel.close();
        }
        return connections.stream().map(each -> each.outcome).toList();
    }

    static void main(String[] args) throws IOException {
        var ports = args.length == 0 ? List.of("5678", "5679") : List.of(args);
        var outcomes = talkWithAll(ports.stream().map(port -> new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(port))).toList());
        for (int i = 0; i < ports.size(); i++) {
            System.out.println(ports.get(i) + ": " + outcomes.get(i).strip());
        }
    }
}
