package check;

import module java.base;

import conformance.ClientProgram;

/// A client that a command starts.
///
/// @param command for the shell; `{port}` in it stands for the port of the server
/// @param port of the server, if the command has no `{port}`
public record CommandClient(String command, int port) implements ClientProgram {

    private static final String PORT = "{port}";
    private static final int LAST_WORDS = 5; // lines
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    @Override
    public Running start(InetSocketAddress server) throws IOException {
        var line = command.replace(PORT, Integer.toString(server.getPort()));
        var builder = new ProcessBuilder(
                WINDOWS ? List.of("cmd", "/c", line) : List.of("sh", "-c", line));
        builder.environment().putIfAbsent("PYTHONUNBUFFERED", "1"); // as at a terminal
        return new RunningCommand(builder.start());
    }

    private static final class RunningCommand implements Running {

        private final Process process;
        private final Deque<String> lastWords = new ConcurrentLinkedDeque<>();
        private final Thread listener;

        RunningCommand(Process process) {
            this.process = process;
            listener = Thread.startVirtualThread(this::listen);
        }

        private void listen() {
            process.errorReader().lines().forEach(line -> {
                lastWords.add(line);
                if (lastWords.size() > LAST_WORDS) lastWords.remove();
            });
        }

        @Override
        public OutputStream keyboard() {
            return process.getOutputStream();
        }

        @Override
        public InputStream screen() {
            return process.getInputStream();
        }

        @Override
        public boolean awaitEnd(Duration time) throws InterruptedException {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public String ending() {
            return "exit code " + process.exitValue();
        }

        @Override
        public List<String> lastWords() {
            try {
                if (!process.isAlive()) listener.join(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.copyOf(lastWords);
        }

        /// Of all its processes: the first may be a shell that waits.
        @Override
        public Optional<Duration> cpuTime() {
            return all().map(each -> each.info().totalCpuDuration()).flatMap(Optional::stream)
                    .reduce(Duration::plus);
        }

        private Stream<ProcessHandle> all() {
            return Stream.concat(process.descendants(), Stream.of(process.toHandle()));
        }

        /// Ends it and its children, who may outlive a shell.
        @Override
        public void close() {
            var all = all().toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (var each : all) each.onExit().join();
        }
    }
}
