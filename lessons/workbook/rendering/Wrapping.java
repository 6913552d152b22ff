package workbook.rendering;

import module java.base;

import org.jline.utils.WCWidth;

/// Text broken into lines that fit, with the widths that a terminal gives it: a Chinese character
/// takes two columns.
public final class Wrapping {

    /// Closing punctuation never begins a line, opening punctuation never ends one.
    private static final String NOT_FIRST = "，。、；：？！）】》」』”’…,.;:?!)]}";
    private static final String NOT_LAST = "（【《「『“‘([{";

    private Wrapping() {}

    /// A piece of text in one style.
    ///
    /// @param style the SGR parameters of ECMA-48, as `1;36`; empty for plain
    record Span(String text, String style) {}

    /// How many columns a text takes.
    public static int width(String text) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    static int width(List<Span> spans) {
        return spans.stream().mapToInt(span -> width(span.text())).sum();
    }

    /// How many columns the text needs if none of its words is to be cut.
    static int widestWord(List<Span> spans) {
        return words(spans).stream().mapToInt(Word::width).max().orElse(0);
    }

    /// Breaks spans into lines, at blanks and between wide characters; what has no such place and
    /// is too long is cut.
    ///
    /// @param width columns; at least two
    static List<List<Span>> wrap(List<Span> spans, int width) {
        var lines = new ArrayList<List<Span>>();
        var line = new Line();
        for (var word : words(spans)) {
            for (var piece : fitting(word, width)) {
                var needed = line.blankBefore(piece) + piece.width();
                if (line.width > 0 && line.width + needed > width) {
                    lines.add(line.spans());
                    line = new Line();
                }
                line.add(piece);
            }
        }
        if (line.width > 0 || lines.isEmpty()) lines.add(line.spans());
        return lines;
    }

    /// Characters that stay together.
    private record Word(List<Span> spans, boolean blankBefore) {
        int width() {
            return Wrapping.width(spans);
        }
    }

    private static final class Line {
        private final List<Span> spans = new ArrayList<>();
        private int width;

        void add(Word word) {
            if (blankBefore(word) > 0) spans.add(new Span(" ", ""));
            width += blankBefore(word);
            spans.addAll(word.spans());
            width += word.width();
        }

        /// Columns: 1 between words, 0 between wide characters and at the start of a line.
        int blankBefore(Word word) {
            return word.blankBefore() && width > 0 ? 1 : 0;
        }

        List<Span> spans() {
            return spans;
        }
    }

    private static List<Word> words(List<Span> spans) {
        var words = new ArrayList<Word>();
        var current = new ArrayList<Span>();
        var blankBefore = false;
        var last = 0;
        for (var span : spans) {
            for (var c : span.text().codePoints().toArray()) {
                if (Character.isWhitespace(c)) {
                    if (!current.isEmpty()) words.add(new Word(List.copyOf(current), blankBefore));
                    current.clear();
                    blankBefore = true;
                    last = 0;
                    continue;
                }
                if (!current.isEmpty() && mayBreak(last, c)) {
                    words.add(new Word(List.copyOf(current), blankBefore));
                    current.clear();
                    blankBefore = false;
                }
                current.add(new Span(Character.toString(c), span.style()));
                last = c;
            }
        }
        if (!current.isEmpty()) words.add(new Word(List.copyOf(current), blankBefore));
        return words;
    }

    /// Whether a line may end between two characters without a blank.
    static boolean mayBreak(int before, int after) {
        return (isWide(before) || isWide(after)) && WCWidth.wcwidth(after) > 0
                && NOT_FIRST.indexOf(after) < 0 && NOT_LAST.indexOf(before) < 0;
    }

    static boolean isWide(int character) {
        return WCWidth.wcwidth(character) == 2;
    }

    /// The word, or what it has to be cut into.
    private static List<Word> fitting(Word word, int width) {
        if (word.width() <= width) return List.of(word);
        var pieces = new ArrayList<Word>();
        var piece = new ArrayList<Span>();
        var columns = 0;
        for (var span : word.spans()) {
            var wide = width(span.text());
            if (columns + wide > width && !piece.isEmpty()) {
                pieces.add(new Word(List.copyOf(piece), pieces.isEmpty() && word.blankBefore()));
                piece.clear();
                columns = 0;
            }
            piece.add(span);
            columns += wide;
        }
        pieces.add(new Word(piece, pieces.isEmpty() && word.blankBefore()));
        return pieces;
    }
}
