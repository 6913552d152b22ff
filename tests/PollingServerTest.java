import module java.base;

/// Lesson 02: the polling server.
class PollingServerTest extends ConcurrentEchoConformance {

    @Override
    RunningServer start(String prefix) throws Exception {
        var server = new PollingServer(RunningServer.FREE_PORT, prefix, false, Duration.ZERO);
        return RunningServer.start(server.port(), server::close, server::serve);
    }
}
