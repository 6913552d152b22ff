package workbook.console;

import module java.base;

import workbook.engine.CellEngine;
import workbook.engine.Result;
import workbook.reader.Language;

/// Takes the reader from cell to cell and from chapter to chapter, and runs what is on the way.
final class Navigation {

    private final CellEngine engine;
    private final Place place;
    private final Output output;
    private final Page page;
    private final Report report;
    private final Inspection inspection;
    private boolean cannotSave;

    Navigation(CellEngine engine, Place place, Output output, Page page, Report report,
            Inspection inspection) {
        this.engine = engine;
        this.place = place;
        this.output = output;
        this.page = page;
        this.report = report;
        this.inspection = inspection;
    }

    // ---- cells ----

    /// Runs the cell that is seen and shows the next; at the end, opens the next chapter.
    void goOn() {
        if (!place.isAtEnd()) {
            run(place.next());
            page.show();
            return;
        }
        place.following().ifPresentOrElse(this::openInstead,
                () -> output.say(Message.END_OF_ALL));
    }

    void back() {
        if (place.next() == 1) {
            output.say(Message.AT_START);
            return;
        }
        place.moveTo(place.next() - 1);
        save();
        page.show();
    }

    void run(int cell) {
        var again = cell < place.next();
        var result = engine.run(cell, place.code(cell), report::event);
        report.end(result);
        report.compare(cell, result);
        inspection.afterRun(cell);
        place.hasRun(cell);
        save();
        if (again && !result.stale().isEmpty()) {
            output.say(Message.STALE, Output.numbers(result.stale()));
        }
    }

    /// The cell that the reader names, or the last one that ran.
    Optional<Integer> cell(String argument) {
        if (argument.isEmpty() && place.last() == 0) {
            output.say(Message.NOT_YET);
            return Optional.empty();
        }
        var number = argument.isEmpty() ? place.last()
                : argument.matches("\\d{1,3}") ? Integer.parseInt(argument) : 0;
        if (number < 1 || number > place.cells()) {
            output.say(Message.NO_CELL, argument, place.cells());
            return Optional.empty();
        }
        return Optional.of(number);
    }

    // ---- chapters ----

    /// Goes to where the reader left a chapter. The variables of the cells before that are needed
    /// again.
    void open(String number) {
        place.open(number);
        save();
        var before = place.ran().headSet(place.next());
        if (!before.isEmpty()) runQuietly(List.copyOf(before));
    }

    private void runQuietly(List<Integer> cells) {
        output.print(output.text(Message.CONTINUING, Output.numbers(cells)));
        var begun = System.nanoTime();
        var different = new ArrayList<Integer>();
        for (var cell : cells) {
            var result = engine.run(cell, place.code(cell));
            if (!place.isAsInChapter(cell, result.answer())) different.add(cell);
            place.hasRunAgain(cell);
        }
        output.print(output.text(Message.CONTINUED, (System.nanoTime() - begun) / 1e9) + "\n");
        if (!different.isEmpty()) {
            output.say(Message.CONTINUED_BUT, Output.numbers(different));
        }
    }

    /// Leaves this chapter for another; for the same, begins anew.
    void openInstead(String name) {
        var number = place.shelf().find(name);
        if (number.isEmpty()) {
            output.say(Message.NO_CHAPTER, name, String.join(", ", place.shelf().numbers()));
            return;
        }
        engine.reset();
        if (number.get().equals(place.number())) place.restart(number.get());
        open(number.get());
        page.show();
    }

    void changeLanguage(String code) {
        var wanted = Language.of(code);
        if (wanted.isEmpty()) {
            output.say(Message.NO_LANGUAGE, code);
            return;
        }
        place.language(wanted.get());
        save();
        page.show();
    }

    /// Says it once if that is not possible.
    private void save() {
        try {
            place.save();
        } catch (IOException e) {
            if (!cannotSave) output.say(Message.CANNOT_SAVE, e);
            cannotSave = true;
        }
    }

    // ---- a whole chapter ----

    /// Shows a chapter from its beginning to its end, and runs every cell on the way.
    ///
    /// @return whether all cells answered as the chapter says
    boolean runThrough(String number) {
        var different = new TreeSet<Integer>();
        for (place.openAtStart(number); !place.isAtEnd(); place.moveTo(place.next() + 1)) {
            page.show();
            var cell = place.next();
            var result = engine.run(cell, place.code(cell), report::event);
            report.end(result);
            if (place.isAsInChapter(cell, result.answer())) continue;
            different.add(cell);
            report.expected(cell, Message.DIFFERS);
        }
        output.print("\n");
        page.prose().forEach(line -> output.print(line + "\n"));
        output.print("\n");
        if (different.isEmpty()) {
            output.say(Message.RAN_THROUGH, place.cells());
        } else {
            output.warn(Message.RAN_THROUGH_BUT, place.cells(), Output.numbers(different));
        }
        return different.isEmpty();
    }
}
