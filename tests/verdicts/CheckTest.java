import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gallery.GalleryServer;
import gallery.WrongFramingServer;
import gallery.WrongServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Narrator;

/// `check` as a program: what it says, and its exit codes.
@Tag("long")
class CheckTest {

    record Outcome(int status, String out, String err) {}

    static Outcome check(String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("--lang", "en"));
        all.addAll(List.of(arguments));
        try (var program = ChildLesson.start("check.Check", all.toArray(String[]::new))) {
            var out = program.restOfOutput(Duration.ofMinutes(2));
            return new Outcome(program.exitCode(), out, program.errors());
        }
    }

    private static final Pattern README_SCREEN =
            Pattern.compile("(?ms)^```\\n(\\?       nobody waits .*?)^```$");

    /// All but the port, and the option that asks for this property only.
    private static String comparable(String screen) {
        return screen.replaceAll("check \\d+", "check PORT");
    }

    private static String port(GalleryServer.Running server) {
        return Integer.toString(((InetSocketAddress) server.address()).getPort());
    }

    @Test
    void aRightServerKeepsEverything() throws Exception {
        var server = new SelectorServer(RunningServer.FREE_PORT, "echo ", new Narrator(true));
        try (var running = RunningServer.start(server.port(), server::close, server::serve)) {
            var outcome = check(Integer.toString(running.port()));
            assertTrue(outcome.out.endsWith("8 kept, 0 broken"), outcome.toString());
            assertEquals(0, outcome.status);
        }
    }

    @Test
    void aRightServerOfFramesIsAskedInFrames() throws Exception {
        var server = new FramingServer(RunningServer.FREE_PORT, "echo ",
                FrameCodec.DEFAULT_MAX_PAYLOAD, new Narrator(true));
        try (var running = RunningServer.start(server.port(), server::close, server::serve)) {
            var outcome = check(Integer.toString(running.port()), "--frames", "--only",
                    "everyMessageIsAnsweredWholeAndInOrderWhateverTheChunking");
            assertTrue(outcome.out.endsWith("1 kept, 0 broken"), outcome.toString());
            assertEquals(0, outcome.status);
        }
    }

    @Test
    void aRightMessageServerKeepsEverything() throws Exception {
        var limits = new MessageServer.Limits(16, 1000, TestClient.DEADLINE, TestClient.DEADLINE);
        var server = new MessageServer(RunningServer.FREE_PORT, limits, new Narrator(true));
        try (var running = RunningServer.start(server.port(), server::close, server::serve)) {
            var outcome = check(Integer.toString(running.port()), "--messages", "--tries", "5");
            assertTrue(outcome.out.endsWith("5 kept, 0 broken"), outcome.toString());
            assertEquals(0, outcome.status);
        }
    }

    /// An echo server knows no frames.
    @Test
    void anEchoServerIsNoServerOfFrames() throws Exception {
        try (var server = new GalleryServer(WrongFramingServer.KNOWS_NO_FRAMES::serve).start()) {
            var outcome = check(port(server), "--frames", "--only",
                    "anAnswerComesAtOnceAndNotAtTheEnd");
            assertTrue(outcome.out.contains("It knows no frames"), outcome.toString());
            assertEquals(1, outcome.status);
        }
    }

    @Test
    void aCommandIsStartedAndEnded() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var command = ("'%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' "
                + "SelectorServer 127.0.0.1 {port} --quiet")
                .formatted(java, System.getProperty("java.class.path"));
        var outcome = check("--command", command, "--only", "answersComeAtOnceAndNotAtTheEnd");
        assertTrue(outcome.out.endsWith("1 kept, 0 broken"), outcome.toString());
        assertEquals(0, outcome.status);
    }

    /// The failure names the cause, and a command that shows the same case again. README shows it.
    @Test
    void aWrongServerIsTold() throws Exception {
        var oneAtATime = WrongServer.SERVES_ONE_CLIENT_AT_A_TIME;
        try (var server = new GalleryServer(oneAtATime::serve).start()) {
            var outcome = check(port(server), "--only", "nobodyWaitsForASilentClient");
            assertTrue(outcome.out.contains("It serves one client at a time"), outcome.toString());
            assertTrue(outcome.out.endsWith("0 kept, 1 broken"), outcome.toString());
            var shown = README_SCREEN.matcher(Checkout.read(Checkout.ROOT.resolve("README.md")));
            assertTrue(shown.find(), "README shows no failure");
            assertTrue(comparable(outcome.out).contains(comparable(shown.group(1))),
                    "README shows:\n" + shown.group(1) + "\nbut check:\n" + outcome.out);
            assertEquals(1, outcome.status);
            var play = Pattern.compile("--play '(.*)'").matcher(outcome.out);
            assertTrue(play.find(), outcome.toString());
            var again = check(port(server), "--play", play.group(1));
            assertTrue(again.out.contains("It serves one client at a time"), again.toString());
            assertEquals(1, again.status);
        }
    }

    @Test
    void whatCannotBeAskedOfOneClientIsNotAsked() throws Exception {
        var oneAtATime = WrongServer.SERVES_ONE_CLIENT_AT_A_TIME;
        try (var server = new GalleryServer(oneAtATime::serve).start()) {
            var outcome = check(port(server), "--one-client", "--tries", "5");
            assertTrue(outcome.out.endsWith("5 kept, 0 broken, 3 not asked"), outcome.toString());
            assertEquals(0, outcome.status);
        }
    }

    @Test
    void whereNobodyListensNothingIsJudged() throws Exception {
        try (var nobody = new ClosedPort()) {
            var outcome = check("" + nobody.port());
            assertEquals("nobody listens on 127.0.0.1:" + nobody.port(), outcome.err);
            assertEquals(3, outcome.status);
        }
    }

    @Test
    void aCommandThatEndsIsToldWithItsLastLine() throws Exception {
        var outcome = check("--command", "echo no such thing; exit 7 # {port}");
        assertEquals("it ended before it listened: exit code 7; its last line: no such thing",
                outcome.err);
        assertEquals(3, outcome.status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65536", "198.51.100.1 5678", "5678 --only nothing",
        "5678 --play nothing", "5678 --lang fr", "--command server", "5678 --frames --messages"})
    void wrongUsageIsOneLine(String arguments) throws Exception {
        var outcome = check(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertTrue(outcome.err.endsWith("; --help shows the options"), outcome.toString());
        assertEquals(1, outcome.err.lines().count(), outcome.toString());
        assertEquals(2, outcome.status, outcome.toString());
    }
}
