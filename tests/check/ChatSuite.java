package check;

import module java.base;

import conformance.Answer;
import conformance.Bytes;
import conformance.ChatProperties;
import conformance.ChatStage;
import conformance.Play;

/// The properties of a chat server, to be asked of any.
public final class ChatSuite implements ChatProperties, Suite {

    @Override
    public void perform(Play play) {
        throw new UnsupportedOperationException("a judge performs it");
    }

    @Override
    public List<Question> questions() {
        return Question.of(ChatProperties.class, this);
    }

    @Override
    public Judge judge(Server server, long seed, Judge.Observer observer,
            Judge.Pace pace) {
        return new Judge(server, new Chat(), seed, observer, pace);
    }

    @Override
    public Diagnosis.Finding explain(Failure failure, Judge judge) throws IOException {
        return ChatDiagnosis.of(failure, judge);
    }

    /// Lines, of which the first is a name.
    private record Chat() implements Speech {

        @Override
        public void perform(SocketAddress server, Play play, Duration patience) {
            new ChatStage(server, patience).perform(play);
        }

        @Override
        public Answer answer() {
            throw new UnsupportedOperationException("what is due depends on the others");
        }

        @Override
        public Bytes hello(int client) {
            return Bytes.of("guest" + client + "\n");
        }

        @Override
        public Stream<Play> smaller(Play play, int client) {
            return ChatSmaller.than(play, client);
        }

        @Override
        public Play renumbered(Play play) {
            return ChatSmaller.renumbered(play);
        }

        @Override
        public boolean isMadeOfLetters() {
            return false;
        }
    }
}
