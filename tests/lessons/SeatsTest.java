import module java.base;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import shared.Narrator;
import shared.Seats;

/// Which clients keep their seats while others wait, and for how long.
class SeatsTest {

    private static final Duration PERIOD = Duration.ofMillis(100);

    private final Narrator log = new Narrator(true);

    /// A client in a seat, with a connection that knows whether it was closed. As in a server, the
    /// seat is given back when the connection has ended.
    private static final class Sitter implements Closeable {

        private final CountDownLatch disconnected = new CountDownLatch(1);
        private Seats.Seat seat;

        static Sitter in(Seats seats) throws InterruptedException {
            var sitter = new Sitter();
            sitter.seat = seats.take("a client", sitter);
            Thread.startVirtualThread(() -> {
                sitter.awaitDisconnection();
                sitter.seat.close();
            });
            return sitter;
        }

        boolean isDisconnected() {
            return disconnected.getCount() == 0;
        }

        private void awaitDisconnection() {
            try {
                disconnected.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            disconnected.countDown();
        }
    }

    /// However many seats there are, and however little each client sends: below the least, it
    /// cannot keep others out.
    @Property(tries = 10)
    void whoSendsTooLittleMakesRoomWhenSomebodyWaits(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = Seats.LEAST_BYTES - 1) Integer> sent)
            throws Exception {
        var seats = new Seats(sent.size(), PERIOD, log);
        var sitters = new ArrayList<Sitter>();
        for (int bytes : sent) {
            var sitter = Sitter.in(seats);
            sitter.seat.received(bytes);
            sitters.add(sitter);
        }
        var start = System.nanoTime();
        for (int i = 0; i < sent.size(); i++) sitters.add(Sitter.in(seats));
        var took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(TestClient.DEADLINE) < 0, "it took " + took);
        for (var sitter : sitters.subList(0, sent.size())) {
            assertTrue(sitter.isDisconnected(), "still in its seat");
        }
        sitters.forEach(Sitter::close);
    }

    /// With a free seat nobody has to hurry.
    @Example
    void nobodyIsDisconnectedWhileThereAreFreeSeats() throws Exception {
        var seats = new Seats(2, Duration.ofMillis(1), log);
        var silent = Sitter.in(seats);
        for (int i = 0; i < 20; i++) {
            var next = Sitter.in(seats);
            assertFalse(silent.isDisconnected(), "after " + i + " others");
            next.seat.close();
        }
        silent.close();
    }

    /// A client at work is worth its seat, however long the others wait.
    @Example
    void whoIsAtWorkKeepsItsSeat() throws Exception {
        var seats = new Seats(2, PERIOD.multipliedBy(5), log);
        var working = Sitter.in(seats);
        var work = Thread.ofPlatform().start(() -> {
            while (!working.isDisconnected()) {
                working.seat.received(Seats.LEAST_BYTES);
                LockSupport.parkNanos(1_000_000);
            }
        });
        for (int i = 0; i < 3; i++) Sitter.in(seats); // each makes the one before it go
        assertFalse(working.isDisconnected(), "disconnected, although it was at work");
        working.close();
        assertTrue(work.join(TestClient.DEADLINE));
    }

    @Example
    void seatsThatAreGivenBackCanBeTakenAtOnce() throws Exception {
        var seats = new Seats(1, Duration.ofHours(1), log);
        for (int i = 0; i < 100; i++) {
            var sitter = Sitter.in(seats);
            assertFalse(sitter.isDisconnected());
            sitter.seat.close();
        }
        seats.awaitAllFree();
    }
}
