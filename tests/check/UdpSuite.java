package check;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.Answer;
import conformance.Bytes;
import conformance.DatagramProperties;
import conformance.DatagramStage;
import conformance.Play;
import conformance.Step;

/// The properties of an echo server of datagrams, to be asked of any.
public final class UdpSuite implements DatagramProperties, Suite {

    private final String prefix;
    private boolean onlyLetters;

    /// @param prefix that the server puts before its answers
    public UdpSuite(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public void perform(Play play) {
        throw new UnsupportedOperationException("a judge performs it");
    }

    @Override
    public boolean sendsAnyBytes() {
        return !onlyLetters;
    }

    @Override
    public List<Question> questions() {
        return Question.of(DatagramProperties.class, this);
    }

    @Override
    public Judge judge(Server server, long seed, Judge.Observer observer,
            Judge.Pace pace) {
        return new Judge(server, new Datagrams(prefix), seed, observer, pace);
    }

    @Override
    public Diagnosis.Finding explain(Failure failure, Judge judge) throws IOException {
        var finding = UdpDiagnosis.of(failure, prefix.getBytes(UTF_8), judge);
        if (finding.cause() == Cause.DECODES_BYTES) onlyLetters = true;
        return finding;
    }

    /// Bytes, a datagram for each saying.
    private record Datagrams(String prefix) implements Speech {

        @Override
        public void perform(SocketAddress server, Play play, Duration patience) {
            new DatagramStage(server, prefix, patience).perform(play);
        }

        @Override
        public Answer answer() {
            throw new UnsupportedOperationException("there is no stream");
        }

        @Override
        public Bytes hello(int client) {
            return Step.letters(client, 1);
        }

        @Override
        public Stream<Play> smaller(Play play, int client) {
            return Smaller.than(play, client);
        }

        @Override
        public Play renumbered(Play play) {
            return Smaller.renumbered(play);
        }

        @Override
        public boolean isMadeOfLetters() {
            return true;
        }
    }
}
