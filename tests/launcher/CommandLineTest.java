import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// The scripts as programs: what they print first, how they refuse, how they end.
@Tag("process")
class CommandLineTest {

    static Stream<String> programs() {
        return Checkout.lessons().stream().map(Checkout::mainClass);
    }

    static Stream<String> servers() {
        return named(".*-server\\.java").filter(server -> !server.equals("EpollServer")
                || System.getProperty("os.name").equals("Linux"));
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
        var usage = "Usage: " + scriptOf(program);
        var help = run(program, "--help");
        assertTrue(help.out.startsWith(usage), help.toString());
        assertEquals(0, help.status);
        var wrong = run(program, "--xyzzy");
        assertTrue(wrong.err.lines().toList().get(1).startsWith(usage), wrong.toString());
        assertEquals(2, wrong.status);
    }

    private static String scriptOf(String program) {
        return Checkout.lessons().stream()
                .filter(lesson -> Checkout.mainClass(lesson).equals(program))
                .findFirst().orElseThrow().getFileName().toString();
    }

    /// A port that is none, one that is taken, and a host that nobody knows.
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("servers")
    void aServerRefusesWhereItCannotListen(String server) throws Exception {
        var bad = run(server, "127.0.0.1", "65536");
        assertEquals("no such port: 65536", bad.err.lines().findFirst().orElse(""));
        assertEquals(2, bad.status);
        assertFailsWithOneLine("unknown host no.such.host.invalid",
                run(server, "no.such.host.invalid", "0"));
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFailsWithOneLine("cannot listen on 127.0.0.1:" + taken.getLocalPort(),
                    run(server, "127.0.0.1", "" + taken.getLocalPort()));
        }
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("clients")
    void aClientTellsWhyItCannotConnect(String client) throws Exception {
        var bad = run(client, "127.0.0.1", "0");
        assertEquals("no such port: 0", bad.err.lines().findFirst().orElse(""));
        assertEquals(2, bad.status);
        assertFailsWithOneLine("unknown host no.such.host.invalid",
                run(client, "no.such.host.invalid"));
        try (var nobody = new ClosedPort()) {
            var said = assertRefused(run(client, "127.0.0.1", "" + nobody.port()));
            assertFalse(said.contains("\tat "), said);
        }
    }

    /// To the resolver a bare number is a host, and no machine of ours.
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("clients")
    void aSingleNumberIsAPort(String client) throws Exception {
        try (var nobody = new ClosedPort()) {
            var said = assertRefused(run(client, "" + nobody.port()));
            assertFalse(said.contains("not on this machine"), said);
        }
    }

    /// @return all that was said
    private static String assertRefused(Outcome refused) {
        var said = refused.out + refused.err;
        assertTrue(said.contains("Connection refused"), refused.toString());
        assertEquals(1, refused.status);
        return said;
    }

    /// The wildcard address is none of the loopback's, and leads nowhere else.
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("clients")
    void aHostThatIsNotLoopbackIsNamedFirst(String client) throws Exception {
        try (var nobody = new ClosedPort()) {
            var elsewhere = run(client, "0.0.0.0", "" + nobody.port());
            assertEquals("not on this machine: connecting to 0.0.0.0 (0.0.0.0)",
                    elsewhere.err.lines().findFirst().orElse(""), elsewhere.toString());
        }
    }

    /// Another port is no help where the address is somebody else's (RFC 5737).
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("servers")
    void adviceFitsTheFailure(String server) throws Exception {
        var foreign = run(server, "198.51.100.1", "0");
        assertFailsWithOneLine("cannot listen on 198.51.100.1:0", foreign);
        assertTrue(foreign.err.contains("no such address"), foreign.toString());
    }

    private static void assertFailsWithOneLine(String start, Outcome outcome) {
        assertTrue(outcome.err.startsWith(start) && outcome.err.lines().count() == 1,
                "expected one line that starts with '" + start + "', but: " + outcome);
        assertEquals(1, outcome.status);
    }

    private record Outcome(int status, String out, String err) {}

    /// What the program does with these arguments, but for a JVM of its own: all of this has to be
    /// over before it opens anything.
    private static Outcome run(String program, String... args) throws Exception {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var systemOut = System.out;
        var systemErr = System.err;
        System.setOut(new PrintStream(out, true));
        System.setErr(new PrintStream(err, true));
        try {
            var running = new FutureTask<>(command(program, args));
            Thread.ofPlatform().daemon().start(running);
            var status = running.get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return new Outcome(status, out.toString(), err.toString());
        } catch (TimeoutException e) {
            throw new AssertionError(program + " runs with " + List.of(args), e);
        } finally {
            System.setOut(systemOut);
            System.setErr(systemErr);
        }
    }

    private static Callable<Integer> command(String program, String... args) throws Exception {
        var lesson = Class.forName(program);
        try {
            var run = lesson.getDeclaredMethod("run", String[].class);
            run.setAccessible(true);
            return () -> (int) run.invoke(null, (Object) args);
        } catch (NoSuchMethodException e) {
            var arguments = Class.forName(program + "$Arguments").getDeclaredConstructor();
            arguments.setAccessible(true);
            var command = new CommandLine(arguments.newInstance());
            return () -> command.execute(args);
        }
    }

    /// Ctrl-C closes everything, and leaves no stack trace. And it starts where another server has
    /// just been stopped, as readers do who go from lesson to lesson.
    @ParameterizedTest(name = "[{0}]")
    @MethodSource("servers")
    void aServerSaysWhereItListensAndEndsOnCtrlC(String server) throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs kill");
        var port = portJustLeft();
        try (var lesson = ChildLesson.start(server, "localhost", "" + port);
                var client = new TestClient(lesson.port())) {
            var tells = tellsOfClients(server);
            if (tells) awaitAccepted(client, lesson);
            lesson.interrupt();
            if (tells) client.readToEnd(); // throws on a reset
            assertEquals(130, lesson.exitCode());
            assertEquals("", lesson.errors());
            assertFalse(lesson.restOfOutput().contains("Exception"));
        }
    }

    /// The others log only what clients ask for.
    private static boolean tellsOfClients(String server) {
        return !Set.of("MessageServer", "FileServer", "ChatServer").contains(server);
    }

    /// A client that still waits for accept would be reset.
    private static void awaitAccepted(TestClient client, ChildLesson lesson) {
        while (!lesson.readLine().contains(":" + client.socket.getLocalPort())) {} // has a deadline
    }

    /// Here a server has closed first, which leaves TIME_WAIT behind (RFC 9293, 3.6.1).
    private static int portJustLeft() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        try (var listener = new ServerSocket(0, 1, loopback);
                var client = new Socket(loopback, listener.getLocalPort())) {
            listener.accept().close();
            assertEquals(-1, client.getInputStream().read());
            return listener.getLocalPort();
        }
    }
}
