//SOURCES Message.java SlashCommand.java

package workbook.console;

import module java.base;

import wire.Words;
import workbook.chapter.Chapter;
import workbook.chapter.Expectation;
import workbook.chapter.Shelf;
import workbook.engine.CellEngine;
import workbook.engine.Result;
import workbook.reader.ExternalEditor;
import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.rendering.Highlights;
import workbook.rendering.Renderer;
import workbook.rendering.WordWrap;
import workbook.rendering.Wrapping;
import workbook.runtime.BackgroundLine;
import workbook.runtime.Event;
import workbook.screen.PlainScreen;
import workbook.screen.Screen;

/// The workbook as the reader sees it: shows a stretch of prose and a cell, runs the cell when told
/// to, shows what it answers, and goes on.
public final class Console {

    private static final int MIN_PAGE = 6;
    private static final int INDENT = 4; // of what is left of a line that did not fit
    private static final String BOLD = "1";
    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String BLUE = "34";
    private static final String MAGENTA = "35";
    private static final String CYAN = "36";

    private final Shelf shelf;
    private final CellEngine engine;
    private final Progress progress;
    private final Screen screen;
    private final Optional<ExternalEditor> editor;
    private Language language;
    private Chapter chapter;
    private int next = 1; // the cell that Enter runs; one more than there are at the end
    private int last; // the cell that ran last; 0 if none has
    private final Map<Integer, String> edited = new HashMap<>();
    private boolean leaving;
    private boolean wireOn; // draws after every cell
    private final WordWrap wrap = new WordWrap();
    private boolean atLineStart = true;
    private int shown; // lines since the reader typed last
    private int pages; // how often prose and cell have been shown
    private boolean cannotSave;

    /// @param language of the chapters and of what the console says
    public Console(Shelf shelf, CellEngine engine, Progress progress, Screen screen,
            Language language) {
        this(shelf, engine, progress, screen, language, System.getenv());
    }

    /// @param environment names the reader's own editor, if there is one
    public Console(Shelf shelf, CellEngine engine, Progress progress, Screen screen,
            Language language, Map<String, String> environment) {
        this.shelf = shelf;
        this.engine = engine;
        this.progress = progress;
        this.screen = screen;
        this.language = language;
        editor = ExternalEditor.of(environment);
        engine.onBackgroundLine(this::printBackground);
        screen.onInterrupt(engine::interrupt);
    }

    /// Opens a chapter, where the reader left it, and does what the reader says until the end.
    public void run(String number) {
        open(number);
        say(Message.GREETING);
        show();
        while (!leaving) {
            var typed = screen.read(prompt(), "");
            shown = 1;
            if (typed.isEmpty()) break;
            obey(typed.get());
        }
    }

    /// Shows a chapter from its beginning to its end, and runs every cell on the way. Nobody is
    /// asked anything, and the reader's place stays where it is.
    ///
    /// @return whether all cells answered as the chapter says
    public boolean runThrough(String number) {
        chapter = shelf.open(number, language);
        var different = new TreeSet<Integer>();
        for (next = 1; !isAtEnd(); next++) {
            show();
            var result = engine.run(next, code(next), this::printEvent);
            report(result);
            if (isAsInChapter(next, result)) continue;
            different.add(next);
            tellExpected(next, Message.DIFFERS);
        }
        print("\n");
        prose().forEach(line -> print(line + "\n"));
        print("\n");
        if (different.isEmpty()) {
            say(Message.RAN_THROUGH, chapter.cells().size());
        } else {
            warn(Message.RAN_THROUGH_BUT, chapter.cells().size(), numbers(different));
        }
        return different.isEmpty();
    }

    private String prompt() {
        var place = isAtEnd() ? chapter.number() : chapter.number() + ":" + next;
        return styled(place + "> ", BOLD);
    }

    private boolean isAtEnd() {
        return next > chapter.cells().size();
    }

    // ---- chapters ----

    private void open(String number) {
        chapter = shelf.open(number, language);
        next = Math.min(progress.place(number), chapter.cells().size() + 1);
        last = 0;
        edited.clear();
        progress.chapter(number);
        save();
        var before = progress.ran(number).headSet(next);
        if (!before.isEmpty()) runQuietly(List.copyOf(before));
    }

    /// The variables of the cells before the reader's place are needed again.
    private void runQuietly(List<Integer> cells) {
        print(text(Message.CONTINUING, numbers(cells)));
        var begun = System.nanoTime();
        var different = new ArrayList<Integer>();
        for (var cell : cells) {
            var result = engine.run(cell, code(cell));
            if (!isAsInChapter(cell, result)) different.add(cell);
            last = cell;
        }
        print(text(Message.CONTINUED, (System.nanoTime() - begun) / 1e9) + "\n");
        if (!different.isEmpty()) say(Message.CONTINUED_BUT, numbers(different));
    }

    private void openInstead(String name) {
        var number = shelf.find(name);
        if (number.isEmpty()) {
            say(Message.NO_CHAPTER, name, String.join(", ", shelf.numbers()));
            return;
        }
        engine.reset();
        if (number.get().equals(chapter.number())) progress.restart(number.get());
        open(number.get());
        show();
    }

    private void changeLanguage(String code) {
        var wanted = Language.of(code);
        if (wanted.isEmpty()) {
            say(Message.NO_LANGUAGE, code);
            return;
        }
        language = wanted.get();
        chapter = shelf.open(chapter.number(), language); // the cells are the same
        progress.language(language);
        save();
        show();
    }

    /// Says it once if that is not possible.
    private void save() {
        progress.place(chapter.number(), next);
        try {
            progress.save();
        } catch (IOException e) {
            if (!cannotSave) say(Message.CANNOT_SAVE, e);
            cannotSave = true;
        }
    }

    // ---- what is shown ----

    /// The prose that leads to the next cell, and the cell.
    private void show() {
        pages++;
        var lines = new ArrayList<String>();
        lines.add("");
        lines.addAll(prose());
        lines.add("");
        if (isAtEnd()) {
            lines.addAll(wrapped(ending(), 0));
            invitation().ifPresent(text -> lines.addAll(wrapped(text, 0)));
        } else {
            addCell(next, lines);
        }
        page(lines);
    }

    private List<String> prose() {
        var lines = new ArrayList<String>();
        var cells = 0;
        for (var block : chapter.blocks()) {
            if (block instanceof Chapter.Cell) {
                cells++;
            } else if (cells == next - 1) {
                lines.addAll(renderer().render(block.text()));
            }
        }
        return lines;
    }

    private Renderer renderer() {
        return new Renderer(screen.width(), screen.isColoured());
    }

    private void addCell(int number, List<String> lines) {
        var title = text(Message.CELL, number, chapter.cells().size());
        lines.add(styled("-- " + title + " --", CYAN));
        highlighted(code(number)).lines().forEach(line -> lines.add(("  " + line).stripTrailing()));
        lines.add("");
    }

    private String ending() {
        return shelf.after(chapter.number())
                .map(following -> text(Message.END, chapter.number(), following,
                        shelf.title(following, language)))
                .orElse(text(Message.END_OF_ALL));
    }

    /// To write it oneself.
    private Optional<String> invitation() {
        var titles = exercises();
        if (titles.isEmpty()) return Optional.empty();
        return Optional.of(text(Message.EXERCISES, titles.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(language == Language.CHINESE ? "，" : ", "))));
    }

    /// Never more at a time than fits below the answer: what has scrolled away is not read.
    private void page(List<String> whole) {
        var lines = whole.stream().flatMap(line -> wrapped(line, INDENT).stream()).toList();
        for (var at = 0; at < lines.size(); ) {
            var end = screen.isInteractive() ? endOfPage(lines, at) : lines.size();
            lines.subList(at, end).forEach(line -> print(line + "\n"));
            at = end;
            if (at == lines.size()) return;
            var before = pages;
            var typed = screen.ask(styled(text(Message.MORE), CYAN));
            shown = 0;
            if (typed.isEmpty()) leaving = true;
            typed.filter(text -> !text.isBlank()).ifPresent(this::obey);
            if (leaving || pages > before) return; // somewhere else by now
        }
    }

    /// Between two paragraphs, if there is such a place in the lower half of the page.
    private int endOfPage(List<String> lines, int start) {
        var room = Math.max(MIN_PAGE, screen.height() - 1 - shown);
        if (lines.size() - start <= room) return lines.size();
        var last = start + room - 1; // a line is for the question
        return IntStream.rangeClosed(start + room / 2, last).map(i -> start + room / 2 + last - i)
                .filter(i -> lines.get(i - 1).isEmpty()).findFirst().orElse(last);
    }

    private String highlighted(String code) {
        var result = new StringBuilder();
        var at = 0;
        for (var highlight : Highlights.of(code)) {
            var style = switch (highlight.meaning()) {
                case KEYWORD -> MAGENTA;
                case TEXT -> GREEN;
                case COMMENT -> BLUE;
            };
            result.append(code, at, highlight.start());
            at = highlight.end();
            result.append(code.substring(highlight.start(), at).lines()
                    .map(line -> styled(line, style)).collect(Collectors.joining("\n")));
        }
        return result.append(code.substring(at)).toString();
    }

    private String code(int cell) {
        return edited.getOrDefault(cell, chapter.cells().get(cell - 1).code());
    }

    // ---- what the reader says ----

    private void obey(String typed) {
        if (typed.isBlank()) {
            goOn();
        } else if (PlainScreen.isCommand(typed)) {
            var words = typed.strip().split("\\s+", 2);
            command(words[0], words.length > 1 ? words[1].strip() : "");
        } else {
            var result = engine.evaluate(typed, this::printEvent);
            report(result);
            if (wireOn) page(wireOf(CellEngine.LAST));
            if (result.outcome() == Result.Outcome.FAILED) suggestSlash(typed.strip());
        }
    }

    private void suggestSlash(String typed) {
        var meant = SlashCommand.texts().stream()
                .filter(command -> ("/" + typed).startsWith(command)).findFirst()
                .or(() -> typed.equals("quit") ? Optional.of("/exit") : Optional.empty());
        meant.ifPresent(command -> say(Message.IS_COMMAND, command));
    }

    private void command(String name, String argument) {
        var fitting = SlashCommand.beginningWith(name);
        if (fitting.size() > 1) {
            say(Message.AMBIGUOUS, name, fitting.stream().map(SlashCommand::text)
                    .collect(Collectors.joining(", ")));
            return;
        }
        if (fitting.isEmpty()) {
            SlashCommand.like(name).ifPresentOrElse(
                    like -> say(Message.NO_COMMAND_BUT, name, like.text()),
                    () -> say(Message.NO_COMMAND, name));
            return;
        }
        switch (fitting.getFirst()) {
            case NEXT -> goOn();
            case BACK -> back();
            case AGAIN -> cell(argument).ifPresent(this::runCell);
            case EDIT -> cell(argument).ifPresent(this::edit);
            case LIST -> list();
            case OPEN -> openInstead(argument);
            case EXERCISE -> exercise(argument);
            case VARS -> variables();
            case SOCKETS -> sockets();
            case WIRE -> wire(argument);
            case BYTES -> draw(engine.bytes(
                    CellEngine.LAST, words(), columns(), screen.isColoured()));
            case LANG -> changeLanguage(argument);
            case HELP -> help();
            case EXIT -> leaving = true;
        }
    }

    // ---- exercises ----

    /// One that the reader names, or the first of the chapter that is not solved.
    private void exercise(String argument) {
        var titles = exercises();
        if (titles.isEmpty()) {
            say(Message.NO_EXERCISES, shelf.exercises("", language).keySet().stream()
                    .map(id -> id.substring(0, 2)).distinct().collect(Collectors.joining(", ")));
            return;
        }
        if (!argument.isEmpty() && !titles.containsKey(argument)) {
            say(Message.NO_EXERCISE, argument, String.join(", ", titles.keySet()));
            return;
        }
        var solved = Progress.load(progress.file()).solved();
        var id = !argument.isEmpty() ? argument : titles.keySet().stream()
                .filter(each -> !solved.contains(each)).findFirst()
                .orElse(titles.firstEntry().getKey());
        var launcher = launcher();
        if (launcher.isPresent() && screen.isInteractive()) {
            openExercise(launcher.get(), id);
        } else {
            say(Message.EXERCISE_ELSEWHERE, id);
        }
    }

    /// Those of this chapter; the last has also those that have none.
    private SequencedMap<String, String> exercises() {
        var titles = shelf.exercises(chapter.number(), language);
        if (shelf.after(chapter.number()).isEmpty()) {
            shelf.exercises("", language).forEach((id, title) -> {
                if (id.compareTo(chapter.number()) > 0) titles.put(id, title);
            });
        }
        return titles;
    }

    /// In a checkout, what starts scripts.
    private static Optional<Path> launcher() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(each -> Files.exists(each.resolve("jbang-catalog.json")))
                .map(each -> each.resolve("lessons/jbang")).filter(Files::isExecutable).findFirst();
    }

    private void openExercise(Path launcher, String id) {
        screen.lend(() -> {
            try {
                new ProcessBuilder(launcher.toString(), "exercises", "--lang", language.code(), id)
                        .inheritIO().start().waitFor();
            } catch (IOException e) {
                say(Message.EXERCISE_ELSEWHERE, id);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// The cell that the reader names, or the last one that ran.
    private Optional<Integer> cell(String argument) {
        if (argument.isEmpty() && last == 0) {
            say(Message.NOT_YET);
            return Optional.empty();
        }
        var number = argument.isEmpty() ? last
                : argument.matches("\\d{1,3}") ? Integer.parseInt(argument) : 0;
        if (number < 1 || number > chapter.cells().size()) {
            say(Message.NO_CELL, argument, chapter.cells().size());
            return Optional.empty();
        }
        return Optional.of(number);
    }

    private void goOn() {
        if (!isAtEnd()) {
            runCell(next);
            show();
            return;
        }
        shelf.after(chapter.number()).ifPresentOrElse(this::openInstead,
                () -> say(Message.END_OF_ALL));
    }

    private void back() {
        if (next == 1) {
            say(Message.AT_START);
            return;
        }
        next--;
        save();
        show();
    }

    private void runCell(int number) {
        var again = number < next;
        var result = engine.run(number, code(number), this::printEvent);
        report(result);
        compare(number, result);
        if (wireOn) page(wireOf(number));
        last = number;
        if (number == next) next++;
        progress.hasRun(chapter.number(), number);
        save();
        if (again && !result.stale().isEmpty()) {
            say(Message.STALE, numbers(result.stale()));
        }
    }

    /// The reader's own version of a cell; the chapter stays as it is.
    private void edit(int number) {
        if (!screen.isInteractive()) {
            say(Message.NO_EDITOR);
            return;
        }
        edited(number).filter(code -> !code.isBlank()).ifPresent(code -> {
            edited.put(number, code.stripTrailing() + "\n");
            runCell(number);
        });
    }

    private Optional<String> edited(int number) {
        if (editor.isPresent()) return editedWith(editor.get(), code(number));
        say(Message.EDITING);
        return screen.edit(styled("edit:" + number + "> ", BOLD), code(number).stripTrailing());
    }

    private Optional<String> editedWith(ExternalEditor editor, String code) {
        var text = new AtomicReference<String>();
        screen.lend(() -> {
            try {
                text.set(editor.edit(code, ".java"));
            } catch (IOException e) {
                say(Message.EDITOR_FAILED, editor.command(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return Optional.ofNullable(text.get());
    }

    private void list() {
        var ran = progress.ran(chapter.number());
        var stale = engine.stale();
        var lines = new ArrayList<String>();
        lines.addAll(wrapped(text(Message.CELLS), 0));
        for (var cell : chapter.cells()) {
            var mark = cell.number() == next ? ">" : stale.contains(cell.number()) ? "~"
                    : ran.contains(cell.number()) ? "*" : " ";
            var first = code(cell.number()).lines()
                    .filter(line -> !line.startsWith("//")).findFirst();
            lines.add(WordWrap.firstLine("%s %2d  %s".formatted(
                    mark, cell.number(), first.orElse("")), columns()));
        }
        lines.add("");
        lines.addAll(wrapped(text(Message.CHAPTERS), 0));
        lines.addAll(chapters(shelf, progress, language, columns()));
        page(lines);
    }

    /// The chapters, and how much of them has run.
    ///
    /// @param columns within which the lines stay, if there are at least 20
    public static List<String> chapters(Shelf shelf, Progress progress, Language language,
            int columns) {
        return shelf.numbers().stream().flatMap(number -> {
            var mark = progress.chapter().equals(Optional.of(number)) ? ">" : " ";
            var ran = progress.ran(number).size();
            var before = "%s %s  ".formatted(mark, number);
            var title = shelf.title(number, language) + (ran == 0 ? ""
                    : Message.HAVE_RUN.in(language, ran, shelf.cells(number)));
            return WordWrap.lines(before + title, columns, before.stripLeading().length()).stream();
        }).toList();
    }

    private void variables() {
        var all = engine.variables();
        if (all.isEmpty()) say(Message.NO_VARS);
        for (var variable : all) {
            printLine(variable.type() + " " + styled(variable.name(), BOLD) + " = "
                    + variable.value());
        }
    }

    private void sockets() {
        var all = engine.opened();
        if (all.isEmpty()) say(Message.NO_SOCKETS);
        for (var each : all) {
            var name = each.name().isEmpty() ? "" : " " + styled(each.name(), BOLD);
            printLine(tagged(each.cell(), each.kind() + name + ": "
                    + each.state().replace("\n", "\n    ")));
        }
    }

    private void wire(String argument) {
        switch (argument) {
            case "on", "off" -> {
                wireOn = argument.equals("on");
                say(wireOn ? Message.WIRE_ON : Message.WIRE_OFF);
            }
            case "" -> draw(wireOf(CellEngine.LAST));
            default -> cell(argument).ifPresent(number -> draw(wireOf(number)));
        }
    }

    private List<String> wireOf(int cell) {
        return engine.wire(cell, words(), columns(), screen.isColoured());
    }

    private Words words() {
        return Words.of(language.code());
    }

    private void draw(List<String> picture) {
        if (picture.isEmpty()) say(engine.hasWire() ? Message.NO_WIRE : Message.NO_TAP);
        page(picture);
    }

    private void help() {
        var lines = new ArrayList<String>();
        for (var command : SlashCommand.values()) {
            var name = "%-10s".formatted(command.text());
            lines.addAll(wrapped(styled(name, BOLD) + text(command.help()), name.length()));
        }
        lines.add("");
        lines.addAll(renderer().render(text(Message.HELP_JAVA)));
        page(lines);
    }

    // ---- what cells answer ----

    private void printEvent(Event event) {
        switch (event) {
            case Event.Printed printed -> print(printed.text(), INDENT);
            case Event.Value value -> printLine(value.text());
            case Event.Failed failed -> {
                printLine(styled(failed.text(), RED));
                if (failed.line() > 0) {
                    printLine(text(Message.LINE, failed.line(), failed.source().strip()));
                }
            }
            case Event.Rejected rejected -> {
                printLine(styled(rejected.text(), RED));
                pointAt(rejected);
            }
            case Event.Declared declared -> {
                printLine(styled(declared.text(), CYAN));
                if (!declared.missing().isEmpty()) {
                    say(Message.MISSING, String.join(", ", declared.missing()));
                }
            }
            case Event.Note note -> printLine(styled(note.text(), YELLOW));
        }
    }

    /// The line, and a mark under what is wrong with it.
    private void pointAt(Event.Rejected rejected) {
        var source = rejected.source();
        var line = text(Message.LINE, rejected.line(), source);
        var wrong = line.length() - source.length()
                + Math.min(rejected.column() - 1, source.length());
        var rows = wrapped(line, INDENT);
        var end = 0;
        for (var row : rows) {
            var words = row.stripLeading();
            var start = line.indexOf(words, end);
            end = start + words.length();
            while (end < line.length() && Character.isWhitespace(line.charAt(end))) end++;
            printLine(row);
            if (wrong < start || wrong >= end && end < line.length()) continue;
            var before = row.substring(0, Math.min(
                    row.length() - words.length() + wrong - start, row.length()));
            var marks = Math.clamp(rejected.width(), 1,
                    Math.max(1, Wrapping.width(row) - Wrapping.width(before)));
            printLine(" ".repeat(Wrapping.width(before)) + "^".repeat(marks));
        }
    }

    private void report(Result result) {
        switch (result.outcome()) {
            case STOPPED -> warn(Message.STOPPED);
            case TIMED_OUT -> warn(Message.TIMED_OUT, result.took().toSeconds());
            case ABANDONED -> warn(Message.ABANDONED);
            case DONE, FAILED -> startLine();
        }
    }

    private void compare(int number, Result result) {
        var expected = expected(number);
        if (expected.isEmpty()) return;
        if (isAsInChapter(number, result)) {
            var same = !expected.get().text().contains("…");
            print(styled(text(same ? Message.AS_EXPECTED : Message.AS_EXPECTED_BUT), GREEN) + "\n");
        } else if (edited.containsKey(number)) {
            tellExpected(number, Message.DIFFERS_EDITED);
        } else {
            tellExpected(number, Message.DIFFERS);
            say(Message.DIFFERS_WHY, chapter.number());
        }
    }

    private Optional<Expectation> expected(int cell) {
        return chapter.cells().get(cell - 1).expected();
    }

    private boolean isAsInChapter(int cell, Result result) {
        return expected(cell).map(each -> each.isMetBy(result.answer())).orElse(true);
    }

    private void tellExpected(int cell, Message difference) {
        warn(difference);
        expected(cell).ifPresent(each ->
                each.text().lines().forEach(line -> printLine("  " + line)));
    }

    /// Called on a thread of the engine, while the reader types, or while a cell runs.
    private void printBackground(BackgroundLine line) {
        var text = tagged(line.cell(), line.text());
        screen.printAbove(String.join("\n", wrapped(text, INDENT)));
    }

    private String tagged(int cell, String text) {
        return cell == CellEngine.PROMPT ? text(Message.TAG_PROMPT, text)
                : text(Message.TAG, cell, text);
    }

    // ---- writing ----

    /// `1-4, 7`.
    private static String numbers(Collection<Integer> numbers) {
        var sorted = new TreeSet<>(numbers);
        return sorted.stream().filter(number -> !sorted.contains(number - 1)).map(first -> {
            var last = first;
            while (sorted.contains(last + 1)) last++;
            return last.equals(first) ? first.toString() : first + "-" + last;
        }).collect(Collectors.joining(", "));
    }

    private String text(Message message, Object... arguments) {
        return message.in(language, arguments);
    }

    private String styled(String text, String style) {
        return renderer().styled(text, style);
    }

    private void say(Message message, Object... arguments) {
        startLine();
        print(text(message, arguments) + "\n");
    }

    private void warn(Message message, Object... arguments) {
        startLine();
        print(styled(text(message, arguments), YELLOW) + "\n");
    }

    /// What is no sentence: if it takes several lines, it can be seen which belong together.
    private void printLine(String text) {
        startLine();
        print(text + "\n", INDENT);
    }

    /// What a cell has printed may have stopped in the middle of a line.
    private void startLine() {
        if (!atLineStart) print("\n");
    }

    private void print(String text) {
        print(text, 0);
    }

    private void print(String text, int indent) {
        if (text.isEmpty()) return;
        var lines = wrap.wrap(text, columns(), indent);
        screen.print(lines);
        atLineStart = text.endsWith("\n");
        shown += (int) lines.chars().filter(c -> c == '\n').count();
    }

    private List<String> wrapped(String text, int indent) {
        return WordWrap.lines(text, columns(), indent);
    }

    /// One less than there are: some terminals go to the next line after the last.
    private int columns() {
        return screen.width() - 1;
    }
}
