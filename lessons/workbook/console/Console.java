//SOURCES Contents.java Editing.java Exercises.java Inspection.java Message.java Navigation.java
//SOURCES Output.java Page.java Pager.java Place.java Report.java SlashCommand.java

package workbook.console;

import module java.base;

import workbook.chapter.Shelf;
import workbook.engine.CellEngine;
import workbook.engine.Result;
import workbook.reader.ExternalEditor;
import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.rendering.Style;
import workbook.screen.PlainScreen;
import workbook.screen.Screen;

/// The workbook as the reader sees it: shows a stretch of prose and a cell, and does what the
/// reader says. Each command is an entry of [SlashCommand]; whatever else is typed is Java.
public final class Console {

    private final CellEngine engine;
    private final Screen screen;
    private final Place place;
    private final Output output;
    private final Pager pager;
    private final Page page;
    private final Report report;
    private final Editing editing;
    final Navigation navigation;
    final Inspection inspection;
    final Contents contents;
    final Exercises exercises;
    private boolean leaving;

    /// @param language of the chapters and of what the console says
    public Console(Shelf shelf, CellEngine engine, Progress progress, Screen screen,
            Language language) {
        this(shelf, engine, progress, screen, language, System.getenv());
    }

    /// @param environment names the reader's own editor, if there is one
    public Console(Shelf shelf, CellEngine engine, Progress progress, Screen screen,
            Language language, Map<String, String> environment) {
        this.engine = engine;
        this.screen = screen;
        place = new Place(shelf, progress, language);
        output = new Output(screen, place::language);
        pager = new Pager(screen, output, this::betweenPages);
        exercises = new Exercises(place, progress.file(), screen, output);
        page = new Page(place, output, pager, exercises);
        report = new Report(place, output);
        inspection = new Inspection(engine, place, screen, output, pager);
        navigation = new Navigation(engine, place, output, page, report, inspection);
        editing = new Editing(ExternalEditor.of(environment), place, screen, output);
        contents = new Contents(engine, place, progress, output, pager);
        engine.onBackgroundLine(report::background);
        screen.onInterrupt(engine::interrupt);
    }

    /// Opens a chapter, where the reader left it, and does what the reader says until the end.
    public void run(String number) {
        navigation.open(number);
        output.say(Message.GREETING);
        page.show();
        while (!leaving) {
            var typed = screen.read(prompt(), "");
            output.readerHasTyped(1);
            if (typed.isEmpty()) break;
            obey(typed.get());
        }
    }

    /// Shows a chapter from its beginning to its end, and runs every cell on the way. Nobody is
    /// asked anything, and the reader's place stays where it is.
    ///
    /// @return whether all cells answered as the chapter says
    public boolean runThrough(String number) {
        return navigation.runThrough(number);
    }

    private String prompt() {
        var cell = place.isAtEnd() ? place.number() : place.number() + ":" + place.next();
        return output.styled(cell + "> ", Style.PROMPT);
    }

    private void obey(String typed) {
        if (typed.isBlank()) {
            navigation.goOn();
        } else if (PlainScreen.isCommand(typed)) {
            var words = typed.strip().split("\\s+", 2);
            command(words[0], words.length > 1 ? words[1].strip() : "");
        } else {
            evaluate(typed);
        }
    }

    /// Java is evaluated, and the page goes on; a command leads elsewhere.
    ///
    /// @return whether the rest of the text is still wanted
    private boolean betweenPages(Optional<String> typed) {
        if (typed.isEmpty()) leaving = true;
        var text = typed.orElse("").strip();
        if (leaving || text.equals(Screen.ENOUGH)) return false;
        if (!text.isEmpty()) obey(text);
        return !PlainScreen.isCommand(text);
    }

    private void evaluate(String typed) {
        var result = engine.evaluate(typed, report::event);
        report.end(result);
        inspection.afterRun(CellEngine.LAST);
        if (result.outcome() == Result.Outcome.FAILED) suggestSlash(typed.strip());
    }

    /// What failed may have been meant for a command, unless there is a variable of that name.
    private void suggestSlash(String typed) {
        var word = typed.split("\\s", 2)[0];
        if (engine.variables().stream().anyMatch(each -> each.name().equals(word))) return;
        var meant = word.equals("quit") ? "/exit" : "/" + word;
        if (SlashCommand.texts().contains(meant)) output.say(Message.IS_COMMAND, meant);
    }

    private void command(String name, String argument) {
        var fitting = SlashCommand.beginningWith(name);
        if (fitting.size() > 1) {
            output.say(Message.AMBIGUOUS, name, fitting.stream().map(SlashCommand::text)
                    .collect(Collectors.joining(", ")));
        } else if (fitting.isEmpty()) {
            SlashCommand.like(name).ifPresentOrElse(
                    like -> output.say(Message.NO_COMMAND_BUT, name, like.text()),
                    () -> output.say(Message.NO_COMMAND, name));
        } else if (fitting.getFirst().takesNothing() && !argument.isEmpty()) {
            output.say(Message.TAKES_NOTHING, fitting.getFirst().text(), argument);
        } else {
            fitting.getFirst().perform(this, argument);
        }
    }

    // ---- commands that are made of several parts ----

    void again(String argument) {
        navigation.cell(argument).ifPresent(navigation::run);
    }

    void edit(String argument) {
        navigation.cell(argument).filter(editing::edit).ifPresent(navigation::run);
    }

    void wire(String argument) {
        switch (argument) {
            case "on", "off" -> inspection.drawsAlways(argument.equals("on"));
            case "" -> inspection.wire();
            default -> navigation.cell(argument).ifPresent(inspection::wire);
        }
    }

    void help() {
        var lines = new ArrayList<String>();
        for (var command : SlashCommand.values()) {
            var name = "%-10s".formatted(command.text());
            lines.addAll(output.wrapped(output.styled(name, Style.NAME)
                    + command.help(place.language()), name.length()));
        }
        lines.add("");
        lines.addAll(output.renderer().render(output.text(Message.HELP_JAVA)));
        pager.show(lines);
    }

    void leave() {
        leaving = true;
    }
}
