import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import workbook.chapter.Shelf;
import workbook.console.Console;
import workbook.engine.CellEngine;
import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.screen.PlainScreen;

/// `workbook --run`: a chapter from its beginning to its end, with nobody at the keyboard.
class RunThroughTest {

    private static final String CHAPTER = """
            # 01 One

            > In the article: *one*. 1 minute.

            What is twice two?

            ```java
            int two = 2;
            two * 2
            ```

            ```text
            two ==> 2
            ==> 4
            ```

            A cell that throws stops nothing:

            ```java
            new Socket("127.0.0.1", 0)
            ```

            ```text
            Exception …
            ```

            ```java
            IO.println("now " + two)
            ```

            ```text
            now 2
            ```

            This is the end of it.
            """;

    @TempDir
    Path folder;

    private record Seen(boolean asInTheChapter, String text) {}

    private Seen runThrough(String markdown) {
        var seen = new ByteArrayOutputStream();
        var nobody = new BufferedReader(new Reader() {
            @Override
            public int read(char[] into, int from, int count) {
                throw new AssertionError("something is asked");
            }

            @Override
            public void close() {}
        });
        try (var engine = new CellEngine(); var screen = new PlainScreen(
                nobody, new PrintStream(seen, true, UTF_8), _ -> false, true)) {
            var console = new Console(Shelf.of(Map.of("01", markdown)), engine,
                    Progress.load(folder.resolve("progress.txt")), screen, Language.ENGLISH);
            var asInTheChapter = console.runThrough("01");
            return new Seen(asInTheChapter, seen.toString(UTF_8));
        }
    }

    private static void assertInOrder(String text, String... parts) {
        var at = 0;
        for (var part : parts) {
            var found = text.indexOf(part, at);
            assertTrue(found >= 0, "missing, or not in this order: " + part + "\nin:\n" + text);
            at = found + part.length();
        }
    }

    @Test
    void proseCellsAndAnswersComeInTheOrderOfTheChapter() {
        var seen = runThrough(CHAPTER);
        assertInOrder(seen.text, "# 01 One", "What is twice two?", "cell 1 of 3", "  two * 2\n",
                "two ==> 2\n==> 4\n", "A cell that throws", "cell 2 of 3", "Exception java.net.",
                "cell 3 of 3", "now 2\n", "This is the end of it.\n",
                "3 cells, all as in the chapter");
        assertTrue(seen.asInTheChapter);
    }

    @Test
    void anAnswerThatIsNotTheChaptersIsTold() {
        var seen = runThrough(CHAPTER.replace("==> 4", "==> 5").replace("now 2\n", "now 3\n"));
        assertInOrder(seen.text, "==> 4", "not what the chapter has", "  ==> 5",
                "now 2\n", "not what the chapter has", "  now 3\n",
                "This is the end of it.\n", "3 cells; not as in the chapter: 1, 3");
        assertFalse(seen.asInTheChapter);
    }

    @Test
    void theReadersPlaceStaysWhereItIs() throws IOException {
        var file = folder.resolve("progress.txt");
        runThrough(CHAPTER);
        assertFalse(Files.exists(file));
        var place = "chapter 01\nran 01: 1\nat 01: 2\n";
        Files.writeString(file, place);
        assertInOrder(runThrough(CHAPTER).text, "cell 1 of 3", "cell 2 of 3", "cell 3 of 3");
        assertEquals(place, Files.readString(file));
    }
}
