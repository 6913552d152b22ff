package workbook.runtime;

import module java.base;

/// What happens in one run, from all its threads, in order. The threads write, the caller of the
/// engine reads: so a listener that is slow, or writes to a terminal, is never interrupted in place
/// of the cell.
public final class Transcript {

    private static final int MOST_LINES = 1000;
    private static final int MOST_CHARACTERS = 100_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final StringBuilder printed = new StringBuilder();
    private final List<Event> waiting = new ArrayList<>();
    private boolean woken;
    private boolean closed;
    private int lines;
    private int characters;
    private long lost;
    private long linesLost;

    /// @return false if the run is over
    boolean print(String text) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            var kept = withinLimits(text);
            printed.append(text, 0, kept);
            lost += text.length() - kept;
            linesLost += text.substring(kept).chars().filter(c -> c == '\n').count();
            news.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// How much of the text is kept: whole lines, as long as there is room.
    private int withinLimits(String text) {
        if (lost > 0) {
            return 0;
        }
        var end = 0;
        while (end < text.length() && lines < MOST_LINES && characters <= MOST_CHARACTERS) {
            var feed = text.indexOf('\n', end);
            var next = Math.min(feed < 0 ? text.length() : feed + 1, end + MOST_CHARACTERS);
            lines += feed < 0 ? 0 : 1;
            characters += next - end;
            end = next;
        }
        return end;
    }

    /// Adds something that is not print.
    public void add(Event event) {
        lock.lock();
        try {
            movePrinted();
            waiting.add(event);
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    private void movePrinted() {
        if (!printed.isEmpty()) {
            waiting.add(new Event.Printed(Text.harmless(printed.toString())));
            printed.setLength(0);
        }
    }

    /// Makes [#await] return.
    void wake() {
        lock.lock();
        try {
            woken = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for something to take, or for [#wake], but not for long.
    public void await(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            if (!woken && waiting.isEmpty() && printed.isEmpty()) {
                news.awaitNanos(patience.toNanos());
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    /// Takes what has happened so far.
    public List<Event> take() {
        lock.lock();
        try {
            movePrinted();
            var taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more prints. Tells of those that were not kept.
    void close() {
        lock.lock();
        try {
            if (lost > 0) {
                add(new Event.Note("only the first lines are kept; %,d more %s were printed"
                        .formatted(linesLost > 0 ? linesLost : lost,
                                linesLost > 0 ? "lines" : "characters")));
            }
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
