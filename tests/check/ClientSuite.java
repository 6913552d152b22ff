package check;

import module java.base;

import conformance.ClientPlay;
import conformance.ClientProgram;
import conformance.EchoClientProperties;
import conformance.OwnMessagesProperties;

/// The properties of a client, to be asked of any.
public final class ClientSuite {

    private record Typed(String prefix) implements EchoClientProperties {

        @Override
        public void perform(ClientPlay play) {
            throw new UnsupportedOperationException("a judge performs it");
        }
    }

    private record Own() implements OwnMessagesProperties {

        @Override
        public void perform(ClientPlay play) {
            throw new UnsupportedOperationException("a judge performs it");
        }
    }

    private final String prefix;

    /// @param prefix that the server puts before its answers
    public ClientSuite(String prefix) {
        this.prefix = prefix;
    }

    /// @param typed whether the client sends what is typed, or has messages of its own
    public List<ClientQuestion> questions(boolean typed) {
        return typed ? ClientQuestion.of(EchoClientProperties.class, new Typed(prefix))
                : ClientQuestion.of(OwnMessagesProperties.class, new Own());
    }

    public ClientJudge judge(ClientProgram program, long seed, ClientJudge.Pace pace) {
        return new ClientJudge(program, prefix, seed, pace);
    }
}
