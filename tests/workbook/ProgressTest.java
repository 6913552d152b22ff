import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import workbook.reader.Language;
import workbook.reader.Progress;

/// The workbook: the file that remembers the reader's place.
class ProgressTest {

    private Path folder;
    private Path file;

    @BeforeTry
    void createFolder() throws IOException {
        folder = Files.createTempDirectory("progress");
        file = folder.resolve("not").resolve("there yet").resolve("progress.txt");
    }

    @AfterTry
    void deleteFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var each : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }

    @Property(tries = 100)
    void whatIsSavedIsReadBack(@ForAll("ran") Map<String, Set<Integer>> ran,
            @ForAll @IntRange(max = 99) int chapter, @ForAll @IntRange(min = 1, max = 40) int place,
            @ForAll Language language) throws IOException {
        var progress = Progress.load(file);
        progress.chapter("%02d".formatted(chapter));
        progress.language(language);
        progress.place("07", place);
        ran.forEach((number, cells) -> cells.forEach(cell -> progress.hasRun(number, cell)));
        progress.save();
        progress.save(); // replaces

        var read = Progress.load(file);
        assertEquals(Optional.of("%02d".formatted(chapter)), read.chapter());
        assertEquals(Optional.of(language), read.language());
        assertEquals(place, read.place("07"));
        for (var number : ran.keySet()) {
            assertEquals(ran.get(number), read.ran(number), number);
            var behind = Collections.max(ran.get(number)) + 1;
            assertEquals(behind, read.place(number), "place in " + number);
        }
        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList(), "nothing else is left there");
        }
    }

    @Property(tries = 50)
    void anEditorMayHaveChangedTheLineEnds(@ForAll("ran") Map<String, Set<Integer>> ran,
            @ForAll @IntRange(min = 1, max = 40) int place) throws IOException {
        var progress = Progress.load(file);
        progress.chapter("07");
        progress.language(Language.CHINESE);
        progress.place("07", place);
        ran.forEach((number, cells) -> cells.forEach(cell -> progress.hasRun(number, cell)));
        progress.save();
        Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));

        var read = Progress.load(file);
        assertEquals(Optional.of("07"), read.chapter());
        assertEquals(Optional.of(Language.CHINESE), read.language());
        assertEquals(place, read.place("07"));
        for (var number : ran.keySet()) {
            assertEquals(ran.get(number), read.ran(number), number);
        }
    }

    /// Lines that nobody understands do no harm to the others.
    @Property(tries = 100)
    void garbageIsLeftOut(@ForAll("garbage") List<String> before,
            @ForAll("garbage") List<String> after) throws IOException {
        var lines = new ArrayList<>(before);
        lines.add("ran 03: 1 2 5");
        lines.addAll(after);
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
        assertEquals(Set.of(1, 2, 5), Progress.load(file).ran("03"));
        assertEquals(6, Progress.load(file).place("03"));
        assertEquals(Optional.empty(), Progress.load(file).chapter());
    }

    @Example
    void whatIsNoTextIsABeginning() throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {(byte) 0xff, 0, (byte) 0xfe});
        assertEquals(Optional.empty(), Progress.load(file).chapter());
        assertEquals(Optional.empty(), Progress.load(folder).chapter(), "a folder");
    }

    @Example
    void aRestartForgetsOneChapterOnly() {
        var progress = Progress.load(file);
        progress.hasRun("01", 1);
        progress.hasRun("02", 1);
        progress.place("01", 9);
        progress.restart("01");
        assertEquals(1, progress.place("01"));
        assertEquals(Set.of(), progress.ran("01"));
        assertEquals(Set.of(1), progress.ran("02"));
        assertFalse(Files.exists(file), "nothing is written unless asked for");
    }

    @Example
    void theFileIsWhereSuchFilesBelong() {
        var state = Map.of("XDG_STATE_HOME", "/s", "LOCALAPPDATA", "/l");
        var relative = Map.of("XDG_STATE_HOME", "s");
        var local = Map.of("XDG_STATE_HOME", "", "LOCALAPPDATA", "/l");
        var name = "socket-workbook/progress.txt";
        assertEquals(Path.of("/s", name), Progress.defaultFile(state, "/h", "Linux"));
        assertEquals(Path.of("/h/.local/state", name), Progress.defaultFile(local, "/h", "Linux"));
        assertEquals(Path.of("/h/.local/state", name),
                Progress.defaultFile(relative, "/h", "Linux"));
        assertEquals(Path.of("/l", name), Progress.defaultFile(local, "/h", "Windows 11"));
        assertEquals(Path.of("/h/Library/Application Support", name),
                Progress.defaultFile(local, "/h", "Mac OS X"));
    }

    @Provide
    Arbitrary<Map<String, Set<Integer>>> ran() {
        return Arbitraries.maps(Arbitraries.of("00", "01", "08"),
                Arbitraries.integers().between(1, 40).set().ofMinSize(1)).ofMaxSize(3);
    }

    @Provide
    Arbitrary<List<String>> garbage() {
        return Arbitraries.of("", "#", "chapter", "chapter three", "chapter 3", "ran", "ran 04: x",
                "ran 04:1", "language", "language tlh", "ran 99999999999: 1", "ran 03: 1 2 x",
                "ran 03: 99999999999", "ran 03: 0 1", "ran 03: 07", "at 03: 0", "at 03:", "at 03: 2 3")
                .list().ofMaxSize(5);
    }
}
