import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `tests/run.java` as a program of its own.
@Tag("process")
class RunTest {

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {
            "--select-class Nope",
            "--select-method CatalogTest#nope",
            "--select-method CatalogTest",
            "--select-class CatalogTest --include-classname (",
            "--select-class CatalogTest --include-tag nope",
            "--select-class",
            "--xyzzy",
            "CatalogTest"})
    void wrongArgumentsAreAnsweredWithOneLine(String arguments) throws Exception {
        try (var run = ChildLesson.start("Run", arguments.split(" "))) {
            assertEquals(2, run.exitCode());
            var errors = run.errors();
            assertTrue(errors.endsWith("; --help shows the options"), errors);
            assertEquals(1, errors.lines().count(), errors);
        }
    }

    @Test
    void aClassThatIsNotThereIsNamed() throws Exception {
        try (var run = ChildLesson.start("Run", "--select-class", "Nope")) {
            assertTrue(run.errors().contains("Nope"), run.errors());
        }
    }

    @Test
    void helpIsNoError() throws Exception {
        try (var run = ChildLesson.start("Run", "--help")) {
            var help = run.restOfOutput();
            assertTrue(help.startsWith("Usage: run.java"), help);
            assertEquals("", run.errors());
            assertEquals(0, run.exitCode());
        }
    }

    @Test
    void aTestIsRunAndCounted() throws Exception {
        try (var run = ChildLesson.start("Run",
                "--select-method", "CatalogTest#everyScriptStartsByItself")) {
            assertTrue(run.restOfOutput().endsWith("\n1 passed, 0 failed"));
            assertEquals(0, run.exitCode());
        }
    }
}
