import module java.base;
import module java.management;

/// A [Worker], seen from the process that has started it.
final class WorkerProcess implements AutoCloseable {

    /// In this time a Ctrl-C that has ended a worker ends us, too: a terminal sends it to both.
    private static final Duration SAME_CTRL_C = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int ENDED_BY_CTRL_C = 130;

    private final Process process;
    private final ObjectOutputStream out;
    private ObjectInputStream in;
    private final Map<Worker.News.Begins, Long> running = new LinkedHashMap<>(); // since when

    /// Starts it, with the options that this JVM has.
    WorkerProcess() throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib:jdwp")) // one port, one debugger
                .forEach(command::add);
        command.addAll(List.of("-XX:+DisplayVMOutputToStderr",
                "-cp", System.getProperty("java.class.path"), "Worker"));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        out = new ObjectOutputStream(process.getOutputStream());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Has it run the tests of a class. If it dies of them, what ran at that moment has failed.
    List<Outcome> run(Share share) throws InterruptedException {
        var outcomes = new ArrayList<Outcome>();
        var start = System.nanoTime();
        try {
            out.writeObject(share);
            out.flush();
            if (in == null) in = new ObjectInputStream(process.getInputStream());
            while (true) {
                switch ((Worker.News) in.readObject()) {
                    case Worker.News.Begins begins -> running.put(begins, System.nanoTime());
                    case Worker.News.Ended(Outcome outcome) -> {
                        running.remove(new Worker.News.Begins(outcome.owner(), outcome.title()));
                        outcomes.add(outcome);
                    }
                    case Worker.News.Done() -> {
                        return outcomes;
                    }
                }
            }
        } catch (IOException | ClassNotFoundException e) {
            var status = process.waitFor();
            if (status == ENDED_BY_CTRL_C) Thread.sleep(SAME_CTRL_C);
            if (Run.isEnding()) Thread.sleep(Duration.ofDays(1)); // it is we who have ended it
            if (running.isEmpty()) {
                running.put(new Worker.News.Begins(share.owner(), "the rest of the class"), start);
            }
            running.forEach((test, began) -> outcomes.add(death(test, began, status)));
            return outcomes;
        }
    }

    private static Outcome death(Worker.News.Begins test, long began, int status) {
        return new Outcome(test.owner(), Outcome.Verdict.FAIL,
                (System.nanoTime() - began) / 1_000_000, test.title(), "",
                "the process of this class ended here, with exit code " + status
                        + "; what comes after this has not run");
    }

    /// Tells it that there is nothing more to do, and waits for its end.
    @Override
    public void close() throws IOException {
        if (!process.isAlive()) return;
        try {
            out.close();
            process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException("a process with tests does not end", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
