package check;

import module java.base;

import conformance.Answer;
import conformance.Bytes;
import conformance.ConcurrentMessageProperties;
import conformance.MessageAnswer;
import conformance.Messages;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;

/// The properties of a message server, to be asked of any.
public final class MessageSuite implements ConcurrentMessageProperties, Suite {

    private final boolean oneClient;

    /// @param oneClient whether it serves one client at a time, and may
    public MessageSuite(boolean oneClient) {
        this.oneClient = oneClient;
    }

    @Override
    public void perform(Play play) {
        throw new UnsupportedOperationException("a judge performs it");
    }

    @Override
    public List<Question> questions() {
        return Question.of(ConcurrentMessageProperties.class, this);
    }

    @Override
    public Judge judge(Server server, long seed, Judge.Observer observer,
            Judge.Pace pace) {
        return new Judge(server, new Speech(), seed, observer, pace);
    }

    @Override
    public Diagnosis.Finding explain(Failure failure, Judge judge) throws IOException {
        return MessageDiagnosis.of(failure, oneClient, judge);
    }

    private static final class Speech implements check.Speech {

        @Override
        public Answer answer() {
            return new MessageAnswer();
        }

        @Override
        public Bytes hello(int client) {
            return Messages.search("ring");
        }

        /// With fewer clients, and in fewer pieces. A request stays what it is.
        @Override
        public Stream<Play> smaller(Play play, int client) {
            var all = Stream.of(Smaller.withFewerClients(play, client),
                    Smaller.withPlainResets(play, client), inFewerPieces(play));
            return all.flatMap(each -> each).filter(less -> !less.equals(play));
        }

        private static Stream<Play> inFewerPieces(Play play) {
            var steps = play.steps();
            return IntStream.range(0, steps.size() - 1).boxed().flatMap(i -> {
                if (!(steps.get(i) instanceof Says(int client, Bytes first))) return Stream.empty();
                var next = steps.get(i + 1).equals(new Pauses(client)) ? i + 2 : i + 1;
                if (!(steps.get(next) instanceof Says(int again, Bytes second))
                        || again != client) {
                    return Stream.empty();
                }
                var merged = new ArrayList<>(steps.subList(0, i));
                merged.add(new Says(client, new Bytes(Bytes.join(List.of(first, second)))));
                merged.addAll(steps.subList(next + 1, steps.size()));
                return Stream.of(new Play(merged));
            });
        }

        @Override
        public Play renumbered(Play play) {
            var clients = play.steps().stream().map(Step::client).distinct().toList();
            return new Play(play.steps().stream().map(step -> {
                var name = clients.indexOf(step.client());
                return step instanceof Says(_, Bytes bytes) ? new Says(name, bytes) : step.by(name);
            }).toList());
        }

        @Override
        public boolean isMadeOfLetters() {
            return false;
        }
    }
}
