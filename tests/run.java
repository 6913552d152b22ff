///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN Run
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-console
//DEPS net.jqwik:jqwik:1.9.3
//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//SOURCES [A-Z]*.java conformance/*.java wire/*.java
//SOURCES ../lessons/lesson*.java ../lessons/shared/*.java ../lessons/upload/*.java
//SOURCES ../lessons/socketserver/*.java
//SOURCES ../lessons/workbook.java ../lessons/workbook/*.java
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
/// The last line says `N passed, N failed`. Exit code: 0 if nothing failed, 1 if something did, 2 if
/// the arguments are wrong or select no test.
class Run {

    private static final String CAUSE = "Caused by: ";

    /// JUnit's own output is not shown: [Report] tells what is worth telling, as it happens.
    static void main(String[] args) {
        var jqwik = Logger.getLogger("net.jqwik"); // else a long note that it has no database
        jqwik.setLevel(Level.WARNING);
        Report.takeOver();

        var arguments = new ArrayList<>(List.of("execute", "--details=none", "--disable-banner"));
        arguments.addAll(List.of(args));
        if (!String.join(" ", args).contains("--select")) {
            arguments.add("--scan-class-path=" + jarOfTheTests());
        }
        var out = new StringWriter();
        var err = new StringWriter();
        var status = ConsoleLauncher.run(new PrintWriter(out), new PrintWriter(err),
                arguments.toArray(String[]::new)).getExitCode();
        if (Report.finished()) {
            System.err.print(err);
            if (Report.isEmpty()) System.exit(wrongUsage("no test fits these arguments"));
            System.exit(status == 0 ? 0 : 1);
        }
        if (status != 0) System.exit(wrongUsage(reason(err.toString())));
        Report.CONSOLE.print(out.toString().replace("junit execute", "run.java"));
    }

    private static int wrongUsage(String why) {
        System.err.println(why + "; --help shows the options");
        return 2;
    }

    /// JUnit answers wrong arguments with a stack trace, or with a line and its whole help.
    private static String reason(String complaint) {
        var line = complaint.lines().filter(each -> each.startsWith(CAUSE)).findFirst()
                .or(() -> complaint.lines().findFirst()).orElse("JUnit did not start");
        return line.replaceFirst("^(" + CAUSE + ")?([\\w$]+\\.)+\\w*(Exception|Error): ", "")
                .replaceFirst(" at index \\d+", "") // ours are counted, too
                .replaceFirst("\\.$", "");
    }

    /// JBang puts everything it compiles for this script into one jar.
    private static Path jarOfTheTests() {
        var location = Run.class.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(URI.create(location.toString()));
    }
}
