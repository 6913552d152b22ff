package workbook.console;

import module java.base;

import workbook.reader.Language;
import workbook.rendering.Renderer;
import workbook.rendering.Style;
import workbook.rendering.WordWrap;
import workbook.runtime.Run;
import workbook.screen.Screen;

/// What is written on the screen: messages in the reader's language, and lines that fit.
final class Output {

    /// Of what is left of a line that did not fit.
    static final int INDENT = 4;

    private final Screen screen;
    private final Supplier<Language> language;
    private final WordWrap wrap = new WordWrap();
    private boolean atLineStart = true;
    private int shown;

    /// @param language asked for every message, as the reader may change it
    Output(Screen screen, Supplier<Language> language) {
        this.screen = screen;
        this.language = language;
    }

    // ---- texts ----

    String text(Message message, Object... arguments) {
        return message.in(language.get(), arguments);
    }

    /// With the cell that it comes from.
    String tagged(int cell, String text) {
        return cell == Run.PROMPT ? text(Message.TAG_PROMPT, text)
                : text(Message.TAG, cell, text);
    }

    Renderer renderer() {
        return new Renderer(screen.width(), screen.isColoured());
    }

    String styled(String text, Style style) {
        return renderer().styled(text, style.sgr());
    }

    /// As lines that fit.
    List<String> wrapped(String text, int indent) {
        return WordWrap.lines(text, columns(), indent);
    }

    /// One less than there are: some terminals go to the next line after the last.
    int columns() {
        return screen.width() - 1;
    }

    /// Cells as a reader writes them: `1-4, 7`.
    static String numbers(Collection<Integer> numbers) {
        var sorted = new TreeSet<>(numbers);
        return sorted.stream().filter(number -> !sorted.contains(number - 1)).map(first -> {
            var last = first;
            while (sorted.contains(last + 1)) last++;
            return last.equals(first) ? first.toString() : first + "-" + last;
        }).collect(Collectors.joining(", "));
    }

    // ---- writing ----

    void say(Message message, Object... arguments) {
        startLine();
        print(text(message, arguments) + "\n");
    }

    void warn(Message message, Object... arguments) {
        startLine();
        print(styled(text(message, arguments), Style.WARNING) + "\n");
    }

    /// What is no sentence: if it takes several lines, it can be seen which belong together.
    void printLine(String text) {
        startLine();
        print(text + "\n", INDENT);
    }

    /// What a cell has printed may have stopped in the middle of a line.
    void startLine() {
        if (!atLineStart) print("\n");
    }

    void print(String text) {
        print(text, 0);
    }

    void print(String text, int indent) {
        if (text.isEmpty()) return;
        var lines = wrap.wrap(text, columns(), indent);
        screen.print(lines);
        atLineStart = text.endsWith("\n");
        shown += (int) lines.chars().filter(c -> c == '\n').count();
    }

    /// Above the prompt, from any thread.
    void printAbove(String text) {
        screen.printAbove(String.join("\n", wrapped(text, INDENT)));
    }

    /// How many lines have been written since the reader typed last.
    int shown() {
        return shown;
    }

    /// @param lines that stand there of what was typed
    void readerHasTyped(int lines) {
        shown = lines;
    }
}
