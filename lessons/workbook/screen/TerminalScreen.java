package workbook.screen;

import module java.base;

import org.jline.reader.*;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.InfoCmp.Capability;
import workbook.engine.CellEngine;
import workbook.engine.Prompt;
import workbook.rendering.Highlights;
import workbook.rendering.WordWrap;

/// A terminal with a line editor: lines that belong together, history, Tab, colours.
///
/// The reader may type ahead. Keys typed while a cell runs are not echoed, which would mix them with
/// what the cell prints: the next prompt reads and shows them. They are never added to a cell that
/// the reader is about to edit and has not seen yet: the prompt after the edit reads them. Ctrl-C
/// drops what was typed before it.
public final class TerminalScreen implements Screen {

    private static final int MOST_CANDIDATES = 100;
    private static final int NO_KEY = 0xFF; // no byte of UTF-8; macOS knows it as "none"
    private static final String TAB = "\t";
    private static final String TAB_WIDGET = "complete-then-document";

    private static final List<String> STYLES_OF_COMPLETIONS = List.of(
            LineReader.COMPLETION_STYLE_STARTING, LineReader.COMPLETION_STYLE_DESCRIPTION,
            LineReader.COMPLETION_STYLE_GROUP, LineReader.COMPLETION_STYLE_SELECTION);

    private final Terminal terminal;
    private final CellEngine engine;
    private final LineReader reader;
    private final boolean coloured;
    private final JavaParser parser;
    private final Attributes original; // for a program to which the terminal is lent
    private final Attributes silent; // while no line is read
    private volatile String ahead = ""; // typed before an edit began, for the prompt after it
    private String tabbed; // what stood there at the last Tab, and where the cursor was

    /// @param commands what may stand at the beginning of a line instead of Java
    /// @param history where typed lines are kept; null for nowhere
    /// @param coloured whether colours are wanted, if the terminal has them
    public TerminalScreen(Terminal terminal, CellEngine engine, List<String> commands,
            Path history, boolean coloured) {
        this.terminal = terminal;
        this.engine = engine;
        var colours = terminal.getNumericCapability(Capability.max_colors);
        this.coloured = coloured && colours != null && colours >= 8;
        parser = new JavaParser(engine);
        var builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("workbook")
                .history(new DefaultHistory())
                .parser(parser)
                .highlighter(new JavaHighlighter(this.coloured))
                .completer(new JavaCompleter(commands))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // ! is Java's
                .option(LineReader.Option.AUTO_MENU, false)
                .option(LineReader.Option.AUTO_LIST, true)
                .option(LineReader.Option.BRACKETED_PASTE, true)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P...> ")
                .variable(LineReader.INDENTATION, 0);
        if (history != null) builder.variable(LineReader.HISTORY_FILE, history);
        reader = builder.build();
        if (!this.coloured) {
            STYLES_OF_COMPLETIONS.forEach(style -> reader.setVariable(style, ""));
        }
        bindTab();
        keepCtrlZ();
        original = terminal.getAttributes();
        silent = new Attributes(original);
        silent.setLocalFlags(EnumSet.of(LocalFlag.ECHO, LocalFlag.ICANON), false);
        terminal.setAttributes(silent);
    }

    /// A first Tab completes; a second one, when the first has changed nothing, tells what there is
    /// to read.
    private void bindTab() {
        reader.getWidgets().put(TAB_WIDGET, () -> {
            if (state().equals(tabbed) || tooMany()) {
                document();
            } else {
                reader.callWidget(LineReader.COMPLETE_WORD);
            }
            tabbed = state();
            return true;
        });
        for (var map : List.of(LineReader.EMACS, LineReader.VIINS)) {
            reader.getKeyMaps().get(map).bind(new Reference(TAB_WIDGET), TAB);
        }
    }

    /// The line editor turns off all signals of the terminal: Ctrl-C is then a key like others, read
    /// in its turn. But Ctrl-Z would do nothing.
    private void keepCtrlZ() {
        if (terminal.getAttributes().getControlChar(ControlChar.VSUSP) <= 0) return; // Windows
        reader.getWidgets().put(LineReader.CALLBACK_INIT, () -> {
            turnSignalsOn();
            terminal.handle(Terminal.Signal.CONT, _ -> goOn()); // until the line has been read
            return true;
        });
    }

    /// All but that of Ctrl-C.
    private void turnSignalsOn() {
        var keys = terminal.getAttributes();
        keys.setLocalFlag(LocalFlag.ISIG, true);
        keys.setControlChar(ControlChar.VINTR, NO_KEY);
        terminal.setAttributes(keys);
    }

    /// After Ctrl-Z and `fg`, as the line editor does it, which would turn off the signals again.
    private void goOn() {
        terminal.enterRawMode();
        turnSignalsOn();
        terminal.puts(Capability.keypad_xmit);
        reader.callWidget(LineReader.REDRAW_LINE);
        reader.callWidget(LineReader.REDISPLAY);
    }

    private String state() {
        return reader.getBuffer().cursor() + " " + reader.getBuffer();
    }

    /// Behind an opening parenthesis anything may stand; the documentation says what is wanted.
    private boolean tooMany() {
        var typed = reader.getBuffer().toString();
        if (PlainScreen.isCommand(typed)) return false;
        var completions = engine.completions(typed, reader.getBuffer().cursor());
        return completions.candidates().size() > MOST_CANDIDATES;
    }

    private void document() {
        var typed = reader.getBuffer().toString();
        if (engine.isRunning() || PlainScreen.isCommand(typed)) return;
        for (var entry : engine.documentation(typed, reader.getBuffer().cursor())) {
            WordWrap.lines(entry.signature(), width() - 1, 4).forEach(reader::printAbove);
            if (!entry.text().isEmpty()) {
                WordWrap.lines(entry.text(), width() - 1, 0).stream().limit(height() / 2)
                        .forEach(reader::printAbove);
            }
        }
    }

    @Override
    public Optional<String> read(String prompt, String prefilled) {
        reader.runMacro(ahead);
        ahead = "";
        while (true) {
            try {
                return Optional.of(readLine(prompt, prefilled));
            } catch (UserInterruptException e) {
                prefilled = ""; // the line is given up
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }

    private String readLine(String prompt, String prefilled) {
        tabbed = null;
        try {
            return reader.readLine(prompt, null, (Character) null, prefilled);
        } finally {
            terminal.setAttributes(silent); // a shell that had stopped us may have set its own
        }
    }

    /// Enter runs the lines as they are, also if they are no Java: somebody breaks them on purpose.
    @Override
    public Optional<String> edit(String prompt, String lines) {
        setAheadAside();
        parser.takesAnything = true;
        try {
            return Optional.of(readLine(prompt, lines));
        } catch (UserInterruptException e) {
            ahead = "";
            return Optional.empty();
        } catch (EndOfFileException e) {
            return Optional.empty();
        } finally {
            parser.takesAnything = false;
        }
    }

    private void setAheadAside() {
        var typed = new StringBuilder(ahead);
        try {
            while (terminal.reader().peek(1) >= 0) typed.append((char) terminal.reader().read());
            ahead = typed.toString();
        } catch (InterruptedIOException e) {
            ahead = ""; // Ctrl-C
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> ask(String question) {
        reader.setOpt(LineReader.Option.ERASE_LINE_ON_FINISH);
        Optional<String> typed;
        try {
            typed = Optional.of(readLine(question, ""));
        } catch (UserInterruptException e) {
            return Optional.of(ENOUGH);
        } catch (EndOfFileException e) {
            return Optional.empty();
        } finally {
            reader.unsetOpt(LineReader.Option.ERASE_LINE_ON_FINISH);
        }
        typed.filter(text -> !text.isBlank() && !text.strip().equals(ENOUGH))
                .ifPresent(text -> print("> " + text + "\n"));
        return typed;
    }

    @Override
    public void lend(Runnable program) {
        setAheadAside();
        var paused = terminal.canPauseResume();
        try {
            if (paused) terminal.pause(true);
            terminal.setAttributes(original);
            program.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            terminal.setAttributes(silent);
            if (paused) terminal.resume();
        }
    }

    @Override
    public void print(String text) {
        terminal.writer().print(text);
        terminal.flush();
    }

    @Override
    public void printAbove(String line) {
        reader.printAbove(line);
    }

    @Override
    public int width() {
        return terminal.getColumns() > 0 ? terminal.getColumns() : 80;
    }

    @Override
    public int height() {
        return terminal.getRows() > 0 ? terminal.getRows() : 24;
    }

    @Override
    public boolean isColoured() {
        return coloured;
    }

    @Override
    public boolean isInteractive() {
        return true;
    }

    /// While a line is typed, Ctrl-C is a key of the line editor. While a cell runs it is a signal,
    /// and the terminal drops the keys before it; without echo, `^C` is ours to show.
    @Override
    public void onInterrupt(Runnable action) {
        terminal.handle(Terminal.Signal.INT, _ -> {
            ahead = "";
            if (engine.isRunning() && !terminal.echo()) print("^C");
            action.run();
        });
    }

    @Override
    public void close() {
        try (terminal) {
            reader.getHistory().save();
        } catch (IOException e) {
            System.err.println("what you typed cannot be kept for the next time: " + e);
        }
    }

    // ---- the line editor's idea of Java ----

    /// A word, to the line editor, is what a completion replaces.
    private record Typed(String line, int cursor, int anchor, List<Prompt.Completion> candidates)
            implements CompletingParsedLine {
        @Override
        public String word() {
            return line.substring(Math.min(anchor, cursor), cursor);
        }

        @Override
        public int wordCursor() {
            return word().length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word());
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return wordCursor();
        }

        @Override
        public int rawWordLength() {
            return word().length();
        }
    }

    /// Knows when lines are complete. Two empty lines complete whatever has been typed, so that
    /// nobody is caught in it.
    private static final class JavaParser implements Parser {

        private static final String ENOUGH = "\n\n";

        private final CellEngine engine;
        private boolean takesAnything;

        JavaParser(CellEngine engine) {
            this.engine = engine;
        }

        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.COMPLETE && !PlainScreen.isCommand(line)) {
                var completions = engine.completions(line, cursor);
                return new Typed(line, cursor, completions.anchor(), completions.candidates());
            }
            if (context == ParseContext.ACCEPT_LINE && !takesAnything && !line.endsWith(ENOUGH)
                    && !PlainScreen.isCommand(line)
                    && engine.completeness(line) == Prompt.Completeness.INCOMPLETE) {
                throw new EOFError(-1, cursor, "more lines are needed");
            }
            return new Typed(line, cursor, 0, List.of());
        }
    }

    private record JavaCompleter(List<String> commands) implements Completer {
        @Override
        public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
            if (!(line instanceof Typed typed)) return;
            if (typed.line().startsWith("/")) {
                commands.stream().map(command -> new Candidate(command)).forEach(candidates::add);
                return;
            }
            // those of the type that is wanted, if there are any
            var fitting = typed.candidates().stream().filter(Prompt.Completion::fits).toList();
            for (var each : fitting.isEmpty() ? typed.candidates() : fitting) {
                var text = each.text();
                candidates.add(new Candidate(text, text, null, null, null, null, false));
            }
        }
    }

    private record JavaHighlighter(boolean coloured) implements Highlighter {
        @Override
        public AttributedString highlight(LineReader reader, String line) {
            if (!coloured || PlainScreen.isCommand(line)) {
                return new AttributedString(line);
            }
            var result = new AttributedStringBuilder();
            var at = 0;
            for (var highlight : Highlights.of(line)) {
                result.append(line.substring(at, highlight.start()));
                at = highlight.end();
                result.append(line.substring(highlight.start(), at), style(highlight.meaning()));
            }
            result.append(line.substring(at));
            return result.toAttributedString();
        }

        private static AttributedStyle style(Highlights.Meaning meaning) {
            return switch (meaning) {
                case KEYWORD -> AttributedStyle.DEFAULT.foreground(AttributedStyle.MAGENTA);
                case TEXT -> AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
                case COMMENT -> AttributedStyle.DEFAULT.foreground(AttributedStyle.BLUE);
            };
        }
    }
}
