package workbook.runtime;

import module java.base;

/// Takes the lines of background threads to the listener, one at a time, from a thread of its
/// own. A thread that prints for ever cannot flood the listener: what is too much is counted, not
/// shown.
public final class BackgroundLines implements AutoCloseable {

    private static final int LONGEST_LINE = 1000;
    private static final int MOST_WAITING = 200;
    private static final Duration BREATH = Duration.ofMillis(500);

    private final BlockingQueue<BackgroundLine> lines = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<Integer, Integer> lost = new ConcurrentSkipListMap<>();
    private final Thread teller;
    private volatile Consumer<BackgroundLine> listener = _ -> {};

    public BackgroundLines() {
        teller = Thread.ofPlatform().daemon().name("workbook background lines")
                .inheritInheritableThreadLocals(false).start(this::tell);
    }

    public void listener(Consumer<BackgroundLine> listener) {
        this.listener = listener;
    }

    void add(int cell, String text) {
        var shown = text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + " …" : text;
        if (!lines.offer(new BackgroundLine(cell, Text.harmless(shown)))) {
            lost.merge(cell, 1, Integer::sum);
        }
    }

    private void tell() {
        try {
            while (true) {
                var line = lines.take();
                listener.accept(line); // who listens now, not who did when the wait began
                if (!lost.isEmpty()) {
                    tellWhatWasLost();
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void tellWhatWasLost() throws InterruptedException {
        for (var line = lines.poll(); line != null; line = lines.poll()) {
            lost.merge(line.cell(), 1, Integer::sum);
        }
        for (var cell : lost.keySet()) {
            listener.accept(new BackgroundLine(cell,
                    "… and %,d lines more".formatted(lost.remove(cell))));
        }
        Thread.sleep(BREATH);
    }

    @Override
    public void close() {
        teller.interrupt();
    }
}
