package bench;

import module java.base;
import module java.management;

import org.HdrHistogram.Histogram;

/// A thread's share of the clients, with one selector. Nothing is allocated per message.
final class ClientLoop implements AutoCloseable {

    /// So long the last answers may take.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long FINEST_NANOS = 100;
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Work work;
    private final Histogram latencies = new Histogram(FINEST_NANOS, LONGEST_NANOS, 3);
    private final Selector selector = Selector.open();
    private final List<Client> clients = new ArrayList<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(Payload.LONGEST_SLICE);
    private final Consumer<SelectionKey> dispatch = key -> ((Client) key.attachment()).ready();
    private long start;
    private long end;
    private int owed; // messages under way
    private boolean stopping; // nothing new is sent
    private boolean leaving; // nothing more must come
    private Exception failure;
    private double cores;

    ClientLoop(Work work) throws IOException {
        this.work = work;
    }

    /// Of the counted time, in nanoseconds.
    Histogram latencies() {
        return latencies;
    }

    /// How much of a core the loop used.
    double cores() {
        return cores;
    }

    /// Adds a client.
    void connect(InetSocketAddress server, int number) throws IOException {
        var channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true).configureBlocking(false);
        var client = new Client(channel, number);
        client.key = channel.register(selector, SelectionKey.OP_READ, client);
        clients.add(client);
    }

    /// Works for a time, waits for the last answer, and closes.
    ///
    /// @param start from when on latencies are recorded, by the clock of [System#nanoTime()]
    /// @param end when to stop that, and to send nothing more
    /// @throws WrongAnswer if a byte is wrong, missing or too much
    /// @throws IOException if a connection fails
    Void run(long start, long end) throws Exception {
        this.start = start;
        this.end = end;
        var begin = System.nanoTime();
        for (var client : clients) {
            client.send(begin);
        }
        while (!stopping || owed > 0) {
            step();
            stopping = System.nanoTime() - end >= 0;
        }
        cores = (double) THREADS.getCurrentThreadCpuTime() / (System.nanoTime() - begin);
        leave();
        return null;
    }

    private void step() throws Exception {
        selector.select(dispatch, 100);
        if (failure != null) throw failure;
        if (System.nanoTime() - end > PATIENCE.toNanos()) throw new WrongAnswer(missing());
    }

    /// After the last answer there must come nothing but the end.
    private void leave() throws Exception {
        leaving = true;
        for (var client : clients) {
            client.channel.shutdownOutput();
        }
        while (!selector.keys().isEmpty()) {
            step();
        }
    }

    private String missing() {
        var seconds = PATIENCE.toSeconds();
        return leaving ? "the server had not hung up %d seconds after we did".formatted(seconds)
                : "%d answers were still missing after %d seconds".formatted(owed, seconds);
    }

    @Override
    public void close() throws IOException {
        for (var client : clients) {
            client.channel.close();
        }
        selector.close();
    }

    /// One connection. The offsets count from its first byte.
    private final class Client {

        final SocketChannel channel;
        SelectionKey key;
        private final int number;
        private final Payload toSend;
        private final Payload expected;
        private final long[] sentAt = new long[work.inFlight()]; // a ring
        private long sent;
        private long answered;
        private long messagesSent; // begun, at least
        private long messagesAnswered; // to the last byte

        Client(SocketChannel channel, int number) {
            this.channel = channel;
            this.number = number;
            toSend = new Payload(number);
            expected = new Payload(number);
        }

        void ready() {
            if (failure != null) return;
            try {
                var now = key.isReadable() ? receive() : System.nanoTime();
                if (channel.isOpen()) send(now);
            } catch (IOException | WrongAnswer e) {
                failure = e;
            }
        }

        /// Sends as much as may be under way, and the kernel takes.
        void send(long now) throws IOException {
            var messages = stopping ? messagesSent : messagesAnswered + work.inFlight();
            var length = (int) Math.min(messages * work.bytes() - sent, Payload.LONGEST_SLICE);
            if (length > 0) {
                sent += channel.write(toSend.slice(sent, length));
                stamp(now);
            }
            var ops = sent < messages * work.bytes()
                    ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != ops) key.interestOps(ops);
        }

        private void stamp(long now) {
            while (messagesSent * work.bytes() < sent) {
                sentAt[(int) (messagesSent++ % sentAt.length)] = now;
                owed++;
            }
        }

        /// @return when the bytes had come
        private long receive() throws IOException, WrongAnswer {
            var count = channel.read(received.clear());
            var now = System.nanoTime();
            if (count == -1) {
                hangUp();
            } else {
                check(count);
            }
            while ((messagesAnswered + 1) * work.bytes() <= answered) {
                var latency = now - sentAt[(int) (messagesAnswered++ % sentAt.length)];
                if (now - start >= 0 && now - end < 0) latencies.recordValue(latency);
                owed--;
            }
            return now;
        }

        private void hangUp() throws IOException, WrongAnswer {
            if (!leaving) throw new WrongAnswer("the server hung up on client " + number);
            channel.close();
        }

        private void check(int count) throws WrongAnswer {
            if (answered + count > sent) {
                throw new WrongAnswer("client %d sent %,d bytes and got at least %,d back"
                        .formatted(number, sent, answered + count));
            }
            var wrong = received.flip().mismatch(expected.slice(answered, count));
            if (wrong >= 0) {
                throw new WrongAnswer("client %d: byte %,d that came back is not what was sent"
                        .formatted(number, answered + wrong + 1));
            }
            answered += count;
        }
    }
}
