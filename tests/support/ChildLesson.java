import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// A lesson running as a program of its own, as a reader runs it, but for JBang.
final class ChildLesson implements AutoCloseable {

    /// Where there are no signals.
    static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    final Process process;
    private final String name;
    private final BufferedReader out;
    private final CompletableFuture<String> err;

    private ChildLesson(String name, List<String> command) throws IOException {
        this.name = name;
        process = new ProcessBuilder(command).start();
        out = process.inputReader(UTF_8);
        err = CompletableFuture.supplyAsync(() -> everything(process.errorReader(UTF_8)),
                Thread::startVirtualThread);
    }

    /// Starts the `main` of a lesson's class.
    static ChildLesson start(String mainClass, String... args) throws IOException {
        return new ChildLesson(mainClass, javaCommand(mainClass, args));
    }

    /// The same with at most so many open file descriptors.
    static ChildLesson startWithDescriptors(int limit, String mainClass, String... args)
            throws IOException {
        var command = new ArrayList<>(
                List.of("sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"));
        command.addAll(javaCommand(mainClass, args));
        return new ChildLesson(mainClass, command);
    }

    /// The same with a variable in its environment.
    static ChildLesson startWithVariable(
            String variable, String value, String mainClass, String... args) throws IOException {
        var command = new ArrayList<>(List.of("env", variable + "=" + value));
        command.addAll(javaCommand(mainClass, args));
        return new ChildLesson(mainClass, command);
    }

    /// The same with so much memory for objects, as `-Xmx` has it.
    static ChildLesson startWithHeap(String size, String mainClass, String... args)
            throws IOException {
        var command = javaCommand(mainClass, args);
        command.add(1, "-Xmx" + size);
        return new ChildLesson(mainClass, command);
    }

    private static List<String> javaCommand(String mainClass, String... args) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(args));
        return command;
    }

    /// The port of a server, from the first line that it prints.
    int port() {
        var line = readLine();
        if (!line.matches("listening on .*:\\d+")) {
            throw new AssertionError(
                    name + ": the first line is not 'listening on HOST:PORT' but: " + line);
        }
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /// The next line of its standard output.
    String readLine() {
        return inTime("no line", CompletableFuture.supplyAsync(() -> {
            try {
                return String.valueOf(out.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, Thread::startVirtualThread));
    }

    private String inTime(String orElse, CompletableFuture<String> text) {
        return inTime(TestClient.DEADLINE, orElse, text);
    }

    private String inTime(Duration deadline, String orElse, CompletableFuture<String> text) {
        try {
            return text.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(orElse + " from " + name, e);
        }
    }

    /// The rest of its standard output, to the end.
    String restOfOutput() {
        return restOfOutput(TestClient.DEADLINE);
    }

    /// The same of a program that has more to do.
    String restOfOutput(Duration deadline) {
        return inTime(deadline, "no end of output", CompletableFuture.supplyAsync(
                () -> everything(out), Thread::startVirtualThread));
    }

    /// What it wrote to standard error, to the end.
    String errors() {
        return inTime("no end of standard error", err);
    }

    /// Ctrl-C.
    void interrupt() throws IOException, InterruptedException {
        signal("INT");
    }

    /// What `kill PID` sends.
    void terminate() throws IOException, InterruptedException {
        signal("TERM");
    }

    /// Ctrl-Z; the kernel goes on for it, and completes handshakes.
    void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        signal(name, process.toHandle());
    }

    /// Sends a signal to any process, such as a child of the lesson.
    static void signal(String name, ProcessHandle process)
            throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    /// Whether it ends by itself, in time.
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The exit code, once it has ended.
    int exitCode() throws InterruptedException {
        if (!process.waitFor(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running: " + name);
        }
        return process.exitValue();
    }

    Duration cpuTime() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    private static String everything(BufferedReader reader) {
        return reader.lines().collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
