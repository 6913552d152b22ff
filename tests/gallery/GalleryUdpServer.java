package gallery;

import module java.base;

import check.Server;

/// A server of datagrams of the gallery, to be judged in this process.
public record GalleryUdpServer(Serving serving) implements Server {

    /// What a server does with its socket, and with threads of its own.
    public interface Serving {
        void serve(DatagramChannel socket, ThreadFactory threads) throws IOException;
    }

    @Override
    public boolean runsSideBySide() {
        return true;
    }

    @Override
    public Running start() throws IOException {
        var socket = DatagramChannel.open();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new RunningThreads(serving, socket);
    }

    private static final class RunningThreads implements Running {

        private final DatagramChannel socket;
        private final SocketAddress address;
        private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        private final AtomicReference<Death> death = new AtomicReference<>();
        private volatile boolean closing;

        RunningThreads(Serving serving, DatagramChannel socket) throws IOException {
            this.socket = socket;
            address = socket.getLocalAddress();
            newThread(() -> {
                try {
                    serving.serve(socket, this::newThread);
                    die(new Death(OptionalInt.of(0), List.of()));
                } catch (IOException | RuntimeException e) {
                    if (!closing) die(new Death(OptionalInt.empty(), List.of(e.toString())));
                }
            }).start();
        }

        private Thread newThread(Runnable task) {
            var thread = Thread.ofPlatform().daemon().unstarted(task);
            threads.add(thread);
            return thread;
        }

        /// As a process: its socket is closed.
        private void die(Death how) {
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
        public Optional<Death> death() {
            return Optional.ofNullable(death.get());
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
        }
    }
}
