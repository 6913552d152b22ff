package check;

import module java.base;

/// A server that a command starts.
///
/// @param command for the shell; `{port}` or `{path}` in it stands for where it has to listen
/// @param transport over what it is reached
/// @param fixed where it listens if the command says nothing of that
public record CommandServer(String command, Transport transport, SocketAddress fixed)
        implements Server {

    private static final Duration START = Duration.ofMinutes(1); // it may compile first
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final Duration TRY_AGAIN = Duration.ofMillis(25);
    private static final int LAST_WORDS = 5; // lines
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    @Override
    public boolean runsSideBySide() {
        return command.contains(transport.placeholder);
    }

    /// A server of datagrams may have been unlucky: [Transport#UDP] has just tried its port.
    @Override
    public Running start() throws IOException {
        try {
            return startOnce();
        } catch (IOException e) {
            if (transport != Transport.UDP) throw e;
            return startOnce();
        }
    }

    private Running startOnce() throws IOException {
        var address = runsSideBySide() ? transport.free() : fixed;
        if (!runsSideBySide() && transport.listens(fixed)) {
            throw new IOException("somebody listens on " + Transport.shown(fixed)
                    + " already; stop that first, or have it judged by its port");
        }
        var line = command.replace(transport.placeholder, Transport.argument(address));
        var shell = WINDOWS ? List.of("cmd", "/c", line) : List.of("sh", "-c", line);
        var process = new ProcessBuilder(shell).redirectErrorStream(true).start();
        process.getOutputStream().close(); // no keyboard
        var running = new RunningCommand(process, transport, address, runsSideBySide());
        try {
            running.awaitListening();
            return running;
        } catch (IOException e) {
            running.close();
            throw e;
        }
    }

    private static final class RunningCommand implements Running {

        private final Process process;
        private final Transport transport;
        private final SocketAddress address;
        private final boolean addressIsOurs;
        private final Deque<String> lastWords = new ConcurrentLinkedDeque<>();
        private final Thread listener;

        RunningCommand(Process process, Transport transport, SocketAddress address,
                boolean addressIsOurs) {
            this.process = process;
            this.transport = transport;
            this.address = address;
            this.addressIsOurs = addressIsOurs;
            listener = Thread.startVirtualThread(this::listen);
        }

        /// A process whose output nobody reads comes to a standstill when the pipe is full.
        private void listen() {
            process.inputReader().lines().forEach(line -> {
                lastWords.add(line);
                if (lastWords.size() > LAST_WORDS) lastWords.remove();
            });
        }

        void awaitListening() throws IOException {
            var giveUp = System.nanoTime() + START.toNanos();
            while (!transport.listens(address)) {
                if (death().isPresent()) {
                    throw new IOException("it ended before it listened: exit code "
                            + process.exitValue() + shown());
                }
                if (System.nanoTime() - giveUp > 0) {
                    throw new IOException("it does not listen on " + Transport.shown(address)
                            + (addressIsOurs ? "; if it always listens on the same port N, leave "
                                    + transport.placeholder + " out, and say --port N" : "")
                            + shown());
                }
                pause(transport == Transport.UDP ? TRY_AGAIN : LOOK_AGAIN);
            }
        }

        private String shown() {
            return lastWords.isEmpty() ? "" : "; its last line: " + lastWords.getLast();
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        @Override
        public Optional<Death> death() {
            if (process.isAlive()) return Optional.empty();
            try {
                listener.join(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.of(new Death(
                    OptionalInt.of(process.exitValue()), List.copyOf(lastWords)));
        }

        /// Ends it and its children, who may outlive a shell.
        @Override
        public void close() {
            var all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (var each : all) each.onExit().join();
            if (!addressIsOurs) return;
            try {
                transport.release(address);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
