import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The scripts as programs: what they print first, how they refuse, how they end.
@Tag("process")
class CommandLineTest {

    static Stream<String> programs() {
        return Checkout.lessons().stream().map(Checkout::mainClass);
    }

    static Stream<String> servers() {
        return named(".*-server\\.java");
    }

    static Stream<String> clients() {
        return named(".*-client\\.java");
    }

    private static Stream<String> named(String pattern) {
        return Checkout.lessons().stream()
                .filter(lesson -> lesson.getFileName().toString().matches(pattern))
                .map(Checkout::mainClass);
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("programs")
    void helpIsShownAndAWrongOptionRefused(String program) throws Exception {
        try (var help = ChildLesson.start(program, "--help");
                var wrong = ChildLesson.start(program, "--no-such-option")) {
            var script = scriptOf(program);
            assertTrue(help.restOfOutput().startsWith("Usage: " + script), "usage of " + script);
            assertEquals(0, help.exitCode());
            assertTrue(wrong.errors().lines().toList().get(1).startsWith("Usage: " + script));
            assertEquals(2, wrong.exitCode());
        }
    }

    private static String scriptOf(String program) {
        return Checkout.lessons().stream()
                .filter(lesson -> Checkout.mainClass(lesson).equals(program))
                .findFirst().orElseThrow().getFileName().toString();
    }

    /// A port that is none, and one that is taken.
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("servers")
    void aServerRefusesABadAndABusyPort(String server) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var bad = ChildLesson.start(server, "127.0.0.1", "65536");
                var busy = ChildLesson.start(server, "127.0.0.1", "" + taken.getLocalPort())) {
            assertEquals("no such port: 65536", bad.errors().lines().findFirst().orElse(""));
            assertEquals(2, bad.exitCode());
            assertOneLine(busy.errors(), "cannot listen on 127.0.0.1:" + taken.getLocalPort());
            assertEquals(1, busy.exitCode());
        }
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("clients")
    void aClientRefusesABadPortAndAnUnknownHostAndTellsWhoIsNotThere(String client)
            throws Exception {
        int nobody;
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = listener.getLocalPort();
        }
        try (var bad = ChildLesson.start(client, "127.0.0.1", "0");
                var unknown = ChildLesson.start(client, "no.such.host.invalid");
                var refused = ChildLesson.start(client, "127.0.0.1", "" + nobody)) {
            assertEquals("no such port: 0", bad.errors().lines().findFirst().orElse(""));
            assertEquals(2, bad.exitCode());
            assertOneLine(unknown.errors(), "unknown host no.such.host.invalid");
            assertEquals(1, unknown.exitCode());
            var said = refused.restOfOutput() + refused.errors();
            assertTrue(said.contains("Connection refused"), said);
            assertFalse(said.contains("\tat "), said);
            assertEquals(1, refused.exitCode());
        }
    }

    /// Ctrl-C closes everything, and leaves no stack trace.
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("servers")
    void aServerSaysWhereItListensAndEndsOnCtrlC(String server) throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs kill");
        try (var lesson = ChildLesson.start(server, "localhost", "0");
                var client = new TestClient(lesson.port())) {
            lesson.interrupt();
            assertEquals(-1, client.socket.getInputStream().read(), "not closed properly");
            assertEquals(130, lesson.exitCode());
            assertEquals("", lesson.errors());
            assertFalse(lesson.restOfOutput().contains("Exception"));
        }
    }

    private static void assertOneLine(String text, String start) {
        assertTrue(text.startsWith(start) && text.lines().count() == 1,
                "expected one line that starts with '" + start + "', but: " + text);
    }
}
