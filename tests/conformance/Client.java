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

    /// More than all buffers of two kernels: a server that takes this keeps it in memory.
    private static final int TOO_MUCH = 64 << 20;

    /// So long nothing moves before a flood is called stuck.
    private static final int STUCK_MILLIS = 200;

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
            channel = server instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no socket to be had", e);
        }
        try {
            channel.configureBlocking(false);
            if (server instanceof InetSocketAddress) setOptions(floods);
            key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(server)) awaitConnected();
        } catch (IOException e) {
            close();
            throw new Failure(Symptom.CANNOT_CONNECT);
        }
    }

    private void setOptions(boolean floods) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // a segment for each chunk
        if (floods) channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_WINDOW);
    }

    private void awaitConnected() throws IOException {
        if (!await(SelectionKey.OP_CONNECT) || !channel.finishConnect()) {
            throw new SocketTimeoutException();
        }
    }

    private boolean await(int operation) throws IOException {
        return await(operation, patience.toMillis());
    }

    private boolean await(int operation, long millis) throws IOException {
        key.interestOps(operation);
        return selector.select(_ -> {}, millis) > 0;
    }

    /// @throws Failure if the server does not take it, or has reset the connection
    void say(byte[] bytes) throws Failure {
        remember(bytes);
        var buffer = ByteBuffer.wrap(bytes);
        try {
            while (true) {
                channel.write(buffer);
                if (!buffer.hasRemaining()) return;
                if (!await(SelectionKey.OP_WRITE)) throw new Failure(Symptom.TAKES_NOTHING);
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

    /// @throws Failure if there is no end to what the server takes, or has reset the connection
    void flood(Bytes letters) throws Failure {
        var buffer = ByteBuffer.wrap(letters.array());
        try {
            while (said.size() < TOO_MUCH) {
                if (!await(SelectionKey.OP_WRITE, STUCK_MILLIS)) return;
                if (!buffer.hasRemaining()) buffer.rewind();
                var from = buffer.position();
                channel.write(buffer);
                remember(Arrays.copyOfRange(letters.array(), from, buffer.position()));
            }
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
        hear(); // fails with something else if it has not kept but lost it
        throw new Failure(Symptom.KEEPS_EVERYTHING);
    }

    /// Returns when everything that was said is answered.
    void hear() throws Failure {
        while (true) {
            takeIncoming();
            if (answer.isComplete()) return;
            try {
                if (!fill()) throw new Failure(Symptom.ENDED_EARLY);
            } catch (SocketTimeoutException e) {
                throw new Failure(heardSinceSaid ? Symptom.INCOMPLETE : Symptom.NO_ANSWER);
            } catch (IOException e) {
                throw new Failure(Symptom.RESET);
            }
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
        var count = channel.read(incoming.clear().limit(most));
        if (count == 0) {
            if (!await(SelectionKey.OP_READ)) throw new SocketTimeoutException();
            count = channel.read(incoming);
        }
        incoming.flip();
        return count != -1;
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
        hear();
        try {
            while (fill()) takeIncoming();
        } catch (SocketTimeoutException e) {
            throw new Failure(Symptom.NO_END);
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
    }

    void halfClose() throws Failure {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new Failure(Symptom.RESET);
        }
    }

    void reset() {
        try {
            if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // The server was faster: the connection is closed already.
        }
        close();
    }

    Broken broken(Play play, int step, Symptom symptom) {
        return new Broken(play, step, symptom, said.toByteArray(), heard.toByteArray(), right,
                answer.answered(), answer.due());
    }

    @Override
    public void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
