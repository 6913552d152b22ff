package conformance;

import module java.base;

/// A running client whose output is kept, and to which lines are typed without waiting until it
/// reads them.
final class ObservedClient implements AutoCloseable {

    /// So much of its output is kept: one that spins can print without end.
    private static final int MOST = 1 << 20; // bytes

    private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);

    private final ClientProgram.Running client;
    private final ExecutorService typist =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Thread watcher;
    private volatile boolean inputEnded;

    ObservedClient(ClientProgram.Running client) {
        this.client = client;
        watcher = Thread.startVirtualThread(this::watch);
    }

    private void watch() {
        var buffer = new byte[8192];
        try {
            for (int count; (count = client.screen().read(buffer)) != -1; ) keep(buffer, count);
        } catch (IOException e) {
            keep(buffer, 0); // we have ended it
        }
    }

    private void keep(byte[] bytes, int count) {
        synchronized (shown) {
            shown.write(bytes, 0, Math.min(count, MOST - shown.size()));
        }
    }

    void type(byte[] line) {
        typist.execute(() -> {
            try {
                client.keyboard().write(Bytes.join(List.of(new Bytes(line), Bytes.of("\n"))));
                client.keyboard().flush();
            } catch (IOException e) {
                inputEnded = true; // it has ended, and reads nothing more
            }
        });
    }

    void endInput() {
        if (inputEnded) return;
        inputEnded = true;
        typist.execute(() -> {
            try {
                client.keyboard().close();
            } catch (IOException e) {
                inputEnded = true; // as above
            }
        });
    }

    boolean awaitEnd(Duration time) throws InterruptedException {
        return client.awaitEnd(time);
    }

    boolean hasEnded() throws InterruptedException {
        return client.awaitEnd(Duration.ZERO);
    }

    String ending() {
        return client.ending();
    }

    List<String> lastWords() {
        return client.lastWords();
    }

    Duration cpuTime() {
        return client.cpuTime().orElse(Duration.ZERO);
    }

    /// All that it has shown: up to the end, if it has ended.
    byte[] shown() throws InterruptedException {
        if (hasEnded()) watcher.join(LAST_OUTPUT);
        synchronized (shown) {
            return shown.toByteArray();
        }
    }

    @Override
    public void close() {
        client.close();
        typist.shutdownNow();
    }
}
