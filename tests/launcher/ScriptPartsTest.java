import module java.base;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The files that a script is made of. JBang brings those that `//SOURCES` names, and what these
/// name in turn; patterns with `*` only work in a clone, not from a catalog over HTTP.
@Tag("catalog")
class ScriptPartsTest {

    private static final Path TESTS = Checkout.ROOT.resolve("tests");
    private static final Pattern SOURCES = Pattern.compile("^//SOURCES (.+)$", Pattern.MULTILINE);

    private static final Pattern FILES = Pattern.compile("^//FILES (.+)$", Pattern.MULTILINE);

    /// Without comments. Each is asked for many others.
    private static final Map<Path, String> CODE = new HashMap<>();

    /// The script, and all that comes with it; of a pattern, nothing.
    static Set<Path> parts(Path script) {
        var parts = new LinkedHashSet<Path>();
        collect(script, parts);
        return parts;
    }

    private static void collect(Path file, Set<Path> parts) {
        if (parts.add(file.normalize())) {
            named(file).stream().filter(part -> !part.contains("*"))
                    .forEach(part -> collect(file.resolveSibling(part), parts));
        }
    }

    private static List<String> named(Path file) {
        return SOURCES.matcher(Checkout.read(file)).results()
                .flatMap(line -> Stream.of(line.group(1).trim().split("\\s+"))).toList();
    }

    /// The files in the folders beside the lessons: one package each.
    private static List<Path> shared() {
        return filesIn(Checkout.LESSONS);
    }

    private static List<Path> filesIn(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("my-answers")) // a learner's
                    .filter(file -> !file.getParent().equals(Checkout.LESSONS)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Scripts that have an alias, and run without a clone. The tests do not.
    private static Stream<Path> scriptsOfTheTests() {
        return Stream.of("bench.java", "check.java", "codec-bench.java", "soak.java")
                .map(TESTS::resolve);
    }

    @Test
    void everyPartIsNamedAndExists() {
        assertAll(Stream.of(Checkout.lessons().stream(), shared().stream(), scriptsOfTheTests())
                .flatMap(each -> each).flatMap(file -> named(file).stream().map(part -> () -> {
                    assertFalse(part.contains("*"), file + ": " + part + " is a pattern");
                    assertTrue(Files.exists(file.resolveSibling(part)),
                            file + ": there is no " + part);
                })));
    }

    /// The workbook is no lesson, nor are the exercises and what shows the wire.
    private static final Pattern NO_LESSON = Pattern.compile(
            "^(workbook|exercises|proxy|trace|wire|recorder)");

    /// A lesson is read at the width of a page.
    @Test
    void noLineOfALessonIsWiderThan90Columns() {
        assertAll(Stream.concat(Checkout.lessons().stream(), shared().stream())
                .filter(file -> !NO_LESSON.matcher(Checkout.LESSONS.relativize(file).toString())
                        .find())
                .map(file -> () -> assertEquals(List.of(), Checkout.read(file).lines()
                        .filter(line -> line.length() > 90).toList(), file.toString())));
    }

    @Test
    void everyFileInAFolderBelongsToAScript() {
        var used = Checkout.lessons().stream().map(ScriptPartsTest::parts)
                .flatMap(Set::stream).collect(Collectors.toSet());
        used.addAll(texts(Checkout.LESSONS.resolve("exercises.java")));
        assertEquals(List.of(), shared().stream().filter(file -> !used.contains(file)).toList());
    }

    /// What a script brings to be read.
    static Set<Path> texts(Path script) {
        return FILES.matcher(Checkout.read(script)).results()
                .flatMap(line -> Stream.of(line.group(1).trim().split("\\s+")))
                .map(each -> script.resolveSibling(each.substring(each.indexOf('=') + 1)))
                .collect(Collectors.toSet());
    }

    @Test
    void everyFileInAFolderOfABenchBelongsToIt() {
        var scripts = Map.of("bench", "bench.java", "soak", "soak.java",
                "codec", "codec-bench.java", "check", "check.java", "conformance", "check.java");
        assertAll(scripts.entrySet().stream().map(each -> () -> {
                    var parts = parts(TESTS.resolve(each.getValue()));
                    assertEquals(List.of(), filesIn(TESTS.resolve(each.getKey())).stream()
                            .filter(file -> !parts.contains(file))
                            .filter(file -> !file.toString().endsWith("Test.java")).toList());
                }));
    }

    /// JUnit finds only what `run.java` brings.
    @Test
    void everyTestIsCompiled() {
        var named = Pattern.compile("^package (\\w+);", Pattern.MULTILINE);
        assertAll(filesIn(TESTS).stream().filter(file -> file.toString().endsWith("Test.java"))
                .map(file -> () -> {
                    var folder = named.matcher(Checkout.read(file)).results()
                            .map(found -> found.group(1) + ".").findFirst().orElse("");
                    var name = folder + file.getFileName().toString().replace(".java", "");
                    try {
                        Class.forName(name, false, getClass().getClassLoader());
                    } catch (ClassNotFoundException e) {
                        throw new AssertionError("run.java does not bring " + file, e);
                    }
                }));
    }

    /// A class that is used but not named would be found in a clone where JBang has compiled it for
    /// another script, and nowhere else.
    @Test
    void everyClassThatAPartUsesIsAPart() {
        var shared = shared();
        assertAll(Checkout.lessons().stream().map(lesson -> () -> {
            var parts = parts(lesson);
            for (var part : parts) {
                for (var other : shared) {
                    assertTrue(parts.contains(other) || !uses(part, other),
                            part + " uses " + other + ", which " + lesson + " does not bring");
                }
            }
        }));
    }

    private static boolean uses(Path file, Path other) {
        var source = CODE.computeIfAbsent(file,
                _ -> Checkout.read(file).replaceAll("//.*", ""));
        var folder = Checkout.LESSONS.relativize(other.getParent()).toString()
                .replace(File.separatorChar, '.');
        var name = other.getFileName().toString().replace(".java", "");
        var near = file.getParent().equals(other.getParent())
                || source.contains("import " + folder + ".*;")
                || source.contains("import " + folder + "." + name + ";");
        return near && Pattern.compile("(?<![.\\w])" + name + "\\b")
                .matcher(source.replaceAll("import .*;", "")).find();
    }
}
