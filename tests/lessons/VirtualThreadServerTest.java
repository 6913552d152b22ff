import module java.base;

import shared.Narrator;

/// Lesson 03: the virtual-thread server.
class VirtualThreadServerTest extends ConcurrentEchoConformance {

    @Override
    List<String> program() {
        return List.of("VirtualThreadServer");
    }

    @Override
    RunningServer start(String prefix) throws Exception {
        var server = new VirtualThreadServer(RunningServer.FREE_PORT, prefix, new Narrator(false));
        return RunningServer.start(server.port(), server::close, server::serve);
    }
}
