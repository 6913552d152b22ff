import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import workbook.chapter.Chapter;
import workbook.reader.ExternalEditor;

/// Git for Windows clones with `core.autocrlf=true`, and some editors write CR LF: both end a line.
/// `.ci/run` starts scripts of such a clone.
class LineEndsTest {

    /// A workbook needs a JVM and a compiler, and on a busy machine much longer than a socket.
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final String INPUT = """
            /next

            int twice(int i) {
              return i + i;
            }
            twice(21)
            /exit
            """;

    @TempDir
    Path folder;

    private static String crlf(String text) {
        return text.replace("\n", "\r\n");
    }

    @Test
    void aCloneHasLineFeedsWhateverGitIsSetTo() throws Exception {
        Assumptions.assumeTrue(Files.exists(Checkout.ROOT.resolve(".git")), "this is no clone");
        var clone = folder.resolve("clone");
        var git = new ProcessBuilder("git", "clone", "--quiet", "-c", "core.autocrlf=true",
                Checkout.ROOT.toString(), clone.toString()).redirectErrorStream(true).start();
        var said = git.inputReader().readAllAsString();
        assertEquals(0, git.waitFor(), said);
        var withCr = new TreeSet<Path>();
        var files = 0;
        try (var all = Files.walk(clone)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                if (file.startsWith(clone.resolve(".git"))) continue;
                files++;
                if (new String(Files.readAllBytes(file), UTF_8).contains("\r\n")) {
                    withCr.add(clone.relativize(file));
                }
            }
        }
        assertTrue(files > 50, files + " files only");
        assertEquals(Set.of(), withCr);
    }

    static List<Path> chapters() throws IOException {
        try (var files = Files.list(Checkout.LESSONS)) {
            return files.filter(file -> file.getFileName().toString().matches("lesson.*\\.md"))
                    .sorted().toList();
        }
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("chapters")
    void aChapterIsTheSameWithEitherLineEnd(Path chapter) {
        var text = Checkout.read(chapter);
        assertEquals(Chapter.parse(text), Chapter.parse(crlf(text)));
    }

    /// The whole workbook, with chapters and input that end their lines so.
    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"en", "zh"})
    void theWorkbookTakesEitherLineEnd(String language) throws Exception {
        for (var chapter : chapters()) {
            Files.writeString(folder.resolve(chapter.getFileName()), crlf(Checkout.read(chapter)));
        }
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dstdout.encoding=UTF-8", "-cp",
                folder + File.pathSeparator + System.getProperty("java.class.path"),
                Checkout.mainClass(Checkout.LESSONS.resolve("workbook.java")),
                "--lang", language, "01");
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        builder.redirectErrorStream(true);
        var workbook = builder.start();
        try {
            var answer = new FutureTask<>(() -> workbook.inputReader(UTF_8).readAllAsString());
            Thread.startVirtualThread(answer);
            try (var keyboard = workbook.outputWriter(UTF_8)) {
                keyboard.write(crlf(INPUT));
            }
            var text = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertTrue(text.contains("==> 42"), text);
            assertFalse(text.contains("\r"), text);
            assertEquals(0, workbook.waitFor(), text);
        } finally {
            workbook.destroyForcibly();
        }
    }

    @Test
    void anEditedCellMayHaveEitherLineEnd() throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs sh");
        var editor = folder.resolve("editor");
        Files.writeString(editor, "#!/bin/sh\nprintf 'var a = 1;\\r\\na + 1\\r\\n' >\"$1\"\n");
        assertTrue(editor.toFile().setExecutable(true));
        assertEquals("var a = 1;\na + 1\n",
                new ExternalEditor(editor.toString()).edit("1\n", ".java"));
    }
}
