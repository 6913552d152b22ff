import module java.base;

/// One end of a connection, the server's at the other. No call waits longer than [#DEADLINE] for
/// an answer; each throws an IOException if the server does not keep its side.
final class Talker implements AutoCloseable {

    /// Longer than a server looks away when descriptors have run out: a second.
    static final Duration DEADLINE = Duration.ofSeconds(15);

    /// So long a server takes nothing more before we call it stuck.
    private static final int STUCK_MILLIS = 200;

    /// More than all buffers of two kernels: who takes this from a client that reads no answers,
    /// keeps them in memory, or loses them.
    private static final long TOO_MUCH = 64L << 20;

    private final SocketChannel channel;
    private final Dialogue dialogue;
    private final LongAdder rightBytes;
    private FutureTask<Void> speech;
    private final byte[] buffer = new byte[32 * 1024];

    /// @param receiveBuffer in bytes, or 0 for what is usual
    /// @param rightBytes counts what was read and is right
    Talker(int port, Dialogue dialogue, int receiveBuffer, LongAdder rightBytes)
            throws IOException {
        this.dialogue = dialogue;
        this.rightBytes = rightBytes;
        channel = SocketChannel.open();
        try {
            if (receiveBuffer > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    (int) DEADLINE.toMillis());
            channel.socket().setSoTimeout((int) DEADLINE.toMillis());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    void say(int letters) throws IOException {
        send(dialogue.say(letters));
    }

    private void send(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) channel.write(bytes);
        } catch (IOException e) {
            throw lost(e.getMessage());
        }
    }

    /// Every byte a segment of its own.
    void dribble(int letters) throws IOException {
        var message = dialogue.say(letters);
        while (message.hasRemaining()) {
            send(message.slice(message.position(), 1));
            message.get();
        }
    }

    /// The first bytes of a message, and never the rest.
    void saySomeOf(int letters) throws IOException {
        var message = dialogue.say(letters);
        send(message.limit(message.limit() / 2));
    }

    /// Says more and more and reads nothing, until the server takes no more.
    ///
    /// @return what it has not taken of the last message
    ByteBuffer sayUntilStuck() throws IOException {
        channel.configureBlocking(false);
        try (var selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            var message = dialogue.say(0);
            while (selector.select(_ -> {}, STUCK_MILLIS) > 0) {
                if (!message.hasRemaining()) message = dialogue.say(buffer.length);
                channel.write(message);
                if (dialogue.said > TOO_MUCH) {
                    throw lost("nothing, and %,d bytes were taken".formatted(dialogue.said));
                }
            }
            return message;
        } finally { // the selector is closed: only now may it be blocking again
            if (channel.isOpen()) channel.configureBlocking(true);
        }
    }

    /// Reads until all is answered.
    void listen() throws IOException {
        while (!dialogue.isComplete()) {
            if (!read()) throw lost("end of stream");
        }
    }

    /// Sends the rest and half-closes, while we go on: the server may take it only if we read.
    void sayLast(ByteBuffer rest) {
        speech = new FutureTask<>(() -> {
            send(rest);
            channel.shutdownOutput();
            return null;
        });
        Thread.startVirtualThread(speech);
    }

    void sayLast(int letters) {
        sayLast(dialogue.say(letters));
    }

    /// Reads to the end of the stream, before which all has to be answered; to be called after the
    /// last has been said.
    void listenToEnd() throws IOException {
        while (read()) {}
        if (!dialogue.isComplete()) throw lost("end of stream");
        if (speech.state() == Future.State.FAILED) throw lost(speech.exceptionNow().getMessage());
    }

    /// @return false at the end of the stream
    private boolean read() throws IOException {
        int count;
        try {
            count = channel.socket().getInputStream().read(buffer);
        } catch (IOException e) {
            throw lost(e.getMessage());
        }
        if (count == -1) return false;
        dialogue.hear(buffer, count);
        rightBytes.add(count);
        return true;
    }

    private IOException lost(String why) {
        return new IOException(dialogue.where() + " came: " + why);
    }

    /// Resets the connection (SO_LINGER 0, see socket(7)).
    void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
