import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The folders in `lessons/workbook/`: what each is for stands at the head of `workbook.java`.
@Tag("catalog")
class WorkbookFoldersTest {

    private static final Path WORKBOOK = Checkout.LESSONS.resolve("workbook");

    /// Each may use those in front of it, and no other.
    private static final List<String> ORDER = List.of("reader", "chapter", "rendering", "runtime",
            "engine", "program", "screen", "console");

    private static final Pattern USE = Pattern.compile("\\bworkbook\\.(\\w+)\\.[A-Z]\\w*");
    private static final Pattern COMMENT = Pattern.compile("//.*");
    private static final Pattern SOURCES = Pattern.compile("^//SOURCES (.+)$", Pattern.MULTILINE);

    private static List<Path> files() {
        try (var files = Files.walk(WORKBOOK)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String folder(Path file) {
        return WORKBOOK.relativize(file.getParent()).toString();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    @Test
    void everyFileIsInAFolderThatHasItsPlace() {
        assertEquals(List.of(), files().stream().filter(file -> !ORDER.contains(folder(file)))
                .map(WORKBOOK::relativize).toList());
        assertEquals(Set.copyOf(ORDER),
                files().stream().map(WorkbookFoldersTest::folder).collect(Collectors.toSet()));
    }

    @Test
    void importsGoOneWay() {
        assertEquals("", files().stream().flatMap(file -> {
            var place = ORDER.indexOf(folder(file));
            var code = COMMENT.matcher(Checkout.read(file)).replaceAll("");
            return USE.matcher(code).results()
                    .filter(use -> ORDER.indexOf(use.group(1)) > place)
                    .map(use -> "%s/%s uses %s, but %s stands before %s".formatted(folder(file),
                            name(file), use.group(), folder(file), use.group(1)));
        }).distinct().collect(Collectors.joining("\n")));
    }

    /// What shows the wire is used by the workbook, and by programs without it: of the workbook it
    /// knows nothing.
    @Test
    void whatTheWorkbookUsesDoesNotUseIt() {
        assertEquals("", Stream.of("recorder", "shared", "wire").map(Checkout.LESSONS::resolve)
                .flatMap(folder -> {
                    try (var files = Files.list(folder)) {
                        return files.toList().stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .filter(file -> USE.matcher(COMMENT.matcher(Checkout.read(file)).replaceAll(""))
                        .find())
                .map(Path::toString).collect(Collectors.joining("\n")));
    }

    /// So that a script names a folder by one of its files.
    @Test
    void oneFileOfEachFolderNamesTheOthers() {
        var byFolder = files().stream().collect(Collectors.groupingBy(WorkbookFoldersTest::folder,
                TreeMap::new, Collectors.toList()));
        byFolder.forEach((folder, files) -> {
            var entries = files.stream().filter(file -> !named(file).isEmpty()).toList();
            assertEquals(1, entries.size(), folder + " is named by " + entries);
            var all = new TreeSet<>(named(entries.getFirst()));
            all.add(name(entries.getFirst()));
            assertEquals(files.stream().map(WorkbookFoldersTest::name).toList(),
                    List.copyOf(all), folder);
        });
    }

    private static List<String> named(Path file) {
        return SOURCES.matcher(Checkout.read(file)).results()
                .flatMap(line -> Stream.of(line.group(1).trim().split("\\s+"))).toList();
    }
}
