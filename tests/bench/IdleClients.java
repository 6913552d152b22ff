package bench;

import module java.base;

/// Clients that have been served once and then say nothing, as most clients of most servers do
/// most of the time. A connection alone would prove nothing: it may still wait in the backlog.
final class IdleClients implements AutoCloseable {

    private static final int MESSAGE_BYTES = 64;

    /// So many connect at a time: fewer than any backlog.
    private static final int AT_ONCE = 64;

    /// When nothing has come for so long, nothing will.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final InetSocketAddress server;
    private final List<SocketChannel> served = new ArrayList<>();
    private final Selector selector = Selector.open();
    private final ByteBuffer received = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    private final Payload payload = new Payload(0);
    private int knocking;

    IdleClients(InetSocketAddress server) throws IOException {
        this.server = server;
    }

    /// How many there are.
    int count() {
        return served.size();
    }

    /// Adds clients until there are so many, or the server takes no more.
    ///
    /// @throws IOException if it closes one of the connections
    /// @throws WrongAnswer if an answer is not what was sent
    void growTo(int count) throws IOException, WrongAnswer {
        while (served.size() < count) {
            while (knocking < AT_ONCE && served.size() + knocking < count) {
                knock();
            }
            if (selector.select(PATIENCE.toMillis()) == 0) return;
            for (var key : selector.selectedKeys()) {
                receive(key);
            }
            selector.selectedKeys().clear();
        }
    }

    private void knock() throws IOException {
        var channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.write(payload.slice(0, MESSAGE_BYTES));
        channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        knocking++;
    }

    private void receive(SelectionKey key) throws IOException, WrongAnswer {
        var channel = (SocketChannel) key.channel();
        var count = channel.read(received.clear());
        if (count == -1) throw new EOFException("the server closed the connection of an idle client");
        if (received.flip().mismatch(payload.slice(0, count)) >= 0) {
            throw new WrongAnswer("an idle client's only answer is not what was sent");
        }
        key.cancel();
        served.add(channel);
        knocking--;
    }

    /// Closes with a reset, so that no TIME_WAIT stays behind.
    @Override
    public void close() throws IOException {
        for (var channel : served) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0).close();
        }
        for (var key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
