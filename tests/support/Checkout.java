import module java.base;

/// The files of the workbook: the checkout in which the tests were started.
final class Checkout {

    static final Path ROOT = find();
    static final Path LESSONS = ROOT.resolve("lessons");

    private Checkout() {}

    private static Path find() {
        for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("jbang-catalog.json"))
                    && Files.exists(at.resolve("tests/run.java"))) return at;
        }
        throw new IllegalStateException("start the tests inside a checkout of the workbook");
    }

    /// The scripts in `lessons/`, by file name.
    static List<Path> lessons() {
        try (var files = Files.list(LESSONS)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a file says, with LF at the ends of its lines, whichever this checkout has.
    static String read(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The class whose `main` a script runs: what `//MAIN` says, else its first top-level class.
    static String mainClass(Path script) {
        var source = read(script);
        var named = Pattern.compile(
                "^//MAIN ([\\w.]+)|^(?:final )?(?:class|record) (\\w+)", Pattern.MULTILINE);
        return named.matcher(source).results().findFirst()
                .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
                .orElseThrow(() -> new AssertionError("no class in " + script));
    }
}
