import module java.base;

import conformance.ConcurrentMessageProperties;
import conformance.MessageAnswer;
import conformance.Play;
import conformance.Stage;
import shared.Narrator;

/// Lesson 05: the message server, by the properties that any has to keep.
class MessageServerTest implements ConcurrentMessageProperties {

    private static final MessageServer.Limits LIMITS = new MessageServer.Limits(
            16, 1000, TestClient.DEADLINE, TestClient.DEADLINE);

    @Override
    public void perform(Play play) throws Exception {
        var server = new MessageServer(RunningServer.FREE_PORT, LIMITS, new Narrator(true));
        try (var running = RunningServer.start(server.port(), server::close, server::serve)) {
            new Stage(running.address(), MessageAnswer::new, TestClient.DEADLINE).perform(play);
        }
    }
}
