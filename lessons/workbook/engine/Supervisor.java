package workbook.engine;

import module java.base;

import jdk.jshell.spi.ExecutionControl.StoppedException;
import workbook.runtime.Event;
import workbook.runtime.Run;

/// Waits, on the caller's thread, for what the thread of a cell does: passes on what happens, and
/// sees to it that the cell ends.
///
/// A cell that was told to stop has half a second. Then all threads of its run are stopped and what
/// they opened is closed, as one of them may be what it waits for. After another second it is left
/// to itself.
final class Supervisor implements CellControl.Caller {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration LAST_GRACE = Duration.ofMillis(1500);
    private static final double FULL = 0.9;

    private final Run run;
    private final Consumer<Event> live;
    private final List<Event> events = new ArrayList<>();
    private final Duration deadline;
    private Duration left;
    private long stoppedAt;
    private boolean released;
    private boolean abandoned;
    private boolean robbed;
    private boolean interrupted;

    Supervisor(Run run, Duration deadline, Consumer<Event> live) {
        this.run = run;
        this.deadline = deadline;
        this.left = deadline;
        this.live = live;
    }

    @Override
    public String call(Callable<String> statement) throws Exception {
        if (left.isNegative()) {
            run.stop(Run.Stop.DEADLINE); // the statement will notice
        }
        var task = run.submit(statement);
        var begun = System.nanoTime();
        while (!task.isDone()) {
            try {
                await();
                deliver();
                if (!task.isDone()) {
                    watch(Duration.ofNanos(System.nanoTime() - begun));
                }
            } catch (OutOfMemoryError _) { // the cell has taken it from us, too
                robbed = true;
            }
            if (abandoned) {
                throw new StoppedException();
            }
        }
        left = left.minusNanos(System.nanoTime() - begun);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof InvocationTargetException thrown ? thrown
                    : new InvocationTargetException(e.getCause()); // by toString of the value
        }
    }

    private void await() {
        try {
            run.transcript().await(TICK);
        } catch (InterruptedException _) { // somebody wants our caller to stop
            interrupted = true;
            run.stop(Run.Stop.INTERRUPTED);
        }
    }

    private void watch(Duration took) {
        if (run.stop() == Run.Stop.NO) {
            if (took.compareTo(left) > 0) {
                run.stop(Run.Stop.DEADLINE);
            } else if (robbed || isMemoryFull()) {
                run.stop(Run.Stop.MEMORY);
            }
            return;
        }
        stoppedAt = stoppedAt == 0 ? System.nanoTime() : stoppedAt;
        var since = Duration.ofNanos(System.nanoTime() - stoppedAt);
        run.stop(run.stop()); // it may have swallowed the interrupt
        if (since.compareTo(LAST_GRACE) > 0) {
            abandoned = true;
            run.abandon();
        } else if (since.compareTo(GRACE) > 0 && !released) {
            released = true;
            run.resources().close(Set.of(run));
        }
    }

    /// What is garbage does not count.
    private static boolean isMemoryFull() {
        if (used() < FULL) {
            return false;
        }
        System.gc();
        return used() > FULL;
    }

    private static double used() {
        var runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / (double) runtime.maxMemory();
    }

    /// Adds something that happened, and tells it at once.
    void add(Event event) {
        run.transcript().add(event);
        deliver();
    }

    void deliver() {
        for (var event : run.transcript().take()) {
            events.add(event);
            live.accept(event);
        }
    }

    /// Why the cell was told to stop.
    String reason() {
        return switch (run.stop()) {
            case NO -> "";
            case INTERRUPTED -> "Interrupted";
            case DEADLINE -> "Stopped after %s s".formatted(seconds(deadline));
            case MEMORY -> "Stopped before the memory was full";
        };
    }

    private static String seconds(Duration duration) {
        var millis = duration.toMillis();
        return millis % 1000 == 0 ? String.valueOf(millis / 1000) : String.valueOf(millis / 1000.0);
    }

    /// No more will happen.
    void finish() {
        run.end();
        deliver();
        if (abandoned) {
            add(new Event.Note("it does not end; it goes on behind the scenes"));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// All that has happened, with prints in one piece.
    List<Event> events() {
        var joined = new ArrayList<Event>();
        for (var event : events) {
            if (event instanceof Event.Printed(var more) && !joined.isEmpty()
                    && joined.getLast() instanceof Event.Printed(var text)) {
                joined.set(joined.size() - 1, new Event.Printed(text + more));
            } else {
                joined.add(event);
            }
        }
        return List.copyOf(joined);
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
