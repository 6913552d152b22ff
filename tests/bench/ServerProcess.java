package bench;

import module java.base;

/// A server as a process of its own, as a reader runs it, but for JBang.
final class ServerProcess implements AutoCloseable {

    /// Where there are signals.
    static final boolean CAN_BE_SUSPENDED = !System.getProperty("os.name").startsWith("Windows");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Those that run now, for [#stopAll()].
    private static final Set<ServerProcess> RUNNING = ConcurrentHashMap.newKeySet();

    private static volatile boolean stopping;

    private final Process process;
    private final CompletableFuture<String> lastError;
    private final InetSocketAddress address;
    private final Duration startUp;
    private final Usage usage;

    /// Starts a server on a free port; returns when it listens.
    ///
    /// @throws IOException if it does not, with what it said about it
    ServerProcess(Contestant contestant) throws IOException {
        var command = new ArrayList<>(contestant.command());
        command.addAll(List.of("127.0.0.1", "0", "--prefix", ""));
        var begin = System.nanoTime();
        process = new ProcessBuilder(command).start();
        RUNNING.add(this);
        if (stopping) stop();
        lastError = CompletableFuture.supplyAsync(this::lastError, Thread::startVirtualThread);
        feed(contestant.program());
        var first = firstLine();
        startUp = Duration.ofNanos(System.nanoTime() - begin);
        if (!first.matches("listening on .*:\\d+")) {
            var death = death();
            close();
            throw new IOException("its first line is not 'listening on HOST:PORT' but '%s'%s"
                    .formatted(first, death));
        }
        var port = Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
        address = new InetSocketAddress("127.0.0.1", port);
        Thread.startVirtualThread(this::throwOutputAway); // or it blocks when the pipe is full
        usage = Usage.of(process.toHandle());
    }

    /// Where it listens.
    InetSocketAddress address() {
        return address;
    }

    /// From the start of the process to its line `listening on`.
    Duration startUp() {
        return startUp;
    }

    /// What it takes from the machine.
    Usage usage() {
        return usage;
    }

    private void feed(byte[] program) throws IOException {
        try (var in = process.getOutputStream()) {
            if (program != null) in.write(program);
        }
    }

    private String firstLine() throws IOException {
        var line = CompletableFuture.supplyAsync(() -> lines().findFirst().orElse(""),
                Thread::startVirtualThread);
        try {
            return line.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            close();
            throw new IOException("no line 'listening on ...' in " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException | InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Stream<String> lines() {
        return process.inputReader().lines();
    }

    private void throwOutputAway() {
        try {
            process.inputReader().transferTo(Writer.nullWriter());
        } catch (IOException _) {
            // It has ended. If it should not have, its clients tell.
        }
    }

    /// The last line that is not indented: Java and Python indent where something went wrong, and
    /// not what.
    private String lastError() {
        return process.errorReader().lines().filter(line -> line.matches("\\S.*"))
                .reduce("", (_, last) -> last);
    }

    /// Stops it and its children where they stand; nothing where that is impossible.
    void suspend() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /// Lets them go on.
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        if (!CAN_BE_SUSPENDED) return;
        var command = new ArrayList<>(List.of("kill", signal, Long.toString(process.pid())));
        children().forEach(child -> command.add(Long.toString(child.pid())));
        new ProcessBuilder(command).start().waitFor();
    }

    /// For a sentence about what went wrong: that it has ended, and its last words. Nothing if it
    /// still runs.
    String death() {
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) return "";
            var words = lastError.get(1, TimeUnit.SECONDS);
            return "; the server ended with %d%s".formatted(
                    process.exitValue(), words.isEmpty() ? "" : ": " + words);
        } catch (TimeoutException | ExecutionException | InterruptedException e) {
            return "; the server ended";
        }
    }

    /// Ends it and its children, and waits until they have ended. Nothing is asked of it first:
    /// all figures have been taken.
    @Override
    public void close() {
        stop();
        RUNNING.remove(this);
    }

    private void stop() {
        var children = children(); // while it lives
        process.destroyForcibly(); // before them, or it replaces a worker that is gone
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
        process.onExit().join();
    }

    private List<ProcessHandle> children() {
        try {
            return process.descendants().toList();
        } catch (RuntimeException e) {
            return List.of(); // no file can be opened to list them
        }
    }

    /// Whether [#stopAll()] has been called.
    static boolean isStopping() {
        return stopping;
    }

    /// For Ctrl-C: ends all servers, and those too that are about to be started.
    static void stopAll() {
        stopping = true;
        RUNNING.forEach(ServerProcess::stop);
    }
}
