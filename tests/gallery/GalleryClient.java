package gallery;

import module java.base;

import conformance.ClientProgram;

/// A client that is judged in this process: its keyboard and its screen are pipes.
public record GalleryClient(Talking talking) implements ClientProgram {

    /// What a client does with its connection, and with threads of its own.
    public interface Talking {
        void talk(Socket server, InputStream keyboard, OutputStream screen, ThreadFactory threads)
                throws IOException;
    }

    @Override
    public Running start(InetSocketAddress server) throws IOException {
        return new RunningThreads(talking, server);
    }

    private static final class RunningThreads implements Running {

        private final Socket socket = new Socket();
        private final Pipe keyboard = Pipe.open();
        private final Pipe screen = Pipe.open();
        private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        private final AtomicInteger alive = new AtomicInteger();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicReference<Exception> crash = new AtomicReference<>();
        private final OutputStream typed = Channels.newOutputStream(keyboard.sink());

        RunningThreads(Talking talking, InetSocketAddress server) throws IOException {
            newThread(() -> {
                try {
                    socket.connect(server);
                    talking.talk(socket, Channels.newInputStream(keyboard.source()),
                            Channels.newOutputStream(screen.sink()), this::newThread);
                } catch (IOException | RuntimeException e) {
                    crash.set(e);
                }
            }).start();
        }

        /// The client ends with the last of its threads.
        private Thread newThread(Runnable task) {
            alive.incrementAndGet();
            var thread = Thread.ofPlatform().daemon().unstarted(() -> {
                try {
                    task.run();
                } finally {
                    if (alive.decrementAndGet() == 0) end();
                }
            });
            threads.add(thread);
            return thread;
        }

        /// As a process: all that it has opened is closed.
        private void end() {
            try {
                socket.close();
                keyboard.source().close();
                screen.sink().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                ended.countDown();
            }
        }

        @Override
        public OutputStream keyboard() {
            return typed;
        }

        @Override
        public InputStream screen() {
            return Channels.newInputStream(screen.source());
        }

        @Override
        public boolean awaitEnd(Duration time) throws InterruptedException {
            return ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public String ending() {
            return crash.get() == null ? "exit code 0" : "an exception";
        }

        @Override
        public List<String> lastWords() {
            return crash.get() == null ? List.of() : List.of(crash.get().toString());
        }

        @Override
        public Optional<Duration> cpuTime() {
            return Optional.empty(); // it is ours
        }

        @Override
        public void close() {
            end();
            for (var thread : threads) {
                thread.interrupt();
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
