package workbook.console;

import module java.base;

import workbook.rendering.Style;
import workbook.screen.Screen;

/// Shows never more at a time than fits below the answer: what has scrolled away is not read.
final class Pager {

    private static final int MIN_PAGE = 6;

    private final Screen screen;
    private final Output output;
    private final Predicate<Optional<String>> between;

    /// @param between does what the reader says between two pages, empty being the end of input;
    ///     false if the rest is no longer wanted
    Pager(Screen screen, Output output, Predicate<Optional<String>> between) {
        this.screen = screen;
        this.output = output;
        this.between = between;
    }

    void show(List<String> whole) {
        var lines = whole.stream()
                .flatMap(line -> output.wrapped(line, Output.INDENT).stream()).toList();
        for (var at = 0; at < lines.size(); ) {
            var end = screen.isInteractive() ? endOfPage(lines, at) : lines.size();
            lines.subList(at, end).forEach(line -> output.print(line + "\n"));
            at = end;
            if (at == lines.size()) return;
            var typed = screen.ask(output.styled(output.text(Message.MORE), Style.QUESTION));
            output.readerHasTyped(0);
            if (!between.test(typed)) return;
        }
    }

    /// Between two paragraphs, if there is such a place in the lower half of the page.
    private int endOfPage(List<String> lines, int start) {
        var room = Math.max(MIN_PAGE, screen.height() - 1 - output.shown());
        if (lines.size() - start <= room) return lines.size();
        var last = start + room - 1; // a line is for the question
        return IntStream.rangeClosed(start + room / 2, last).map(i -> start + room / 2 + last - i)
                .filter(i -> lines.get(i - 1).isEmpty()).findFirst().orElse(last);
    }
}
