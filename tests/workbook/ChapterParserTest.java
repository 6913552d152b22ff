import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import workbook.chapter.Chapter;
import workbook.chapter.ChapterException;
import workbook.chapter.Expectation;

/// Chapters: whatever stands in one is found again, and what does not belong there is refused with
/// the number of its line.
class ChapterParserTest {

    private static final String HEAD = "# 03 Events\n\n> In the article: *Echo*. 5 minutes.\n\n";

    /// A part of a chapter as its author writes it.
    private sealed interface Part {

        String markdown();

        record Words(String markdown) implements Part {}

        record Code(String code, Optional<String> answer, String gap) implements Part {
            @Override
            public String markdown() {
                return "```java\n" + code + "```\n"
                        + answer.map(text -> gap + "```text\n" + text + "```\n").orElse("");
            }
        }
    }

    @Provide
    Arbitrary<List<Part>> parts() {
        Arbitrary<Part> words = Arbitraries.of("One.\n\n", "## Events\n\n",
                "| a | b |\n|---|---|\n",
                "- `java`\n- ``` is no fence\n", "```sh\nnc 127.0.0.1 5678\n```\n",
                "````\n```java\nno cell\n```\n````\n", "~~~text\n```java\n~~~\n", "粘包。\n\n",
                "Words.\n\n```text\nonly an illustration\n```\n").map(Part.Words::new);
        var lines = Arbitraries.of("var a = 1;\n", "\n", "a\n", "// ~~~\n", "/// ``` not alone\n",
                "# no title\n").list().ofMaxSize(3);
        var code = lines.map(all -> "x();\n" + String.join("", all));
        var answer = lines.map(all -> String.join("", all)).optional();
        Arbitrary<Part> cells = Combinators.combine(code, answer, Arbitraries.of("", "\n", "\n \n"))
                .as(Part.Code::new);
        return Arbitraries.oneOf(cells, words).list().ofMinSize(1).ofMaxSize(6)
                .filter(all -> all.stream().anyMatch(Part.Code.class::isInstance));
    }

    @Property(tries = 300)
    void anyInterleavingOfProseAndCellsParsesBack(@ForAll("parts") List<Part> parts) {
        var markdown = HEAD + parts.stream().map(Part::markdown).collect(Collectors.joining());
        var chapter = Chapter.parse(markdown);
        assertEquals(markdown, chapter.blocks().stream().map(Chapter.Block::text)
                .collect(Collectors.joining()));
        var expected = parts.stream().filter(Part.Code.class::isInstance)
                .map(Part.Code.class::cast).toList();
        assertEquals(expected.stream().map(Part.Code::code).toList(),
                chapter.cells().stream().map(Chapter.Cell::code).toList());
        assertEquals(expected.stream().map(Part.Code::answer).toList(),
                chapter.cells().stream().map(cell -> cell.expected().map(Expectation::text))
                .toList());
        assertEquals(IntStream.rangeClosed(1, expected.size()).boxed().toList(),
                chapter.cells().stream().map(Chapter.Cell::number).toList());
    }

    @Property(tries = 100)
    void everyBlockKnowsItsLine(@ForAll("parts") List<Part> parts) {
        var markdown = HEAD + parts.stream().map(Part::markdown).collect(Collectors.joining());
        var chapter = Chapter.parse(markdown);
        for (var block : chapter.blocks()) {
            var rest = markdown.lines().skip(block.line() - 1).collect(Collectors.joining("\n"));
            assertTrue((rest + "\n").startsWith(block.text()), block + " is not in line "
                    + block.line());
        }
        for (var cell : chapter.cells()) {
            assertEquals("x();", markdown.lines().skip(cell.codeLine() - 1).findFirst()
                    .orElseThrow());
        }
    }

    @Property(tries = 50)
    void aLastLineNeedsNoLineFeed(@ForAll("parts") List<Part> parts) {
        var markdown = (HEAD + parts.stream().map(Part::markdown).collect(Collectors.joining()))
                .strip();
        assertEquals(markdown, Chapter.parse(markdown).blocks().stream().map(Chapter.Block::text)
                .collect(Collectors.joining()));
    }

    @Example
    void theHeadIsRead() {
        var chapter = Chapter.parse(
                "# 07 Files: as they are\n> In the\n> *article*.\n```java\n1\n```");
        assertEquals("07", chapter.number());
        assertEquals("Files: as they are", chapter.title());
        assertEquals("In the *article*.", chapter.article());
    }

    @Example
    void aTextFenceAfterProseIsNoAnswer() {
        var cell = Chapter.parse(HEAD + "```java\n1\n```\n\nThe wire:\n\n```text\nab\n```\n")
                .cells().getFirst();
        assertEquals(Optional.empty(), cell.expected());
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '|', quoteCharacter = '"', ignoreLeadingAndTrailingWhitespace = false,
            textBlock = """
            no title@> q@```java@1@```|line 1: a chapter begins with a title
            $ 3 Events@> q@```java@1@```|line 1: a chapter begins with a title
            $ 03 Events@@words@```java@1@```|line 3: after the title comes a quote
            $ 03 Events|line 1: after the title comes a quote
            $ 03 Events@>@words|line 3: after the title comes a quote
            $ 03 Events@> q@words|line 3: there is no cell
            $ 03 Events@> q@```java@1|line 3: this fence is never closed
            $ 03 Events@> q@```java@1@```@```text@1|line 6: this fence is never closed
            $ 03 Events@> q@```java@1@```@~~~@```|line 6: this fence is never closed
            $ 03 Events@> q@```java@ @```|line 3: this cell is empty
            $ 03 Events@> q@ ```java@1@ ```|line 3: a cell begins with ```java
            $ 03 Events@> q@- ok@@  ```java@  1@  ```|line 5: a cell begins with ```java
            $ 03 Events@> q@````java@1@````|line 3: a cell begins with ```java
            $ 03 Events@> q@```java x@1@```|line 3: a cell begins with ```java
            $ 03 Events@> q@``` java@1@```|line 3: a cell begins with ```java
            $ 03 Events@> q@~~~java@1@~~~|line 3: a cell begins with ```java
            $ 03 Events@> q@```jshelllanguage@1@```|line 3: a cell is a fence of `java`
            $ 03 Events@> q@```java@1@```@```jsh@2@```|line 6: a cell is a fence of `java`
            """)
    void aMalformedChapterIsRefusedInOneLine(String text, String message) {
        var markdown = text.replace('@', '\n').replace('$', '#');
        var refused = assertThrows(ChapterException.class, () -> Chapter.parse(markdown));
        assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
        assertTrue(refused.getMessage().startsWith("line " + refused.line() + ": "));
        assertEquals(1, refused.getMessage().lines().count());
    }

    @Provide
    Arbitrary<String> answers() {
        return Arbitraries.strings().withChars("ab \n").ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> expectations() {
        return Arbitraries.strings().withChars("ab \n…").ofMaxLength(8);
    }

    /// The rules, once more, as a regular expression.
    private static boolean rules(String expected, String answer) {
        var pattern = new StringBuilder();
        for (var line : expected.strip().lines().toList()) {
            pattern.append(line.strip().equals("…") ? "(?:.*\n)*"
                    : Arrays.stream(line.stripTrailing().splitWithDelimiters("…", 0))
                            .map(part -> part.equals("…") ? ".*" : Pattern.quote(part))
                            .collect(Collectors.joining()) + " *\n");
        }
        var lines = answer.strip().lines().map(line -> line.stripTrailing() + "\n");
        return lines.collect(Collectors.joining()).matches(pattern.toString());
    }

    @Property(tries = 20_000)
    void anAnswerIsAsExpectedAccordingToTheRules(@ForAll("expectations") String expected,
            @ForAll("answers") String answer) {
        assertEquals(rules(expected, answer), new Expectation(expected).isMetBy(answer));
    }

    @Property(tries = 300)
    void everyAnswerMeetsItself(@ForAll("answers") String answer) {
        assertEquals(Optional.empty(), new Expectation(answer).difference(answer + "\n"));
    }

    @Property(tries = 300)
    void whatIsLeftOutMayBeAnything(@ForAll("answers") String answer,
            @ForAll("answers") String rest) {
        var line = rest.replace("\n", "");
        assertTrue(new Expectation("x" + answer + "x…x").isMetBy("x" + answer + "x" + line + "x"));
        assertTrue(new Expectation("x" + answer + "\n…\nx").isMetBy(
                "x" + answer + "\n" + rest + "\nx"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a@b@c | a@x@c   | line 2 is not as expected: x@instead of: b
            a@b   | a       | line 2 is missing: b
            a     | a@b     | line 2 is not expected: b
            a@…@c | a@b     | line 3 is missing: c
            x ==> … | y ==> 1 | line 1 is not as expected: y ==> 1@instead of: x ==> …
            """)
    void theFirstDifferenceIsToldInWords(String expected, String answer, String words) {
        assertEquals(words.replace('@', '\n'), new Expectation(expected.replace('@', '\n'))
                .difference(answer.replace('@', '\n')).orElseThrow());
    }
}
