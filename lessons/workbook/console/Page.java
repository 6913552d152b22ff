package workbook.console;

import module java.base;

import workbook.chapter.Chapter;
import workbook.rendering.Highlights;
import workbook.rendering.Style;

/// The prose that leads to the next cell, and the cell.
final class Page {

    private final Place place;
    private final Output output;
    private final Pager pager;
    private final Exercises exercises;

    Page(Place place, Output output, Pager pager, Exercises exercises) {
        this.place = place;
        this.output = output;
        this.pager = pager;
        this.exercises = exercises;
    }

    void show() {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.addAll(prose());
        lines.add("");
        if (place.isAtEnd()) {
            lines.addAll(output.wrapped(ending(), 0));
            exercises.invitation().ifPresent(text -> lines.addAll(output.wrapped(text, 0)));
        } else {
            addCell(place.next(), lines);
        }
        pager.show(lines);
    }

    List<String> prose() {
        var lines = new ArrayList<String>();
        var cells = 0;
        for (var block : place.chapter().blocks()) {
            if (block instanceof Chapter.Cell) {
                cells++;
            } else if (cells == place.next() - 1) {
                lines.addAll(output.renderer().render(block.text()));
            }
        }
        return lines;
    }

    private void addCell(int number, List<String> lines) {
        var title = output.text(Message.CELL, number, place.cells());
        lines.add(output.styled("-- " + title + " --", Style.TITLE));
        highlighted(place.code(number)).lines()
                .forEach(line -> lines.add(("  " + line).stripTrailing()));
        lines.add("");
    }

    private String highlighted(String code) {
        var result = new StringBuilder();
        var at = 0;
        for (var highlight : Highlights.of(code)) {
            var style = switch (highlight.meaning()) {
                case KEYWORD -> Style.KEYWORD;
                case TEXT -> Style.TEXT;
                case COMMENT -> Style.COMMENT;
            };
            result.append(code, at, highlight.start());
            at = highlight.end();
            result.append(code.substring(highlight.start(), at).lines()
                    .map(line -> output.styled(line, style)).collect(Collectors.joining("\n")));
        }
        return result.append(code.substring(at)).toString();
    }

    private String ending() {
        return place.following()
                .map(following -> output.text(Message.END, place.number(), following,
                        place.shelf().title(following, place.language())))
                .orElse(output.text(Message.END_OF_ALL));
    }
}
