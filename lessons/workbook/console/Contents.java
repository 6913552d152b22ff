package workbook.console;

import module java.base;

import workbook.chapter.Shelf;
import workbook.engine.CellEngine;
import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.rendering.Style;
import workbook.rendering.WordWrap;

/// Lists the cells of the chapter and the chapters, and how far the reader has got.
public final class Contents {

    private final CellEngine engine;
    private final Place place;
    private final Progress progress;
    private final Output output;
    private final Pager pager;

    Contents(CellEngine engine, Place place, Progress progress, Output output, Pager pager) {
        this.engine = engine;
        this.place = place;
        this.progress = progress;
        this.output = output;
        this.pager = pager;
    }

    void show() {
        var lines = new ArrayList<String>();
        lines.addAll(output.wrapped(output.text(Message.CELLS), 0));
        for (var cell = 1; cell <= place.cells(); cell++) {
            var first = place.code(cell).lines().filter(line -> !line.startsWith("//")).findFirst();
            lines.add(WordWrap.firstLine("%s %2d  %s".formatted(
                    mark(cell), cell, first.orElse("")), output.columns()));
        }
        lines.add("");
        lines.addAll(output.wrapped(output.text(Message.CHAPTERS), 0));
        lines.addAll(chapters(place.shelf(), progress, place.language(), output.columns()));
        pager.show(lines);
    }

    private String mark(int cell) {
        if (cell == place.next()) return ">";
        if (engine.stale().contains(cell)) return output.styled("~", Style.STALE);
        return place.ran().contains(cell) ? "*" : " ";
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
}
