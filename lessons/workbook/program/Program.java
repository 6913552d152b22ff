//SOURCES ProgramEngine.java

package workbook.program;

import module java.base;

import workbook.runtime.BackgroundLines;
import workbook.runtime.CellHooks;
import workbook.runtime.Resources;
import workbook.runtime.Run;
import workbook.runtime.StandardStreams;
import workbook.runtime.ThreadState;
import workbook.runtime.Transcript;
import workbook.runtime.Weaver;

/// A compiled program that runs in this JVM as cells do: whatever it does, it can be ended. It may
/// loop, block, exit, start threads, print for ever and leave sockets open.
///
/// Either its [#main] runs, as in a process of its own, or single methods are called, one at a
/// time ([#call]). What it prints is kept ([#printed]) unless it has a screen of its own.
public final class Program implements AutoCloseable {

    /// Where it stands: for those who wonder why nothing comes.
    ///
    /// @param state `blocked in read`
    /// @param line of the program that waits for that; 0 if it is none of its own
    public record Place(String state, int line) {}

    /// A call did not come back in time, or a thread of the program does not go on.
    public static final class Stuck extends Exception {

        private static final long serialVersionUID = 1;

        public final transient Place place;

        Stuck(Place place) {
            super(place.state + ", line " + place.line);
            this.place = place;
        }
    }

    /// How it has ended.
    ///
    /// @param status the exit code
    /// @param cause what left `main`, or null
    public record Ending(int status, Throwable cause) {}

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final String LOADER = "program";

    private final Run run;
    private final Resources resources = new Resources();
    private final Transcript transcript = new Transcript();
    private final Loader loader;
    private final StringBuilder printed = new StringBuilder();
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final StandardStreams streams; // or null

    /// @param classes by their binary names
    /// @param streams what it reads and writes; null if it has no keyboard, and its prints are kept
    Program(Map<String, byte[]> classes, StandardStreams streams, BackgroundLines background) {
        this.streams = streams;
        loader = new Loader(classes);
        run = new Run(Run.PROMPT, loader, resources, transcript, background);
        loader.run = run.id();
        run.asProgram(streams, status -> end(new Ending(status, null)));
        run.start();
    }

    /// Its own classes first: ours may have the same names.
    private static final class Loader extends ClassLoader {

        private final Map<String, byte[]> compiled = new HashMap<>();
        private int run;

        Loader(Map<String, byte[]> classes) {
            super(LOADER, Program.class.getClassLoader());
            classes.forEach((name, bytes) -> compiled.put(name.replace('.', '/'), bytes));
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!compiled.containsKey(name.replace('.', '/'))) {
                    return super.loadClass(name, resolve);
                }
                var loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            var bytes = compiled.get(name.replace('.', '/'));
            if (bytes == null) throw new ClassNotFoundException(name);
            var woven = new Weaver(run, compiled).weave(bytes);
            return defineClass(name, woven, 0, woven.length);
        }
    }

    /// A class of the program.
    ///
    /// @throws ClassNotFoundException if there is none of this name
    public Class<?> type(String name) throws ClassNotFoundException {
        return loader.loadClass(name);
    }

    // ---- methods, one at a time ----

    /// Calls something of the program, on the program's thread.
    ///
    /// @throws Stuck if that takes longer; the program is good for nothing then
    /// @throws InvocationTargetException what the work threw
    public <T> T call(Callable<T> work, Duration patience)
            throws Stuck, InvocationTargetException, InterruptedException {
        var task = run.submit(work);
        try {
            return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof InvocationTargetException thrown ? thrown
                    : new InvocationTargetException(e.getCause());
        } catch (TimeoutException _) {
            var place = place(run.own());
            close();
            throw new Stuck(place);
        }
    }

    // ---- as a process ----

    /// Starts `main` and returns. The program ends when `main` and all platform threads have ended
    /// (virtual threads are daemons), or when it exits; all that it has opened is closed then.
    public void main(Method main, String... arguments) {
        main.setAccessible(true);
        var hasParameter = main.getParameterCount() == 1;
        run.submit(() -> {
            try {
                var target = Modifier.isStatic(main.getModifiers()) ? null : instance(main);
                if (hasParameter) main.invoke(target, (Object) arguments);
                else main.invoke(target);
                Thread.ofVirtual().start(() -> endWithItsThreads(new Ending(0, null)));
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof CellHooks.Stopped)) {
                    run.say("Exception " + e.getCause() + place(e.getCause()));
                    Thread.ofVirtual()
                            .start(() -> endWithItsThreads(new Ending(1, e.getCause())));
                }
            }
            return null;
        });
    }

    private static Object instance(Method main) throws ReflectiveOperationException {
        var constructor = main.getDeclaringClass().getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static String place(Throwable cause) {
        var line = ownLine(cause.getStackTrace());
        return line == 0 ? "" : " in line " + line;
    }

    private void endWithItsThreads(Ending how) {
        for (var thread : resources.threads()) {
            try {
                if (!thread.isVirtual()) thread.join();
            } catch (InterruptedException _) {
                return; // closed
            }
        }
        end(how);
    }

    private void end(Ending how) {
        if (!ending.compareAndSet(null, how)) return;
        release();
        if (streams != null) streams.close();
        ended.countDown();
    }

    /// Waits until it has ended, or for this time.
    ///
    /// @return whether it has ended
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// How many loops and calls it has made, about: one that waits makes none.
    public long steps() {
        return run.steps();
    }

    /// How it has ended, if it has.
    public Optional<Ending> ending() {
        return Optional.ofNullable(ending.get());
    }

    /// What it has printed so far; of very much, the beginning.
    public String printed() {
        synchronized (printed) {
            for (var event : transcript.take()) printed.append(event.text());
            return printed.toString();
        }
    }

    /// Waits until it prints more, or for this time.
    public void awaitPrint(Duration patience) throws InterruptedException {
        transcript.await(patience);
    }

    /// Where its threads stand, `main` first.
    public List<Place> places() {
        var threads = new LinkedHashSet<Thread>();
        threads.add(run.own());
        threads.addAll(resources.threads());
        return threads.stream().filter(Thread::isAlive).map(Program::place)
                .filter(place -> place.line > 0).toList();
    }

    private static Place place(Thread thread) {
        return new Place(ThreadState.of(thread), ownLine(thread.getStackTrace()));
    }

    /// The line of the program that an exception or a thread has come through last.
    public static int ownLine(StackTraceElement[] trace) {
        return Stream.of(trace).filter(frame -> LOADER.equals(frame.getClassLoaderName()))
                .mapToInt(StackTraceElement::getLineNumber).findFirst().orElse(0);
    }

    /// Whether an exception is not the program's, but how we end its threads.
    public static boolean isOurs(Throwable cause) {
        return cause instanceof CellHooks.Stopped;
    }

    private void release() {
        run.stop(Run.Stop.INTERRUPTED);
        run.end();
        resources.close(Set.of(run));
    }

    /// Ends it: its threads are stopped, and what it has opened is closed.
    @Override
    public void close() {
        end(new Ending(143, null)); // as a process that was told to
        try {
            run.own().join(GRACE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
