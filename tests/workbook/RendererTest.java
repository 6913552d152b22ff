import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jline.utils.WCWidth;
import workbook.rendering.Highlights;
import workbook.rendering.Renderer;

/// The workbook: prose as lines for a terminal.
class RendererTest {

    private static final String ESCAPE = "\033\\[[0-9;]*m";
    private static final String CLOSING = "，。？）";

    @Property
    void noLineIsWiderThanTheScreen(@ForAll("chapters") String markdown,
            @ForAll @IntRange(min = 22, max = 120) int width) {
        for (var line : new Renderer(width, false).render(markdown)) {
            assertTrue(columns(line) < width, columns(line) + " columns of " + width + ": " + line);
        }
    }

    @Property
    void nothingIsLostAndNothingComesTwice(@ForAll("paragraphs") List<String> paragraphs,
            @ForAll @IntRange(min = 22, max = 120) int width) {
        var lines = new Renderer(width, false).render(String.join("\n\n", paragraphs));
        assertEquals(letters(String.join("", paragraphs)), letters(String.join("", lines)));
        assertEquals(Math.max(0, paragraphs.size() - 1),
                lines.stream().filter(String::isEmpty).count(), "empty lines in " + lines);
    }

    private static String letters(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Property
    void coloursChangeNothingButTheMarks(@ForAll("chapters") String markdown,
            @ForAll @IntRange(min = 22, max = 120) int width) {
        var plain = String.join("\n", new Renderer(width, false).render(markdown));
        var coloured = String.join("\n", new Renderer(width, true).render(markdown));
        assertFalse(plain.contains("\033"), plain);
        assertEquals(sorted(plain), sorted(coloured.replaceAll(ESCAPE, "")));
        assertFalse(coloured.replaceAll(ESCAPE, "").contains("\033"), "other escapes");
    }

    /// Without the marks lines are shorter, and break elsewhere; in a table that is another order.
    private static String sorted(String text) {
        return letters(text.replaceAll("[*`#|-]", "")).codePoints().sorted()
                .mapToObj(Character::toString).collect(Collectors.joining());
    }

    @Property
    void chineseBreaksAnywhereButBeforeClosingPunctuation(
            @ForAll("paragraphs") List<String> paragraphs,
            @ForAll @IntRange(min = 22, max = 60) int width) {
        for (var line : new Renderer(width, false).render(String.join("\n\n", paragraphs))) {
            assertTrue(line.isEmpty() || CLOSING.indexOf(line.charAt(0)) < 0, line);
        }
    }

    /// If there is a way to give each column the room of its longest word.
    @Property
    void aTableBreaksNoWordThatItNeedNotBreak(@ForAll("columns") List<List<String>> columns,
            @ForAll @IntRange(min = 60, max = 120) int width) {
        var longest = columns.stream().mapToInt(cells -> cells.stream()
                .flatMap(cell -> Stream.of(cell.split(" "))).mapToInt(String::length).max()
                .orElseThrow()).sum();
        Assume.that(longest + 2 * (columns.size() - 1) < Math.min(width, 100));
        var rows = IntStream.range(0, columns.getFirst().size()).mapToObj(row -> columns.stream()
                .map(cells -> cells.get(row)).collect(Collectors.joining(" | ", "| ", " |")))
                .toList();
        var table = rows.getFirst() + "\n" + "|---".repeat(columns.size()) + "|\n"
                + String.join("\n", rows.subList(1, rows.size()));
        var lines = new Renderer(width, false).render(table);
        assertEquals(words(String.join("\n", rows)), words(String.join("\n", lines)),
                String.join("\n", lines));
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("[\\s|]+")).filter(word -> !word.matches("-*")).sorted()
                .toList();
    }

    @Provide
    Arbitrary<List<List<String>>> columns() {
        var cell = Arbitraries.of("a", "port", "connect", "AlreadyConnectedException",
                "getOutputStream().write(bytes)").list().ofMinSize(1).ofMaxSize(6)
                .map(words -> String.join(" ", words));
        return Arbitraries.integers().between(2, 4).flatMap(rows ->
                cell.list().ofSize(rows).list().ofMinSize(2).ofMaxSize(3));
    }

    /// A line of source that ends in the middle of a Chinese sentence leaves no gap there.
    @Example
    void aLineBreakBetweenChineseCharactersIsNoBlank() {
        assertEquals(List.of("一个线程和一个"), new Renderer(40, false).render("一个线程\n和一个"));
        assertEquals(List.of("one thread"), new Renderer(40, false).render("one\nthread"));
    }

    @Example
    void everyKindOfBlockHasItsForm() {
        var markdown = """
                # Title

                > a quote

                - one
                - two

                3. three
                4. four

                ```sh
                a  b
                ```

                | a | b |
                |---|---|
                | 一 | long |
                """;
        assertEquals("""
                # Title

                | a quote

                - one
                - two

                3. three
                4. four

                    a  b

                a   b
                --  ----
                一  long""", String.join("\n", new Renderer(40, false).render(markdown)));
        assertEquals("\033[1;4mTitle\033[0m", new Renderer(40, true).render(markdown).getFirst());
    }

    private static int columns(String line) {
        return line.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.of("a", "port", "`read()`", "*once*", "**never**", "套接字", "线程，",
                "半关闭。", "（一个）", "[chapter 04](lesson04.md)", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    }

    @Provide
    Arbitrary<List<String>> paragraphs() {
        var plain = Arbitraries.of("a", "port", "套接字", "线程，", "半关闭。", "（一个）",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        return plain.list().ofMinSize(1).ofMaxSize(30).map(words -> "b " + String.join(" ", words))
                .list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> chapters() {
        var text = words().list().ofMinSize(1).ofMaxSize(20).map(words -> String.join(" ", words));
        var block = Combinators.combine(Arbitraries.of("", "# ", "## ", "> ", "- ", "1. "), text)
                .as(String::concat);
        var table = text.map(cell -> "| a | " + cell + " |\n|---|---|\n| " + cell + " | b |");
        return Arbitraries.oneOf(block, block, table).list().ofMinSize(1).ofMaxSize(5)
                .map(blocks -> String.join("\n\n", blocks));
    }

    // ---- colours of Java ----

    private static List<String> highlighted(String typed) {
        return Highlights.of(typed).stream()
                .map(one -> typed.substring(one.start(), one.end()) + " " + one.meaning()).toList();
    }

    @Example
    void wordsOfJavaAreHighlighted() {
        assertEquals(List.of("var KEYWORD", "\"int // y\" TEXT", "// int COMMENT"),
                highlighted("var x = \"int // y\"; // int"));
        assertEquals(List.of("record KEYWORD", "int KEYWORD", "'\\'' TEXT"),
                highlighted("record R(int interest) {} record.add(var_1, '\\'')"));
        assertEquals(List.of("\"\"\"\n new \"\"\\\"\"\"\" TEXT", "/* int\n COMMENT"),
                highlighted("\"\"\"\n new \"\"\\\"\"\"\".x() /* int\n"));
    }

    @Property
    void highlightsStandSideBySide(@ForAll("code") String typed) {
        var end = 0;
        for (var one : Highlights.of(typed)) {
            assertTrue(end <= one.start() && one.start() < one.end(), highlighted(typed)::toString);
            end = one.end();
        }
        assertTrue(end <= typed.length());
    }

    @Provide
    Arbitrary<String> code() {
        return Arbitraries.of("\"", "\"\"\"", "'", "\\", "\n", " ", "//", "/*", "*/", "int", "var",
                "x", "粘", "x".repeat(50_000), "\\n".repeat(2_000)).list().ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
    }
}
