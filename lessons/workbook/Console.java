package workbook;

import module java.base;

/// The workbook as the reader sees it: shows a stretch of prose and a cell, runs the cell when told
/// to, shows what it answers, and goes on.
public final class Console {

    /// What a reader may type besides Java, in the order of `/help`.
    enum Command {
        NEXT("/next", Message.HELP_NEXT),
        BACK("/back", Message.HELP_BACK),
        AGAIN("/again", Message.HELP_AGAIN),
        EDIT("/edit", Message.HELP_EDIT),
        LIST("/list", Message.HELP_LIST),
        OPEN("/open", Message.HELP_OPEN),
        VARS("/vars", Message.HELP_VARS),
        SOCKETS("/sockets", Message.HELP_SOCKETS),
        LANG("/lang", Message.HELP_LANG),
        HELP("/help", Message.HELP_HELP),
        EXIT("/exit", Message.HELP_EXIT);

        final String text;
        final Message help;

        Command(String text, Message help) {
            this.text = text;
            this.help = help;
        }
    }

    private static final int MIN_PAGE = 6;
    private static final String BOLD = "1";
    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String CYAN = "36";

    private final Shelf shelf;
    private final CellEngine engine;
    private final Progress progress;
    private final Screen screen;
    private Language language;
    private Chapter chapter;
    private int next = 1; // the cell that Enter runs; one more than there are at the end
    private int last; // the cell that ran last; 0 if none has
    private final Map<Integer, String> edited = new HashMap<>();
    private boolean leaving;
    private boolean atLineStart = true;
    private int shown; // lines since the reader typed last

    /// @param language of the chapters and of what the console says
    public Console(Shelf shelf, CellEngine engine, Progress progress, Screen screen,
            Language language) {
        this.shelf = shelf;
        this.engine = engine;
        this.progress = progress;
        this.screen = screen;
        this.language = language;
        engine.onBackgroundLine(this::printBackground);
        screen.onInterrupt(engine::interrupt);
    }

    /// What may be typed besides Java, for completion.
    public static List<String> commands() {
        return Stream.of(Command.values()).map(command -> command.text).toList();
    }

    /// Opens a chapter, where the reader left it, and does what the reader says until the end.
    public void run(String number) {
        open(number);
        resume();
        say(Message.GREETING);
        show();
        while (!leaving) {
            var typed = screen.read(prompt(), "");
            shown = 1;
            if (typed.isEmpty()) break;
            obey(typed.get());
        }
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
        next = 1;
        last = 0;
        edited.clear();
        progress.chapter(number);
        save();
    }

    /// The variables of the cells that ran the last time are needed again.
    private void resume() {
        var ran = progress.ran(chapter.number());
        var upTo = ran.isEmpty() ? 0 : Math.min(ran.last(), chapter.cells().size());
        var begun = System.nanoTime();
        for (var cell : ran.headSet(upTo + 1)) {
            engine.run(cell, code(cell));
            last = cell;
        }
        next = upTo + 1;
        if (upTo > 0) {
            say(Message.CONTINUED, numbers(ran.headSet(upTo + 1)),
                    (System.nanoTime() - begun) / 1e9);
        }
    }

    private void openAnew(String name) {
        var number = shelf.find(name);
        if (number.isEmpty()) {
            say(Message.NO_CHAPTER, name, String.join(", ", shelf.numbers()));
            return;
        }
        engine.reset();
        progress.restart(number.get());
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

    private void save() {
        try {
            progress.save();
        } catch (IOException e) {
            say(Message.CANNOT_SAVE, e.getMessage());
        }
    }

    // ---- what is shown ----

    /// The prose that leads to the next cell, and the cell.
    private void show() {
        var lines = new ArrayList<String>();
        lines.add("");
        var cells = 0;
        for (var block : chapter.blocks()) {
            if (block instanceof Chapter.Cell) {
                cells++;
            } else if (cells == next - 1) {
                lines.addAll(renderer().render(block.text()));
            }
        }
        lines.add("");
        if (isAtEnd()) {
            lines.add(ending());
        } else {
            addCell(next, lines);
        }
        page(lines);
    }

    private Renderer renderer() {
        return new Renderer(screen.width(), screen.isColoured());
    }

    private void addCell(int number, List<String> lines) {
        var title = text(Message.CELL, number, chapter.cells().size());
        lines.add(styled("-- " + title + " --", CYAN));
        code(number).lines().forEach(line -> lines.add(("  " + highlighted(line)).stripTrailing()));
        lines.add("");
    }

    private String ending() {
        return shelf.after(chapter.number())
                .map(following -> text(Message.END, chapter.number(), following,
                        shelf.title(following, language)))
                .orElse(text(Message.END_OF_ALL));
    }

    /// Never more at a time than fits below the answer: what has scrolled away is not read.
    private void page(List<String> lines) {
        for (var at = 0; at < lines.size(); ) {
            var end = screen.isInteractive() ? endOfPage(lines, at) : lines.size();
            lines.subList(at, end).forEach(line -> print(line + "\n"));
            at = end;
            if (at == lines.size()) return;
            var typed = screen.read(styled(text(Message.MORE), CYAN), "");
            shown = 0;
            if (typed.isEmpty() || !typed.get().isBlank()) {
                typed.ifPresentOrElse(this::obey, () -> leaving = true);
                return;
            }
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

    private String highlighted(String line) {
        if (!screen.isColoured()) return line;
        var result = new StringBuilder();
        var at = 0;
        for (var highlight : engine.highlights(line)) {
            if (highlight.start() < at || highlight.end() > line.length()) continue;
            result.append(line, at, highlight.start());
            result.append(styled(line.substring(highlight.start(), highlight.end()),
                    switch (highlight.meaning()) {
                        case KEYWORD -> "35";
                        case DECLARATION -> BOLD;
                        case DEPRECATED -> "4";
                        case TEXT -> GREEN;
                        case COMMENT -> "34";
                    }));
            at = highlight.end();
        }
        return result.append(line.substring(at)).toString();
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
            report(engine.evaluate(typed, this::printEvent));
        }
    }

    private void command(String name, String argument) {
        var fitting = Stream.of(Command.values())
                .filter(command -> command.text.startsWith(name)).toList();
        if (fitting.size() > 1) {
            say(Message.AMBIGUOUS, name, fitting.stream().map(command -> command.text)
                    .collect(Collectors.joining(", ")));
            return;
        }
        if (fitting.isEmpty()) {
            similar(name).ifPresentOrElse(
                    like -> say(Message.NO_COMMAND_BUT, name, like),
                    () -> say(Message.NO_COMMAND, name));
            return;
        }
        switch (fitting.getFirst()) {
            case NEXT -> goOn();
            case BACK -> back();
            case AGAIN -> cell(argument).ifPresent(this::runCell);
            case EDIT -> cell(argument).ifPresent(this::edit);
            case LIST -> list();
            case OPEN -> openAnew(argument);
            case VARS -> variables();
            case SOCKETS -> sockets();
            case LANG -> changeLanguage(argument);
            case HELP -> help();
            case EXIT -> leaving = true;
        }
    }

    /// The command with the most letters in common, if that is most of them.
    private static Optional<String> similar(String name) {
        return commands().stream()
                .filter(command -> common(command, name) * 2 > command.length())
                .max(Comparator.comparingInt(command -> common(command, name)));
    }

    private static int common(String one, String other) {
        return (int) other.chars().distinct().filter(c -> one.indexOf(c) >= 0).count();
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
        shelf.after(chapter.number()).ifPresentOrElse(this::openAnew,
                () -> say(Message.END_OF_ALL));
    }

    private void back() {
        if (next == 1) {
            say(Message.AT_START);
            return;
        }
        next--;
        show();
    }

    private void runCell(int number) {
        var again = number < next;
        var result = engine.run(number, code(number), this::printEvent);
        report(result);
        compare(number, result);
        last = number;
        progress.hasRun(chapter.number(), number);
        save();
        if (number == next) next++;
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
        var editor = Stream.of("VISUAL", "EDITOR").map(System::getenv)
                .filter(name -> name != null && !name.isBlank()).findFirst();
        var text = editor.isPresent() ? editedWith(editor.get(), code(number))
                : screen.read(styled("edit:" + number + "> ", BOLD), code(number).stripTrailing());
        text.filter(code -> !code.isBlank()).ifPresent(code -> {
            edited.put(number, code.stripTrailing() + "\n");
            runCell(number);
        });
    }

    private Optional<String> editedWith(String editor, String code) {
        try {
            var file = Files.createTempFile("cell", ".java");
            try {
                Files.writeString(file, code);
                var status = new ProcessBuilder("sh", "-c", editor + " \"$1\"", "sh", file.toString())
                        .inheritIO().start().waitFor();
                if (status == 0) return Optional.of(Files.readString(file));
                say(Message.EDITOR_FAILED, editor, "exit " + status);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            say(Message.EDITOR_FAILED, editor, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private void list() {
        var ran = progress.ran(chapter.number());
        var stale = engine.stale();
        for (var cell : chapter.cells()) {
            var mark = cell.number() == next ? ">" : stale.contains(cell.number()) ? "~"
                    : ran.contains(cell.number()) ? "*" : " ";
            var first = code(cell.number()).lines().filter(line -> !line.startsWith("//")).findFirst();
            print("%s %2d  %s\n".formatted(mark, cell.number(), first.orElse("")));
        }
        print("\n");
        say(Message.CHAPTERS);
        listChapters(shelf, language, this::print);
    }

    /// The chapters, a line each.
    public static void listChapters(Shelf shelf, Language language, Consumer<String> out) {
        for (var number : shelf.numbers()) {
            out.accept("  " + number + "  " + shelf.title(number, language) + "\n");
        }
    }

    private void variables() {
        var all = engine.variables();
        if (all.isEmpty()) say(Message.NO_VARS);
        for (var variable : all) {
            print(variable.type() + " " + styled(variable.name(), BOLD) + " = " + variable.value()
                    + "\n");
        }
    }

    private void sockets() {
        var all = engine.opened();
        if (all.isEmpty()) say(Message.NO_SOCKETS);
        for (var each : all) {
            var name = each.name().isEmpty() ? "" : " " + styled(each.name(), BOLD);
            print(tagged(each.cell(), each.kind() + name + ": "
                    + each.state().replace("\n", "\n    ")) + "\n");
        }
    }

    private void help() {
        for (var command : Command.values()) {
            print(styled("%-9s".formatted(command.text), BOLD) + text(command.help) + "\n");
        }
        print("\n");
        renderer().render(text(Message.HELP_JAVA)).forEach(line -> print(line + "\n"));
    }

    // ---- what cells answer ----

    private void printEvent(Event event) {
        switch (event) {
            case Event.Printed printed -> print(printed.text());
            case Event.Value value -> printLine(value.text());
            case Event.Failed failed -> {
                printLine(styled(failed.text(), RED));
                if (failed.line() > 0) say(Message.LINE, failed.line(), failed.source().strip());
            }
            case Event.Rejected rejected -> {
                printLine(styled(rejected.text(), RED));
                say(Message.LINE, rejected.line(), rejected.source());
                var before = text(Message.LINE, rejected.line(), "").length() + rejected.column() - 1;
                printLine(" ".repeat(before) + "^".repeat(Math.max(1, rejected.width())));
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

    private void report(Result result) {
        switch (result.outcome()) {
            case STOPPED -> warn(Message.STOPPED);
            case TIMED_OUT -> warn(Message.TIMED_OUT, result.took().toSeconds());
            case ABANDONED -> warn(Message.ABANDONED);
            case DONE, FAILED -> startLine();
        }
    }

    private void compare(int number, Result result) {
        var expected = chapter.cells().get(number - 1).expected();
        if (expected.isEmpty()) return;
        var text = expected.get().text();
        if (expected.get().isMetBy(result.answer())) {
            var same = !text.contains("…");
            print(styled(text(same ? Message.AS_EXPECTED : Message.AS_EXPECTED_BUT), GREEN) + "\n");
            return;
        }
        warn(edited.containsKey(number) ? Message.DIFFERS_EDITED : Message.DIFFERS);
        text.lines().forEach(line -> print("  " + line + "\n"));
        if (!edited.containsKey(number)) say(Message.DIFFERS_WHY, chapter.number());
    }

    /// Called on a thread of the engine, while the reader types, or while a cell runs.
    private void printBackground(BackgroundLine line) {
        screen.printAbove(tagged(line.cell(), line.text()));
    }

    private String tagged(int cell, String text) {
        return cell == CellEngine.PROMPT ? text(Message.TAG_PROMPT, text)
                : text(Message.TAG, cell, text);
    }

    // ---- writing ----

    private static String numbers(Collection<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private String text(Message message, Object... arguments) {
        return message.in(language, arguments);
    }

    private String styled(String text, String style) {
        return renderer().styled(text, style);
    }

    private void say(Message message, Object... arguments) {
        printLine(text(message, arguments));
    }

    private void warn(Message message, Object... arguments) {
        printLine(styled(text(message, arguments), YELLOW));
    }

    private void printLine(String text) {
        startLine();
        print(text + "\n");
    }

    /// What a cell has printed may have stopped in the middle of a line.
    private void startLine() {
        if (!atLineStart) print("\n");
    }

    private void print(String text) {
        if (text.isEmpty()) return;
        screen.print(text);
        atLineStart = text.endsWith("\n");
        shown += (int) text.chars().filter(c -> c == '\n').count()
                + Wrapping.width(text) / screen.width();
    }
}
