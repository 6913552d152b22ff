import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The libraries of the scripts, resolved by JBang itself. With two forms or two versions of a
/// library on one class path, the order of the `//DEPS` lines decides which of them is used.
@Tag("catalog")
class ClassPathTest {

    private static final Pattern DIRECTIVE =
            Pattern.compile("^//(DEPS|SOURCES) .*", Pattern.MULTILINE);
    private static final Pattern LIBRARIES = Pattern.compile("^//DEPS .*", Pattern.MULTILINE);
    private static final Pattern DEPENDENCY =
            Pattern.compile("^//DEPS ([^\\s:]+:[^\\s:]+):([^\\s:@]+)", Pattern.MULTILINE);

    /// What JBang has resolved, by the libraries that a script and its parts name, in their order.
    private static final Map<List<String>, List<Path>> RESOLVED = new HashMap<>();

    /// JBang may have to download first.
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    /// A script of each kind: those in one folder with the same directives have one class path.
    static Collection<String> scripts() {
        var kinds = new LinkedHashMap<List<String>, String>();
        for (var script : CatalogTest.scripts()) {
            var kind = DIRECTIVE.matcher(read(script)).results()
                    .map(found -> found.group().strip()).collect(Collectors.toList());
            kind.add(script.substring(0, script.lastIndexOf('/')));
            kinds.putIfAbsent(kind, script);
        }
        return kinds.values();
    }

    private static String read(String script) {
        return Checkout.read(Checkout.ROOT.resolve(script));
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("scripts")
    void noClassIsTwiceOnTheClassPath(String script) throws Exception {
        var jars = classPath(script);
        assertTrue(jars.stream().anyMatch(jar -> jar.toString().endsWith(".jar")),
                "the class path of " + script + " is " + jars);
        var owners = new TreeMap<String, Set<String>>();
        for (var jar : jars) {
            for (var name : classes(jar)) {
                owners.computeIfAbsent(name, _ -> new TreeSet<>())
                        .add(jar.getFileName().toString());
            }
        }
        var shared = new HashMap<Set<String>, String>(); // an example is enough
        owners.forEach((name, all) -> {
            if (all.size() > 1) shared.putIfAbsent(all, name);
        });
        assertEquals(Map.of(), shared);
    }

    private static List<String> classes(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.stream().map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/")
                            && !name.equals("module-info.class"))
                    .toList();
        }
    }

    /// JBang takes half a second, and most lessons name the same library.
    private static List<Path> classPath(String script) throws Exception {
        var libraries = ScriptPartsTest.parts(Checkout.ROOT.resolve(script)).stream()
                .flatMap(part -> LIBRARIES.matcher(Checkout.read(part)).results())
                .map(MatchResult::group).toList();
        if (!RESOLVED.containsKey(libraries)) RESOLVED.put(libraries, resolved(script));
        return RESOLVED.get(libraries);
    }

    private static List<Path> resolved(String script) throws Exception {
        var errors = Files.createTempFile("jbang", ".log");
        try {
            var process = new ProcessBuilder(Checkout.LESSONS.resolve("jbang").toString(),
                    "info", "classpath", "--deps-only", Checkout.ROOT.resolve(script).toString())
                    .redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            var out = new FutureTask<>(() -> process.inputReader(UTF_8).readAllAsString());
            Thread.startVirtualThread(out);
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("JBang still resolves " + script);
            }
            assertEquals(0, process.exitValue(), Files.readString(errors));
            return Stream.of(out.get().strip().split(File.pathSeparator)).map(Path::of).toList();
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    @Test
    void everyLibraryIsNamedInOneVersion() {
        var versions = new TreeMap<String, Set<String>>();
        for (var script : CatalogTest.scripts()) {
            DEPENDENCY.matcher(read(script)).results().forEach(found ->
                    versions.computeIfAbsent(found.group(1), _ -> new TreeSet<>())
                            .add(found.group(2)));
        }
        assertTrue(versions.size() > 5, "are these all libraries? " + versions);
        versions.values().removeIf(each -> each.size() == 1);
        assertEquals(Map.of(), versions);
    }
}
