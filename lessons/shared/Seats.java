//SOURCES Narrator.java

package shared;

import module java.base;

/// A limited number of seats, one for each client that is served.
///
/// A client that is connected and silent, or sends a byte now and then, must not keep
/// others out for ever. The policy: *while somebody waits for a seat*, a client that
/// sends less than [#LEAST_BYTES] in a period loses its own. It is disconnected, and the
/// log says why. While there are free seats nobody has to hurry.
///
/// What this cannot do: an attacker who sends enough on every connection looks like a
/// client at work. Against that help only more seats, or knowing who the clients are.
public final class Seats {

    /// So much a client has to send in a period, in bytes, if others wait.
    public static final int LEAST_BYTES = 16;

    private final int count;
    private final Duration period;
    private final Narrator log;
    private final Set<Seat> taken = new LinkedHashSet<>();
    private long periodStart;

    /// @param count how many clients are served at a time
    /// @param period in which a client has to send something while others wait
    public Seats(int count, Duration period, Narrator log) {
        this.count = count;
        this.period = period;
        this.log = log;
    }

    /// Waits until a seat is free, and takes it.
    ///
    /// @param who the name of the client in the log
    /// @param connection is closed if the client loses its seat
    public synchronized Seat take(String who, Closeable connection)
            throws InterruptedException {
        if (taken.size() == count) {
            log.say("full: " + who + " waits for a seat");
            if (left() <= 0) startPeriod(); // the last one was over before anybody waited
        }
        while (taken.size() == count) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, left()));
            if (left() <= 0) {
                disconnectTheSlow();
                startPeriod();
            }
        }
        var seat = new Seat(who, connection);
        taken.add(seat);
        return seat;
    }

    /// Waits until all seats are free.
    public synchronized void awaitAllFree() throws InterruptedException {
        while (!taken.isEmpty()) wait();
    }

    private long left() {
        return periodStart + period.toNanos() - System.nanoTime();
    }

    private void startPeriod() {
        periodStart = System.nanoTime();
        taken.forEach(seat -> seat.sent.set(0));
    }

    /// Whoever has come in the second half of the period has had no time yet.
    private void disconnectTheSlow() {
        var halfTime = periodStart + period.toNanos() / 2;
        for (var seat : taken) {
            if (seat.since - halfTime < 0 && seat.sent.get() < LEAST_BYTES) seat.lose();
        }
    }

    /// The right of one client to be served.
    public final class Seat implements AutoCloseable {

        private final String who;
        private final Closeable connection;
        private final long since = System.nanoTime();
        private final AtomicLong sent = new AtomicLong();
        private boolean lost;

        private Seat(String who, Closeable connection) {
            this.who = who;
            this.connection = connection;
        }

        /// Tells that the client has sent so many bytes.
        public void received(int bytes) {
            sent.addAndGet(bytes);
        }

        private void lose() {
            if (lost) return; // and still on its way out
            lost = true;
            log.say("%s has to go: it sent %d bytes in %.1f s, and others wait".formatted(
                    who, sent.get(), period.toMillis() / 1000.0));
            try {
                connection.close(); // ends the read or write of its thread
            } catch (IOException e) {
                log.lost(who, e);
            }
        }

        /// Gives the seat back.
        @Override
        public void close() {
            synchronized (Seats.this) {
                taken.remove(this);
                Seats.this.notifyAll();
            }
        }
    }
}
