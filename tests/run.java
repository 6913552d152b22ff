///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN Run
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-console
//DEPS net.jqwik:jqwik:1.9.3
//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//SOURCES [A-Z]*.java ../lessons/lesson*.java ../lessons/shared/*.java ../lessons/workbook.java ../lessons/workbook/*.java
//FILES junit-platform.properties
//FILES META-INF/services/org.junit.platform.launcher.TestExecutionListener=listeners.txt
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass -Werror
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//DESCRIPTION Checks every lesson: jbang tests/run.java [--select-class NAME] [--include-tag TAG]

import module java.base;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.platform.console.ConsoleLauncher;

/// # All properties of all lessons
///
/// `jbang tests/run.java` compiles the lessons together with their tests and runs everything.
/// Arguments go to JUnit's console launcher: `--select-class SelectorServerTest` runs one class,
/// `--include-tag cli` one tag; `--help` shows the rest.
///
/// The last line says `N passed, N failed`; the exit code is 0 if nothing failed, else 1.
class Run {

    /// JUnit's own output is not shown: [Report] tells what is worth telling, as it happens.
    static void main(String[] args) {
        var jqwik = Logger.getLogger("net.jqwik"); // it regrets, at length, that it has no database
        jqwik.setLevel(Level.WARNING);
        Report.takeOver();

        var arguments = new ArrayList<>(List.of("execute", "--details=none", "--disable-banner"));
        arguments.addAll(List.of(args));
        if (!String.join(" ", args).contains("--select")) {
            arguments.add("--scan-class-path=" + jarOfTheTests());
        }
        var out = new StringWriter();
        var result = ConsoleLauncher.run(
                new PrintWriter(out), new PrintWriter(System.err, true),
                arguments.toArray(String[]::new));
        if (!Report.finished()) { // help was asked for, or the arguments were wrong
            Report.CONSOLE.print(out);
        }
        System.exit(result.getExitCode() == 0 ? 0 : 1);
    }

    /// JBang puts everything it compiles for this script into one jar.
    private static Path jarOfTheTests() {
        var location = Run.class.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(URI.create(location.toString()));
    }
}
