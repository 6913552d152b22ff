package workbook.runtime;

import module java.base;

/// What runs have opened and nobody has closed. The first run that is seen with a thing owns it,
/// so that a socket which one cell accepts and another gets from a future stays with the first.
///
/// Holds things only while they are open: the closed ones are dropped whenever the number of all
/// has doubled.
public final class Resources {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int FIRST_SWEEP = 64;

    private record Entry(Run owner, Object thing) {}

    private final Map<Object, Entry> open = new IdentityHashMap<>();
    private final List<Entry> inOrder = new ArrayList<>();
    private int nextSweep = FIRST_SWEEP;

    /// A run that was released and opens something nevertheless has it closed at once.
    public void register(Run owner, Object thing) {
        synchronized (open) {
            if (open.containsKey(thing)) {
                return;
            }
            var entry = new Entry(owner, thing);
            open.put(thing, entry);
            inOrder.add(entry);
            if (inOrder.size() > nextSweep) {
                sweep();
            }
        }
        if (owner.isReleased()) {
            Resource.close(thing);
        }
    }

    private void sweep() {
        inOrder.removeIf(entry -> {
            var gone = !Resource.isOpen(entry.thing);
            if (gone) {
                open.remove(entry.thing);
            }
            return gone;
        });
        nextSweep = FIRST_SWEEP + 2 * inOrder.size();
    }

    /// It is closed, or about to be.
    void forget(Object thing) {
        synchronized (open) {
            open.remove(thing);
            inOrder.removeIf(entry -> entry.thing == thing);
        }
    }

    private List<Entry> entries(Predicate<Entry> wanted) {
        synchronized (open) {
            sweep();
            return inOrder.stream().filter(wanted).toList();
        }
    }

    /// The threads that have not ended.
    public List<Thread> threads() {
        return entries(entry -> entry.thing instanceof Thread).stream()
                .map(entry -> (Thread) entry.thing).toList();
    }

    /// In words, by cell, the oldest first.
    public List<Opened> describe(Map<Object, String> names) {
        return entries(_ -> true).stream()
                .map(entry -> new Opened(entry.owner.cell, Resource.kind(entry.thing),
                        Resource.name(entry.thing, names), Resource.state(entry.thing)))
                .sorted(Comparator.comparingInt(Opened::cell))
                .toList();
    }

    /// Closes what these runs opened: threads first, then selectors, then channels and sockets.
    /// Waits a moment for the threads to end.
    public void close(Collection<Run> owners) {
        owners.forEach(Run::release);
        var own = entries(entry -> owners.contains(entry.owner));
        if (own.isEmpty()) {
            return;
        }
        var closer = Thread.ofPlatform().daemon().name("workbook closes")
                .inheritInheritableThreadLocals(false).start(() -> own.stream()
                        .map(Entry::thing)
                        .sorted(Comparator.comparingInt(Resource::closingOrder))
                        .forEach(this::close));
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        join(closer, deadline);
        for (var entry : entries(entry -> owners.contains(entry.owner))) {
            if (entry.thing instanceof Thread thread) {
                join(thread, deadline);
            }
        }
    }

    private static void join(Thread thread, long deadline) {
        try {
            var left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            var isStarted = thread.getState() != Thread.State.NEW;
            if (isStarted && thread != Thread.currentThread()) {
                thread.join(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void close(Object thing) {
        Resource.close(thing);
        if (!(thing instanceof Thread || thing instanceof ExecutorService)) {
            forget(thing); // those two may take their time
        }
        if (thing instanceof SelectableChannel channel && channel.isRegistered()) {
            deregister(channel);
        }
    }

    /// A closed channel keeps its port until the selectors it is registered with select again.
    private void deregister(SelectableChannel channel) {
        for (var entry : entries(entry -> entry.thing instanceof Selector)) {
            var selector = (Selector) entry.thing;
            if (channel.keyFor(selector) != null) {
                Resource.deregister(channel, selector);
            }
        }
    }
}
