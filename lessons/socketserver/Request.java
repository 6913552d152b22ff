//SOURCES Peer.java Connection.java Datagram.java ../shared/Seats.java

package socketserver;

import module java.base;

import shared.Seats;

/// What a server serves: a [Connection], or a [Datagram].
public abstract sealed class Request permits Connection, Datagram {

    private Seats.Seat seat;
    private volatile Thread thread; // null until it is served

    public abstract Peer peer();

    /// Waits until the server has a seat for it.
    ///
    /// @return false if it has closed its seats
    public final boolean awaitSeat(Seats seats) throws InterruptedException {
        seat = seats.take(peer().name(), this::disconnect, this::isAtWork);
        return seat != null;
    }

    /// From now on the current thread serves it.
    public final void serveHere() {
        thread = Thread.currentThread();
    }

    final boolean isServedHere() {
        return thread == Thread.currentThread();
    }

    /// Interrupts the thread that serves it, and disconnects its peer.
    final void cutOff() {
        disconnect();
        var current = thread;
        if (current != null) current.interrupt();
    }

    /// The peer has sent or taken so many bytes.
    final void moved(int bytes) {
        if (bytes > 0) seat.received(bytes);
    }

    /// Whether the peer waits for the handler, and not the handler for the peer.
    abstract boolean isAtWork();

    /// Sends what is not sent yet, and ends the connection in order.
    public abstract void complete() throws IOException;

    /// Tells in the log why there are no more answers.
    public abstract void fail(IOException why);

    /// From now on the handler reads "end of stream", even if it is waiting just now.
    void endInput() {}

    /// Disconnects a peer that has kept the handler waiting for too long.
    public void disconnectIfIdle() {}

    /// The handler gets an exception from whatever it reads or writes.
    void disconnect() {}

    /// Disconnects, and gives the seat back.
    public final void end() {
        disconnect();
        if (seat != null) seat.close();
    }
}
