import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import workbook.reader.Progress;

/// The exercises as a program, without a terminal: what they write where, and how they end.
@Tag("long")
@Tag("cli")
class ExercisesProgramTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path EXERCISES = Checkout.LESSONS.resolve("exercises");

    @TempDir
    Path folder;

    private record Ended(int status, String out) {}

    private Path answers() {
        return folder.resolve("answers");
    }

    private Path answer() {
        return answers().resolve("exercise05a.java");
    }

    private Ended run(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"), "exercises.Exercises",
                "--dir", answers().toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        var process = builder.start();
        process.getOutputStream().close();
        var out = new FutureTask<>(() -> process.inputReader().readAllAsString());
        Thread.startVirtualThread(out);
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + command);
        }
        var said = out.get();
        assertFalse(said.contains("\tat "), () -> "a stack trace: " + said);
        return new Ended(process.exitValue(), said);
    }

    private String solution() {
        return Checkout.read(EXERCISES.resolve("05a/Answer.java"));
    }

    @Test
    void fromTheStartToTheSolution() throws Exception {
        var start = run("check", "05a", "--lang", "en");
        assertEquals(1, start.status, start.out);
        assertReadmeShows(start.out, Checkout.ROOT.resolve("README.md"));
        assertTrue(run("hint", "05a", "2", "--lang", "en").out.contains("InputStream.read"));
        assertEquals(1, run("solution", "05a", "--lang", "en").status);
        Files.writeString(answer(), solution());
        var end = run("check", "05a", "--lang", "en");
        assertEquals(0, end.status, end.out);
        assertEquals(0, run("solution", "05a", "--lang", "en").status);
        var progress = folder.resolve("state/socket-workbook/progress.txt");
        assertEquals(Set.of("05a"), Progress.load(progress).solved());
        assertEquals(List.of(answer()), files(answers()));
    }

    @Test
    void theChineseReadmeShowsTheSame() throws Exception {
        assertReadmeShows(run("check", "05a", "--lang", "zh").out,
                Checkout.LESSONS.resolve("README.zh.md"));
    }

    /// At a terminal there is an empty line behind the title.
    private static void assertReadmeShows(String out, Path readme) {
        var text = Checkout.read(readme).replace("\n\n", "\n");
        assertTrue(text.contains(out.strip()), () -> readme + " does not show:\n" + out);
    }

    @Test
    void whatIsEditedIsNeverOverwritten() throws Exception {
        run("--lang", "en", "05a");
        var edited = Files.readString(answer()).replace("in.read(header);", "in.read();");
        Files.writeString(answer(), edited);
        run("--lang", "zh", "05a");
        assertEquals(edited, Files.readString(answer()));
        assertEquals(0, run("reset", "05a", "--lang", "en").status);
        assertFalse(Files.readString(answer()).equals(edited));
        assertTrue(files(folder.resolve("state/socket-workbook/answers")).stream()
                .anyMatch(copy -> Checkout.read(copy).equals(edited)), "no copy was kept");
    }

    @Test
    void wrongUsageIsALine() throws Exception {
        for (var wrong : List.of("99z", "--lang=xx", "hint 05a 4", "05a 05b 05c 05d")) {
            var ended = run(wrong.split(" "));
            assertEquals(2, ended.status, ended.out);
            assertEquals(1, ended.out.lines().count(), ended.out);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
