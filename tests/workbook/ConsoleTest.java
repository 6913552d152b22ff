import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import workbook.chapter.Shelf;
import workbook.console.Console;
import workbook.console.Message;
import workbook.console.SlashCommand;
import workbook.engine.CellEngine;
import workbook.engine.Prompt;
import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.screen.PlainScreen;
import workbook.screen.TerminalScreen;

/// The workbook: what the reader types, and what the reader sees.
@Tag("long")
class ConsoleTest {

    /// A JShell that has just been built is slow on a busy machine.
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private static final String FIRST = """
            # 01 One

            > In the article: *One*. About 1 minute.

            What is twice two?

            ```java
            int two = 2;
            two * 2
            ```

            ```text
            two ==> 2
            ==> 4
            ```

            And now?

            ```java
            two = two + 1;
            IO.println("now " + two);
            ```

            ```text
            two ==> 3
            now 3
            ```

            ```java
            var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            ```

            ```text
            door ==> ServerSocket[addr=…]
            ```

            This is the end of it.
            """;

    private static final Shelf SHELF = Shelf.of(Map.of(
            "01", FIRST,
            "01.zh", FIRST.replace("01 One", "01 \u4e00").replace("And now?", "\u73b0\u5728\uff1f"),
            "02", FIRST.replace("# 01 One", "# 02 Two")));

    /// An environment that names no editor but the workbook's own.
    private static final Map<String, String> NO_EDITOR = Map.of();

    private Path folder;

    @BeforeTry
    void createFolder() throws IOException {
        folder = Files.createTempDirectory("console");
    }

    @AfterTry
    void deleteFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }

    private Progress progress() {
        return Progress.load(folder.resolve("progress.txt"));
    }

    /// What is seen if this is typed, without a terminal.
    private String session(String... typed) {
        var seen = new ByteArrayOutputStream();
        var in = new BufferedReader(new StringReader(
                Stream.of(typed).map(line -> line + "\n").collect(Collectors.joining())));
        try (var engine = new CellEngine();
                var screen = new PlainScreen(in, new PrintStream(seen, true, UTF_8), text ->
                        engine.completeness(text) == Prompt.Completeness.INCOMPLETE, false)) {
            new Console(SHELF, engine, progress(), screen, Language.ENGLISH)
                    .run(progress().chapter().orElse("01"));
        }
        var text = seen.toString(UTF_8);
        assertFalse(text.contains("\033"), "escape sequences without a terminal");
        return text;
    }

    private static void assertSeen(String seen, String... parts) {
        var at = 0;
        for (var part : parts) {
            var found = seen.indexOf(part, at);
            assertTrue(found >= 0, "missing, or not in this order: " + part + "\nin:\n" + seen);
            at = found + part.length();
        }
    }

    // ---- without a terminal ----

    @Example
    void enterRunsTheCellThatIsSeenAndShowsTheNext() {
        assertSeen(session("", "/next"),
                "What is twice two?", "cell 1 of 3", "int two = 2;",
                "two ==> 2\n==> 4\n(as in the chapter)", "And now?", "cell 2 of 3",
                "two ==> 3\nnow 3\n(as in the chapter)", "cell 3 of 3");
    }

    @Example
    void whatElseIsTypedIsJava() {
        assertSeen(session("", "two + 40", "int twice(int n) {", "    return 2 * n;", "}",
                        "twice(two)", "two.frob()", "throw new IOException(\"no\");", "/vars"),
                "==> 42", "method twice(int)", "==> 4", "error: ", "^",
                "Exception java.io.IOException: no", "int two = 2");
    }

    /// A Chinese character takes two columns.
    @Example
    void theMarkIsUnderWhatIsWrong() {
        assertSeen(session("1 + frob"), "\nline 1: 1 + frob\n            ^^^^\n");
        assertSeen(session("/lang zh", "\"\u4e00\" + frob"),
                "\n\u7b2c 1 \u884c\uff1a\"\u4e00\" + frob\n                ^^^^\n");
    }

    @Example
    void anAnswerThatIsNotTheChaptersIsSaid() {
        assertSeen(session("", "", "/again 2"), "now 3\n(as in the chapter)",
                "two ==> 4\nnow 4\nThis is not what the chapter has:\n  two ==> 3\n  now 3\n");
        assertSeen(session("/open 1", "", "", ""), "door ==> ServerSocket[addr=localhost/127.0.0.1",
                "(as in the chapter; what it writes as … varies)");
    }

    @Example
    void cellsThatRanBeforeAnEarlierOneAreStale() {
        assertSeen(session("", "", "/again 1"), "may be out of date: cells 2");
    }

    @Example
    void whatIsOpenIsListedAndClosedWithTheChapter() {
        assertSeen(session("", "", "", "/sockets", "/open 02", "/sockets"),
                "[cell 3] ServerSocket door: listening on 127.0.0.1:", "02 Two", "nothing is open");
    }

    @Example
    void afterTheLastCellComesTheNextChapter() {
        assertSeen(session("", "", "", ""), "This is the end of it.",
                "Enter opens chapter 02, Two", "# 02 Two", "cell 1 of 3");
    }

    @Example
    void theReaderGoesOnWhereTheReaderWas() {
        session("", "");
        var seen = session("two", "");
        assertSeen(seen, "quietly runs again: cells 1-2 ...", " s\n", "cell 3 of 3", "two ==> 3",
                "door ==> ");
        assertFalse(seen.contains("now 3"), "quietly, it said");
        assertFalse(seen.contains("do not answer as in the chapter"), seen);
    }

    /// Also if the reader has gone back, or has run later cells.
    @Example
    void theReadersPlaceIsNotTheLastCellThatRan() {
        session("", "/again 3", "/exit");
        assertSeen(session("/exit"), "runs again: cells 1 ...", "cell 2 of 3");
        assertSeen(session("", "/back", "/exit"), "cell 3 of 3", "cell 2 of 3");
        assertSeen(session("two"), "runs again: cells 1 ...", "cell 2 of 3", "two ==> 2");
    }

    @Example
    void aCellThatNowAnswersOtherwiseIsNamed() throws IOException {
        Files.writeString(folder.resolve("progress.txt"), "ran 01: 2 3\nat 01: 4\n");
        assertSeen(session("/exit"), "runs again: cells 2-3 ...",
                "This time cells 2 do not answer");
    }

    @Example
    void anotherChapterIsLeftWhereItWasAndTheSameBeginsAnew() {
        assertSeen(session("", "/open 2", "/open 1", "/open 1"), "# 02 Two",
                "runs again: cells 1 ...", "cell 2 of 3", "# 01 One", "cell 1 of 3");
    }

    @Example
    void theListTellsHowFarTheReaderHasGot() {
        assertSeen(session("", "", "/again 1", "/list"),
                "*  1  int two = 2;", "~  2  two = two + 1;",
                ">  3  var door", "> 01  One  (2 of 3 cells)", "  02  Two\n");
    }

    @Example
    void whatCannotBeKeptIsSaidOnce() throws IOException {
        var notAFolder = Files.createFile(folder.resolve("file"));
        var seen = new ByteArrayOutputStream();
        try (var engine = new CellEngine(); var screen = new PlainScreen(
                new BufferedReader(new StringReader("\n\n\n")), new PrintStream(seen, true, UTF_8),
                _ -> false, false)) {
            new Console(SHELF, engine, Progress.load(notAFolder.resolve("progress.txt")), screen,
                    Language.ENGLISH).run("01");
        }
        assertEquals(2, seen.toString(UTF_8).split("your place cannot be kept").length);
        assertSeen(seen.toString(UTF_8), "door ==> ");
    }

    @Example
    void theLanguageCanBeChangedAndIsRemembered() {
        assertSeen(session("", "/lang zh", "", "/lang tlh"),
                "现在？", "单元 2 / 3", "（与本章一致）", "没有这种语言");
        assertEquals(Optional.of(Language.CHINESE), progress().language());
    }

    @Example
    void theLanguageIsThatOfTheEnvironmentIfWeHaveIt() {
        var chinese = Map.of("LC_ALL", "C.UTF-8", "LANG", "zh_CN.UTF-8");
        assertEquals(Language.CHINESE, Language.of(chinese, Locale.ENGLISH));
        assertEquals(Language.CHINESE, Language.of(Map.of(), Locale.CHINESE));
        assertEquals(Language.ENGLISH, Language.of(Map.of("LANG", "en_US"), Locale.CHINESE));
        assertEquals(Language.ENGLISH, Language.of(Map.of("LC_ALL", "C"), Locale.ENGLISH));
        assertEquals(Language.ENGLISH, Language.of(Map.of("LANG", "de_DE"), Locale.GERMAN));
    }

    @Example
    void whatCannotBeIsSaidInOneLine() {
        assertSeen(session("/frob", "/nxet", "/e", "/again", "/again 7", "/again x", "/open 77",
                        "/back", "/edit 1", "quit", "help"),
                "no such command: /frob", "did you mean /next?", "/e could be /edit, /exercise, /exit",
                "no cell has run yet", "no such cell: 7; this chapter has 1 to 3",
                "no such cell: x", "no such chapter: 77; there are 01, 02",
                "this is the first cell", "/edit needs a terminal", "did you mean /exit?",
                "did you mean /help?");
    }

    @Example
    void aCommandTakesNoMoreThanItsHelpSays() {
        assertSeen(session("/sockets all", "/vars x"), "/sockets takes nothing behind it: all",
                "/vars takes nothing behind it: x");
    }

    /// Nothing is suggested that is only somewhat like it, or that a variable is called.
    @Example
    void whatIsNotMeantIsNotSuggested() {
        var seen = session("/reset", "/drop", "/save", "int list = 1;", "list + nothing");
        assertFalse(seen.contains("did you mean"), seen);
    }

    /// In whatever order: nothing breaks, and the file knows which cells ran.
    @Property(tries = 6)
    void theFileKnowsWhichCellsRan(@ForAll("moves") List<String> moves) throws IOException {
        session(moves.toArray(String[]::new));
        var expected = new TreeMap<String, SortedSet<Integer>>();
        var places = new HashMap<String, Integer>();
        var chapter = "01";
        var next = 1;
        for (var move : moves) {
            if (move.startsWith("/open") || move.isEmpty() && next == 4) {
                if (move.isEmpty() && chapter.equals("02")) continue; // there is no third chapter
                places.put(chapter, next);
                var opened = move.isEmpty() ? "02" : move.substring(6);
                if (opened.equals(chapter)) {
                    expected.remove(chapter);
                    places.remove(chapter);
                }
                chapter = opened;
                next = places.getOrDefault(chapter, 1);
            } else if (move.equals("/back")) {
                next = Math.max(1, next - 1);
            } else if (move.startsWith("/again")) {
                var cell = move.charAt(7) - '0';
                expected.computeIfAbsent(chapter, _ -> new TreeSet<>()).add(cell);
                if (cell == next) next++;
            } else {
                expected.computeIfAbsent(chapter, _ -> new TreeSet<>()).add(next++);
            }
        }
        for (var number : List.of("01", "02")) {
            assertEquals(expected.getOrDefault(number, new TreeSet<>()), progress().ran(number),
                    "chapter " + number + " after " + moves);
        }
        assertEquals(Optional.of(chapter), progress().chapter());
        assertEquals(next, progress().place(chapter), "place after " + moves);
        Files.delete(folder.resolve("progress.txt"));
    }

    @Provide
    Arbitrary<List<String>> moves() {
        return Arbitraries.of("", "", "", "/back", "/again 1", "/again 2", "/open 01", "/open 02")
                .list().ofMaxSize(8);
    }

    @Example
    void allMessagesSayTheSameInAllLanguages() {
        var hole = Pattern.compile("%[.\\d]*[a-z]");
        for (var message : Message.values()) {
            var holes = Stream.of(Language.values()).map(message::format)
                    .map(format -> hole.matcher(format).results().map(MatchResult::group).toList())
                    .distinct().toList();
            assertEquals(1, holes.size(), message + ": " + holes);
        }
    }

    // ---- in a terminal ----

    /// What a terminal shows. Wakes those who wait for more.
    private static final class Glass extends ByteArrayOutputStream {
        @Override
        public synchronized void flush() {
            notifyAll();
        }
    }

    /// A terminal of which the test has the keyboard and the screen.
    private final class Desk implements AutoCloseable {

        private final Glass seen = new Glass();
        private final PipedOutputStream keyboard = new PipedOutputStream();
        private final ExternalTerminal terminal;
        final CellEngine engine = new CellEngine();
        final FutureTask<Void> console;
        private int from;

        Desk() throws IOException {
            this(40);
        }

        Desk(int rows) throws IOException {
            terminal = new ExternalTerminal("desk", "xterm",
                    new PipedInputStream(keyboard, 1 << 16), seen, UTF_8);
            terminal.setSize(Size.of(80, rows));
            var screen = new TerminalScreen(terminal, engine, SlashCommand.texts(), null, true);
            console = new FutureTask<>(() -> {
                new Console(SHELF, engine, progress(), screen, Language.ENGLISH, NO_EDITOR)
                        .run("01");
                return null;
            });
            Thread.ofPlatform().daemon().start(console);
        }

        void type(String keys) throws IOException {
            keyboard.write(keys.getBytes(UTF_8));
            keyboard.flush();
        }

        /// Waits until this is to be seen, behind what was waited for before.
        ///
        /// @return what stands between the two
        String awaits(String text) throws InterruptedException {
            var deadline = System.nanoTime() + DEADLINE.toNanos();
            synchronized (seen) {
                while (true) {
                    var all = screen();
                    var found = all.indexOf(text, from);
                    if (found >= 0) {
                        var between = all.substring(from, found);
                        from = found + text.length();
                        return between;
                    }
                    var left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                    if (left <= 0) {
                        throw new AssertionError("not seen: " + text + "\nin:\n"
                                + all.substring(from));
                    }
                    seen.wait(left);
                }
            }
        }

        /// Types what nobody reads yet, and waits until the terminal has it.
        void typeAhead(String keys) throws IOException {
            type(keys);
            await(() -> terminal.input().available() >= keys.length(), "what was typed");
        }

        void await(Callable<Boolean> condition, String what) {
            var deadline = System.nanoTime() + DEADLINE.toNanos();
            try {
                while (!condition.call()) {
                    assertTrue(System.nanoTime() < deadline, () -> "in vain: " + what
                            + "\nin:\n" + screen());
                    LockSupport.parkNanos(1_000_000);
                }
            } catch (Exception e) {
                throw new AssertionError(what, e);
            }
        }

        /// Without colours, and without what moves the cursor.
        private String screen() {
            return seen.toString(UTF_8).replaceAll("\033\\[[0-9;?]*[a-zA-Z]|\033[=>]", "");
        }

        @Override
        public void close() throws IOException {
            keyboard.close(); // as Ctrl-D
            try {
                console.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("the console does not end\n" + screen(), e);
            } finally {
                engine.close();
            }
        }
    }

    @Example
    void aReaderAtATerminal() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("cell 1 of 3");
            desk.awaits("01:1> ");
            desk.type("\r");
            desk.awaits("==> 4");
            desk.awaits("01:2> ");
            desk.type("two + 40\r");
            desk.awaits("==> 42");
            desk.type("/exit\r");
            desk.console.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Example
    void linesThatBelongTogetherAreReadTogether() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("int f(int n) {\r");
            desk.awaits("...> ");
            desk.type("return 2 * n; }\r");
            desk.awaits("method f(int)");
            desk.type("f(21)\r");
            desk.awaits("==> 42");
        }
    }

    @Example
    void ctrlCFreesACellThatWaits() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("new ServerSocket(0).accept()\r");
            desk.await(desk.engine::isRunning, "that it runs");
            desk.type("\003");
            desk.awaits("stopped by Ctrl-C");
            desk.awaits("01:1> ");
            desk.type("6 * 7\r");
            desk.awaits("==> 42");
        }
    }

    /// In its turn: it overtakes nothing that was typed before it.
    @Example
    void ctrlCGivesUpALineAndCtrlDLeaves() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("nonsense\0036 * 7\r");
            desk.awaits("==> 42");
            desk.awaits("01:1> ");
            desk.type("\004");
            desk.console.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Example
    void tabCompletesAndASecondTabExplains() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("\"a\".toUpp\t");
            desk.awaits("toUpperCase(");
            desk.type("\t");
            desk.awaits("String.toUpperCase(");
        }
    }

    @Example
    void whatThreadsPrintComesAboveThePrompt() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("var go = new CountDownLatch(1);\r");
            desk.awaits("go ==> ");
            desk.type("Background.start(() -> { go.await(); IO.println(\"behind\"); })\r");
            desk.awaits("==> VirtualThread");
            desk.type("go.countDown()\r");
            desk.awaits("[prompt] behind");
        }
    }

    /// Readers break cells on purpose: they must see what that does, and be able to repair them.
    @Example
    void aBrokenCellIsRunAndCanBeRepaired() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("\r");
            desk.awaits("01:2> ");
            desk.type("/edit 1\r");
            desk.awaits("edit:1> ");
            desk.type("\b\b*(\r");
            desk.awaits("error: ");
            desk.awaits("you have changed the cell");
            desk.awaits("01:2> ");
            desk.type("/edit 1\r");
            desk.awaits("two **(");
            desk.type("\b\b 3\r");
            desk.awaits("==> 6");
            desk.awaits("01:2> ");
            desk.type("/edit 1\r");
            desk.awaits("edit:1> ");
            desk.type("0\003/again 1\r");
            desk.awaits("01:2> /again 1");
            desk.awaits("==> 6");
        }
    }

    private static final String WAIT = """
            IO.println("it waits"); while (!Boolean.getBoolean("go on")) Thread.sleep(1);\r""";

    private static void goOn() {
        System.setProperty("go on", "true");
    }

    @AfterTry
    void waitAgain() {
        System.clearProperty("go on");
    }

    /// It is seen where it is read, and not among the answers.
    @Example
    void whatIsTypedAheadWaitsForItsPrompt() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type(WAIT);
            desk.awaits("it waits\r\n");
            desk.typeAhead("6 * 7\r\rtwo +");
            goOn();
            assertEquals("", desk.awaits("01:1> ").strip());
            desk.awaits("6 * 7");
            desk.awaits("==> 42");
            desk.awaits("01:1> ");
            desk.awaits("==> 4");
            desk.awaits("01:2> two +");
            desk.type(" 40\r");
            desk.awaits("==> 42");
        }
    }

    /// Nobody can have meant it for lines that were not there yet.
    @Example
    void whatIsTypedAheadOfLinesToChangeIsNotAddedToThem() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type(WAIT);
            desk.awaits("it waits\r\n");
            desk.typeAhead("/edit 1\r/list\r6 *");
            goOn();
            desk.awaits("edit:1> ");
            desk.type("1\r"); // two * 2 becomes two * 21
            desk.awaits("==> 42");
            desk.awaits("01:2> /list");
            desk.awaits("The cells of this chapter");
            desk.awaits("01:2> 6 *");
            desk.type(" 5\r");
            desk.awaits("==> 30");
        }
    }

    @Example
    void ctrlCGivesUpWhatWasTypedAheadToo() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type(WAIT);
            desk.awaits("it waits\r\n");
            desk.typeAhead("/edit 1\r/list\r");
            goOn();
            desk.awaits("edit:1> ");
            desk.type("\0036 * 7\r");
            desk.awaits("01:1> 6 * 7");
            desk.awaits("==> 42");
            assertFalse(desk.screen().contains("/list"), desk.screen());
        }
    }

    @Example
    void twoEmptyLinesEndWhatCannotBeEnded() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("int f( {\r\r\r");
            desk.awaits("error: ");
            desk.awaits("01:1> ");
            desk.type("6 * 7\r");
            desk.awaits("==> 42");
        }
    }

    /// What is typed between two pages is done, and then the rest is shown.
    @Example
    void aLongTextWaitsForTheReader() throws Exception {
        try (var desk = new Desk(10)) {
            desk.awaits("-- Enter for more, q to stop --");
            assertFalse(desk.screen().contains("01:1> "), desk.screen());
            desk.type("6 * 7\r");
            desk.awaits("==> 42");
            desk.awaits("int two = 2;");
            desk.awaits("01:1> ");
        }
    }

    /// By `q`, by Ctrl-C, and by a command, which leads elsewhere.
    @Property(tries = 3)
    void aLongTextCanBeLeft(@ForAll("waysOut") String keys) throws Exception {
        try (var desk = new Desk(10)) {
            desk.awaits("-- Enter for more, q to stop --");
            desk.type(keys);
            assertFalse(desk.awaits("01:1> ").contains("int two = 2;"), "the rest was shown");
        }
    }

    @Provide
    Arbitrary<String> waysOut() {
        return Arbitraries.of("q\r", "\003", "/vars\r");
    }

    @Example
    void aCellCanBeChangedAndTheChapterStaysAsItIs() throws Exception {
        try (var desk = new Desk()) {
            desk.awaits("01:1> ");
            desk.type("\r");
            desk.awaits("01:2> ");
            desk.type("/edit 1\r");
            desk.awaits("edit:1> ");
            desk.type("\b0\r"); // two * 2 becomes two * 0
            desk.awaits("==> 0");
            desk.awaits("you have changed the cell");
        }
    }
}
