package wire;

import module java.base;

/// A piece of network that can be told to misbehave: it accepts connections, opens one to a server
/// for each, and passes on the bytes of both directions, with [Faults].
///
/// One thread and one selector serve all connections. In each direction at most [#HELD] bytes are
/// held; while they are, the sender is not read from, and TCP makes it wait. A half-close is passed
/// on as a half-close, behind the bytes that came before it, and a reset as a reset, at once.
public final class Link implements AutoCloseable {

    /// How many bytes one direction of one connection holds, at most.
    public static final int HELD = 64 * 1024;

    private static final int BACKLOG = 1024;

    /// Which way bytes go.
    public enum Direction {
        /// From the client to the server.
        UP,
        /// From the server to the client.
        DOWN
    }

    /// Is told what happens, in the thread that passes on the bytes: it must not wait. Connections
    /// are numbered from 1.
    public interface Observer {

        /// A client has come.
        default void connected(int number, SocketAddress client) {}

        /// A client has come, and was reset before it reached the server.
        default void refused(int number, SocketAddress client) {}

        /// The server does not take the connection; it is closed with a reset.
        default void unreachable(int number, IOException why) {}

        /// So many bytes have come in one read. The buffer is lent for this call.
        default void came(int number, Direction direction, ByteBuffer bytes) {}

        /// What has just come has been passed on, as far as that could be done at once.
        default void settled(int number, Direction direction) {}

        /// So many bytes have been passed on in one write. The buffer is lent for this call.
        default void passed(int number, Direction direction, ByteBuffer bytes) {}

        /// The end of the stream has been passed on.
        default void ended(int number, Direction direction) {}

        /// The connection is gone. `reset` says whether it was reset, by whichever side.
        default void closed(int number, boolean reset) {}
    }

    /// Tells two observers, one after the other.
    public record Both(Observer first, Observer second) implements Observer {

        @Override
        public void connected(int number, SocketAddress client) {
            first.connected(number, client);
            second.connected(number, client);
        }

        @Override
        public void refused(int number, SocketAddress client) {
            first.refused(number, client);
            second.refused(number, client);
        }

        @Override
        public void unreachable(int number, IOException why) {
            first.unreachable(number, why);
            second.unreachable(number, why);
        }

        @Override
        public void came(int number, Direction direction, ByteBuffer bytes) {
            first.came(number, direction, bytes.duplicate());
            second.came(number, direction, bytes);
        }

        @Override
        public void settled(int number, Direction direction) {
            first.settled(number, direction);
            second.settled(number, direction);
        }

        @Override
        public void passed(int number, Direction direction, ByteBuffer bytes) {
            first.passed(number, direction, bytes.duplicate());
            second.passed(number, direction, bytes);
        }

        @Override
        public void ended(int number, Direction direction) {
            first.ended(number, direction);
            second.ended(number, direction);
        }

        @Override
        public void closed(int number, boolean reset) {
            first.closed(number, reset);
            second.closed(number, reset);
        }
    }

    private static final Duration ACCEPT_RETRY = Duration.ofMillis(100);

    private final InetSocketAddress server;
    private final Observer observer;
    private final long seed;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final SelectionKey acceptance;
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final Set<Connection> connections = new HashSet<>();
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(HELD);
    private final Thread loop;
    private volatile Faults up = Faults.NONE;
    private volatile Faults down = Faults.NONE;
    private volatile int refuseEvery;
    private volatile boolean changed;
    private volatile boolean closing;
    private int count;

    /// Something to be done later, at a time of [System#nanoTime()].
    private record Alarm(long at, Runnable action) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            return Long.signum(at - other.at);
        }
    }

    /// Listens, and passes on from now on.
    ///
    /// @param server where each connection goes on to
    /// @param address where to listen; port 0 picks a free one
    /// @param seed of what happens by chance: the nth chunk of a direction of a connection always
    ///     has the same luck
    /// @throws IOException if the port is taken
    public Link(InetSocketAddress server, InetSocketAddress address, long seed,
            Observer observer) throws IOException {
        this.server = server;
        this.observer = observer;
        this.seed = seed;
        try {
            listener.bind(address, BACKLOG).configureBlocking(false);
            Runnable onAccept = this::accept;
            acceptance = listener.register(selector, SelectionKey.OP_ACCEPT, onAccept);
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
        loop = Thread.ofPlatform().daemon().name("link").start(this::run);
    }

    /// The port on which it listens.
    public int port() {
        return listener.socket().getLocalPort();
    }

    /// Sets the faults of both directions, for the connections that are there as well.
    public void setFaults(Faults up, Faults down) {
        this.up = up;
        this.down = down;
        changed = true;
        selector.wakeup();
    }

    /// Resets every nth connection at once, before it reaches the server; 0 for none.
    public void refuseEvery(int nth) {
        refuseEvery = nth;
    }

    /// Resets all connections, stops listening, and waits for the loop to end. Idempotent.
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the loop ends all the same
        }
    }

    // ---- the loop ----

    private void run() {
        try {
            while (!closing) {
                selector.select(key -> ((Runnable) key.attachment()).run(), untilNextAlarm());
                if (changed) {
                    changed = false;
                    List.copyOf(connections).forEach(Connection::advance);
                }
                ring();
            }
            List.copyOf(connections).forEach(Connection::reset);
            listener.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the link cannot go on", e);
        }
    }

    /// In milliseconds, rounded up; 0 for no alarm at all.
    private long untilNextAlarm() {
        if (alarms.isEmpty()) return 0;
        var nanos = alarms.peek().at - System.nanoTime();
        return Math.max(1, (nanos + 999_999) / 1_000_000);
    }

    private void ring() {
        var now = System.nanoTime();
        while (!alarms.isEmpty() && alarms.peek().at - now <= 0) {
            alarms.remove().action.run();
        }
    }

    private void accept() {
        try {
            SocketChannel client;
            while ((client = listener.accept()) != null) {
                count++;
                if (refuseEvery > 0 && count % refuseEvery == 0) {
                    observer.refused(count, client.getRemoteAddress());
                    reset(client);
                } else {
                    new Connection(count, client).open();
                }
            }
        } catch (IOException e) {
            // Most likely there are no file descriptors left: look away for a while.
            acceptance.interestOps(0);
            alarms.add(new Alarm(System.nanoTime() + ACCEPT_RETRY.toNanos(),
                    () -> acceptance.interestOps(SelectionKey.OP_ACCEPT)));
        }
    }

    private static void reset(SocketChannel channel) {
        try {
            if (channel.isOpen()) channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }

    // ---- a connection: two sockets, two directions ----

    private final class Connection {

        private final int number;
        private final SocketChannel client;
        private final SocketChannel server;
        private final Flow upward;
        private final Flow downward;
        private SelectionKey clientKey;
        private SelectionKey serverKey;
        private boolean closed;

        Connection(int number, SocketChannel client) throws IOException {
            this.number = number;
            this.client = client;
            server = SocketChannel.open();
            upward = new Flow(this, Direction.UP, client, server);
            downward = new Flow(this, Direction.DOWN, server, client);
            connections.add(this);
        }

        void open() {
            attempt(() -> {
                observer.connected(number, client.getRemoteAddress());
                for (var channel : List.of(client, server)) {
                    channel.configureBlocking(false);
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
                clientKey = client.register(selector, 0, (Runnable) this::onClient);
                serverKey = server.register(
                        selector, SelectionKey.OP_CONNECT, (Runnable) this::onConnect);
                if (connect()) onConnect();
            });
        }

        /// Whatever breaks on one side is a reset for the other.
        void attempt(Step step) {
            if (closed) return;
            try {
                step.run();
                if (!closed) updateInterest();
            } catch (IOException e) {
                reset();
            }
        }

        private void onConnect() {
            attempt(() -> {
                reach();
                serverKey.attach((Runnable) this::onServer);
                upward.advance();
                downward.advance();
            });
        }

        private boolean connect() throws IOException {
            try {
                return server.connect(Link.this.server);
            } catch (IOException e) {
                observer.unreachable(number, e);
                throw e;
            }
        }

        private void reach() throws IOException {
            try {
                if (!server.isConnected()) server.finishConnect();
            } catch (IOException e) {
                observer.unreachable(number, e);
                throw e;
            }
        }

        private void onClient() {
            attempt(() -> {
                if (clientKey.isReadable()) upward.read();
                if (!closed && clientKey.isWritable()) downward.advance();
            });
        }

        private void onServer() {
            attempt(() -> {
                if (serverKey.isReadable()) downward.read();
                if (!closed && serverKey.isWritable()) upward.advance();
            });
        }

        void advance() {
            if (!server.isConnected()) return;
            attempt(() -> {
                upward.advance();
                if (!closed) downward.advance();
            });
        }

        private void updateInterest() {
            if (!server.isConnected()) return;
            clientKey.interestOps(interest(upward, downward));
            serverKey.interestOps(interest(downward, upward));
        }

        private static int interest(Flow out, Flow in) {
            return (out.wantsToRead() ? SelectionKey.OP_READ : 0)
                    | (in.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
        }

        /// Both sides read the end of the stream; what they still send is thrown away.
        void closeBoth() throws IOException {
            upward.end();
            if (!closed) downward.end();
        }

        void closeIfOver() throws IOException {
            if (!upward.isOver() || !downward.isOver()) return;
            client.close();
            server.close();
            gone(false);
        }

        void reset() {
            if (closed) return;
            Link.reset(client);
            Link.reset(server);
            gone(true);
        }

        private void gone(boolean reset) {
            closed = true;
            connections.remove(this);
            observer.closed(number, reset);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /// Bytes that were read together, or are glued together, and wait to be passed on.
    private static final class Chunk {

        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        private final long arrived = System.nanoTime();
        private final double chance;
        private ByteBuffer bytes; // once it is due

        /// @param chance how much of the jitter it gets, from 0 to 1
        Chunk(double chance) {
            this.chance = chance;
        }

        boolean canGrow(Faults faults) {
            var end = arrived + faults.glue().toNanos();
            return bytes == null && end - System.nanoTime() > 0;
        }

        /// Faults can change while it waits.
        long due(Faults faults) {
            return arrived + faults.glue().toNanos() + faults.delay().toNanos()
                    + (long) (chance * faults.jitter().toNanos());
        }

        ByteBuffer bytes() {
            if (bytes == null) bytes = ByteBuffer.wrap(collected.toByteArray());
            return bytes;
        }
    }

    /// One direction of a connection.
    private final class Flow {

        private final Connection connection;
        private final Direction direction;
        private final SocketChannel from;
        private final SocketChannel to;
        private final Deque<Chunk> pending = new ArrayDeque<>();
        private final SplittableRandom random;
        private int held; // bytes in pending
        private long received; // bytes, since the beginning
        private long passed;
        private long notBefore = System.nanoTime(); // the next write
        private boolean fromHasEnded;
        private boolean discarding;
        private boolean stalled;
        private boolean endPassed;
        private boolean blocked; // the receiver takes no more
        private long alarm; // when advance is called next

        Flow(Connection connection, Direction direction, SocketChannel from, SocketChannel to) {
            this.connection = connection;
            this.direction = direction;
            this.from = from;
            this.to = to;
            random = new SplittableRandom(
                    seed + 2L * connection.number + direction.ordinal());
        }

        private Faults faults() {
            return direction == Direction.UP ? up : down;
        }

        boolean wantsToRead() {
            return !fromHasEnded && !stalled && (discarding || held < HELD);
        }

        boolean wantsToWrite() {
            return blocked;
        }

        boolean isOver() {
            return endPassed && fromHasEnded;
        }

        void read() throws IOException {
            if (!wantsToRead()) return;
            incoming.clear().limit(discarding ? HELD : HELD - held);
            var count = from.read(incoming);
            if (count == -1) {
                fromHasEnded = true;
                connection.closeIfOver();
            } else if (!discarding && count > 0) {
                observer.came(connection.number, direction, incoming.flip().asReadOnlyBuffer());
                if (pending.isEmpty() && faults().equals(Faults.NONE)) passAtOnce();
                if (incoming.hasRemaining()) collect(incoming);
            }
            if (connection.closed) return;
            advance();
            if (count > 0) observer.settled(connection.number, direction);
        }

        /// Most of the time there is nothing to wait for, and nothing to copy.
        private void passAtOnce() throws IOException {
            var piece = incoming.slice();
            var count = to.write(incoming);
            received += count;
            passed += count;
            tell(piece.limit(count));
        }

        private void tell(ByteBuffer piece) {
            if (piece.hasRemaining()) observer.passed(connection.number, direction, piece);
        }

        private void collect(ByteBuffer bytes) {
            var faults = faults();
            var flipAt = faults.flip() - received;
            var copy = new byte[bytes.remaining()];
            bytes.get(copy);
            if (flipAt >= 0 && flipAt < copy.length) { // upper case becomes lower case
                copy[(int) flipAt] ^= 0x20;
            }
            received += copy.length;
            held += copy.length;
            chunkFor(faults).collected.writeBytes(copy);
        }

        private Chunk chunkFor(Faults faults) {
            var last = pending.peekLast();
            if (last != null && last.canGrow(faults)) return last;
            pending.add(new Chunk(random.nextDouble()));
            return pending.getLast();
        }

        /// Passes on what is due, as far as the receiver takes it.
        void advance() throws IOException {
            blocked = false;
            stalled = false; // the fault may have been taken back
            while (!stalled && !endPassed && !blocked) {
                var end = faults().end();
                if (passed >= end.at()) {
                    endHere(end.how());
                    return;
                }
                var chunk = pending.peek();
                if (chunk == null && !fromHasEnded) return;
                var due = chunk == null ? notBefore : later(chunk.due(faults()), notBefore);
                if (due - System.nanoTime() > 0) {
                    wakeAt(due);
                    return;
                }
                if (chunk == null) {
                    end();
                } else {
                    pass(chunk, end);
                }
            }
        }

        private void wakeAt(long due) {
            if (due == alarm) return; // it is set already
            alarm = due;
            alarms.add(new Alarm(due, () -> connection.attempt(this::advance)));
        }

        private static long later(long one, long other) {
            return one - other > 0 ? one : other;
        }

        private void pass(Chunk chunk, Faults.End end) throws IOException {
            var faults = faults();
            var bytes = chunk.bytes();
            var most = Math.min(bytes.remaining(), end.at() - passed);
            if (faults.cut() > 0) most = Math.min(most, faults.cut());
            if (faults.bandwidth() > 0) most = Math.min(most, 1 + faults.bandwidth() / 100);
            var piece = bytes.slice(bytes.position(), (int) most);
            var count = to.write(piece);
            blocked = count < most;
            bytes.position(bytes.position() + count);
            if (!bytes.hasRemaining()) pending.remove();
            held -= count;
            passed += count;
            notBefore = System.nanoTime() + pauseAfter(count, faults);
            tell(piece.flip());
        }

        private static long pauseAfter(int count, Faults faults) {
            var gap = faults.cut() > 0 ? faults.gap().toNanos() : 0;
            return faults.bandwidth() == 0
                    ? gap : Math.max(gap, count * 1_000_000_000L / faults.bandwidth());
        }

        private void endHere(Faults.Ending how) throws IOException {
            switch (how) {
                case RESET -> connection.reset();
                case CLOSE -> connection.closeBoth();
                case STALL -> stalled = true;
            }
        }

        /// Passes on the end of the stream.
        private void end() throws IOException {
            if (endPassed) return;
            endPassed = true;
            discarding = true;
            pending.clear();
            held = 0;
            to.shutdownOutput();
            observer.ended(connection.number, direction);
            connection.closeIfOver();
        }
    }
}
