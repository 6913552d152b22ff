package workbook.engine;

import module java.base;

import recorder.Agent;
import recorder.Diagram;
import recorder.Happening;
import recorder.Recorder;
import wire.Words;

/// What crosses the sockets of this JVM, since the first engine was made. There is one log, as
/// there is one JDK: a cell finds its part by when it began.
final class WireLog {

    /// Of older ones nothing is known.
    private static final int MOST = 20_000;

    /// Of each read or write.
    private static final int BYTES = 256;

    private static final Future<Optional<WireLog>> LOG = start();

    private final NavigableMap<Long, Happening> happenings = new TreeMap<>();
    private final Recorder recorder = Agent.recorder(BYTES, false, this::add);
    private long next;

    private WireLog() {}

    private static final AtomicInteger ENGINES = new AtomicInteger();

    /// There is one engine more. Taps the sockets in the background, if that has not been done.
    static void prepare() {
        ENGINES.incrementAndGet();
    }

    /// There is one engine less; after the last, sockets are what they were.
    static void release() {
        if (ENGINES.decrementAndGet() == 0 && LOG.isDone()) {
            get().ifPresent(log -> log.recorder.pause());
        }
    }

    private static Future<Optional<WireLog>> start() {
        var log = new FutureTask<>(WireLog::open);
        Thread.ofPlatform().daemon().name("workbook taps the sockets").start(log);
        return log;
    }

    private static Optional<WireLog> open() {
        try {
            Agent.enter();
            return Optional.of(new WireLog());
        } catch (IOException | IllegalStateException e) {
            System.getLogger("workbook").log(System.Logger.Level.DEBUG, "no agent", e);
            return Optional.empty();
        }
    }

    /// The log, as soon as it is there; empty if this JVM lets no agent in.
    static Optional<WireLog> get() {
        try {
            return LOG.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.empty(); // another JDK, with other sockets
        }
    }

    private synchronized void add(Happening happening) {
        happenings.put(next++, happening);
        if (happenings.size() > MOST) happenings.pollFirstEntry();
    }

    /// For a new chapter: the next connection is the first again.
    synchronized void forget() {
        happenings.clear();
        recorder.forget();
    }

    /// A cell begins. Another recorder may have listened in the meantime.
    long begin() {
        recorder.begin();
        return mark();
    }

    /// Where the next one will stand.
    synchronized long mark() {
        return next;
    }

    /// @param from a mark
    /// @param to a mark, which is excluded
    private synchronized List<Happening> between(long from, long to) {
        return List.copyOf(happenings.subMap(from, Math.max(from, to)).values());
    }

    private synchronized List<Happening> until(long to) {
        return List.copyOf(happenings.headMap(to).values());
    }

    /// The same for a chapter, where a reader may have run some cells again: the connections of
    /// this picture are numbered from 1.
    List<String> diagramOfCell(long from, Map<Object, String> names, Words words, int width) {
        var numbers = new HashMap<Integer, Integer>();
        between(from, mark()).stream().map(Happening::connection).filter(each -> each > 0)
                .distinct().sorted().forEach(each -> numbers.put(each, numbers.size() + 1));
        var all = renumbered(until(mark()), numbers);
        var window = renumbered(between(from, mark()), numbers);
        return pictures(names, words, width, false, numbers).draw(window, all);
    }

    private static List<Happening> renumbered(List<Happening> all, Map<Integer, Integer> numbers) {
        return all.stream().filter(each -> each.connection() == 0
                || numbers.containsKey(each.connection()))
                .map(each -> each.of(numbers.getOrDefault(each.connection(), 0))).toList();
    }

    /// A diagram of what happened between two marks; no lines if nothing did.
    ///
    /// @param names of the variables, by what they hold
    List<String> diagram(long from, long to, Map<Object, String> names, Words words, int width,
            boolean coloured) {
        var window = between(from, to);
        return window.isEmpty() ? List.of()
                : pictures(names, words, width, coloured).draw(window, until(to));
    }

    /// The bytes of the last exchange between two marks.
    List<String> ruler(long from, long to, Map<Object, String> names, Words words, int width,
            boolean coloured) {
        return pictures(names, words, width, coloured).ruler(between(from, to));
    }

    private Diagram pictures(Map<Object, String> names, Words words, int width,
            boolean coloured) {
        return pictures(names, words, width, coloured, Map.of());
    }

    private Diagram pictures(Map<Object, String> names, Words words, int width,
            boolean coloured, Map<Integer, Integer> numbers) {
        var byEnd = new HashMap<String, String>();
        names.forEach((thing, name) -> recorder.end(thing)
                .ifPresent(end -> byEnd.merge(
                        numbers.getOrDefault(end.connection(), end.connection()) + " "
                        + end.role(), name, BinaryOperator.minBy(Comparator.naturalOrder()))));
        return new Diagram(words, (connection, role) ->
                byEnd.getOrDefault(connection + " " + role, ""), width, coloured);
    }
}
