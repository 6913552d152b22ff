//SOURCES Request.java ../shared/Narrator.java

package socketserver;

import module java.base;

import shared.Narrator;

/// The requests that are being served, and how they end when the server does: graceful
/// shutdown.
public final class RequestsInProgress {

    /// So long requests may take to finish; then they are cut off, and have so long to
    /// notice. Together much less than a second, as the machine may be busy.
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration CUT_OFF = Duration.ofMillis(100);

    private final Narrator log;
    private final Set<Request> requests = new LinkedHashSet<>();
    private boolean ending;

    public RequestsInProgress(Narrator log) {
        this.log = log;
    }

    /// @return whether it may be served: not if the end has begun
    public synchronized boolean add(Request request) {
        return !ending && requests.add(request);
    }

    public synchronized void remove(Request request) {
        requests.remove(request);
        notifyAll();
    }

    public synchronized void disconnectIdle() {
        requests.forEach(Request::disconnectIfIdle);
    }

    public synchronized boolean areEnding() {
        return ending;
    }

    /// Ends the input of all requests, and waits for them to finish. Half a second later
    /// those that have not are cut off: disconnected and interrupted. Returns within a
    /// second, even if a handler ignores all that.
    ///
    /// A handler may call this, too. Its own request is not waited for, but ends when the
    /// handler returns.
    ///
    /// @return false if a handler called this when the end had begun: it does not wait,
    ///         as two handlers would wait for each other
    public boolean end() {
        if (!begin()) return false;
        if (othersFinishWithin(GRACE)) return true;
        cutOffOthers();
        if (othersFinishWithin(CUT_OFF)) return true;
        log.say("shut down, but these go on: " + others().stream()
                .map(request -> request.peer().name()).toList());
        return true;
    }

    private synchronized boolean begin() {
        if (ending && others().size() < requests.size()) return false;
        ending = true;
        requests.forEach(Request::endInput);
        return true;
    }

    private synchronized List<Request> others() {
        return requests.stream().filter(request -> !request.isServedHere()).toList();
    }

    private synchronized void cutOffOthers() {
        for (var request : others()) {
            log.say(request.peer().name() + " is cut off");
            request.cutOff();
        }
    }

    private synchronized boolean othersFinishWithin(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        try {
            while (!others().isEmpty()) {
                var left = end - System.nanoTime();
                if (left <= 0) return false;
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, left));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
