package workbook.chapter;

import module java.base;

import workbook.chapter.Chapter.Block;
import workbook.chapter.Chapter.Cell;
import workbook.chapter.Chapter.Prose;

/// Reads a chapter line by line. Only fences count: whatever else there is in Markdown is prose.
final class ChapterParser {

    private static final Pattern TITLE = Pattern.compile("# (\\d\\d) (\\S.*)");
    private static final Pattern FENCE = Pattern.compile("([ \t]*)(`{3,}|~{3,})[ \t]*(.*)");
    private static final Set<String> ALSO_RUN_BY_JBANG = Set.of("jsh", "jshelllanguage");

    private final List<String> lines;
    private final List<Block> blocks = new ArrayList<>();
    private int proseStart;
    private int at;

    ChapterParser(String markdown) {
        // with their line feeds, so that they can be put together again
        lines = List.of(markdown.replace("\r\n", "\n").split("(?<=\n)"));
    }

    Chapter parse() {
        var title = TITLE.matcher(line(0));
        if (!title.matches()) {
            throw new ChapterException(1, "a chapter begins with a title like `# 03 Events`");
        }
        var article = article();
        while (at < lines.size()) {
            block();
        }
        addProse(lines.size());
        if (blocks.stream().noneMatch(Cell.class::isInstance)) {
            throw new ChapterException(lines.size(), "there is no cell in this chapter");
        }
        return new Chapter(title.group(1), title.group(2).strip(), article, List.copyOf(blocks));
    }

    private String line(int index) {
        var line = lines.get(index);
        return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    }

    private String article() {
        at = afterBlanks(1);
        var quote = new StringJoiner(" ");
        for (; at < lines.size() && line(at).startsWith(">"); at++) {
            quote.add(line(at).substring(1).strip());
        }
        if (quote.toString().isBlank()) {
            throw new ChapterException(Math.min(at, lines.size() - 1) + 1,
                    "after the title comes a quote (`> ...`) that names the article's section");
        }
        return quote.toString().strip();
    }

    private int afterBlanks(int index) {
        var next = index;
        while (next < lines.size() && line(next).isBlank()) {
            next++;
        }
        return next;
    }

    private void block() {
        var fence = FENCE.matcher(line(at));
        if (!fence.matches()) {
            at++;
            return;
        }
        var start = at;
        var language = fence.group(3).strip();
        if (ALSO_RUN_BY_JBANG.contains(language)) {
            throw new ChapterException(start + 1,
                    "a cell is a fence of `java`, not `" + language + "`");
        }
        var code = fenced(fence.group(2));
        if (!language.split("[ \t{]", 2)[0].equals("java")) {
            return;
        }
        if (!line(start).equals("```java")) {
            throw new ChapterException(start + 1,
                    "a cell begins with ```java at the start of its line, and nothing behind it");
        }
        cell(start, code);
    }

    /// What is in the fence that opens here; moves behind its end.
    private String fenced(String mark) {
        var start = at;
        var content = new StringBuilder();
        for (at++; at < lines.size(); at++) {
            if (line(at).strip().matches(Pattern.quote(mark) + mark.charAt(0) + "*")) {
                at++;
                return content.toString();
            }
            content.append(lines.get(at));
        }
        throw new ChapterException(start + 1, "this fence is never closed");
    }

    private void cell(int start, String code) {
        if (code.isBlank()) {
            throw new ChapterException(start + 1, "this cell is empty");
        }
        var end = at;
        var next = afterBlanks(at);
        Optional<Expectation> expected = Optional.empty();
        if (next < lines.size() && line(next).equals("```text")) {
            at = next;
            expected = Optional.of(new Expectation(fenced("```")));
            end = at;
        }
        addProse(start);
        var number = 1 + (int) blocks.stream().filter(Cell.class::isInstance).count();
        blocks.add(new Cell(start + 1, number, code, expected, text(start, end)));
        proseStart = end;
    }

    private void addProse(int end) {
        if (proseStart < end) {
            blocks.add(new Prose(proseStart + 1, text(proseStart, end)));
        }
    }

    private String text(int from, int to) {
        return String.join("", lines.subList(from, to));
    }
}
