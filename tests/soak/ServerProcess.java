import module java.base;

/// A server as a process, with few file descriptors.
final class ServerProcess implements AutoCloseable {

    /// So many it may have open, where the platform can say so.
    static final int DESCRIPTORS = 160;

    /// So soon it has to end after Ctrl-C.
    static final Duration END = Duration.ofSeconds(5);

    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
    private static final int LINES_KEPT = 5;
    private static final int KILLED_BY_CTRL_C = 130;

    final Subject subject;
    private final ChildLesson lesson;
    private final int port;
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
    private final Deque<String> lastLines = new ConcurrentLinkedDeque<>();

    ServerProcess(Subject subject) throws IOException {
        this.subject = subject;
        var arguments = new ArrayList<>(List.of("127.0.0.1", "0", "--quiet"));
        arguments.addAll(subject.options);
        lesson = start(arguments.toArray(String[]::new));
        port = lesson.port();
        Thread.startVirtualThread(this::readLog);
    }

    private ChildLesson start(String... arguments) throws IOException {
        return WINDOWS
                ? ChildLesson.start(subject.mainClass, arguments)
                : ChildLesson.startWithDescriptors(DESCRIPTORS, subject.mainClass, arguments);
    }

    int port() {
        return port;
    }

    /// More connections than it can have.
    int moreThanItsDescriptors() {
        return WINDOWS ? 0 : subject.processes() * DESCRIPTORS + 40;
    }

    /// A process whose output nobody reads comes to a standstill when the pipe is full.
    private void readLog() {
        lesson.process.inputReader().lines().forEach(line -> {
            lastLines.add(line);
            if (lastLines.size() > LINES_KEPT) lastLines.remove();
        });
    }

    /// Itself and its children.
    List<ProcessHandle> processes() {
        var processes = Stream.concat(
                Stream.of(lesson.process.toHandle()), lesson.process.descendants()).toList();
        seen.addAll(processes);
        return processes;
    }

    /// Of one core, while we look away for so long.
    int cpuPercent(Duration time) throws InterruptedException {
        var processes = processes();
        var before = cpuTime(processes);
        Thread.sleep(time); // over which it is measured
        return (int) (100 * cpuTime(processes).minus(before).toMillis() / time.toMillis());
    }

    private static Duration cpuTime(List<ProcessHandle> processes) {
        return processes.stream()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /// @throws IOException if it does not run any more
    void checkAlive() throws IOException {
        if (!lesson.process.isAlive()) throw new IOException("it has ended: " + lastWords());
    }

    private String lastWords() {
        return "exit code %d; its last words: %s %s".formatted(lesson.process.exitValue(),
                String.join(" / ", lastLines), lesson.errors());
    }

    /// Ctrl-C: how long it takes to end.
    ///
    /// @throws IOException if it does not end in time, leaves a process, or complains
    Duration interrupt() throws IOException, InterruptedException {
        if (WINDOWS) return Duration.ZERO; // which has no signal for that
        var processes = processes();
        var start = System.nanoTime();
        lesson.interrupt();
        for (var process : processes) awaitEnd(process, start);
        var took = Duration.ofNanos(System.nanoTime() - start);
        if (lesson.exitCode() != KILLED_BY_CTRL_C || !lesson.errors().isEmpty()) {
            throw new IOException("after Ctrl-C it has ended, but not well: " + lastWords());
        }
        return took;
    }

    private static void awaitEnd(ProcessHandle process, long start)
            throws IOException, InterruptedException {
        try {
            var left = END.toNanos() - (System.nanoTime() - start);
            process.onExit().get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("process %d is still there %d s after Ctrl-C"
                    .formatted(process.pid(), END.toSeconds()));
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /// Also those that have lost their parent.
    @Override
    public void close() {
        processes();
        seen.forEach(ProcessHandle::destroyForcibly);
    }
}
