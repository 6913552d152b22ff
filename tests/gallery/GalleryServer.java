package gallery;

import module java.base;

import check.Server;
import check.Transport;

/// A server of the gallery, to be judged in this process.
///
/// @param transport of connections
public record GalleryServer(Serving serving, Transport transport) implements Server {

    public GalleryServer(Serving serving) {
        this(serving, Transport.TCP);
    }

    /// What a server does with its listening socket, and with threads of its own.
    public interface Serving {
        void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException;
    }

    private static final int BACKLOG = 200;

    @Override
    public boolean runsSideBySide() {
        return true;
    }

    @Override
    public Running start() throws IOException {
        var listener = transport == Transport.UNIX
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        listener.bind(transport.free(), BACKLOG);
        return new RunningThreads(serving, transport, listener);
    }

    private static final class RunningThreads implements Running {

        private final Transport transport;
        private final ServerSocketChannel listener;
        private final SocketAddress address;
        private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        private final AtomicReference<Throwable> crash = new AtomicReference<>();
        private volatile boolean closing;

        RunningThreads(Serving serving, Transport transport, ServerSocketChannel listener)
                throws IOException {
            this.transport = transport;
            this.listener = listener;
            address = listener.getLocalAddress();
            newThread(() -> {
                try {
                    serving.serve(listener, this::newThread);
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    if (!closing) die(e);
                }
            }).start();
        }

        private Thread newThread(Runnable task) {
            var thread = Thread.ofPlatform().daemon().unstarted(task); // some never rest
            threads.add(thread);
            return thread;
        }

        /// As a process: all its sockets are closed.
        private void die(Throwable e) {
            crash.set(e);
            end();
        }

        private void end() {
            try {
                listener.close();
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
        public Optional<Death> death() {
            var cause = crash.get();
            return cause == null ? Optional.empty()
                    : Optional.of(new Death(OptionalInt.empty(), List.of(cause.toString())));
        }

        @Override
        public void close() {
            closing = true;
            end();
            for (var thread : threads) {
                try {
                    if (!thread.join(Duration.ofSeconds(10))) {
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
}
