//SOURCES Background.java CellControl.java CellLoader.java JavadocText.java Prompt.java
//SOURCES Result.java Session.java Snippets.java Suggestions.java Supervisor.java Wire.java
//SOURCES WireLog.java

package workbook.engine;

import module java.base;

import wire.Words;
import workbook.runtime.BackgroundLine;
import workbook.runtime.BackgroundLines;
import workbook.runtime.Event;
import workbook.runtime.Opened;
import workbook.runtime.Prints;
import workbook.runtime.Resources;
import workbook.runtime.Run;
import workbook.runtime.Text;
import workbook.runtime.Transcript;

/// Runs the cells of a chapter in this JVM, one at a time, and knows what they open.
///
/// One reader, one engine: [#run] and [#evaluate] wait until the one before has ended. All other
/// methods may be called from any thread, also while a cell runs ([#interrupt], [#opened]).
///
/// The constructor returns at once: the JShell behind it is built in the background, and the first
/// call that needs it waits for it.
public final class CellEngine implements AutoCloseable {

    /// The number under which lines typed at the prompt are run.
    public static final int PROMPT = Run.PROMPT;

    /// In place of a cell's number: what ran last, be it a cell or a line typed at the prompt.
    public static final int LAST = -1;

    /// How long a cell may take, unless told otherwise.
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final ReentrantLock turn = new ReentrantLock();
    private final Resources resources = new Resources();
    private final BackgroundLines background = new BackgroundLines();
    private final Map<Integer, List<Run>> runs = new ConcurrentSkipListMap<>();
    private final SortedSet<Integer> stale = new ConcurrentSkipListSet<>();
    private volatile CompletableFuture<Session> session;
    private volatile Duration deadline = DEADLINE;
    private volatile Run running;
    private volatile boolean closed;

    /// Where in the log of the sockets each run began, and which run was the last of each cell.
    private final List<Long> marks = new ArrayList<>();
    private final Map<Integer, Integer> lastRuns = new HashMap<>();

    /// Starts to build. Lines that threads print when their cell is done are dropped until
    /// somebody listens.
    public CellEngine() {
        Run.prepareCarriers();
        Prints.install();
        session = build();
        WireLog.prepare();
    }

    private static CompletableFuture<Session> build() {
        var future = new CompletableFuture<Session>();
        Thread.ofPlatform().daemon().name("workbook builds a JShell").start(() -> {
            try {
                future.complete(new Session());
            } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    /// Sets what receives the lines that background threads print: on a thread of the engine, one at a
    /// time.
    public void onBackgroundLine(Consumer<BackgroundLine> listener) {
        background.listener(listener);
    }

    /// How long cells may take from now on, and lines typed at the prompt too.
    public void deadline(Duration deadline) {
        this.deadline = deadline;
    }

    /// Runs a cell of the chapter: closes what its last run opened, then runs it line by line until
    /// something fails.
    ///
    /// @param cell its number, from 1
    public Result run(int cell, String code) {
        return run(cell, code, _ -> {});
    }

    /// @param live is told of every event at once, on the calling thread
    public Result run(int cell, String code, Consumer<Event> live) {
        if (cell <= PROMPT) {
            throw new IllegalArgumentException("cells are numbered from 1, not " + cell);
        }
        return inTurn(() -> {
            release(cell);
            stale.addAll(runs.keySet().stream().filter(other -> other > cell).toList());
            stale.remove(cell);
            return perform(cell, code, live);
        });
    }

    /// Runs what was typed at the prompt. What it opens stays open until [#reset] or [#close].
    public Result evaluate(String code, Consumer<Event> live) {
        return inTurn(() -> perform(PROMPT, code, live));
    }

    private <T> T inTurn(Supplier<T> work) {
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the engine is closed");
            }
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    private Result perform(int cell, String code, Consumer<Event> live) {
        var current = session.join();
        var begun = System.nanoTime();
        var run = new Run(cell, current.loader(), resources, new Transcript(), background);
        var supervisor = new Supervisor(run, deadline, live);
        var complete = false;
        try {
            runs.computeIfAbsent(cell, _ -> new CopyOnWriteArrayList<>()).add(run);
            Prints.reinstall();
            run.mark(mark(cell));
            run.start();
            running = run;
            complete = current.run(run, code, supervisor);
        } finally {
            running = null;
            supervisor.finish();
            Prints.reinstall();
        }
        return new Result(cell, supervisor.events(), outcome(run, supervisor, complete),
                Duration.ofNanos(System.nanoTime() - begun), stale());
    }

    private long mark(int cell) {
        var mark = WireLog.get().map(WireLog::begin).orElse(0L);
        lastRuns.put(cell, marks.size());
        lastRuns.put(LAST, marks.size());
        marks.add(mark);
        return mark;
    }

    /// What crosses the sockets of this program can be drawn, if its JVM lets an agent in.
    public boolean hasWire() {
        return WireLog.get().isPresent();
    }

    /// A diagram of what has crossed the sockets since a cell began to run for the last time, and
    /// before the next one did.
    ///
    /// @param cell its number, [#PROMPT], or [#LAST]
    /// @param width in columns
    /// @return no lines if it has not run, or nothing has happened
    public List<String> wire(int cell, Words words, int width, boolean coloured) {
        return drawn(cell, (log, from, to, names) ->
                log.diagram(from, to, names, words, width, coloured));
    }

    /// The bytes of the last exchange in that time, one by one.
    public List<String> bytes(int cell, Words words, int width, boolean coloured) {
        return drawn(cell, (log, from, to, names) ->
                log.ruler(from, to, names, words, width, coloured));
    }

    private interface Drawing {
        List<String> draw(WireLog log, long from, long to, Map<Object, String> names);
    }

    private List<String> drawn(int cell, Drawing drawing) {
        return inTurn(() -> {
            var run = lastRuns.get(cell);
            if (run == null || WireLog.get().isEmpty()) return List.of();
            var log = WireLog.get().get();
            var to = run + 1 < marks.size() ? marks.get(run + 1) : log.mark();
            return drawing.draw(log, marks.get(run), to, session.join().loader().names());
        });
    }

    private static Result.Outcome outcome(Run run, Supervisor supervisor, boolean complete) {
        if (supervisor.isAbandoned()) {
            return Result.Outcome.ABANDONED;
        }
        return switch (run.stop()) {
            case DEADLINE -> Result.Outcome.TIMED_OUT;
            case INTERRUPTED, MEMORY -> Result.Outcome.STOPPED;
            case NO -> complete ? Result.Outcome.DONE : Result.Outcome.FAILED;
        };
    }

    /// Frees the cell that runs now, if there is one. Threads that it started live on, and so does
    /// everything else, unless the cell does not end: then they are ended too, in case it waits for
    /// one of them. Returns at once.
    ///
    /// A thread that is blocked on a socket when it is interrupted finds it closed: that is Java's
    /// rule for virtual threads and for channels.
    public void interrupt() {
        var run = running;
        if (run != null) {
            run.stop(Run.Stop.INTERRUPTED);
        }
    }

    /// Whether a cell runs now.
    public boolean isRunning() {
        return running != null;
    }

    /// The cells that have run, and of which an earlier one has run since.
    public SortedSet<Integer> stale() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(stale));
    }

    /// What cells opened and nobody closed yet, by cell, in the order of opening.
    public List<Opened> opened() {
        return resources.describe(names());
    }

    /// What the variables hold, with their names. Says nothing while JShell is busy.
    private Map<Object, String> names() {
        var names = new IdentityHashMap<Object, String>();
        if (session.isDone() && turn.tryLock()) {
            try {
                var current = session.join();
                current.variables().keySet()
                        .forEach(name -> names.put(current.loader().variable(name), name));
            } finally {
                turn.unlock();
            }
        }
        return names;
    }

    /// Closes what a cell opened, and ends the threads it started.
    public void release(int cell) {
        var ended = runs.remove(cell);
        if (ended != null) {
            ended.forEach(run -> run.stop(Run.Stop.INTERRUPTED));
            resources.close(ended);
        }
    }

    /// Closes everything and forgets all variables, as if just constructed; for the next chapter.
    public void reset() {
        inTurn(() -> {
            forgetEverything();
            session.thenAccept(Session::close);
            session = build();
            return null;
        });
    }

    private void forgetEverything() {
        resources.close(runs.values().stream().flatMap(List::stream).toList());
        runs.clear();
        stale.clear();
        marks.clear();
        lastRuns.clear();
        WireLog.get().ifPresent(WireLog::forget);
    }

    /// Whether what was typed can be run.
    public Prompt.Completeness completeness(String typed) {
        return inTurn(() -> Snippets.completeness(typed, session.join().analysis()));
    }

    /// How what was typed could go on at the cursor (0 to its length).
    public Prompt.Completions completions(String typed, int cursor) {
        return inTurn(() -> Suggestions.completions(typed, cursor, session.join().analysis()));
    }

    /// What is there to read about the thing at the cursor: a method's parameters, a class.
    public List<Prompt.Documentation> documentation(String typed, int cursor) {
        return inTurn(() -> Suggestions.documentation(typed, cursor, session.join().analysis()));
    }

    /// The variables of the session, in the order of declaration. A value that takes long to show
    /// is left out.
    public List<Prompt.Variable> variables() {
        return inTurn(() -> {
            var current = session.join();
            var look = new Run(PROMPT, current.loader(), resources, new Transcript(), background);
            look.start();
            try {
                return current.variables().entrySet().stream()
                        .map(variable -> new Prompt.Variable(variable.getKey(), variable.getValue(),
                                look(look, current.loader(), variable.getKey())))
                        .toList();
            } finally {
                look.end();
                look.release();
            }
        });
    }

    private static String look(Run look, CellLoader loader, String name) {
        var shown = look.submit(() -> CellControl.shown(loader.variable(name)));
        try {
            return look.stop() == Run.Stop.NO ? Text.withoutWrappers(
                    shown.get(LOOK.toMillis(), TimeUnit.MILLISECONDS)) : "…";
        } catch (ExecutionException e) {
            return "… (" + Text.withoutWrappers(e.getCause().toString()) + ")";
        } catch (TimeoutException | InterruptedException _) {
            look.stop(Run.Stop.DEADLINE);
            return "…";
        }
    }

    /// Interrupts what runs, closes everything, ends all threads. Idempotent.
    @Override
    public void close() {
        interrupt();
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                forgetEverything();
                session.thenAccept(Session::close);
                background.close();
                Prints.uninstall();
                WireLog.release();
            }
        } finally {
            turn.unlock();
        }
    }
}
