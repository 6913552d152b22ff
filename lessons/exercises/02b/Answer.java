///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 02b: one buffer for each client, which is either empty or has the rest of an
/// answer. While it has one, we do not read, and so it never holds more than one answer.
class PollWithRest {

    static final byte[] PREFIX = "echo ".getBytes(StandardCharsets.US_ASCII);
    static final int READ_LIMIT = 16 * 1024; // bytes, for one read

    // ---- yours: from here ----

    /// One client.
    static final class Connection {

        private final SocketChannel channel; // non-blocking
        private ByteBuffer rest = ByteBuffer.allocate(0); // of an answer

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        /// Does what it can for this client without waiting; returns whether that was anything.
        boolean poll() throws IOException {
            if (rest.hasRemaining()) return channel.write(rest) > 0;
            var buffer = ByteBuffer.allocate(PREFIX.length + READ_LIMIT).put(PREFIX);
            var count = channel.read(buffer);
            if (count == 0) return false;
            if (count == -1) {
                channel.close();
                return true;
            }
            channel.write(buffer.flip());
            rest = buffer; // as it is: from its position to its limit
            return true;
        }
    }

    // ---- yours: to here ----

    static void main(String[] args) throws IOException, InterruptedException {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        var connections = new ArrayList<Connection>();
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", port)).configureBlocking(false);
            System.out.println("listening on 127.0.0.1:" + listener.socket().getLocalPort());
            while (true) {
                if (!pass(listener, connections)) Thread.sleep(1);
            }
        }
    }

    /// Asks the listener and each client once; returns whether anything happened.
    static boolean pass(ServerSocketChannel listener, List<Connection> connections)
            throws IOException {
        var channel = listener.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            connections.add(new Connection(channel));
        }
        var happened = channel != null;
        for (var each : connections) happened |= poll(each);
        connections.removeIf(each -> !each.channel.isOpen());
        return happened;
    }

    static boolean poll(Connection connection) {
        try {
            return connection.poll();
        } catch (IOException e) {
            close(connection.channel);
            return true;
        }
    }

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.err.println("cannot close: " + e.getMessage());
        }
    }
}
