///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN Workbook
//DEPS info.picocli:picocli:4.7.7
//DEPS org.jline:jline-terminal:4.6.0
//DEPS org.jline:jline-terminal-ffm:4.6.0
//DEPS org.jline:jline-reader:4.6.0
//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//SOURCES workbook/reader/Progress.java workbook/chapter/Chapter.java
//SOURCES workbook/rendering/Renderer.java workbook/runtime/Run.java
//SOURCES workbook/engine/CellEngine.java workbook/screen/Screen.java
//SOURCES workbook/console/Console.java
//SOURCES recorder/Agent.java recorder/Diagram.java wire/Boundaries.java wire/Escaped.java
//SOURCES wire/Names.java wire/Words.java shared/Printable.java
//FILES lesson00.md lesson00.zh.md lesson01.md lesson01.zh.md lesson02.md lesson02.zh.md
//FILES lesson03.md lesson03.zh.md lesson04.md lesson04.zh.md lesson05.md lesson05.zh.md
//FILES lesson06.md lesson06.zh.md lesson07.md lesson07.zh.md lesson08.md lesson08.zh.md
//FILES 00a/=exercises/00a/task.md 00a/=exercises/00a/task.zh.md
//FILES 01a/=exercises/01a/task.md 01a/=exercises/01a/task.zh.md
//FILES 01b/=exercises/01b/task.md 01b/=exercises/01b/task.zh.md
//FILES 01c/=exercises/01c/task.md 01c/=exercises/01c/task.zh.md
//FILES 02a/=exercises/02a/task.md 02a/=exercises/02a/task.zh.md
//FILES 02b/=exercises/02b/task.md 02b/=exercises/02b/task.zh.md
//FILES 03a/=exercises/03a/task.md 03a/=exercises/03a/task.zh.md
//FILES 03b/=exercises/03b/task.md 03b/=exercises/03b/task.zh.md
//FILES 03c/=exercises/03c/task.md 03c/=exercises/03c/task.zh.md
//FILES 03d/=exercises/03d/task.md 03d/=exercises/03d/task.zh.md
//FILES 04a/=exercises/04a/task.md 04a/=exercises/04a/task.zh.md
//FILES 04b/=exercises/04b/task.md 04b/=exercises/04b/task.zh.md
//FILES 05a/=exercises/05a/task.md 05a/=exercises/05a/task.zh.md
//FILES 05b/=exercises/05b/task.md 05b/=exercises/05b/task.zh.md
//FILES 05c/=exercises/05c/task.md 05c/=exercises/05c/task.zh.md
//FILES 05d/=exercises/05d/task.md 05d/=exercises/05d/task.zh.md
//FILES 05e/=exercises/05e/task.md 05e/=exercises/05e/task.zh.md
//FILES 06a/=exercises/06a/task.md 06a/=exercises/06a/task.zh.md
//FILES 07a/=exercises/07a/task.md 07a/=exercises/07a/task.zh.md
//FILES 07b/=exercises/07b/task.md 07b/=exercises/07b/task.zh.md
//FILES 08a/=exercises/08a/task.md 08a/=exercises/08a/task.zh.md
//FILES 09a/=exercises/09a/task.md 09a/=exercises/09a/task.zh.md
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//RUNTIME_OPTIONS -Djdk.attach.allowAttachSelf=true -XX:+EnableDynamicAgentLoading
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto
//DESCRIPTION The workbook: chapters with live cells, in the terminal

import module java.base;

import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.*;
import workbook.chapter.Shelf;
import workbook.console.Console;
import workbook.console.Contents;
import workbook.console.SlashCommand;
import workbook.engine.CellEngine;
import workbook.engine.Prompt;
import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.screen.PlainScreen;
import workbook.screen.Screen;
import workbook.screen.TerminalScreen;

/// # The workbook
///
/// ```
/// jbang workbook             goes on where you were
/// jbang workbook 03          opens chapter 03
/// jbang workbook --run 03    runs all cells of chapter 03, and shows prose and answers
/// jbang workbook --list      shows the chapters
/// ```
///
/// A chapter is prose and cells of Java. Enter runs the cell you see, and shows its answer and what
/// comes next. Whatever else you type is evaluated in the same session, as in jshell; `/help` tells
/// the commands.
///
/// Without a terminal it reads the same from standard input, and writes plain text:
/// `printf '/next\n/next\n' | jbang workbook 03`.
///
/// The parts are in `workbook/`, a folder each, and import only what stands above them:
///
/// - `reader`: language, place and editor of whoever reads
/// - `chapter`: Markdown, read as prose and cells, and what these should answer
/// - `rendering`: Markdown, Java and long lines as a terminal shows them
/// - `runtime`: what woven code runs on: its threads, what it opens and prints, how it is stopped
/// - `engine`: a JShell that runs cells
/// - `program`: compiled programs that run as cells do, for the exercises
/// - `screen`: where is read and written, a terminal or two streams
/// - `console`: what the reader may say, and what the workbook says
class Workbook {

    @Command(name = "workbook.java", sortOptions = false, description =
            "The chapters of the workbook, with live cells; /help inside tells the commands.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", paramLabel = "CHAPTER",
                description = "00 to 08 (default: where you were)")
        String chapter;

        @Option(names = "--list", description = "show the chapters, and end")
        boolean list;

        @Option(names = "--run",
                description = "run all cells of the chapter, show prose and answers, and end")
        boolean runThrough;

        @Option(names = "--lang", paramLabel = "en|zh",
                description = "language (default: the one you chose before, or your system's)")
        String lang;

        @Option(names = "--plain", description = "no colours, no line editing")
        boolean plain;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        private final Progress progress = Progress.load(Progress.defaultFile(
                System.getenv(), System.getProperty("user.home"), System.getProperty("os.name")));

        @Override
        public Integer call() throws IOException {
            var shelf = Shelf.onClassPath();
            if (list) {
                Contents.chapters(shelf, progress, language(), columns())
                        .forEach(stdout()::println);
                return 0;
            }
            var number = chapter == null ? progress.chapter().flatMap(shelf::find)
                    .or(() -> Optional.of(shelf.numbers().getFirst())) : shelf.find(chapter);
            if (number.isEmpty()) {
                System.err.println("no such chapter: " + chapter + "; there are "
                        + String.join(", ", shelf.numbers()));
                return 1;
            }
            var out = stdout(); // before the engine puts its own there
            try (var engine = new CellEngine();
                    var screen = runThrough ? plain(engine, out) : screen(engine, out)) {
                var console = new Console(shelf, engine, progress, screen, language());
                if (runThrough) return console.runThrough(number.get()) ? 0 : 1;
                console.run(number.get());
            }
            return 0;
        }

        private Language language() {
            if (lang == null) {
                return progress.language()
                        .orElse(Language.of(System.getenv(), Locale.getDefault()));
            }
            return Language.of(lang).orElseThrow(() -> new ParameterException(spec.commandLine(),
                    "no such language: " + lang + "; there are en and zh"));
        }

        private Screen screen(CellEngine engine, PrintStream text) throws IOException {
            var terminal = plain || !isAtTerminal() ? null
                    : TerminalBuilder.builder().system(true).dumb(true)
                            .graphemeCluster(false) // asking for it drops what is typed ahead
                            .stdinEncoding(encoding("stdin.encoding"))
                            .stdoutEncoding(encoding("stdout.encoding")).build();
            if (terminal == null || terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
                return plain(engine, text);
            }
            var colours = System.getenv("NO_COLOR") == null || System.getenv("NO_COLOR").isEmpty();
            return new TerminalScreen(terminal, engine, SlashCommand.texts(),
                    progress.file().resolveSibling("history.txt"), colours);
        }

        private static Screen plain(CellEngine engine, PrintStream text) {
            var in = new BufferedReader(
                    new InputStreamReader(System.in, encoding("stdin.encoding")));
            return new PlainScreen(in, text, typed ->
                    engine.completeness(typed) == Prompt.Completeness.INCOMPLETE, isAtTerminal());
        }

        private static boolean isAtTerminal() {
            return System.console() != null && System.console().isTerminal();
        }

        /// As many as there are; what goes elsewhere is not for us to break.
        private static int columns() throws IOException {
            if (!isAtTerminal()) return Integer.MAX_VALUE;
            try (var terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
                return terminal.getColumns() > 0 ? terminal.getColumns() - 1 : 79;
            }
        }

        private static PrintStream stdout() {
            return new PrintStream(System.out, true, encoding("stdout.encoding"));
        }

        /// ASCII is what Java takes for granted where no locale is set. It has no `…`.
        private static Charset encoding(String property) {
            var encoding = Charset.forName(System.getProperty(property, "UTF-8"));
            return encoding.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : encoding;
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
