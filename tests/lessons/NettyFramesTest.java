import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.ConcurrentFrameProperties;
import conformance.FrameAnswer;
import conformance.Play;
import conformance.Stage;
import net.jqwik.api.Tag;
import shared.Narrator;

/// Lesson 06: the Netty server with `--frames`, by the properties that any server of frames has to
/// keep.
@Tag("long")
class NettyFramesTest implements ConcurrentFrameProperties {

    @Override
    public void perform(String prefix, Play play) throws Exception {
        var server = new NettyServer(RunningServer.FREE_PORT, prefix, true, new Narrator(true));
        try (var running = RunningServer.start(server.port(), server::close, server::serve)) {
            new Stage(running.address(), () -> new FrameAnswer(prefix.getBytes(UTF_8)),
                    TestClient.DEADLINE).perform(play);
        }
    }
}
