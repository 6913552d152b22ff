package exercises;

import module java.base;

import workbook.rendering.WordWrap;

/// Breaks the lines of a Markdown text anew, so that they fit into an editor beside a terminal.
/// Paragraphs and lists of `-`; code blocks stay as they are.
final class Reflow {

    private static final String FENCE = "```";

    /// Where a line of the source ends between two Chinese characters, there is no blank.
    private static final Pattern INSIDE_CHINESE = Pattern.compile(
            "(?<=[\\p{IsHan}\\p{InCJK_Symbols_And_Punctuation}\uFF00-\uFFEF\u201D])\n"
            + "(?=[\\p{IsHan}\\p{InCJK_Symbols_And_Punctuation}\uFF00-\uFFEF\u201C])");

    private final int width;
    private final List<String> lines = new ArrayList<>();
    private final List<String> block = new ArrayList<>();
    private boolean inCode;

    private Reflow(int width) {
        this.width = width;
    }

    static List<String> lines(String markdown, int width) {
        var reflow = new Reflow(width);
        markdown.lines().forEach(reflow::take);
        reflow.flush();
        return reflow.lines;
    }

    /// Some lines as one.
    static String joined(String text) {
        return INSIDE_CHINESE.matcher(text).replaceAll("").replace('\n', ' ');
    }

    private void take(String line) {
        if (line.strip().startsWith(FENCE)) {
            flush();
            inCode = !inCode;
            lines.add(line);
        } else if (inCode) {
            lines.add(line);
        } else if (line.isBlank()) {
            flush();
            lines.add("");
        } else {
            if (line.startsWith("- ")) flush();
            block.add(line.strip());
        }
    }

    private void flush() {
        if (block.isEmpty()) return;
        var text = joined(String.join("\n", block));
        lines.addAll(WordWrap.lines(text, width, text.startsWith("- ") ? 2 : 0));
        block.clear();
    }
}
