//SOURCES Narrator.java

package shared;

import module java.base;

/// A limited number of seats, one for each client that is served.
///
/// A client that is connected and silent, or sends a byte now and then, must not keep
/// others out forever. The policy: *the slowest leaves first*. While somebody waits for a
/// seat, the clients are watched for a period. Then the one that has sent the least has
/// to go, if that was less than [#LEAST_BYTES]: it is disconnected, and the log says why.
/// As long as there are free seats, nobody has to send anything.
///
/// In a period every seat can change hands. So a client behind a crowd of silent ones,
/// all before it in the backlog, waits for about crowd size / seats periods.
///
/// What this cannot do: an attacker that sends enough on every connection looks like a
/// client at work. Only more seats help against that, or knowing who the clients are.
public final class Seats {

    /// The least that a client must send in a period, in bytes, if others wait.
    public static final int LEAST_BYTES = 16;

    private final int count;
    private final Duration period;
    private final Narrator log;
    private final Set<Seat> taken = new LinkedHashSet<>(); // in the order of coming
    private long periodStart = System.nanoTime();
    private boolean closed;

    /// @param count how many clients are served at a time
    /// @param period for which they are watched while others wait
    public Seats(int count, Duration period, Narrator log) {
        this.count = count;
        this.period = period;
        this.log = log;
    }

    /// Waits until a seat is free, and takes it.
    ///
    /// @param who the name of the client in the log
    /// @param connection is closed if the client loses its seat
    /// @return null after [#close()]
    public Seat take(String who, Closeable connection) throws InterruptedException {
        return take(who, connection, () -> false);
    }

    /// The same for a client that may have to wait for us.
    ///
    /// @param atWork whether we are working for it just now: then it keeps its seat, as
    ///        it has nothing to send
    public synchronized Seat take(
            String who, Closeable connection, BooleanSupplier atWork)
            throws InterruptedException {
        if (taken.size() == count) {
            log.say("full: " + who + " waits for a seat");
            if (left() < -period.toNanos()) startPeriod(false); // nobody watched lately
        }
        while (taken.size() == count && !closed) {
            if (left() <= 0) startPeriod(true);
            letTheSlowestGo();
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, left()));
        }
        if (closed) return null;
        var seat = new Seat(who, connection, atWork);
        taken.add(seat);
        return seat;
    }

    /// From now on nobody gets a seat, and nobody waits for one.
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /// Waits until all seats are free.
    public synchronized void awaitAllFree() throws InterruptedException {
        while (!taken.isEmpty()) wait();
    }

    private long left() {
        return periodStart + period.toNanos() - System.nanoTime();
    }

    /// Whoever has come in the second half of a period has had no time yet.
    ///
    /// @param watched whether the last period has just ended, and its figures count
    private void startPeriod(boolean watched) {
        var halfTime = periodStart + period.toNanos() / 2;
        for (var seat : taken) {
            seat.watched = watched && seat.since - halfTime <= 0;
            seat.sentBefore = seat.sent.getAndSet(0);
        }
        periodStart = System.nanoTime();
    }

    private void letTheSlowestGo() {
        if (taken.stream().anyMatch(seat -> seat.lost)) return; // one is on its way out
        taken.stream().filter(Seat::isSlow)
                .min(Comparator.comparingLong(seat -> seat.sentBefore))
                .ifPresent(Seat::lose);
    }

    /// The right of one client to be served.
    public final class Seat implements AutoCloseable {

        private final String who;
        private final Closeable connection;
        private final BooleanSupplier atWork;
        private final long since = System.nanoTime();
        private final AtomicLong sent = new AtomicLong(); // in this period, in bytes
        private long sentBefore; // in the last one
        private boolean watched; // for at least half of the last one
        private boolean lost;

        private Seat(String who, Closeable connection, BooleanSupplier atWork) {
            this.who = who;
            this.connection = connection;
            this.atWork = atWork;
        }

        /// Tells that the client has sent so many bytes.
        public void received(int bytes) {
            sent.addAndGet(bytes);
        }

        private boolean isSlow() {
            return watched && sentBefore < LEAST_BYTES && sent.get() < LEAST_BYTES
                    && !atWork.getAsBoolean();
        }

        private void lose() {
            lost = true;
            log.say("%s has to go: it sent %d bytes in %.1f s, and others wait".formatted(
                    who, sentBefore, period.toMillis() / 1000.0));
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
