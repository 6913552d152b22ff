import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The workbook as a program: at a terminal of 80 x 24, and without one.
@Tag("long")
class TerminalTest {

    private static final Path SCRIPT = Checkout.LESSONS.resolve("workbook.java");
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    /// A locale with UTF-8 that every system has; no editor but the workbook's own.
    private static final List<String> ENVIRONMENT = List.of(
            "env", "-u", "VISUAL", "-u", "EDITOR", "-u", "NO_COLOR");

    @TempDir
    Path state;

    private String server = "";
    private String locale = "C.UTF-8";
    private String columns = "80";
    private String rows = "24";

    /// Waits for the end of the workbook, too: until then it writes to its folder, which JUnit is
    /// about to delete.
    @AfterEach
    void stopServer() throws Exception {
        if (server.isEmpty()) return;
        var programs = programsInTerminals();
        tmux("kill-server");
        for (var program : programs) {
            program.onExit().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private List<ProcessHandle> programsInTerminals() throws Exception {
        return tmux("list-panes", "-a", "-F", "#{pane_pid}").lines()
                .filter(line -> line.matches("\\d+"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .flatMap(pane -> Stream.concat(Stream.of(pane), pane.descendants())).toList();
    }

    /// The class path of the tests has the chapters, as that of the script has. `lessons/` must not
    /// be on it: there are sources, and if those are newer than the classes, JShell compiles them.
    private List<String> workbook(String... arguments) {
        var command = new ArrayList<>(ENVIRONMENT);
        command.addAll(List.of("LC_ALL=" + locale, "XDG_STATE_HOME=" + state,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Checkout.mainClass(SCRIPT)));
        command.addAll(List.of(arguments));
        return command;
    }

    // ---- without a terminal ----

    private record Ended(int status, String out, String err) {}

    private Ended run(String typed, String... arguments) throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs env");
        return run(typed, workbook(arguments));
    }

    private static Ended run(String typed, List<String> command) throws Exception {
        var process = new ProcessBuilder(command).start();
        try (var reading = Executors.newVirtualThreadPerTaskExecutor()) {
            var out = reading.submit(() -> process.getInputStream().readAllBytes());
            var err = reading.submit(() -> process.getErrorStream().readAllBytes());
            try (var in = process.outputWriter(UTF_8)) {
                in.write(typed);
            } catch (IOException e) {
                // it has ended, and took no notice
            }
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running: " + command);
            }
            return new Ended(process.exitValue(), new String(out.get(), UTF_8),
                    new String(err.get(), UTF_8));
        }
    }

    @Test
    void aPipeGetsPlainText() throws Exception {
        var ended = run("/next\n\n1 + 41\n", "03");
        assertEquals(0, ended.status(), ended.err());
        assertEquals("", ended.err());
        assertTrue(ended.out().contains("# 03 "), ended.out());
        assertTrue(ended.out().contains("IllegalBlockingModeException"), ended.out());
        assertTrue(ended.out().contains("==> 42"), ended.out());
        assertFalse(ended.out().contains("\033"), "escape sequences in a pipe");
    }

    @Test
    void theListIsInTheLanguageThatIsAskedFor() throws Exception {
        for (var language : List.of("", ".zh")) {
            var ended = run("", "--list", "--lang", language.isEmpty() ? "en" : "zh");
            for (var number : List.of("00", "03")) {
                var title = Checkout.read(
                        Checkout.LESSONS.resolve("lesson" + number + language + ".md"))
                        .lines().findFirst().orElseThrow().substring("# 00 ".length());
                assertTrue(ended.out().contains(number + "  " + title), ended.out());
            }
        }
    }

    /// JBang brings the files that are named, and no others.
    @Test
    void theScriptNamesAllItsPartsAndAllChapters() throws IOException {
        var folder = Checkout.LESSONS.resolve("workbook");
        var named = Stream.concat(ScriptPartsTest.parts(SCRIPT).stream(),
                        ScriptPartsTest.texts(SCRIPT).stream())
                .filter(part -> part.startsWith(folder)
                        || part.getParent().equals(Checkout.LESSONS)) // of others, ScriptPartsTest
                .sorted().toList();
        try (var parts = Files.walk(folder); var others = Files.list(Checkout.LESSONS)) {
            var chapters = others.filter(file -> file.getFileName().toString()
                    .matches("lesson\\d\\d(\\.zh)?\\.md"));
            var own = parts.filter(part -> part.toString().endsWith(".java"))
                    .filter(part -> !part.startsWith(folder.resolve("program"))); // of exercises
            assertEquals(Stream.of(own, chapters, Stream.of(SCRIPT)).flatMap(each -> each)
                    .sorted().toList(), named);
        }
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws Exception {
        var unknown = run("", "77");
        assertEquals(1, unknown.status());
        assertTrue(unknown.err().matches("no such chapter: 77; there are 00, 01, .*\\R"),
                unknown.err());
        var language = run("", "--lang", "tlh");
        assertEquals(2, language.status());
        assertTrue(language.err().startsWith("no such language: tlh"), language.err());
        assertEquals(2, run("", "--frob").status());
    }

    // ---- at a terminal ----

    private static boolean hasTmux() throws Exception {
        try {
            return run("", List.of("tmux", "-V")).status() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String tmux(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("tmux", "-u", "-L", server, "-f", "/dev/null"));
        command.addAll(List.of(arguments));
        return run("", command).out();
    }

    private void open(String... arguments) throws Exception {
        openIn("COMMAND", arguments);
    }

    /// @param shell what the shell does, COMMAND being the workbook
    private void openIn(String shell, String... arguments) throws Exception {
        var quoted = workbook(arguments).stream().map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        var script = Files.writeString(state.resolve("start"), "TERM=screen exec " + quoted);
        server = "workbook" + System.nanoTime(); // the one before may still be about to end
        tmux("new-session", "-d", "-x", columns, "-y", rows,
                shell.replace("COMMAND", "sh " + script) + "; echo left with $?; sleep 600");
    }

    private void type(String... keys) throws Exception {
        var command = new ArrayList<>(List.of("send-keys"));
        command.addAll(List.of(keys));
        tmux(command.toArray(String[]::new));
    }

    /// The screen, once this is to be seen on it.
    private String awaits(String pattern) throws Exception {
        var wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        var deadline = System.nanoTime() + DEADLINE.toNanos();
        var screen = "";
        while (System.nanoTime() < deadline) {
            screen = tmux("capture-pane", "-p");
            if (wanted.matcher(screen).find()) return screen;
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos()); // tmux does not tell of changes
        }
        throw new AssertionError("not seen: " + pattern + "\nin:\n" + screen);
    }

    /// Runs cells, breaks one and repairs it, frees what waits, leaves, comes back.
    @Test
    void aReaderInARealTerminal() throws Exception {
        Assumptions.assumeTrue(hasTmux(), "there is no tmux here");
        open("01", "--lang", "en");
        awaits("^01:1>$");
        type("Enter");
        awaits("^01:2>$");
        type("Enter");
        awaits("localport=\\d+\\]\n\\(as in the chapter");
        awaits("^01:3>$");

        type("/edit 2", "Enter");
        awaits("^edit:2> var server[^\u2026]*^\\.+> server$");
        type("x", "Enter");
        awaits("error: cannot find symbol[^\u2026]*serverx");
        awaits("^01:3>$");
        type("/edit 2", "Enter");
        awaits("serverx\\s+\\z");
        type("BSpace", "Enter");
        awaits("localport=\\d+\\]\n\\(as in the chapter[^>]*01:3>\\s*\\z");

        type("IO.println(6 * 7); server.accept()", "Enter");
        awaits("^42$");
        type("C-c");
        awaits("stopped by Ctrl-C[^>]*01:3>\\s*\\z");
        type("C-d");
        awaits("left with 0");
        tmux("kill-server");

        locale = "xx_XX.UTF-8"; // no machine has it, and Java takes ASCII instead
        open("--lang", "zh");
        var screen = awaits("^01:3>$");
        assertTrue(screen.contains("\u5355\u5143 3 / "), screen);
        type("/exit", "Enter");
        awaits("left with 0");
    }

    /// It is shown where it is read, and not among the answers.
    @Test
    void whatIsTypedAheadWaitsForItsPrompt() throws Exception {
        Assumptions.assumeTrue(hasTmux(), "there is no tmux here");
        open("01", "--lang", "en");
        awaits("^01:1>$");
        var go = state.resolve("go");
        type("IO.println(\"waits\"); while (!Files.exists(Path.of(\"" + go + "\"))) Thread.sleep(1);"
                + " 1", "Enter");
        awaits("^waits$");
        type("40 + 2", "Enter");
        Files.createFile(go);
        awaits("^waits\n==> 1\n01:1> 40 \\+ 2\n==> 42\n01:1>\\s*\\z");
    }

    @Test
    void ctrlZStopsItAndFgGoesOn() throws Exception {
        Assumptions.assumeTrue(hasTmux(), "there is no tmux here");
        openIn("set -m; COMMAND; echo stopped 1; fg; echo stopped 2; fg", "01", "--lang", "en");
        awaits("^01:1>$");
        type("C-z");
        awaits("^stopped 1$[^>]*^01:1>\\s*\\z");
        type("40");
        awaits("^01:1> 40\\s*\\z");
        type("C-z");
        awaits("^stopped 2$[^>]*^01:1> 40\\s*\\z");
        type(" + 2", "Enter");
        awaits("^==> 42$");
        awaits("^01:1>\\s*\\z");
        type("C-d");
        awaits("left with 0");
    }

    /// What a terminal has to break, it breaks anywhere. tmux knows of which lines it has been so.
    @Test
    void noLineIsLeftForTheTerminalToBreak() throws Exception {
        Assumptions.assumeTrue(hasTmux(), "there is no tmux here");
        rows = "300"; // nothing scrolls away
        for (var width : List.of("40", "80")) {
            columns = width;
            for (var language : List.of("en", "zh")) {
                open("03", "--lang", language);
                awaits("^03:\\d>$");
                for (var line : List.of("", "", "/help", "/list", "/sockets", "/vars",
                        "IO.println(\"a\" + \"ll\")")) {
                    type(line, "Enter");
                }
                awaits("^all$[^\u2026]*^03:\\d>\\s*\\z");
                assertNothingBroken();
                type("C-d");
                awaits("left with 0");
                tmux("kill-server");

                open("--list", "--lang", language);
                awaits("^left with 0$");
                assertNothingBroken();
                tmux("kill-server");
            }
        }
    }

    private void assertNothingBroken() throws Exception {
        var lines = tmux("capture-pane", "-p").lines().map(String::stripTrailing).toList();
        var whole = tmux("capture-pane", "-p", "-J").lines().map(String::stripTrailing)
                .filter(line -> !lines.contains(line)).toList();
        assertEquals(List.of(), whole, "broken by a terminal of " + columns + " columns");
    }
}
