//SOURCES Content.java Header.java ../shared/Narrator.java

package upload;

import module java.base;

import shared.Narrator;

/// A client of the file server, and until when we wait for it. A blocking channel knows
/// no timeout; but when it is closed, a thread that waits in it gets an exception.
public final class Connection implements Header.Source, Closeable {

    private final SocketChannel channel;
    private final String who;
    private final Duration patience;
    private final IntConsumer received;
    private volatile long deadline;
    private volatile boolean late;
    private boolean lost; // else it is our disk that failed
    private int progress;

    /// @param patience for the header, and for each 512 KB of the content
    /// @param received is told how many bytes have come
    public Connection(SocketChannel channel, Duration patience, IntConsumer received)
            throws IOException {
        this.channel = channel;
        this.patience = patience;
        this.received = received;
        who = Narrator.nameOf(channel.getRemoteAddress());
        channel.socket().setTcpNoDelay(true);
        mayTake(patience);
    }

    /// Its name in the log.
    public String who() {
        return who;
    }

    /// Whether the connection broke; else, if something failed, it was on our side.
    public boolean isLost() {
        return lost;
    }

    /// Sets the deadline anew, to so long from now.
    public void mayTake(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /// Sleeps until the deadline, but never long, as it may be brought forward; then
    /// closes. Interrupt it when the client has been served.
    public void closeWhenLate() {
        try {
            for (long left; (left = deadline - System.nanoTime()) > 0; ) {
                Thread.sleep(Duration.ofNanos(Math.min(left, patience.toNanos())));
            }
            late = true;
            close();
        } catch (InterruptedException e) {
            return; // it was in time
        }
    }

    /// Reads what has come. Only a buffer full of it earns more time: a byte does not.
    ///
    /// @throws EOFException if the client has closed
    public void read(ByteBuffer into) throws IOException {
        lost = true;
        var count = channel.read(into);
        if (count < 0) throw new EOFException("closed too early");
        lost = false;
        received.accept(count);
        progress += count;
        if (progress >= Content.BUFFER_BYTES) {
            progress = 0;
            mayTake(patience);
        }
    }

    @Override
    public ByteBuffer receive(int count) throws IOException {
        var bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) read(bytes);
        return bytes.flip();
    }

    public void send(ByteBuffer bytes) throws IOException {
        lost = true;
        while (bytes.hasRemaining()) channel.write(bytes);
        lost = false;
    }

    /// Sends the last bytes, closes our half, and waits for the client to close the
    /// other: to close with bytes unread resets the connection, and a reset can overtake
    /// them.
    public void end(ByteBuffer last) throws IOException {
        mayTake(patience);
        send(last);
        channel.shutdownOutput();
        var ignored = ByteBuffer.allocate(Content.BUFFER_BYTES);
        while (channel.read(ignored.clear()) >= 0) {}
    }

    /// Why the connection broke, for the log.
    public String whatHappened(IOException e) {
        return late ? "too slow, disconnected" : e.getMessage();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
