import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jline.utils.WCWidth;
import workbook.rendering.WordWrap;

/// The workbook: what cells answer and what the console says, as lines that fit.
class WordWrapTest {

    private static final String ESCAPE = "\033\\[[0-9;]*m";

    private static int columns(String line) {
        return line.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    private static String withoutBlanks(String text) {
        return text.replaceAll("\\s", "");
    }

    @Property
    void noLineIsTooWideAndNothingIsLost(@ForAll("texts") String text,
            @ForAll @IntRange(min = 40, max = 120) int width,
            @ForAll @IntRange(min = 0, max = 9) int indent) {
        var lines = WordWrap.lines(text, width, indent);
        for (var line : lines) {
            assertTrue(columns(line) <= width, columns(line) + " of " + width + ": " + line);
        }
        assertEquals(withoutBlanks(text), withoutBlanks(String.join("", lines)));
    }

    /// As one would do it by hand: a line ends where the next word does not fit, or the text's own
    /// line ends.
    @Property
    void aLineEndsOnlyBeforeAWordThatDoesNotFit(@ForAll("sentences") List<String> words,
            @ForAll @IntRange(min = 40, max = 120) int width) {
        var lines = WordWrap.lines(String.join(" ", words), width, 4);
        assertEquals(words, lines.stream()
                .flatMap(line -> Stream.of(line.strip().split(" "))).toList());
        for (var i = 1; i < lines.size(); i++) {
            var line = lines.get(i);
            assertTrue(line.startsWith("    ") && line.charAt(4) != ' ', line);
            var next = line.strip().split(" ")[0];
            assertTrue(columns(lines.get(i - 1)) + 1 + columns(next) > width,
                    "room for " + next + " in " + width + " columns: " + lines.get(i - 1));
        }
    }

    @Property
    void chineseNeverBreaksBeforeClosingOrAfterOpeningPunctuation(@ForAll("chinese") String text,
            @ForAll @IntRange(min = 40, max = 120) int width) {
        for (var line : WordWrap.lines(text, width, 0)) {
            assertTrue("，。、；：！？）".indexOf(line.charAt(0)) < 0, line);
            assertTrue("（".indexOf(line.charAt(line.length() - 1)) < 0, line);
            assertTrue(columns(line) <= width, line);
        }
    }

    @Property
    void whatFitsStaysAsItIs(@ForAll("texts") String text) {
        assertEquals(text.replaceAll("(?m)[ \t]+$", ""),
                String.join("\n", WordWrap.lines(text, 10_000, 4)).replaceAll("(?m)[ \t]+$", ""));
    }

    /// A cell may print a line bit by bit.
    @Property
    void aTextInPiecesIsBrokenLikeAWholeOne(@ForAll("sentences") List<String> words,
            @ForAll @IntRange(min = 40, max = 120) int width) {
        var whole = String.join("\n", WordWrap.lines(String.join(" ", words), width, 4));
        var wrap = new WordWrap();
        var pieces = new StringBuilder();
        for (var word : words) {
            pieces.append(wrap.wrap(pieces.isEmpty() ? word : " " + word, width, 4));
        }
        assertEquals(whole, pieces.toString());
    }

    @Property
    void coloursTakeNoRoom(@ForAll("sentences") List<String> words,
            @ForAll @IntRange(min = 40, max = 120) int width) {
        var plain = String.join("\n", WordWrap.lines(String.join(" ", words), width, 4));
        var coloured = words.stream().map(word -> "\033[1;31m" + word + "\033[0m")
                .collect(Collectors.joining(" "));
        var lines = String.join("\n", WordWrap.lines(coloured, width, 4));
        assertEquals(plain, lines.replaceAll(ESCAPE, ""));
        assertEquals(words.size(), lines.split("\033\\[0m", -1).length - 1);
    }

    /// Names in words that are put together count as words.
    @Property
    void aLineThatIsCutEndsWithAWholeName(@ForAll("sentences") List<String> words,
            @ForAll @IntRange(min = 40, max = 120) int width) {
        var text = String.join(" ", words);
        var line = WordWrap.firstLine(text, width);
        assertTrue(columns(line) <= width, line);
        if (columns(text) <= width) {
            assertEquals(text, line);
            return;
        }
        assertTrue(line.endsWith("…"), line);
        var left = line.substring(0, line.length() - 1);
        assertTrue(text.startsWith(left) && left.matches(".*[ .=\"]"), line);
        var next = text.substring(left.length()).split("(?<=[ .=\"])(?=[a-zA-Z])", 2)[0].strip();
        assertTrue(columns(left + next + " …") > width, "room for " + next + ": " + line);
    }

    /// Whole names, as long as they are shorter than a line.
    @Property
    void aWordThatIsTooLongIsBrokenBeforeNames(
            @ForAll @IntRange(min = 40, max = 120) int width) {
        var word = "java.nio.channels.SocketChannel[connected,local=/127.0.0.1:45797,"
                + "remote=/127.0.0.1:45798,selector=sun.nio.ch.EPollSelectorImpl@678e92f7]";
        var lines = WordWrap.lines("key ==> " + word, width, 4);
        assertEquals(word, String.join("", lines).replace("key ==> ", "").replace(" ", ""));
        for (var i = 1; i < lines.size(); i++) {
            assertTrue(lines.get(i).matches(" {4}[A-Za-z].*"), () -> String.join("\n", lines));
            assertTrue(lines.get(i - 1).matches(".*[^A-Za-z0-9]"), () -> String.join("\n", lines));
        }
    }

    @Example
    void theBeginningOfALineStandsBeforeTheOthers() {
        assertEquals(List.of("  a cell's line that is", "      too long"),
                WordWrap.lines("  a cell's line that is too long", 24, 4));
        assertEquals(List.of("y".repeat(24), "    " + "y".repeat(6)),
                WordWrap.lines("y".repeat(30), 24, 4));
        assertEquals(List.of("套接字可写（缓冲区里还有", "空位），可以继续。"),
                WordWrap.lines("套接字可写（缓冲区里还有空位），可以继续。", 25, 0));
    }

    @Provide
    Arbitrary<List<String>> sentences() {
        return Arbitraries.of("a", "port", "ServerSocketChannel", "interestOps=1,", "\"echo", "{",
                "java.nio.channels.Selector").list().ofMinSize(1).ofMaxSize(40);
    }

    @Provide
    Arbitrary<String> chinese() {
        return Arbitraries.of("套接字", "线程，", "半关闭。", "（一个）", "select", "读：", "（", "）", "！")
                .list().ofMinSize(1).ofMaxSize(40).map(parts -> "套" + String.join("", parts) + "套")
                .filter(text -> !text.matches(".*[（），。：！]{8}.*"));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(" ", "   ", "\n", "\t", "a", "port", "\n    ", "套接字", "线程，", "（一个）",
                "e\u0301", "\uD83D\uDE00", "y".repeat(50), "y".repeat(300), " ".repeat(130))
                .list().ofMaxSize(30).map(parts -> String.join("", parts));
    }
}
