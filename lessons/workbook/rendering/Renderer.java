//SOURCES Highlights.java Style.java WordWrap.java Wrapping.java

package workbook.rendering;

import module java.base;

import org.commonmark.ext.gfm.tables.*;
import org.commonmark.node.*;
import org.commonmark.parser.Parser;
import workbook.rendering.Wrapping.Span;

/// Markdown as lines for a terminal.
///
/// Basic colours only (SGR of ECMA-48), so that it is readable in light and dark; none at all if it
/// is told so, and then the marks of Markdown stand in for them.
public final class Renderer {

    private static final int WIDEST = 100; // longer lines are hard to read
    private static final String PLAIN = "";
    private static final String BOLD = "1";
    private static final String UNDERLINED = "4";
    private static final String CYAN = "36";

    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();

    private final int width;
    private final boolean coloured;

    /// @param width columns of the terminal; at least 20 are taken
    /// @param coloured whether escape sequences may be written
    public Renderer(int width, boolean coloured) {
        this.width = Math.clamp(width - 1L, 20, WIDEST);
        this.coloured = coloured;
    }

    /// The lines of a text, without line feeds; paragraphs are apart by an empty one.
    public List<String> render(String markdown) {
        var lines = new ArrayList<String>();
        blocks(PARSER.parse(markdown), "", "", lines, true);
        return lines;
    }

    /// Text in a colour or weight, if colours are allowed.
    ///
    /// @param style SGR parameters, as `1` or `36`
    public String styled(String text, String style) {
        return coloured && !style.isEmpty() && !text.isEmpty()
                ? "\033[" + style + "m" + text + "\033[0m" : text;
    }

    /// The blocks in a block.
    ///
    /// @param first what stands before the first line, as `- `
    /// @param rest what stands before the others
    /// @param loose whether an empty line separates them
    private void blocks(Node parent, String first, String rest, List<String> lines, boolean loose) {
        var before = first;
        for (var node = parent.getFirstChild(); node != null; node = node.getNext()) {
            if (node != parent.getFirstChild() && loose) lines.add(rest.stripTrailing());
            block(node, before, rest, lines);
            before = rest;
        }
    }

    private void block(Node node, String first, String rest, List<String> lines) {
        switch (node) {
            case Heading heading -> heading(heading, first, rest, lines);
            case BulletList list -> items(list, first, rest, lines, _ -> "- ");
            case OrderedList list -> {
                var start = Optional.ofNullable(list.getMarkerStartNumber()).orElse(1);
                items(list, first, rest, lines, index -> (start + index) + ". ");
            }
            case BlockQuote quote -> blocks(quote, first + "| ", rest + "| ", lines, true);
            case FencedCodeBlock code -> code(code.getLiteral(), first, rest, lines);
            case IndentedCodeBlock code -> code(code.getLiteral(), first, rest, lines);
            case ThematicBreak _ -> lines.add(first + "-".repeat(width - first.length()));
            case TableBlock table -> table(table, first, rest, lines);
            default -> text(spans(node, PLAIN), first, rest, lines);
        }
    }

    private void heading(Heading heading, String first, String rest, List<String> lines) {
        var marks = coloured ? "" : "#".repeat(heading.getLevel()) + " ";
        var style = heading.getLevel() == 1 ? BOLD + ";" + UNDERLINED : BOLD;
        text(spans(heading, style), first + marks, rest + " ".repeat(marks.length()), lines);
    }

    private void items(ListBlock list, String first, String rest, List<String> lines,
            IntFunction<String> mark) {
        var index = 0;
        for (var item = list.getFirstChild(); item != null; item = item.getNext(), index++) {
            if (index > 0 && !list.isTight()) lines.add(rest.stripTrailing());
            var marked = mark.apply(index);
            blocks(item, (index == 0 ? first : rest) + marked, rest + " ".repeat(marked.length()),
                    lines, !list.isTight());
        }
    }

    /// Code keeps its lines: whoever prints them breaks those that are too long.
    private void code(String literal, String first, String rest, List<String> lines) {
        var before = first;
        for (var line : literal.lines().toList()) {
            lines.add(before + "    " + styled(line, CYAN));
            before = rest;
        }
    }

    private void text(List<Span> spans, String first, String rest, List<String> lines) {
        var before = first;
        for (var line : Wrapping.wrap(spans, Math.max(2, width - Wrapping.width(first)))) {
            lines.add(before + line(line));
            before = rest;
        }
    }

    /// One escape sequence for neighbours in one style.
    private String line(List<Span> spans) {
        var line = new StringBuilder();
        for (var i = 0; i < spans.size(); ) {
            var style = spans.get(i).style();
            var text = new StringBuilder();
            for (; i < spans.size() && spans.get(i).style().equals(style); i++) {
                text.append(spans.get(i).text());
            }
            line.append(styled(text.toString(), style));
        }
        return line.toString();
    }

    // ---- the inside of a paragraph ----

    private List<Span> spans(Node parent, String style) {
        var spans = new ArrayList<Span>();
        for (var node = parent.getFirstChild(); node != null; node = node.getNext()) {
            switch (node) {
                case Text text -> spans.add(new Span(text.getLiteral(), style));
                case Code code -> spans.addAll(marked("`", spansOfCode(code, style)));
                case Emphasis emphasis ->
                        spans.addAll(marked("*", spans(emphasis, and(style, UNDERLINED))));
                case StrongEmphasis strong ->
                        spans.addAll(marked("**", spans(strong, and(style, BOLD))));
                case Link link -> spans.addAll(link(link, style));
                case SoftLineBreak line -> spans.add(new Span(lineBreak(line), style));
                default -> spans.addAll(spans(node, style));
            }
        }
        return spans;
    }

    private static List<Span> spansOfCode(Code code, String style) {
        return List.of(new Span(code.getLiteral(), and(style, CYAN)));
    }

    private static String and(String style, String more) {
        return style.isEmpty() ? more : style + ";" + more;
    }

    /// The marks of Markdown, where colours cannot say it.
    private List<Span> marked(String mark, List<Span> spans) {
        if (coloured) return spans;
        var marked = new ArrayList<>(spans);
        marked.addFirst(new Span(mark, PLAIN));
        marked.addLast(new Span(mark, PLAIN));
        return marked;
    }

    /// The address is shown if it leads out of the workbook.
    private List<Span> link(Link link, String style) {
        var spans = new ArrayList<>(spans(link, and(style, UNDERLINED)));
        if (link.getDestination().startsWith("http")) {
            spans.add(new Span(" <" + link.getDestination() + ">", style));
        }
        return spans;
    }

    /// A line of the source that ends between two Chinese characters ends at no blank.
    private static String lineBreak(SoftLineBreak line) {
        if (!(line.getPrevious() instanceof Text before && line.getNext() instanceof Text after)) {
            return " ";
        }
        var last = before.getLiteral().codePointBefore(before.getLiteral().length());
        var first = after.getLiteral().codePointAt(0);
        return Wrapping.isWide(last) && Wrapping.isWide(first) ? "" : " ";
    }

    // ---- tables ----

    private static final String GAP = "  ";

    private void table(TableBlock table, String first, String rest, List<String> lines) {
        var rows = rows(table);
        var widths = widths(rows, width - Wrapping.width(first));
        var before = first;
        for (var i = 0; i < rows.size(); i++) {
            for (var line : row(rows.get(i), widths)) {
                lines.add((before + line).stripTrailing());
                before = rest;
            }
            if (i == 0) {
                lines.add(before + widths.stream().map("-"::repeat)
                        .collect(Collectors.joining(GAP)));
            }
        }
    }

    private List<List<List<Span>>> rows(TableBlock table) {
        var rows = new ArrayList<List<List<Span>>>();
        table.accept(new AbstractVisitor() {
            @Override
            public void visit(CustomNode node) {
                if (node instanceof TableRow) {
                    rows.add(new ArrayList<>());
                } else if (node instanceof TableCell cell) {
                    rows.getLast().add(spans(cell, cell.isHeader() ? BOLD : PLAIN));
                }
                visitChildren(node);
            }
        });
        return rows;
    }

    /// As wide as needed; if that is too wide, the widest columns give way, and those last which
    /// would have to break a word.
    private static List<Integer> widths(List<List<List<Span>>> rows, int room) {
        var widths = new ArrayList<Integer>();
        var words = new ArrayList<Integer>();
        for (var column = 0; column < rows.getFirst().size(); column++) {
            var at = column;
            var cells = rows.stream().filter(row -> at < row.size()).map(row -> row.get(at))
                    .toList();
            widths.add(Math.max(1, cells.stream().mapToInt(Wrapping::width).max().orElse(1)));
            words.add(cells.stream().mapToInt(Wrapping::widestWord).max().orElse(1));
        }
        var gaps = GAP.length() * (widths.size() - 1);
        while (widths.stream().mapToInt(Integer::intValue).sum() + gaps > room) {
            var widest = IntStream.range(0, widths.size()).boxed()
                    .max(Comparator.comparing((Integer column) ->
                            widths.get(column) > words.get(column)).thenComparing(widths::get))
                    .orElseThrow();
            if (widths.get(widest) <= 2) break;
            widths.set(widest, widths.get(widest) - 1);
        }
        return widths;
    }

    private List<String> row(List<List<Span>> cells, List<Integer> widths) {
        var wrapped = new ArrayList<List<List<Span>>>();
        for (var column = 0; column < cells.size(); column++) {
            wrapped.add(Wrapping.wrap(cells.get(column), widths.get(column)));
        }
        var lines = new ArrayList<String>();
        var height = wrapped.stream().mapToInt(List::size).max().orElse(0);
        for (var at = 0; at < height; at++) {
            var line = new StringJoiner(GAP);
            for (var column = 0; column < wrapped.size(); column++) {
                var part = at < wrapped.get(column).size() ? wrapped.get(column).get(at)
                        : List.<Span>of();
                var columns = Wrapping.width(part);
                line.add(line(part) + " ".repeat(Math.max(0, widths.get(column) - columns)));
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
