import module java.base;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exercises.Course;
import exercises.Exercise;
import exercises.Grader;
import exercises.Hints;
import exercises.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import workbook.reader.Language;

/// The course checks itself: every start fails for its cause, every solution passes, every wrong
/// answer is told what is wrong with it, and every cause has its hints, in both languages.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class ExercisesTest {

    private static final Course COURSE =
            Course.inFolder(Checkout.LESSONS.resolve("exercises"));

    private static Grader grader;

    @BeforeAll
    static void open() {
        grader = new Grader();
    }

    @AfterAll
    static void close() {
        grader.close();
    }

    static List<Exercise> exercises() {
        return COURSE.exercises();
    }

    /// A wrong answer.
    ///
    /// @param cause for which it has to fail
    record Wrong(Exercise exercise, String name, String cause, String hole) {

        static Wrong read(Exercise exercise, Path file) {
            var text = Checkout.read(file);
            return new Wrong(exercise, file.getFileName().toString(),
                    text.lines().findFirst().orElse("").replaceFirst("// ", ""), text);
        }

        @Override
        public String toString() {
            return exercise.id() + " " + name;
        }
    }

    static List<Wrong> wrongAnswers() {
        return exercises().stream().flatMap(exercise -> wrongAnswers(exercise).stream()).toList();
    }

    private static List<Wrong> wrongAnswers(Exercise exercise) {
        try (var files = Files.list(Checkout.ROOT.resolve("tests/exercises/" + exercise.id()))) {
            return files.sorted().map(file -> Wrong.read(exercise, file)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- verdicts ----

    @ParameterizedTest
    @MethodSource("exercises")
    void theStartFailsForItsCause(Exercise exercise) throws Exception {
        var first = exercise.hints(Language.ENGLISH).causes().getFirst();
        assertFailsFor(first, exercise, exercise.startFile(Language.CHINESE));
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void theSolutionPasses(Exercise exercise) throws Exception {
        var verdict = grader.judge(exercise, exercise.answer(), Language.ENGLISH);
        assertInstanceOf(Verdict.Passed.class, verdict, () -> told(verdict));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void aWrongAnswerFailsForTheCauseThatStandsBesideIt(Wrong wrong) throws Exception {
        assertFailsFor(wrong.cause, wrong.exercise,
                wrong.exercise.file(Language.ENGLISH, wrong.hole));
    }

    /// What a busy machine hides is looked for again; but another cause is one too many.
    private static final int CHANCES = 3;

    private static void assertFailsFor(String cause, Exercise exercise, String program)
            throws Exception {
        var verdict = grader.judge(exercise, program, Language.ENGLISH);
        for (int i = 1; i < CHANCES && isUnclear(verdict); i++) {
            verdict = grader.judge(exercise, program, Language.ENGLISH);
        }
        assertFailsFor(cause, verdict);
    }

    private static boolean isUnclear(Verdict verdict) {
        return verdict instanceof Verdict.Passed
                || verdict.cause().equals(Optional.of(Hints.OTHERWISE));
    }

    private static void assertFailsFor(String cause, Verdict verdict) {
        var failed = assertInstanceOf(Verdict.Failed.class, verdict, () -> told(verdict));
        assertEquals(cause, failed.finding().cause(), () -> told(failed));
    }

    private static String told(Verdict verdict) {
        if (!(verdict instanceof Verdict.Failed failed)) return verdict.toString();
        return failed.finding().cause() + "\n"
                + String.join("\n", failed.finding().picture().in(Language.ENGLISH));
    }

    // ---- texts ----

    @ParameterizedTest
    @MethodSource("exercises")
    void theScriptBringsItsFiles(Exercise exercise) {
        var brought = Course.onClassPath().find(exercise.id()).orElseThrow();
        for (var language : Language.values()) {
            assertEquals(exercise.startFile(language), brought.startFile(language));
            assertEquals(exercise.hints(language).causes(), brought.hints(language).causes());
        }
        assertEquals(exercise.answer(), brought.answer());
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void thereAreThreeWrongAnswersAtLeast(Exercise exercise) {
        assertTrue(wrongAnswers(exercise).size() >= 3, exercise.id());
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void everyCauseHasThreeHintsInBothLanguages(Exercise exercise) {
        var causes = new TreeSet<>(exercise.judge().causes());
        wrongAnswers(exercise).forEach(wrong -> causes.add(wrong.cause));
        causes.add(Hints.OTHERWISE);
        var english = exercise.hints(Language.ENGLISH);
        assertEquals(english.causes(), exercise.hints(Language.CHINESE).causes());
        for (var language : Language.values()) {
            var hints = exercise.hints(language);
            assertTrue(hints.causes().containsAll(causes), () -> "of " + causes + " there are only "
                    + hints.causes());
            assertAll(hints.causes().stream().map(cause -> () -> {
                assertEquals(Hints.STEPS, hints.steps(cause).size(), cause);
                assertTrue(hints.steps(cause).stream().noneMatch(String::isBlank), cause);
                assertTrue(hints.steps(cause).get(1).contains("https://docs.oracle.com/en/java/"
                        + "javase/25/docs/api/"), cause + ": no Javadoc");
                assertTrue(hints.steps(cause).get(2).contains("```"), cause + ": no code");
                assertTrue(hints.sentence(cause).isPresent() || isKnown(cause)
                        || cause.equals(Hints.OTHERWISE), cause + " is not explained");
            }));
        }
    }

    private static boolean isKnown(String cause) {
        return Stream.of(check.Cause.values()).anyMatch(each -> each.name().equals(cause));
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void theCodeIsTheSameInBothLanguages(Exercise exercise) {
        assertEquals(code(exercise.startFile(Language.ENGLISH)),
                code(exercise.startFile(Language.CHINESE)));
        assertTrue(Exercise.hole(exercise.startFile(Language.ENGLISH)).isPresent(), "no hole");
    }

    private static List<String> code(String program) {
        return program.lines().filter(line -> !line.startsWith("///")).toList();
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void theTaskIsThereInBothLanguages(Exercise exercise) {
        var english = exercise.task(Language.ENGLISH);
        var chinese = exercise.task(Language.CHINESE);
        assertEquals(List.of(exercise.id(), english.minutes(), english.lesson(), english.anchor()),
                List.of(chinese.id(), chinese.minutes(), chinese.lesson(), chinese.anchor()));
        assertFalse(english.title().equals(chinese.title()), "not translated");
        assertTrue(english.minutes() >= 5 && english.minutes() <= 25, "minutes");
        for (var language : Language.values()) {
            assertTrue(exercise.startFile(language).lines().filter(line -> line.startsWith("/// "))
                    .allMatch(line -> columns(line) < 80), "a line of the task is too long");
        }
        var folder = english.lesson().startsWith("tests/") ? Checkout.ROOT : Checkout.LESSONS;
        var lesson = Checkout.read(folder.resolve(english.lesson()));
        assertEquals(2, lesson.split(Pattern.quote(english.anchor()), -1).length,
                "how often " + english.anchor() + " stands in " + english.lesson());
    }

    private static int columns(String line) {
        return line.codePoints().map(each -> each >= 0x2e80 ? 2 : 1).sum();
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void theFileStartsByItselfAndHasNoFixedPort(Exercise exercise) {
        var program = exercise.answer();
        assertTrue(program.startsWith("///usr/bin/env jbang \"$0\" \"$@\" ; exit $?\n//JAVA 25+\n"));
        assertFalse(Pattern.compile("new ServerSocket\\(\\d*[1-9]").matcher(program).find());
        assertTrue(program.lines().allMatch(line -> line.length() <= 100), "a line is too long");
    }
}
