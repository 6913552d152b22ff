package recorder;

import module java.base;
import module java.instrument;

import static java.nio.charset.StandardCharsets.UTF_8;

import wire.Words;

/// Prints what a program does with its sockets, while it does it, and what it has done at the end.
public final class Trace {

    /// How it is shown, and where else it goes.
    ///
    /// @param width of a line; 0 for no limit
    /// @param json a file, or null
    /// @param html a file, or null
    /// @param title what is traced
    public record Options(Words words, int width, boolean coloured, Path json, Path html,
            String title) {

        /// For the argument of an agent.
        public String encoded() {
            var lines = String.join("\n", words.name(), "" + width, "" + coloured,
                    text(json), text(html), title);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(lines.getBytes(UTF_8));
        }

        private static String text(Path file) {
            return file == null ? "" : file.toString();
        }

        static Options decode(String encoded) {
            var lines = new String(Base64.getUrlDecoder().decode(encoded), UTF_8).split("\n", -1);
            return new Options(Words.valueOf(lines[0]), Integer.parseInt(lines[1]),
                    Boolean.parseBoolean(lines[2]), path(lines[3]), path(lines[4]), lines[5]);
        }

        private static Path path(String text) {
            return text.isEmpty() ? null : Path.of(text);
        }
    }

    /// How many bytes of a read or write are kept.
    private static final int BYTES = 1024;

    /// What may wait to be printed.
    private static final int CAPACITY = 10_000;

    /// What the files get; the screen gets everything.
    private static final int KEPT = 10_000;

    /// A program that is stopped closes its sockets while we already end.
    private static final Duration QUIET = Duration.ofMillis(150);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Options options;
    private final PrintStream out;
    private final Lines lines;
    private final BlockingQueue<Happening> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final LongAdder dropped = new LongAdder();
    private final List<Happening> kept = Collections.synchronizedList(new ArrayList<>());
    private volatile long last = System.nanoTime();

    private Trace(Options options) {
        this.options = options;
        out = new PrintStream(new FileOutputStream(FileDescriptor.err), false, UTF_8);
        lines = new Lines(options.words, options.width, options.coloured);
    }

    static void begin(String options, Instrumentation instrumentation) {
        var trace = new Trace(Options.decode(options));
        var recorder = new Recorder(instrumentation, BYTES, true, trace::take);
        Thread.ofPlatform().daemon().name("trace").start(trace::print);
        Runtime.getRuntime().addShutdownHook(
                Thread.ofPlatform().name("end of trace").unstarted(() -> trace.end(recorder)));
        recorder.begin();
    }

    private void take(Happening happening) {
        last = System.nanoTime();
        if (!queue.offer(happening)) dropped.increment();
        if (kept.size() < KEPT) kept.add(happening);
    }

    private void print() {
        try {
            while (true) {
                for (var next = queue.take(); next != null; next = queue.poll()) {
                    lines.of(next).forEach(out::println);
                }
                tellDropped();
                out.flush();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private void tellDropped() {
        var count = dropped.sumThenReset();
        if (count > 0) out.println(options.words.choose("         (%,d events not shown)",
                "         （有 %,d 个事件没有显示）").formatted(count));
    }

    private void end(Recorder recorder) {
        try {
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() - deadline < 0
                    && (!queue.isEmpty() || System.nanoTime() - last < QUIET.toNanos())) {
                Thread.sleep(10);
            }
            var ends = recorder.ends();
            lines.summary(ends).forEach(out::println);
            out.flush();
            var events = List.copyOf(kept);
            if (options.json != null) {
                Files.writeString(options.json, Json.of(options.title, events, ends));
            }
            if (options.html != null) {
                Files.writeString(options.html,
                        new Page(options.words).of(options.title, events, ends));
            }
        } catch (IOException e) {
            out.println(options.words.choose("cannot write ", "无法写入 ") + e.getMessage());
            out.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the summary is not printed
        }
    }
}
