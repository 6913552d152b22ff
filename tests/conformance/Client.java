package conformance;

import module java.base;

/// A client of which no call waits longer than its patience, and which remembers all that it said
/// and heard.
final class Client implements AutoCloseable {

    /// Why a call has given up.
    static final class Failure extends Exception {

        private static final long serialVersionUID = 1;

        final Symptom symptom;

        Failure(Symptom symptom) {
            super(symptom.name(), null, false, false);
            this.symptom = symptom;
        }
    }

    private static final int SMALL_WINDOW = 4096; // bytes

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Answer answer;
    private final Duration patience;
    private final ByteBuffer incoming = ByteBuffer.allocate(64 * 1024).flip();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int right; // of the bytes heard
    private boolean heardSinceSaid;

    /// @param floods whether it is to have little room for answers
    Client(SocketAddress server, Answer answer, Duration patience, boolean floods)
            throws Failure {
        this.answer = answer;
        this.patience = patience;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector to be had", e);
        }
        try {
            key = connect(server, floods);
            channel = (SocketChannel) key.channel();
        } catch (IOException e) {
            close(selector);
            throw new Failure(Symptom.CANNOT_CONNECT);
        }
    }

    private static final Duration FIRST_KNOCK = Duration.ofMillis(50);

    /// How long a queue may be full.
    private static final Duration QUEUE = Duration.ofSeconds(1);

    /// Knocks until it is let in. For a handshake that a full queue has dropped, the system would
    /// knock again only after a second (RFC 6298, section 2), and a server with a short queue would
    /// seem slow.
    private SelectionKey connect(SocketAddress server, boolean floods) throws IOException {
        var time = patience.compareTo(QUEUE) < 0 ? QUEUE : patience;
        var giveUp = System.nanoTime() + time.toNanos();
        for (var wait = FIRST_KNOCK; ; wait = wait.multipliedBy(2)) {
            var last = System.nanoTime() + wait.toNanos() - giveUp >= 0;
            var knock = open(server, floods);
            try {
                var key = knock.register(selector, SelectionKey.OP_CONNECT);
                var connected = knock.connect(server)
                        || selector.select(_ -> {}, wait.toMillis()) > 0 && knock.finishConnect();
                if (connected) return key;
            } catch (IOException e) {
                knock.close();
                throw e;
            }
            knock.close();
            if (last) throw new SocketTimeoutException();
        }
    }

    private static SocketChannel open(SocketAddress server, boolean floods) {
        try {
            var local = server instanceof UnixDomainSocketAddress;
            var channel = local ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            channel.configureBlocking(false);
            if (!local) setOptions(channel, floods);
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException("no socket to be had", e);
        }
    }

    private static void setOptions(SocketChannel channel, boolean floods) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // a segment for each chunk
        if (floods) channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_WINDOW);
    }

    private boolean await(int operation) throws IOException {
        return await(operation, patience);
    }

    private boolean await(int operation, Duration patience) throws IOException {
        key.interestOps(operation);
        return selector.select(_ -> {}, patience.toMillis()) > 0;
    }

    /// @throws Failure if the server does not take it, or has reset the connection
    void say(byte[] bytes) throws Failure {
        remember(bytes);
        var buffer = ByteBuffer.wrap(bytes);
        try {
            while (true) {
                channel.write(buffer);
                if (!buffer.hasRemaining()) return;
                // A server that has answers to write does not read: each would wait for the other.
                if (!await(SelectionKey.OP_WRITE | SelectionKey.OP_READ)) {
                    throw new Failure(Symptom.TAKES_NOTHING);
                }
                takeIncoming();
                var count = channel.read(incoming.clear());
                incoming.flip();
                if (count == -1) throw new Failure(Symptom.ENDED_EARLY);
            }
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
    }

    private void remember(byte[] bytes) {
        said.writeBytes(bytes);
        answer.said(bytes);
        heardSinceSaid = false;
    }

    /// Returns when nothing more has been taken for so long, or too much.
    ///
    /// @throws Failure if the server has reset the connection
    void flood(Supplier<byte[]> chunks, Duration stuck) throws Failure {
        var chunk = ByteBuffer.allocate(0);
        try {
            while (said.size() < Stage.TOO_MUCH) {
                if (!await(SelectionKey.OP_WRITE, stuck)) return;
                if (!chunk.hasRemaining()) chunk = ByteBuffer.wrap(chunks.get());
                var from = chunk.position();
                channel.write(chunk);
                remember(from == 0 && !chunk.hasRemaining() ? chunk.array()
                        : Arrays.copyOfRange(chunk.array(), from, chunk.position()));
            }
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
    }

    /// Returns when everything that was said is answered.
    ///
    /// @throws Failure if it is not, or if the server had to keep too much of it
    void hear() throws Failure {
        while (true) {
            takeIncoming();
            if (answer.isComplete()) {
                if (said.size() >= Stage.TOO_MUCH) throw new Failure(Symptom.KEEPS_EVERYTHING);
                return;
            }
            try {
                if (!fill()) throw new Failure(Symptom.ENDED_EARLY);
            } catch (SocketTimeoutException e) {
                throw new Failure(heardSinceSaid ? Symptom.INCOMPLETE : Symptom.NO_ANSWER);
            } catch (IOException e) {
                throw new Failure(Symptom.RESET);
            }
        }
    }

    /// Returns when nothing more comes, or the stream has ended.
    void drain() throws Failure {
        try {
            do takeIncoming(); while (fill());
        } catch (SocketTimeoutException e) {
            return;
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
    }

    /// @throws Failure if a byte cannot be part of the answer
    private void takeIncoming() throws Failure {
        var from = incoming.position();
        answer.take(incoming);
        if (incoming.position() > from) heardSinceSaid = true;
        right += incoming.position() - from;
        heard.write(incoming.array(), from, incoming.limit() - from);
        if (!incoming.hasRemaining()) return;
        incoming.position(incoming.limit());
        throw new Failure(answer.isComplete() ? Symptom.SURPLUS : Symptom.WRONG_BYTE);
    }

    private boolean fill() throws IOException {
        return fill(incoming.capacity());
    }

    /// @param most how many bytes to read
    /// @return false at the end of the stream
    private boolean fill(int most) throws IOException {
        incoming.clear().limit(most);
        try {
            var count = channel.read(incoming);
            if (count == 0) {
                if (!await(SelectionKey.OP_READ)) throw new SocketTimeoutException();
                count = channel.read(incoming);
            }
            return count != -1;
        } finally {
            incoming.flip();
        }
    }

    void hearAByte() throws Failure {
        try {
            if (!incoming.hasRemaining() && !fill(1)) throw new Failure(Symptom.ENDED_EARLY);
        } catch (SocketTimeoutException e) {
            throw new Failure(Symptom.NO_ANSWER);
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
    }

    /// Returns when everything is answered and the stream has ended.
    void hearTheEnd() throws Failure {
        answer.awaitsTheEnd();
        hear();
        try {
            while (fill()) takeIncoming();
        } catch (SocketTimeoutException e) {
            throw new Failure(Symptom.NO_END);
        } catch (IOException e) {
            if (!answer.mayEndInReset()) throw new Failure(Symptom.RESET);
        }
    }

    void halfClose() throws Failure {
        answer.halfCloses();
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
    }

    void mayBeDropped() {
        answer.mayBeDropped();
    }

    void leave() {
        answer.leaves();
        close();
    }

    void reset() {
        try {
            if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // The server was faster: the connection is closed already.
        }
        leave();
    }

    Broken broken(Play play, int step, Symptom symptom) {
        return new Broken(play, step, symptom, said.toByteArray(), heard.toByteArray(), right,
                answer.answered(), answer.isComplete() ? new byte[0] : answer.due());
    }

    @Override
    public void close() {
        close(channel);
        close(selector);
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
