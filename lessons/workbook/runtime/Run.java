//SOURCES BackgroundLine.java BackgroundLines.java CellHooks.java Event.java Opened.java
//SOURCES Prints.java Resource.java Resources.java SocketState.java StandardStreams.java
//SOURCES Text.java ThreadState.java Transcript.java Weaver.java

package workbook.runtime;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// One run of one cell: its thread, what it opened, and where its prints go.
///
/// Every thread that runs code of a cell belongs to a run: the cell's own thread, and all threads
/// made by a thread of the run. A thread of a pool that outlives its runs belongs to the run that
/// compiled the code it runs just now.
public final class Run {

    /// The number of lines typed at the prompt, which belong to no cell.
    public static final int PROMPT = 0;

    /// Why a cell was told to stop.
    public enum Stop { NO, INTERRUPTED, DEADLINE, MEMORY }

    /// A thread's part in a run. Made with the thread, known to the run once it runs a cell's code.
    private static final class Membership {

        private final Run run;
        private final boolean born;
        private final LineReader lines = new LineReader();
        private boolean known;

        private Membership(Run run, boolean born) {
            this.run = run;
            this.born = born;
        }
    }

    private static final ThreadLocal<Membership> CURRENT = new InheritableThreadLocal<>() {
        @Override
        protected Membership childValue(Membership parent) {
            return parent == null ? null : new Membership(parent.run, true);
        }
    };

    private static final AtomicInteger IDS = new AtomicInteger();
    private static final Map<Integer, WeakReference<Run>> BY_ID = new ConcurrentHashMap<>();

    final int id = IDS.incrementAndGet();
    final int cell;
    final Transcript transcript;
    final Resources resources;

    private final BackgroundLines background;
    private final ClassLoader loader;
    private final BlockingQueue<FutureTask<?>> work = new LinkedBlockingQueue<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile Thread own;
    private volatile boolean over;
    private volatile boolean released;
    private volatile Stop stop = Stop.NO;
    private volatile StandardStreams streams;
    private long steps; // no more than a measure, so threads may take each other's away
    private volatile IntConsumer exit;
    private volatile long mark;

    public Run(int cell, ClassLoader loader, Resources resources, Transcript transcript,
            BackgroundLines background) {
        this.cell = cell;
        this.loader = loader;
        this.resources = resources;
        this.transcript = transcript;
        this.background = background;
        BY_ID.values().removeIf(run -> run.get() == null);
        BY_ID.put(id, new WeakReference<>(this));
    }

    /// By which woven code names it.
    public int id() {
        return id;
    }

    public Transcript transcript() {
        return transcript;
    }

    public Resources resources() {
        return resources;
    }

    /// Where in the log of the sockets it began.
    public long mark() {
        return mark;
    }

    public void mark(long mark) {
        this.mark = mark;
    }

    /// What has loaded the code that it runs.
    public ClassLoader loader() {
        return loader;
    }

    /// Makes it a program: it has a keyboard and a screen, if not null, and may exit.
    ///
    /// @param exit what `System.exit` does, before it ends its thread
    public void asProgram(StandardStreams streams, IntConsumer exit) {
        this.streams = streams;
        this.exit = exit;
    }

    /// What it reads and writes as a program; null for a cell.
    StandardStreams streams() {
        return streams;
    }

    /// What `System.exit` does; null if that is no business of a cell.
    IntConsumer exit() {
        return exit;
    }

    /// The run to which the current thread belongs, or null.
    public static Run current() {
        var membership = CURRENT.get();
        return membership == null ? null : membership.run;
    }

    /// The run of a thread that is about to run code compiled by the run with this id.
    static Run entered(int compiledBy) {
        var membership = CURRENT.get();
        if (membership == null ? mayJoin() : !membership.born && membership.run.id != compiledBy) {
            var reference = BY_ID.get(compiledBy);
            var run = reference == null ? null : reference.get();
            if (run == null) {
                return null;
            }
            membership = new Membership(run, false);
            CURRENT.set(membership);
        }
        if (membership == null) {
            return null;
        }
        if (!membership.known) {
            membership.known = true;
            if (membership.born) {
                membership.run.resources.register(membership.run, Thread.currentThread());
            }
        }
        return membership.run;
    }

    /// Threads of the common pool do, those of the workbook do not: they only look at variables.
    private static boolean mayJoin() {
        return Thread.currentThread() instanceof ForkJoinWorkerThread
                || Thread.currentThread().isVirtual();
    }

    /// Has enough carriers of virtual threads made, so that a cell or program which never yields
    /// leaves some for the next. To be called before there is a virtual thread.
    public static void prepareCarriers() {
        if (System.getProperty(CARRIERS) != null) return;
        var carriers = Math.max(8, Runtime.getRuntime().availableProcessors());
        System.setProperty(CARRIERS, String.valueOf(carriers));
    }

    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    /// Starts the cell's thread. Cells that nothing can stop may occupy all carriers: then a
    /// platform thread takes its place.
    public void start() {
        own = Thread.ofVirtual().name(name()).start(this::serve);
        if (!hasBegun(Duration.ofSeconds(1))) {
            own = Thread.ofPlatform().daemon().name(name()).start(this::serve);
        }
    }

    private boolean hasBegun(Duration patience) {
        try {
            return begun.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the caller will notice when it waits for the cell
            return true;
        }
    }

    public String name() {
        if (exit != null) return "main";
        return cell == PROMPT ? "prompt" : "cell " + cell;
    }

    private void serve() {
        synchronized (begun) {
            if (begun.getCount() == 0) {
                return;
            }
            begun.countDown();
        }
        Thread.currentThread().setContextClassLoader(loader);
        var membership = new Membership(this, true);
        membership.known = true;
        CURRENT.set(membership);
        while (!over || !work.isEmpty()) {
            try {
                work.take().run();
            } catch (InterruptedException _) {
                Thread.interrupted(); // meant for a statement that ended just before
            }
        }
    }

    /// Gives the cell's thread something to do.
    public <T> FutureTask<T> submit(Callable<T> statement) {
        var task = new FutureTask<>(statement) {
            @Override
            protected void done() {
                transcript.wake();
            }
        };
        work.add(task);
        return task;
    }

    public Stop stop() {
        return stop;
    }

    /// Counts a loop or a call.
    void step() {
        steps++;
    }

    public long steps() {
        return steps;
    }

    /// The thread of the cell, or of a program's `main`.
    public Thread own() {
        return own;
    }

    /// Frees the cell's own thread from whatever it does. The others live on.
    public void stop(Stop why) {
        if (!over && own != null) {
            stop = stop == Stop.NO ? why : stop;
            own.interrupt();
        }
    }

    /// Whether a thread of this run has to end.
    boolean isOver(Thread thread) {
        return released || stop != Stop.NO && thread == own;
    }

    /// The cell is done: from here on, what its threads print is background.
    public void end() {
        over = true;
        submit(() -> null);
        transcript.close();
    }

    /// From here on none of its threads gets far, and what they open is closed at once.
    public void release() {
        released = true;
    }

    boolean isReleased() {
        return released;
    }

    /// Its own thread does not stop: it is one more thing that is still there.
    public void abandon() {
        resources.register(this, own);
    }

    /// Takes what the current thread prints, which belongs to a run.
    ///
    /// @param isError whether it is meant for standard error
    static void print(byte[] bytes, int from, int count, boolean isError) {
        var membership = CURRENT.get();
        var run = membership.run;
        if (run.streams != null && !isError) {
            run.streams.print(bytes, from, count);
            return;
        }
        var text = membership.lines.decode(bytes, from, count);
        if (!run.released && !run.transcript.print(text)) {
            membership.lines.lines(text, line -> run.background.add(run.cell, line));
        }
    }

    /// Says a line in the name of this run.
    public void say(String line) {
        if (!released && !transcript.print(line + "\n")) {
            background.add(cell, line);
        }
    }

    /// Makes lines of the bytes that one thread prints.
    private static final class LineReader {

        private static final int LONGEST_LINE = 10_000;

        private final CharsetDecoder decoder = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        private final StringBuilder line = new StringBuilder();
        private byte[] rest = {};

        String decode(byte[] bytes, int from, int count) {
            var in = ByteBuffer.allocate(rest.length + count)
                    .put(rest).put(bytes, from, count).flip();
            var out = CharBuffer.allocate(in.remaining() + 1);
            decoder.reset().decode(in, out, false);
            rest = new byte[in.remaining()];
            in.get(rest);
            return out.flip().toString();
        }

        void lines(String text, Consumer<String> sink) {
            var start = 0;
            for (var end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
                sink.accept(line + text.substring(start, end));
                line.setLength(0);
                start = end + 1;
            }
            line.append(text, start, text.length());
            if (line.length() > LONGEST_LINE) {
                sink.accept(line.toString());
                line.setLength(0);
            }
        }
    }
}
