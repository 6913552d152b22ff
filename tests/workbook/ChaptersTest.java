import module java.base;
import module java.management;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import workbook.chapter.Chapter;
import workbook.chapter.ChapterException;
import workbook.engine.CellEngine;
import workbook.engine.Result;

/// The chapters in `lessons/`, in all languages: every cell answers what its chapter says, and
/// nothing is left when the chapter is.
@Tag("long")
@Tag("chapters")
class ChaptersTest {

    private static final Pattern NAME = Pattern.compile("lesson(\\d\\d)(?:\\.(\\w+))?\\.md");
    private static final Set<String> LANGUAGES = Set.of("en", "zh");

    /// The article's own headings; what has none goes by the name of its program.
    private static final List<String> SECTIONS = List.of("前言", "History", "TCP sockets",
            "Echo Server", "Multiple Connection", "Custom header and content", "结语", "参考");

    private static final int WIDEST_CODE = 76;
    private static final Duration ALL_CHAPTERS = Duration.ofSeconds(60);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]*)\\)");
    private static final Pattern HTML = Pattern.compile("</?[a-zA-Z][^>]*>|<!--");

    /// The cells of the languages are the same: what they answered once is compared with each.
    private static final Map<List<String>, Answers> ANSWERED = new HashMap<>();
    private static Duration computed = Duration.ZERO;

    private record Answers(List<Result> results, String left) {}

    /// A chapter and where it stands.
    private record Source(Path file, String number, String language) {

        @Override
        public String toString() {
            return file.getFileName().toString();
        }

        String markdown() {
            return Checkout.read(file);
        }

        Chapter chapter() {
            try {
                return Chapter.parse(markdown());
            } catch (ChapterException e) {
                throw new AssertionError(this + ", " + e.getMessage(), e);
            }
        }
    }

    static List<Source> chapters() throws IOException {
        try (var files = Files.list(Checkout.LESSONS)) {
            return files.sorted().flatMap(file -> {
                var name = NAME.matcher(file.getFileName().toString());
                return name.matches() ? Stream.of(new Source(file, name.group(1),
                        Objects.requireNonNullElse(name.group(2), "en"))) : Stream.empty();
            }).toList();
        }
    }

    static List<Source> translations() throws IOException {
        return chapters().stream().filter(source -> !source.language.equals("en")).toList();
    }

    private static Answers answers(Chapter chapter) throws IOException {
        var code = chapter.cells().stream().map(Chapter.Cell::code).toList();
        if (!ANSWERED.containsKey(code)) {
            var before = processorTime();
            ANSWERED.put(code, run(code));
            computed = computed.plus(processorTime().minus(before));
        }
        return ANSWERED.get(code);
    }

    /// All cells in order, in an engine of their own.
    private static Answers run(List<String> cells) throws IOException {
        try (var server = ServerSocketChannel.open(); var client = new Socket()) {
            server.bind(null); // Java keeps a socket of its own to close others by
            client.connect(server.getLocalAddress());
        }
        recorder.Agent.enter(); // the JVM keeps the socket at which agents knock
        var before = sockets();
        var results = new ArrayList<Result>();
        try (var engine = new CellEngine()) {
            for (var code : cells) {
                results.add(engine.run(results.size() + 1, code));
            }
        }
        return new Answers(results, whatIsLeft(before));
    }

    /// Sockets that were not there before, and threads that run code of cells. Some take a moment.
    private static String whatIsLeft(Set<String> before) throws IOException {
        var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
        while (true) {
            var left = new TreeSet<>(sockets());
            left.removeAll(before);
            left.addAll(ThreadDump.find("REPL\\.\\S+|workbook\\.Background\\.\\S+"));
            if (left.isEmpty() || System.nanoTime() > deadline) return String.join(", ", left);
            LockSupport.parkNanos(10_000_000);
        }
    }

    /// Linux tells; elsewhere only threads are looked at.
    private static Set<String> sockets() throws IOException {
        var descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) return Set.of();
        var sockets = new TreeSet<String>();
        try (var all = Files.newDirectoryStream(descriptors)) {
            for (var descriptor : all) {
                var target = target(descriptor);
                if (target.startsWith("socket:")) sockets.add(target);
            }
        }
        return sockets;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "gone"; // it was that of the directory itself
        }
    }

    @Test
    void everyChapterIsThereInEveryLanguage() throws IOException {
        var languages = chapters().stream().collect(Collectors.groupingBy(Source::number,
                TreeMap::new, Collectors.mapping(Source::language, Collectors.toSet())));
        assertFalse(languages.isEmpty(), "there is no chapter in " + Checkout.LESSONS);
        languages.forEach((number, found) -> assertEquals(LANGUAGES, found, "lesson " + number));
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("chapters")
    void everyCellAnswersWhatItsChapterSays(Source source) throws IOException {
        var chapter = source.chapter();
        var answers = answers(chapter);
        assertAll(chapter.cells().stream().map(cell -> () -> check(source, cell,
                answers.results.get(cell.number() - 1))));
    }

    private static void check(Source source, Chapter.Cell cell, Result result) {
        var where = "%s, cell %d in line %d".formatted(source, cell.number(), cell.line());
        assertTrue(result.outcome() == Result.Outcome.DONE
                || result.outcome() == Result.Outcome.FAILED, () -> where + ": " + result);
        if (cell.expected().isEmpty()) {
            assertEquals("", result.answer(), where
                    + " answers, and the chapter does not say what");
            return;
        }
        cell.expected().get().difference(result.answer()).ifPresent(difference -> {
            throw new AssertionError(where + ", " + difference + "\nthe whole answer:\n"
                    + result.answer());
        });
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("chapters")
    void noSocketAndNoThreadIsLeftBehind(Source source) throws IOException {
        assertEquals("", answers(source.chapter()).left);
    }

    /// Processor time, not time of the clock: that depends on what else the machine does.
    @Test
    void allChaptersTogetherAreQuick() throws IOException {
        for (var source : chapters()) answers(source.chapter());
        assertTrue(computed.compareTo(ALL_CHAPTERS) < 0, "the chapters take " + computed);
    }

    private static Duration processorTime() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return Duration.ofNanos(system.getProcessCpuTime());
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("translations")
    void theCellsAreTheSameInAllLanguages(Source source) {
        var original = Checkout.LESSONS.resolve("lesson" + source.number + ".md");
        Assumptions.assumeTrue(Files.exists(original), "it is not there in English");
        var cells = source.chapter().cells();
        var originals = Chapter.parse(Checkout.read(original)).cells();
        for (var i = 0; i < Math.min(cells.size(), originals.size()); i++) {
            var where = "cell %d of %s, line %d".formatted(i + 1, source, cells.get(i).line());
            assertEquals(originals.get(i).code(), cells.get(i).code(), where);
            assertEquals(originals.get(i).expected(), cells.get(i).expected(), where);
        }
        assertEquals(originals.size(), cells.size(), "number of cells of " + source);
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("chapters")
    void theHeadSaysWhatAndWhereAndHowLong(Source source) {
        var chapter = source.chapter();
        assertEquals(source.number, chapter.number());
        var emphasised = Pattern.compile("\\*([^*]+)\\*").matcher(chapter.article()).results()
                .map(found -> found.group(1)).toList();
        assertTrue(emphasised.stream().anyMatch(SECTIONS::contains),
                () -> "no section of the article in: " + chapter.article());
        assertTrue(chapter.article().matches(".*\\d+ (minutes|分钟).*"),
                () -> "no time in: " + chapter.article());
        var count = chapter.cells().size();
        assertTrue(count >= 12 && count <= 30, count + " cells, not 12 to 30");
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) {
        for (var target : links(Checkout.read(Checkout.LESSONS.resolve(page)))) {
            if (target.matches("https?://.*|#.*")) continue;
            var file = Checkout.LESSONS.resolve(target.replaceFirst("#.*", "")).normalize();
            assertTrue(file.startsWith(Checkout.ROOT) && Files.exists(file), "nothing at "
                    + target);
        }
    }

    static List<Path> pages() throws IOException {
        try (var files = Files.list(Checkout.LESSONS)) {
            return files.map(Path::getFileName).filter(page -> page.toString().endsWith(".md"))
                    .sorted().toList();
        }
    }

    private static List<String> links(String markdown) {
        return LINK.matcher(markdown.replaceAll("(?ms)^```.*?^```", "").replaceAll("`[^`\n]*`", ""))
                .results().map(found -> found.group(1)).toList();
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("chapters")
    void aChapterLeadsToItsScriptsAndToChaptersInItsLanguage(Source source) {
        var links = links(source.markdown());
        assertTrue(links.stream().anyMatch(link -> link.endsWith(".java")), "no link to a script");
        assertEquals(List.of(), links.stream().map(NAME::matcher).filter(Matcher::matches)
                .filter(name -> !source.language.equals(
                        Objects.requireNonNullElse(name.group(2), "en")))
                .map(Matcher::group).toList());
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("chapters")
    void theTextIsClean(Source source) {
        var markdown = source.markdown();
        assertTrue(markdown.endsWith("\n") && !markdown.endsWith("\n\n"),
                "one line feed at the end");
        assertEquals(List.of(), markdown.lines().filter(line -> line.contains("\t")
                || line.contains("\r") || !line.equals(line.stripTrailing())).toList());
        var withoutCode = prose(source).replaceAll("(?s)```.*?```|`[^`]*`", "");
        assertEquals(List.of(), HTML.matcher(withoutCode).results().map(MatchResult::group)
                .toList());
        var lines = source.chapter().cells().stream()
                .flatMap(cell -> cell.code().lines()).toList();
        assertEquals(List.of(), lines.stream().filter(line -> line.length() > 100).toList());
        assertEquals(List.of(), lines.stream().filter(line -> line.strip().startsWith("."))
                .toList());
    }

    /// Of 80 columns: two blanks stand before it.
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("chapters")
    void noLineOfACellIsWiderThanAScreen(Source source) {
        var wide = new ArrayList<String>();
        for (var cell : source.chapter().cells()) {
            var number = cell.codeLine();
            for (var line : cell.code().lines().toList()) {
                if (columns(line) > WIDEST_CODE) {
                    wide.add("%s:%d has %d columns: %s".formatted(
                            source, number, columns(line), line));
                }
                number++;
            }
        }
        assertEquals("", String.join("\n", wide), "cells fit " + WIDEST_CODE + " columns");
    }

    private static int columns(String line) {
        return line.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    private static String prose(Source source) {
        return source.chapter().blocks().stream().filter(Chapter.Prose.class::isInstance)
                .map(Chapter.Block::text).collect(Collectors.joining("\n"));
    }
}
