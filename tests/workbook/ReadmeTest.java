import module java.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import workbook.chapter.Shelf;
import workbook.console.Console;
import workbook.engine.CellEngine;
import workbook.reader.Language;
import workbook.reader.Progress;

/// The screens of the workbook that the README shows: the workbook shows the same. `.ci/run` runs
/// the README's commands.
class ReadmeTest {

    /// A workbook needs a JVM and a compiler, and on a busy machine much longer than a socket.
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(.*?)^```$");
    private static final Pattern PROMPT = Pattern.compile("(?m)^(\\d\\d):(\\d+)>(?: (.*))?$");
    private static final String INTERRUPTED = "^C";

    @TempDir
    Path folder;

    /// A screen of the README, with what the reader has typed there.
    private record Shown(String chapter, int cell, List<String> typed, String text) {

        @Override
        public String toString() {
            return chapter + ":" + cell;
        }
    }

    static List<Shown> screens() {
        var readme = Checkout.read(Checkout.ROOT.resolve("README.md"));
        return BLOCK.matcher(readme).results().map(block -> block.group(1)).flatMap(text -> {
            var prompts = PROMPT.matcher(text).results().toList();
            return prompts.isEmpty() ? Stream.empty() : Stream.of(new Shown(
                    prompts.getFirst().group(1), Integer.parseInt(prompts.getFirst().group(2)),
                    prompts.stream().map(each -> Objects.requireNonNullElse(each.group(3), ""))
                            .toList(),
                    text));
        }).toList();
    }

    @Test
    void thereAreScreens() {
        assertTrue(screens().size() >= 2, "are these all? " + screens());
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("screens")
    void theWorkbookShowsWhatTheReadmeShows(Shown shown) throws Exception {
        var chapters = Map.of(shown.chapter,
                Checkout.read(Checkout.LESSONS.resolve("lesson" + shown.chapter + ".md")));
        try (var engine = new CellEngine()) {
            var screen = new Typist(shown, engine);
            var console = new Console(Shelf.of(chapters), engine,
                    Progress.load(folder.resolve("progress.txt")), screen, Language.ENGLISH);
            var session = new FutureTask<>(() -> console.run(shown.chapter), null);
            Thread.startVirtualThread(session);
            session.get(50, TimeUnit.SECONDS);
            var seen = comparable(screen.seen.toString());
            var expected = comparable(shown.text);
            if (!shown.typed.getLast().isEmpty()) { // the whole answer
                expected += " %s:%d>".formatted(shown.chapter, shown.cell);
            }
            assertTrue(seen.contains(expected), "README shows:\n" + expected
                    + "\nbut the workbook:\n" + seen);
        }
    }

    /// Ports vary, and so does the width of the screen; what has colours needs no backticks.
    private static String comparable(String text) {
        return text.replaceAll("\\d{4,}", "N").replace("`", "").replaceAll("\\s+", " ").strip();
    }

    /// Goes on to the cell of the screen, types what is typed there, and leaves.
    private static final class Typist extends EndlessScreen {

        private final Shown shown;
        private final CellEngine engine;
        private final Queue<String> typed = new ArrayDeque<>();
        private Runnable interrupt;

        Typist(Shown shown, CellEngine engine) {
            super(80);
            this.shown = shown;
            this.engine = engine;
            typed.addAll(Collections.nCopies(shown.cell - 1, ""));
            typed.addAll(shown.typed);
        }

        @Override
        public Optional<String> read(String prompt, String prefilled) {
            seen.append(prompt);
            var line = Optional.ofNullable(typed.poll());
            line.ifPresent(text -> {
                seen.append(text).append('\n');
                if (shown.text.contains(text + "\n" + INTERRUPTED) && !text.isEmpty()) {
                    Thread.startVirtualThread(this::typeControlC);
                }
            });
            return line;
        }

        /// As soon as what was typed has opened what it waits for.
        private void typeControlC() {
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                if (engine.isRunning() && engine.opened().stream()
                        .anyMatch(each -> each.cell() == CellEngine.PROMPT)) {
                    seen.append(INTERRUPTED);
                    interrupt.run();
                    return;
                }
                Thread.onSpinWait();
            }
        }

        @Override
        public void onInterrupt(Runnable action) {
            interrupt = action;
        }
    }
}
