//SOURCES Request.java ../shared/Narrator.java

package socketserver;

import module java.base;

import shared.Narrator;

/// A request that is a TCP or Unix connection.
///
/// It is a channel around a channel, so that Java makes the streams for it. On the way it
/// looks after the flushing, the deadline and the log.
final class Connection extends Request implements ByteChannel {

    private static final int BUFFER_SIZE = 8192;

    /// So long a peer may take to close its side after its last answer.
    private static final Duration LINGER = Duration.ofMillis(500);

    private static final long NEVER = Long.MAX_VALUE;

    private final SocketChannel channel;
    private final Duration idle;
    private final Narrator log;
    private final Peer peer;
    private volatile long deadline = NEVER; // while we wait for the peer

    /// @param idle so long the peer may neither send nor take anything when it is waited
    ///        for
    Connection(String name, SocketChannel channel, Duration idle, Narrator log) {
        this.channel = channel;
        this.idle = idle;
        this.log = log;
        peer = new Peer(name,
                new BufferedInputStream(Channels.newInputStream(this), BUFFER_SIZE),
                new BufferedOutputStream(Channels.newOutputStream(this), BUFFER_SIZE));
        log.connected(name);
    }

    @Override
    public Peer peer() {
        return peer;
    }

    /// Nobody may wait for a peer that itself waits, for an answer in our buffer.
    @Override
    public int read(ByteBuffer into) throws IOException {
        peer.out().flush();
        var from = into.position();
        deadline = System.nanoTime() + idle.toNanos();
        var count = channel.read(into);
        deadline = NEVER;
        moved(count);
        if (count > 0) log.received(peer.name(), into, from, into.position());
        return count;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        var from = bytes.position();
        deadline = System.nanoTime() + idle.toNanos();
        var count = channel.write(bytes);
        deadline = NEVER;
        moved(count); // a peer that takes a long answer has nothing to send meanwhile
        log.sent(peer.name(), bytes, from, bytes.position());
        return count;
    }

    @Override
    boolean isAtWork() {
        return deadline == NEVER;
    }

    /// A channel has no read timeout, and a write none at all. But any thread may close
    /// it; the one that waits for the peer gets an [AsynchronousCloseException].
    @Override
    public void disconnectIfIdle() {
        if (deadline == NEVER || System.nanoTime() - deadline < 0) return;
        disconnect();
        log.say(peer.name() + " kept us waiting for too long");
    }

    /// To close with bytes unread is a reset, and destroys answers that are still under
    /// way (RFC 1122, section 4.2.2.13). So we close our half, and wait for the peer to
    /// close the other.
    @Override
    public void complete() throws IOException {
        if (!channel.isOpen()) return;
        peer.out().flush();
        channel.shutdownOutput();
        deadline = System.nanoTime() + LINGER.toNanos();
        var rest = ByteBuffer.allocate(BUFFER_SIZE);
        while (channel.read(rest) != -1) rest.clear();
        log.left(peer.name());
    }

    @Override
    public void fail(IOException why) {
        if (!channel.isOpen()) return; // logged already, where it was closed
        log.lost(peer.name(), why);
        disconnect();
    }

    @Override
    void endInput() {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    void disconnect() {
        try {
            channel.close();
        } catch (IOException e) {
            log.lost(peer.name(), e);
        }
    }

    /// What a handler does that closes one of its streams.
    @Override
    public void close() {
        disconnect();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }
}
