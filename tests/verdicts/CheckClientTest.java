import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `check --client` as a program: what it says, and its exit codes.
@Tag("long")
class CheckClientTest {

    private record Outcome(int status, String out, String err) {}

    /// It starts a dozen programs, one after the other.
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    private static Outcome check(String client, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("--lang", "en", "--client", client));
        all.addAll(List.of(arguments));
        try (var program = ChildLesson.start("check.Check", all.toArray(String[]::new))) {
            var out = new FutureTask<>(() -> new String(
                    program.process.getInputStream().readAllBytes(), UTF_8).strip());
            Thread.startVirtualThread(out);
            var shown = out.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return new Outcome(program.exitCode(), shown, program.errors());
        }
    }

    private static String java(String mainClass, String arguments) {
        return "'%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s %s".formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"), mainClass, arguments);
    }

    @Test
    void aRightClientKeepsWhatItIsAsked() throws Exception {
        var outcome = check(java("EchoClient", "127.0.0.1 {port}"), "--tries", "1", "--only",
                "anAnswerMayBeCutAnywhere");
        assertTrue(outcome.out.endsWith("1 kept, 0 broken"), outcome.toString());
        assertEquals(0, outcome.status);
    }

    @Test
    void aClientWithItsOwnMessagesIsAskedWhatItCanKeep() throws Exception {
        var outcome = check(java("MultiConnectionClient", "127.0.0.1 {port}"), "--tries", "1",
                "--only", "everyPieceOfAnAnswerIsShown");
        assertTrue(outcome.out.contains("It sends messages of its own"), outcome.toString());
        assertTrue(outcome.out.endsWith("1 kept, 0 broken"), outcome.toString());
        assertEquals(0, outcome.status);
    }

    /// With the command that asks the same again.
    @Test
    void aWrongClientIsTold() throws Exception {
        var deaf = java("'CheckClientTest$Deaf'", "{port}");
        var play = "types \"A\", server answers";
        var outcome = check(deaf, "--play", play);
        assertTrue(outcome.out.contains("does not show this answer"), outcome.toString());
        assertTrue(outcome.out.endsWith("--play '" + play + "'"), outcome.toString());
        assertEquals(1, outcome.status);
    }

    /// Sends, and does not show what comes.
    static final class Deaf {
        static void main(String[] args) throws IOException {
            var port = Integer.parseInt(args[0]);
            try (var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                System.in.transferTo(server.getOutputStream());
                server.shutdownOutput();
                server.getInputStream().readAllBytes();
            }
        }
    }

    @Test
    void aClientThatDoesNotConnectIsNotJudged() throws Exception {
        var outcome = check("echo no such thing >&2; exit 7 # {port}");
        assertEquals("it does not connect: exit code 7; its last line: no such thing", outcome.err);
        assertEquals(3, outcome.status);
    }

    @Test
    void wrongUsageIsOneLine() throws Exception {
        for (var arguments : List.of(List.of("client"),
                List.of("client {port}", "--play", "a connects"),
                List.of("client {port}", "--only", "nothing"), List.of("client {port}", "5678"))) {
            var all = arguments.subList(1, arguments.size()).toArray(String[]::new);
            var outcome = check(arguments.getFirst(), all);
            assertTrue(outcome.err.endsWith("; --help shows the options"), outcome.toString());
            assertEquals(1, outcome.err.lines().count(), outcome.toString());
            assertEquals(2, outcome.status, outcome.toString());
        }
    }
}
