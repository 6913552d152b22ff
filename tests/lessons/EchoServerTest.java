import module java.base;

import conformance.Bytes;
import conformance.EchoOracle;
import net.jqwik.api.Example;
import shared.Narrator;

/// Lesson 01: the blocking server.
class EchoServerTest extends EchoConformance {

    @Override
    List<String> program() {
        return List.of("EchoServer");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        var server = new EchoServer(RunningServer.FREE_PORT, prefix, new Narrator(false));
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    /// What the article says is impossible: the second client does connect. It only has to wait.
    @Example
    void theNextClientIsConnectedAndWaitsForItsTurn() throws Exception {
        var oracle = new EchoOracle("echo ");
        var hello = Bytes.of("hello").array();
        try (var server = start("echo ");
                var first = new TestClient(server.port());
                var second = new TestClient(server.port())) {
            second.send(hello);
            first.send(hello);
            oracle.check(first.readUntil(bytes -> oracle.explains(bytes, hello)), hello);
            if (!second.hearsNothingFor(Duration.ofMillis(50))) {
                throw new AssertionError("the second client was served beside the first");
            }
            first.halfClose();
            oracle.check(second.readUntil(bytes -> oracle.explains(bytes, hello)), hello);
        }
    }
}
