package bench;

import module java.base;

import org.HdrHistogram.Histogram;

/// The clients of an echo server, as many as a [Work] says, from one thread for every two cores:
/// the server needs the others.
///
/// The loop is closed: a client sends its next message only when an answer has come. So the rate is
/// what the server can do, and a server that stalls is asked less; what a client waits meanwhile is
/// in the latencies, but what clients that come at their own pace would have waited is not. Clients
/// take turns in a thread, and an answer that waits for its turn counts as under way.
///
/// Servers are run with `--prefix ''`. Then what comes back is what was sent, position by position,
/// however the server cuts and merges its reads, and can be compared with one call and no parser;
/// and a server with small reads, that would answer 16 KiB with 16 prefixes, has no more to send
/// than the others. To put five bytes in front costs next to nothing.
final class LoadGenerator {

    private final List<ClientLoop> loops = new ArrayList<>();

    private LoadGenerator() {}

    private void connect(InetSocketAddress server, Work work) throws IOException {
        var threads = Math.min(threads(), work.connections());
        for (int number = 0; number < threads; number++) {
            loops.add(new ClientLoop(work));
        }
        for (int client = 0; client < work.connections(); client++) {
            loops.get(client % threads).connect(server, client);
        }
    }

    /// How many threads of load a machine gets.
    static int threads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /// What came of it.
    ///
    /// @param latencies of each answer in the counted time, in nanoseconds
    /// @param duration how long the counted time was
    /// @param cores how many cores the clients used themselves; if that is all of theirs, the
    ///        server could perhaps have done more
    record Load(Histogram latencies, Duration duration, double cores) {}

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /// Connects, sends and checks for a time that is not counted and then for one that is, waits
    /// for the last answers, and closes.
    ///
    /// @param atStart run when the counted time begins
    /// @param atEnd run when it ends, under full load
    /// @throws WrongAnswer if a byte is wrong, missing or too much
    /// @throws IOException if a connection fails
    static Load run(InetSocketAddress server, Work work, Duration warmUp, Duration counted,
            Runnable atStart, Runnable atEnd)
            throws IOException, WrongAnswer, InterruptedException {
        var generator = new LoadGenerator();
        try {
            generator.connect(server, work);
            return generator.run(warmUp, counted, atStart, atEnd);
        } finally {
            for (var loop : generator.loops) {
                loop.close();
            }
        }
    }

    private Load run(Duration warmUp, Duration counted, Runnable atStart, Runnable atEnd)
            throws IOException, WrongAnswer, InterruptedException {
        var start = System.nanoTime() + warmUp.toNanos();
        var end = start + counted.toNanos();
        try (var threads = Executors.newFixedThreadPool(loops.size())) {
            var results = new ArrayList<Future<?>>();
            for (var loop : loops) {
                results.add(threads.submit(() -> loop.run(start, end)));
            }
            waitUntil(start);
            atStart.run();
            waitUntil(end);
            atEnd.run();
            for (var result : results) {
                result.get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case WrongAnswer wrong -> throw wrong;
                case IOException failed -> throw failed;
                case Throwable t -> throw new IllegalStateException(t);
            }
        }
        var latencies = loops.getFirst().latencies();
        loops.stream().skip(1).forEach(loop -> latencies.add(loop.latencies()));
        var cores = loops.stream().mapToDouble(ClientLoop::cores).sum();
        return new Load(latencies, counted, cores);
    }

    private static void waitUntil(long nanoTime) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
    }
}
