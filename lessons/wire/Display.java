package wire;

import module java.base;

import wire.Link.Direction;

/// Shows what a [Link] passes on, in a thread of its own, one line for each chunk:
///
/// ```
///   0.013  a   --->     6  "hello\n"
/// ```
///
/// It never makes a connection wait. What nobody reads in time, it drops and counts.
public final class Display implements Link.Observer, AutoCloseable {

    /// What may wait to be shown.
    private static final int CAPACITY = 1024;

    /// The last lines may take so long. Nobody may be reading them.
    private static final Duration LAST_LINES = Duration.ofMillis(300);

    private static final int TIME = 9; // columns
    private static final int NAME = 4;
    private static final int ARROW = 6;
    private static final int COUNT = 8;

    /// How it looks.
    ///
    /// @param quiet only connections, not their bytes
    /// @param hex bytes in hex
    /// @param boundaries of messages, made anew for each direction of a connection; may be null
    /// @param most so many bytes of a chunk are shown
    public record View(boolean quiet, boolean hex, Supplier<Boundaries> boundaries, int most) {}

    /// Where the lines go.
    public interface Screen {

        /// Columns of a line.
        int width();

        boolean isColoured();

        /// Shows a line; may wait.
        void line(String line);

        /// Everything up to here is to be seen now. May also show how things stand.
        void flush();
    }

    /// What has happened, and when.
    private record News(long at, Object what) {}

    /// A line about a connection.
    private record Line(int number, String text) {}

    /// Only how things stand has changed.
    private static final Object NOTHING = new Object();

    /// What has passed in one direction.
    private static final class Sum {
        private long bytes;
        private long chunks;
    }

    private final Words words;
    private final View view;
    private final Screen screen;
    private final long start = System.nanoTime();
    private final BlockingQueue<News> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean hex;
    private volatile boolean paused;
    private volatile int open;
    private volatile int seen;

    // Of the link's thread alone:
    private Chunk came; // and nothing has happened since
    private final Map<Integer, Map<Direction, Sum>> sums = new HashMap<>();
    private final Map<Integer, Map<Direction, Boundaries>> streams = new HashMap<>();

    public Display(Words words, View view, Screen screen) {
        this.words = words;
        this.view = view;
        this.screen = screen;
        hex = view.hex;
        thread = Thread.ofPlatform().daemon().name("display").start(this::show);
    }

    // ---- what the reader changes ----

    public void toggleHex() {
        hex = !hex;
    }

    /// While it is paused everything is dropped, and counted.
    public void togglePause() {
        paused = !paused;
        refresh();
    }

    /// Shows how things stand, soon.
    public void refresh() {
        queue.offer(new News(System.nanoTime(), NOTHING));
    }

    /// Lines that are not about a connection. They are dropped like all others.
    public void say(List<String> lines) {
        for (var line : lines) offer(new Line(0, line));
    }

    /// How things stand: `2 open, 5 in all`.
    public String status() {
        var text = words.choose("%d open, %d in all", "%d 个打开，共 %d 个").formatted(open, seen);
        return paused ? text + words.choose(", display paused", "，显示已暂停") : text;
    }

    // ---- what the link tells, in its thread ----

    @Override
    public void connected(int number, SocketAddress client) {
        open++;
        seen++;
        sums.put(number, new EnumMap<>(Direction.class));
        if (view.boundaries != null && !view.quiet) {
            streams.put(number, new EnumMap<>(Direction.class));
        }
        line(number, words.choose("connects from ", "已连接，来自 ") + name(client));
    }

    private static String name(SocketAddress address) {
        return address.toString().substring(1); // after the slash
    }

    @Override
    public void refused(int number, SocketAddress client) {
        seen++;
        line(number, words.choose("refused, from ", "被拒绝，来自 ") + name(client));
    }

    @Override
    public void unreachable(int number, IOException why) {
        line(number, words.choose("cannot reach the server: ", "连不上服务器：")
                + why.getMessage());
    }

    @Override
    public void came(int number, Direction direction, ByteBuffer bytes) {
        if (!view.quiet) came = chunk(number, direction, Chunk.Step.CAME, bytes, List.of());
    }

    @Override
    public void settled(int number, Direction direction) {
        if (came != null) offer(came);
        came = null;
    }

    @Override
    public void passed(int number, Direction direction, ByteBuffer bytes) {
        var sum = sums.get(number).computeIfAbsent(direction, _ -> new Sum());
        sum.bytes += bytes.remaining();
        sum.chunks++;
        if (view.quiet) return;
        var stretches = view.boundaries == null ? List.<Boundaries.Stretch>of()
                : streams.get(number).computeIfAbsent(direction, _ -> view.boundaries.get())
                        .next(bytes.duplicate());
        var chunk = chunk(number, direction, Chunk.Step.PASSED, bytes, stretches);
        if (came != null && came.isFollowedBy(chunk)) {
            came = null;
            chunk = chunk.with(Chunk.Step.THROUGH);
        }
        settled(number, direction);
        offer(chunk);
    }

    private Chunk chunk(int number, Direction direction, Chunk.Step step, ByteBuffer bytes,
            List<Boundaries.Stretch> stretches) {
        return Chunk.of(number, direction, step, bytes, view.most, stretches);
    }

    @Override
    public void ended(int number, Direction direction) {
        var arrow = direction == Direction.UP ? "--->" : "<---";
        line(number, arrow + words.choose("  end of stream", "  流结束"));
    }

    @Override
    public void closed(int number, boolean reset) {
        open--;
        streams.remove(number);
        var passed = sums.remove(number);
        line(number, (reset ? words.choose("reset", "被重置") : words.choose("closed", "已关闭"))
                + words.choose(": up ", "：上行 ") + said(passed.get(Direction.UP))
                + words.choose(", down ", "，下行 ") + said(passed.get(Direction.DOWN)));
    }

    private String said(Sum sum) {
        if (sum == null) return words.choose("nothing", "没有数据");
        return words.bytes(sum.bytes) + words.choose(
                sum.chunks == 1 ? " in 1 chunk" : " in %,d chunks".formatted(sum.chunks),
                "，分 %,d 块".formatted(sum.chunks));
    }

    private void line(int number, String text) {
        settled(number, Direction.UP);
        offer(new Line(number, text));
    }

    private void offer(Object what) {
        if (paused && what instanceof Chunk || !queue.offer(new News(System.nanoTime(), what))) {
            dropped.increment();
        }
    }

    // ---- the thread of the display ----

    private void show() {
        try {
            while (!closing || !queue.isEmpty()) {
                var news = queue.poll(100, TimeUnit.MILLISECONDS);
                if (news == null) continue;
                for (; news != null; news = queue.poll()) show(news);
                tellDropped();
                screen.flush();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private void show(News news) {
        switch (news.what) {
            case Chunk chunk -> show(news.at, chunk);
            case Line line -> show(news.at, line);
            default -> { } // the status alone
        }
    }

    private void tellDropped() {
        if (paused || dropped.sum() == 0) return;
        var count = dropped.sumThenReset();
        screen.line(" ".repeat(TIME) + words.choose(
                "(%,d not shown; what was passed on is complete)",
                "（有 %,d 条没有显示；数据一个字节也没有少传）").formatted(count));
    }

    private void show(long at, Line line) {
        if (line.number == 0) {
            screen.line(line.text);
            return;
        }
        screen.line(time(at) + name(line.number) + line.text);
    }

    private String time(long at) {
        return "%7.3f  ".formatted((at - start) / 1e9);
    }

    private String name(int number) {
        return painted("%-4s".formatted(Names.of(number)), number);
    }

    private String painted(String text, int number) {
        return screen.isColoured()
                ? "\033[%dm%s\033[0m".formatted(Names.colour(number), text) : text;
    }

    private void show(long at, Chunk chunk) {
        var arrow = painted("%-6s".formatted(chunk.arrow()), chunk.number());
        var head = time(at) + name(chunk.number()) + arrow + "%,6d  ".formatted(chunk.length());
        if (hex) {
            var part = chunk.length() == chunk.start().length ? "" : words.choose(
                    "the first ", "开头 ") + words.bytes(chunk.start().length) + "  ";
            screen.line(head + part + chunk.remark(words));
            for (var row : Escaped.hex(chunk.start())) screen.line(" ".repeat(TIME - 1) + row);
            return;
        }
        var room = Math.max(20, screen.width() - TIME - NAME - ARROW - COUNT);
        for (var row : rows(chunk, room)) {
            screen.line(head + row);
            head = " ".repeat(TIME + NAME + ARROW + COUNT);
        }
    }

    private List<String> rows(Chunk chunk, int room) {
        var rows = Escaped.rows(chunk.signs(), room);
        var remark = chunk.remark(words);
        if (remark.isEmpty()) return rows;
        var last = rows.getLast();
        if (Escaped.columns(last) + 3 + Escaped.columns(remark) <= room) {
            rows.set(rows.size() - 1, last + "   " + remark);
        } else {
            rows.add(remark);
        }
        return rows;
    }

    /// Shows what has been told until now, if somebody reads it in time.
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(LAST_LINES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the rest stays unseen
        }
    }
}
