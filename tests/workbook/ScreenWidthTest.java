import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jline.utils.WCWidth;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import workbook.chapter.Shelf;
import workbook.console.Console;
import workbook.console.Contents;
import workbook.console.Message;
import workbook.console.SlashCommand;
import workbook.engine.CellEngine;
import workbook.engine.Result;
import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.rendering.WordWrap;

/// The workbook on screens of 40 to 120 columns: lines end between words. What is said on a screen
/// that is wide enough for everything is compared with what is said on a narrow one.
@Tag("long")
class ScreenWidthTest {

    private static final int NARROWEST = 40;
    private static final int WIDEST = 120;
    private static final int ENDLESS = 100_000;

    /// For what has to be compiled anew for each.
    private static final List<Integer> SOME_WIDTHS = List.of(40, 47, 60, 80, 120);

    private static final String NOT_FIRST = "，。、；：！？）";
    private static final String NOT_LAST = "（";

    private static final String LONG_LINE = "var rooms = new TreeMap<String, List<SocketChannel>>"
            + "(Comparator.comparing(String::length).thenComparing(Comparator.reverseOrder()));";

    private static final String CHAPTER = """
            # 01 How a server keeps track of everybody who has connected, and who has left it again

            > In the article: *One*. About 1 minute.

            Something to look at:

            ```java
            %s
            ```

            ```java
            var selector = Selector.open();
            var reception = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
            reception.configureBlocking(false);
            var key = reception.register(selector, SelectionKey.OP_ACCEPT);
            ```

            ```java
            var client = SocketChannel.open(reception.getLocalAddress());
            client.configureBlocking(false);
            var interest = SelectionKey.OP_READ | SelectionKey.OP_WRITE;
            var other = client.register(selector, interest);
            selector.select();
            var waiting = Thread.startVirtualThread(() -> LockSupport.park());
            ```

            This is the end of it.
            """.formatted(LONG_LINE);

    private static final Shelf SHELF = Shelf.of(Map.of("01", CHAPTER, "01.zh", CHAPTER
            .replaceFirst("# 01 .*", "# 01 服务器怎样记住每一个连上来的客户端，"
                    + "又怎样发现其中的谁已经离开（以及何时离开）"),
            "02", CHAPTER.replace("# 01 ", "# 02 ")));

    private static final CellEngine ENGINE = new CellEngine();

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        var cells = SHELF.open("01", Language.ENGLISH).cells();
        for (var cell : cells) {
            var result = ENGINE.run(cell.number(), cell.code());
            assertEquals(Result.Outcome.DONE, result.outcome(), result::toString);
        }
        var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
        while (ENGINE.opened().stream().noneMatch(each -> each.state().equals("waiting"))) {
            assertTrue(System.nanoTime() < deadline, () -> "no thread waits: " + ENGINE.opened());
            LockSupport.parkNanos(1_000_000);
        }
    }

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    /// A screen of any width, and somebody who types.
    private static final class Sheet extends EndlessScreen {

        private final Iterator<String> typed;

        Sheet(int width, String... typed) {
            super(width);
            this.typed = List.of(typed).iterator();
        }

        @Override
        public Optional<String> read(String prompt, String prefilled) {
            seen.append("\n");
            return typed.hasNext() ? Optional.of(typed.next()) : Optional.empty();
        }

        @Override
        public boolean isColoured() {
            return true;
        }

        /// Without colours.
        List<String> lines() {
            return seen.toString().replaceAll("\033\\[[0-9;]*m", "").lines().toList();
        }
    }

    /// A reader who is here for the first time.
    private List<String> seen(int width, Shelf shelf, CellEngine engine, Language language,
            String... typed) {
        var sheet = new Sheet(width, typed);
        var file = folder.resolve("progress.txt");
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        new Console(shelf, engine, Progress.load(file), sheet, language, Map.of()).run("01");
        return sheet.lines();
    }

    private static int columns(String line) {
        return line.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    /// What must stay together: a wide character may stand alone.
    private static List<String> words(List<String> lines) {
        return lines.stream().flatMap(line -> Stream.of(line.codePoints()
                .mapToObj(c -> WCWidth.wcwidth(c) == 2 ? " " + Character.toString(c) + " "
                        : Character.toString(c)).collect(Collectors.joining()).strip()
                .split("\\s+"))).filter(word -> !word.isEmpty()).toList();
    }

    /// The same words in the same order, none broken but those that are longer than half a line.
    private static void assertSameWords(List<String> whole, List<String> broken, int width) {
        var left = new ArrayDeque<>(words(broken));
        for (var word : words(whole)) {
            var found = new StringBuilder();
            while (!left.isEmpty() && found.length() < word.length()) {
                assertTrue(found.isEmpty() || word.length() > width / 2, () -> "broken: " + word
                        + "\non " + width + " columns:\n" + String.join("\n", broken));
                found.append(left.removeFirst());
            }
            assertEquals(word, found.toString(), () -> "on " + width + " columns:\n"
                    + String.join("\n", broken));
        }
        assertEquals(List.of(), List.copyOf(left), "more on " + width + " columns");
    }

    private static void assertFit(List<String> lines, int width) {
        for (var line : lines) {
            assertTrue(columns(line) < width, columns(line) + " columns of " + width + ": " + line);
            var text = line.strip();
            if (text.isEmpty()) continue;
            assertTrue(NOT_FIRST.indexOf(text.charAt(0)) < 0, "begins with punctuation: " + line);
            assertTrue(NOT_LAST.indexOf(text.charAt(text.length() - 1)) < 0, "ends so: " + line);
        }
    }

    private void assertBreaksBetweenWords(Shelf shelf, CellEngine engine, Language language,
            List<Integer> widths, String... typed) {
        var whole = seenInTime(ENDLESS, shelf, engine, language, typed);
        for (var width : widths) {
            var broken = seenInTime(width, shelf, engine, language, typed);
            assertFit(broken, width);
            assertSameWords(whole, broken, width);
        }
    }

    /// On a busy machine a value may take too long to be shown: then it is looked at again.
    private List<String> seenInTime(int width, Shelf shelf, CellEngine engine, Language language,
            String... typed) {
        var seen = seen(width, shelf, engine, language, typed);
        for (int i = 0; i < 3 && seen.stream().anyMatch(line -> line.endsWith("= …")); i++) {
            seen = seen(width, shelf, engine, language, typed);
        }
        return seen;
    }

    private static List<Integer> allWidths() {
        return IntStream.rangeClosed(NARROWEST, WIDEST).boxed().toList();
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void helpAndWhatIsOpenAndAllVariablesBreakBetweenWords(Language language) {
        assertBreaksBetweenWords(SHELF, ENGINE, language, allWidths(),
                "/help", "/sockets", "/vars");
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void whatCannotBeBreaksBetweenWords(Language language) {
        assertBreaksBetweenWords(SHELF, ENGINE, language, allWidths(), "/frob", "/nxet", "/e",
                "/again 77", "/open 77", "/back", "/edit 1", "/lang tlh", "/again");
    }

    /// Of one cell the answer is not the chapter's, and one is out of date at the end.
    @ParameterizedTest
    @EnumSource(Language.class)
    void theWayToTheEndOfAChapterBreaksBetweenWords(Language language) {
        var chapter = """
                # 01 A chapter

                > In the article: *One*. About 1 minute.

                ```java
                int n = 1;
                ```

                ```text
                a wide answer of the chapter (wider than half a screen) that n does not give ==> …
                ```

                ```java
                "n, as it was when this cell was run for the first time: " + n
                ```

                ```text
                ==> "n, as it was when this cell was run for the …"
                ```

                This is the end of it.
                """;
        var next = chapter.replace("# 01 A chapter",
                "# 02 The chapter after it, and what it is about, which takes more than one line");
        try (var engine = new CellEngine()) {
            assertBreaksBetweenWords(Shelf.of(Map.of("01", chapter, "02", next)), engine, language,
                    SOME_WIDTHS, "", "/next", "/again 1", "/back", "/next");
            assertBreaksBetweenWords(Shelf.of(Map.of("01", chapter)), engine, language,
                    SOME_WIDTHS, "", "", "");
        }
    }

    /// As `/list` and `--list` show them.
    @ParameterizedTest
    @EnumSource(Language.class)
    void theListOfChaptersBreaksBetweenWords(Language language) throws IOException {
        var progress = Progress.load(folder.resolve("progress.txt"));
        var real = Shelf.onClassPath();
        progress.chapter("00");
        real.numbers().forEach(number -> progress.hasRun(number, 1));
        for (var shelf : List.of(SHELF, real)) {
            var whole = Contents.chapters(shelf, progress, language, ENDLESS);
            assertEquals(shelf.numbers().size(), whole.size(), whole::toString);
            for (var width = NARROWEST; width <= WIDEST; width++) {
                var broken = Contents.chapters(shelf, progress, language, width - 1);
                assertFit(broken, width);
                assertSameWords(whole, broken, width);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void ofEachCellTheListShowsALineOfWholeNames(Language language) {
        var cells = SHELF.open("01", language).cells();
        var row = Pattern.compile("[>*~ ] +(\\d)  (\\S.*?)( ?…)?");
        for (var width = NARROWEST; width <= WIDEST; width++) {
            var lines = seen(width, SHELF, ENGINE, language, "/list");
            assertFit(lines, width);
            var rows = lines.stream().map(row::matcher).filter(Matcher::matches).toList();
            assertEquals(cells.size(), rows.size(), String.join("\n", lines));
            for (var found : rows) {
                var code = cells.get(Integer.parseInt(found.group(1)) - 1).code().lines()
                        .findFirst().orElseThrow();
                if (found.group(3) == null) {
                    assertEquals(code, found.group(2));
                } else {
                    assertTrue(code.startsWith(found.group(2)), found.group());
                    var rest = code.substring(found.group(2).length());
                    assertTrue(rest.startsWith(" ") || rest.matches("[A-Za-z].*")
                            && found.group(2).matches(".*\\W"), found.group());
                }
            }
        }
    }

    @Test
    void allMessagesBreakBetweenWords() {
        for (var message : Message.values()) {
            for (var language : Language.values()) {
                var text = message.format(language).replaceAll("%[.\\d]*[a-z]", "12");
                for (var width : allWidths()) {
                    for (var indent : List.of(0, 4)) {
                        var lines = WordWrap.lines(text, width - 1, indent);
                        assertFit(lines, width);
                        assertSameWords(List.of(text), lines, width);
                    }
                }
            }
        }
    }

    // ---- what cells answer ----

    private static final List<String> ANSWERS = List.of(
            "reception", "key", "other", "client", "selector.keys()", "LONG",
            "IO.println(LONG)", "System.err.print(LONG)",
            "for (var word : LONG.split(\"(?<= )\")) System.out.print(word);",
            "IO.println(\"    \" + LONG + \"\\n\" + LONG)", "Map.of(\"one\", LONG, \"two\", LONG)",
            "throw new IOException(LONG)", "new String[] {LONG, LONG}",
            "int later() { return f; }");

    private static final String TEXT = "The server has sent 20000000 bytes   (all of them),"
            + " 对方还没有读（缓冲区已满，写不进去了）。 so it waits: 套接字still不可写；select() returns 0";

    @Test
    void answersBreakBetweenWords() {
        var typed = Stream.concat(Stream.of("var LONG = \"" + TEXT + "\";"), ANSWERS.stream())
                .toArray(String[]::new);
        assertBreaksBetweenWords(SHELF, ENGINE, Language.ENGLISH, SOME_WIDTHS, typed);
    }

    /// In whatever row of a broken line it stands.
    @Test
    void theMarkIsUnderWhatIsWrong() {
        var wrong = "var total = List.of(1, 2, 3).stream().map(each -> each * 2).toList().size() +"
                + " frob() + List.of(4, 5, 6).stream().map(each -> each * 3).toList().size();";
        for (var width : SOME_WIDTHS) {
            var lines = seen(width, SHELF, ENGINE, Language.ENGLISH, wrong);
            var mark = IntStream.range(0, lines.size())
                    .filter(i -> lines.get(i).matches(" +\\^+")).findFirst()
                    .orElseThrow(() -> new AssertionError(String.join("\n", lines)));
            var above = lines.get(mark - 1);
            assertEquals("frob", above.substring(lines.get(mark).indexOf('^'),
                    Math.min(above.length(), lines.get(mark).length())),
                    String.join("\n", lines));
        }
    }

    /// They come from other threads, above the prompt.
    @Test
    void linesOfThreadsBreakBetweenWords() {
        try (var engine = new CellEngine()) {
            engine.evaluate("var go = new Semaphore(0);", _ -> {});
            engine.evaluate("Background.start(() -> { while (true) { go.acquire(); IO.println(\""
                    + TEXT + "\"); } });", _ -> {});
            for (var width : SOME_WIDTHS) {
                var sheet = new Sheet(width);
                new Console(SHELF, engine, Progress.load(folder.resolve("progress.txt")), sheet,
                        Language.ENGLISH, Map.of());
                engine.evaluate("go.release()", _ -> {});
                var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
                while (sheet.seen.isEmpty()) {
                    assertTrue(System.nanoTime() < deadline, "no line from the background");
                    LockSupport.parkNanos(1_000_000);
                }
                assertFit(sheet.lines(), width);
                assertSameWords(List.of("[prompt] " + TEXT), sheet.lines(), width);
            }
        }
    }

    /// `/help` names every command at the beginning of a line, on the narrowest screen too.
    @Test
    void everyCommandHasItsLine() {
        var lines = seen(NARROWEST, SHELF, ENGINE, Language.ENGLISH, "/help");
        for (var command : SlashCommand.texts()) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(command + " ")), command);
        }
    }
}
