import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// `lessons/jbang`, on a machine that is made of stubs: a JDK whose `java` plays JBang, and a cache
/// in which JBang is already. The path has a blank in it.
@Tag("launcher")
class LauncherTest {

    /// Plays `java ... dev.jbang.Main SCRIPT ARGS`: prints a command that shows its arguments, and
    /// wants it run. As the real one, it loses empty arguments.
    private static final String JAVA_THAT_PLAYS_JBANG = """
            #!/bin/sh
            while [ "$1" != dev.jbang.Main ]; do
              case $1 in
                -XX:AOTCache=*) [ -z "$STUB_NOTES" ] || cat "${1#*=}" >&2 ;;
                -XX:AOTCacheOutput=*) [ "$STUB_NOTES" != taken ] || echo notes >"${1#*=}" ;;
              esac
              shift
            done
            shift 2
            if [ -n "$STUB_STATUS" ]; then echo "said by jbang"; exit "$STUB_STATUS"; fi
            printf "'%s'" "$STUB_LESSON"
            for argument; do
              if [ -z "$argument" ]; then continue; fi
              printf " '%s'" "$(printf '%s.' "$argument" | sed "s/'/'\\\\\\\\''/g" | sed '$s/.$//')"
            done
            exit 255
            """;

    /// For a few processes to start, and to end.
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private static final String NOTES = "loaded-by-25.0.3.aot";

    private static Path machine;
    private static String jbangVersion;

    @BeforeContainer
    static void setUp() throws IOException {
        machine = Files.createTempDirectory("a machine ");
        var jdk = machine.resolve("jdk");
        script(jdk.resolve("bin/java"), JAVA_THAT_PLAYS_JBANG);
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"stub\"\nJAVA_VERSION=\"25.0.3\"\n");
        Files.createDirectories(machine.resolve("home"));
        var launcher = Checkout.read(Checkout.LESSONS.resolve("jbang"));
        var version = Pattern.compile("^jbang_version=(.*)$", Pattern.MULTILINE).matcher(launcher);
        assertTrue(version.find(), "which version of JBang?");
        jbangVersion = version.group(1);
        Files.createFile(jars(machine.resolve("cache")).resolve(NOTES));
        script(machine.resolve("show"), """
                #!/bin/sh
                for argument; do printf '%s\\0' "$argument"; done
                """);
        script(machine.resolve("exit"), "#!/bin/sh\nexit \"$1\"\n");
        script(machine.resolve("copy"), "#!/bin/sh\nexec cat\n");
        script(machine.resolve("installed/jbang"), "#!/bin/sh\necho installed \"$@\"\nexit 7\n");
    }

    /// Where JBang's own files are in this cache; JBang is there.
    private static Path jars(Path cache) throws IOException {
        var jars = cache.resolve("lessons-jbang").resolve(jbangVersion);
        Files.createDirectories(jars);
        Files.createFile(jars.resolve("jbang-cli-" + jbangVersion + ".jar"));
        return jars;
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    @AfterContainer
    static void tearDown() throws IOException {
        try (var files = Files.walk(machine)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Property(tries = 40)
    void everyArgumentReachesTheLesson(@ForAll("arguments") List<String> arguments)
            throws Exception {
        var result = run(Map.of("STUB_LESSON", "show"), "", arguments);
        var shown = result.out.isEmpty() ? List.<String>of()
                : List.of(result.out.substring(0, result.out.length() - 1).split("\0", -1));
        assertEquals(arguments, shown);
        assertEquals(0, result.status);
    }

    @Property(tries = 20)
    void theExitCodeIsTheLessons(@ForAll @IntRange(max = 255) int code) throws Exception {
        assertEquals(code, run(Map.of("STUB_LESSON", "exit"), "", List.of("" + code)).status);
    }

    @Property(tries = 20)
    void whatJBangHasToSayIsShown(@ForAll @IntRange(max = 254) int status) throws Exception {
        var result = run(Map.of("STUB_STATUS", "" + status), "", List.of());
        assertEquals("said by jbang\n", result.out);
        assertEquals(status, result.status);
    }

    @Property(tries = 20)
    void standardInputIsTheLessons(@ForAll("arguments") List<String> lines) throws Exception {
        var input = String.join("\n", lines);
        assertEquals(input, run(Map.of("STUB_LESSON", "copy"), input, List.of()).out);
    }

    @Example
    void anInstalledJBangTakesOver() throws Exception {
        var result = run(Map.of("PATH", machine.resolve("installed") + ":" + System.getenv("PATH")),
                "", List.of("a b"));
        assertEquals("installed lesson.java a b\n", result.out);
        assertEquals(7, result.status);
    }

    @Example
    void itDoesNotTakeItselfForAnInstalledOne() throws Exception {
        var result = run(Map.of("PATH", Checkout.LESSONS + ":/usr/bin:/bin", "STUB_LESSON", "show"),
                "", List.of("a"));
        assertEquals("a\0", result.out);
    }

    /// In the background, by the first run for which there are none. A run of JBang that is no
    /// lesson must not be repeated; and what Java refuses is not asked for again.
    @Property
    void notesAreTakenOnceAndUsed(@ForAll boolean taken) throws Exception {
        var cache = Files.createTempDirectory(machine, "cache");
        var notes = jars(cache).resolve(NOTES);
        var settings = Map.of("XDG_CACHE_HOME", cache.toString(),
                "STUB_NOTES", taken ? "taken" : "refused");
        run(with(settings, "STUB_STATUS", "0"), "", List.of());
        assertFalse(Files.exists(notes));
        run(with(settings, "STUB_LESSON", "show"), "", List.of("a"));
        var deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!Files.exists(notes)) {
            assertTrue(System.nanoTime() < deadline, "no notes");
            LockSupport.parkNanos(1_000_000);
        }
        var second = run(with(settings, "STUB_LESSON", "show"), "", List.of("a"));
        assertEquals("a\0", second.out);
        assertEquals(taken ? "notes\n" : "", second.err);
        try (var files = Files.list(notes.getParent())) {
            assertEquals(2, files.count());
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String name,
            String value) {
        var all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }

    @Example
    void withoutMavenItSaysHowToInstallJBang() throws Exception {
        var tools = Files.createDirectories(machine.resolve("tools"));
        for (var tool : List.of("sh", "cat", "readlink", "mkdir", "mktemp", "rm")) {
            var link = tools.resolve(tool);
            if (!Files.exists(link)) Files.createSymbolicLink(link, whereIs(tool));
        }
        var result = run(Map.of("PATH", tools.toString(),
                "XDG_CACHE_HOME", machine.resolve("empty").toString()), "", List.of());
        assertEquals(1, result.status);
        for (var way : List.of("sdk install jbang", "brew install", "https://sh.jbang.dev", "mvn")) {
            assertTrue(result.err.contains(way), result.err);
        }
    }

    private static Path whereIs(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst().orElseThrow(() -> new AssertionError("no " + tool));
    }

    private record Result(int status, String out, String err) {}

    private static Result run(Map<String, String> settings, String input, List<String> arguments)
            throws Exception {
        var command = new ArrayList<>(
                List.of(Checkout.LESSONS.resolve("jbang").toString(), "lesson.java"));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.matches("JBANG_.*|LESSONS_.*|SDKMAN_.*"));
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", machine.resolve("home").toString());
        environment.put("XDG_CACHE_HOME", machine.resolve("cache").toString());
        environment.put("JAVA_HOME", machine.resolve("jdk").toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.putAll(settings);
        environment.computeIfPresent("STUB_LESSON", (_, name) -> machine.resolve(name).toString());
        var process = builder.start();
        var out = new FutureTask<>(() -> process.inputReader(UTF_8).readAllAsString());
        var err = new FutureTask<>(() -> process.errorReader(UTF_8).readAllAsString());
        Thread.startVirtualThread(out);
        Thread.startVirtualThread(err);
        try (var writer = process.outputWriter(UTF_8)) {
            writer.write(input);
        }
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running: " + command);
        }
        return new Result(process.exitValue(), out.get(), err.get());
    }

    @Provide
    Arbitrary<List<String>> arguments() {
        return Arbitraries.of("a", "", "two words", "*", "$HOME", "it's", "\"", "\\", "--prefix",
                "\u4f60\u597d", "a\nb", "; exit 3", "-", "`id`", "x.java").list().ofMaxSize(5);
    }
}
