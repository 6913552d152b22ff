import module java.base;

/// Lesson 03: the virtual-thread server.
class VirtualThreadServerTest extends ConcurrentEchoConformance {

    @Override
    RunningServer start(String prefix) throws Exception {
        var server = new VirtualThreadServer(RunningServer.FREE_PORT, prefix, false);
        return RunningServer.start(server.port(), server::close, server::serve);
    }
}
