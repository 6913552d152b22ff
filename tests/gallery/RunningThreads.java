package gallery;

import module java.base;

import check.Server;
import check.Transport;

/// A server of the gallery while it runs, in threads of this process.
final class RunningThreads implements Server.Running {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Transport transport;
    private final Channel socket;
    private final SocketAddress address;
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Server.Death> death = new AtomicReference<>();
    private volatile boolean closing;

    /// What the server does, with threads of its own; it runs until its thread is interrupted, or
    /// its mistake ends it.
    interface Serving {
        void serve(ThreadFactory threads) throws IOException;
    }

    /// @param socket where it listens, or receives; to be closed
    RunningThreads(Transport transport, Channel socket, SocketAddress address) {
        this.transport = transport;
        this.socket = socket;
        this.address = address;
    }

    /// @param diesAtItsEnd whether it has ended when it returns, as a process
    RunningThreads start(Serving serving, boolean diesAtItsEnd) {
        newThread(() -> {
            try {
                serving.serve(this::newThread);
                if (diesAtItsEnd) die(new Server.Death(OptionalInt.of(0), List.of()));
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                if (!closing) die(new Server.Death(OptionalInt.empty(), List.of(e.toString())));
            }
        }).start();
        return this;
    }

    private Thread newThread(Runnable task) {
        var thread = Thread.ofPlatform().daemon().unstarted(task); // some never rest
        threads.add(thread);
        return thread;
    }

    /// As a process: its socket is closed.
    private void die(Server.Death how) {
        death.set(how);
        end();
    }

    private void end() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (var thread : threads) {
            if (thread != Thread.currentThread()) thread.interrupt();
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public Optional<Server.Death> death() {
        return Optional.ofNullable(death.get());
    }

    @Override
    public void close() {
        closing = true;
        end();
        for (var thread : threads) {
            try {
                if (!thread.join(PATIENCE)) {
                    throw new AssertionError("a thread of the gallery does not end");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        try {
            transport.release(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
