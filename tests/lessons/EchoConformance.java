import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.EchoOracle;
import conformance.EchoProperties;
import conformance.Play;
import conformance.Stage;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// [EchoProperties] for an echo server of the workbook, started in this process for each play, and
/// what else it has to keep.
///
/// A server takes part with a subclass that says how to start it; if it serves several clients at
/// once, with a subclass of [ConcurrentEchoConformance].
abstract class EchoConformance implements EchoProperties {

    /// Starts the server on a free port of the loopback.
    abstract RunningServer start(String prefix) throws Exception;

    /// The same where the property closes it: never one that others use as well.
    RunningServer startAlone(String prefix) throws Exception {
        return start(prefix);
    }

    @Override
    public final void perform(String prefix, Play play) throws Exception {
        try (var server = start(prefix)) {
            Stage.echo(server.address(), prefix, TestClient.DEADLINE).perform(play);
        }
    }

    // ---- the end ----

    @Property(tries = 5)
    void afterCloseThePortIsFreeAndEverybodyKnows(@ForAll("prefixes") String prefix)
            throws Exception {
        FreePort.afterClose(() -> {
            var oracle = new EchoOracle(prefix);
            var hello = Bytes.of("hello").array();
            var server = startAlone(prefix);
            try (var client = new TestClient(server.port())) {
                client.send(hello);
                client.readUntil(bytes -> oracle.explains(bytes, hello));
                server.close(); // fails if the thread that serves is left
                ThreadDump.awaitNone("\\b(Echo|Threaded|VirtualThread|Socket)Server\\b(?!Test)");
                FreePort.bind(server.port());
                assertTrue(hasEnded(client), "the connection is still open");
                server.close(); // a second time: nothing happens
            }
        });
    }

    private static boolean hasEnded(TestClient client) throws IOException {
        try {
            return client.socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    // ---- the log ----

    /// The server as a program: the name of its class, and the options that make it answer each
    /// read.
    abstract List<String> program();

    private ChildLesson startProgram() throws IOException {
        var options = program().subList(1, program().size());
        var arguments = new ArrayList<>(List.of("127.0.0.1", "0"));
        arguments.addAll(options);
        return ChildLesson.start(program().getFirst(), arguments.toArray(String[]::new));
    }

    @Example
    void aLogThatNobodyReadsHoldsUpNobody() throws Exception {
        try (var lesson = startProgram(); var client = new TestClient(lesson.port())) {
            LogOracle.checkThatItHoldsUpNobody(lesson, () -> say("hello", client));
        }
    }

    @Example
    void theLogShowsNothingThatATerminalCouldObey() throws Exception {
        try (var lesson = startProgram(); var client = new TestClient(lesson.port())) {
            for (var strange : LogOracle.STRANGE) {
                say("A" + strange + "Z", client);
                var line = LogOracle.lineWith("sent us", lesson);
                assertTrue(line.endsWith("Z\"") || line.matches(".* bytes: [0-9a-f ]+"), line);
            }
        }
    }

    static void say(String text, TestClient client) throws IOException {
        var oracle = new EchoOracle("echo ");
        var sent = text.getBytes(UTF_8);
        client.send(sent);
        oracle.check(client.readUntil(bytes -> oracle.explains(bytes, sent)), sent);
    }
}
