import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import check.Transport;
import gallery.GalleryServer;
import gallery.GalleryUdpServer;
import gallery.WrongChatServer;
import gallery.WrongServer;
import gallery.WrongUdpServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `check` as a program, with what is no echo server over TCP: Unix sockets, datagrams, a chat.
@Tag("long")
class CheckTransportsTest {

    /// The command that runs a lesson's server as a program.
    private static String lesson(String arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        return "'%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s"
                .formatted(java, System.getProperty("java.class.path"), arguments);
    }

    private static String port(SocketAddress address) {
        return Integer.toString(((InetSocketAddress) address).getPort());
    }

    private static void assertKept(int properties, CheckTest.Outcome outcome) {
        assertTrue(outcome.out().endsWith(properties + " kept, 0 broken"), outcome.toString());
        assertEquals(0, outcome.status(), outcome.toString());
    }

    private static void assertTold(String cause, CheckTest.Outcome outcome) {
        assertTrue(outcome.out().replaceAll("\\s+", " ").contains(cause), outcome.toString());
        assertEquals(1, outcome.status(), outcome.toString());
    }

    private static String again(CheckTest.Outcome outcome) {
        var play = Pattern.compile("--play '(.*)'").matcher(outcome.out());
        assertTrue(play.find(), outcome.toString());
        return play.group(1);
    }

    @Test
    void theServerOfDatagramsKeepsEverything() throws Exception {
        assertKept(5, CheckTest.check("--udp", "--tries", "5", "--command",
                lesson("SocketServer 127.0.0.1 {port} --udp --raw --quiet")));
    }

    @Test
    void theServerOnAUnixSocketKeepsEverything() throws Exception {
        assertKept(8, CheckTest.check("--tries", "5", "--command",
                lesson("SocketServer --unix {path} --raw --quiet")));
    }

    @Test
    void theChatServerKeepsEverything() throws Exception {
        assertKept(8, CheckTest.check("--chat", "--tries", "2", "--command",
                lesson("ChatServer 127.0.0.1 {port} --quiet")));
    }

    @Test
    void aWrongServerOnAUnixSocketIsToldAndItsCaseCanBePlayedAgain() throws Exception {
        var cause = "It serves one client at a time";
        var gallery = new GalleryServer(WrongServer.SERVES_ONE_CLIENT_AT_A_TIME::serve,
                Transport.UNIX);
        try (var server = gallery.start()) {
            var path = server.address().toString();
            var outcome = CheckTest.check("--unix", path, "--only", "nobodyWaitsForASilentClient");
            assertTold(cause, outcome);
            assertTold(cause, CheckTest.check("--unix", path, "--play", again(outcome)));
        }
    }

    @Test
    void aWrongServerOfDatagramsIsToldAndItsCaseCanBePlayedAgain() throws Exception {
        var cause = "Its buffer is too small";
        try (var server = new GalleryUdpServer(WrongUdpServer.HAS_A_SMALL_BUFFER::serve).start()) {
            var port = port(server.address());
            var outcome = CheckTest.check("--udp", port, "--only",
                    "aDatagramOfAnySizeComesBackWhole");
            assertTold(cause, outcome);
            assertTold(cause, CheckTest.check("--udp", port, "--play", again(outcome)));
        }
    }

    @Test
    void aWrongChatServerIsToldAndItsCaseCanBePlayedAgain() throws Exception {
        var cause = "Whoever speaks hears itself";
        try (var server = new GalleryServer(WrongChatServer.TELLS_THE_SPEAKER_TOO::serve).start()) {
            var port = port(server.address());
            var outcome = CheckTest.check("--chat", port, "--only",
                    "whatOneSaysAllOthersHearOnceAndInOrder");
            assertTold(cause, outcome);
            assertTold(cause, CheckTest.check("--chat", port, "--play", again(outcome)));
        }
    }

    @Test
    void whereNobodyListensForDatagramsNothingIsJudged() throws Exception {
        var port = port(Transport.UDP.free());
        var outcome = CheckTest.check("--udp", port);
        assertEquals("nobody listens on 127.0.0.1:" + port, outcome.err());
        assertEquals(3, outcome.status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "198.51.100.1 5678|198.51.100.1 is not this machine: it will be flooded and reset, so "
                + "say --mine "
                + "if it is yours",
        "no.such.host.invalid 5678|no such host: no.such.host.invalid",
        "--unix|which path? --unix PATH",
        "5678 --unix /tmp/s|either a port or --unix PATH",
        "--udp --unix /tmp/s|either --udp or a Unix socket",
        "--udp --chat 5678|one of --frames, --messages, --chat, --udp",
        "--chat --one-client 5678|a chat with one client is none",
        "--command server --unix|where does it listen? {path} in the command, or --unix PATH",
        "5678 --udp --only nobodyWaitsForASilentClient|no such property: "
                + "nobodyWaitsForASilentClient; "
                + "--list shows them"})
    void wrongUsageIsSaidInALine(String arguments, String line) throws Exception {
        var outcome = CheckTest.check(arguments.split(" "));
        assertEquals(line + "; --help shows the options", outcome.err(), outcome.toString());
        assertEquals(2, outcome.status(), outcome.toString());
    }
}
