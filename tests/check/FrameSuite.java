package check;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.ConcurrentFrameProperties;
import conformance.FrameMischief;
import conformance.Play;

/// The properties of a server of frames, to be asked of any.
public final class FrameSuite implements ConcurrentFrameProperties, Suite {

    private final String prefix;
    private final boolean oneClient;
    private boolean onlyLetters;

    /// @param prefix that the server puts before each payload
    /// @param oneClient whether it serves one client at a time, and may
    public FrameSuite(String prefix, boolean oneClient) {
        this.prefix = prefix;
        this.oneClient = oneClient;
    }

    @Override
    public void perform(String prefix, Play play) {
        throw new UnsupportedOperationException("a judge performs it");
    }

    @Override
    public boolean sendsAnyBytes() {
        return !onlyLetters;
    }

    @Override
    public Set<FrameMischief> bearable() {
        return oneClient ? FrameMischief.PASSING : EnumSet.allOf(FrameMischief.class);
    }

    @Override
    public List<Question> questions() {
        return Question.of(ConcurrentFrameProperties.class, this);
    }

    @Override
    public Judge judge(Server server, long seed, Judge.Observer observer,
            Judge.Pace pace) {
        return new Judge(server, new FrameSpeech(prefix), seed, observer, pace);
    }

    @Override
    public Diagnosis.Finding explain(Failure failure, Judge judge) throws IOException {
        var finding = FrameDiagnosis.of(failure, prefix.getBytes(UTF_8), oneClient, judge);
        if (finding.cause() == Cause.DECODES_BYTES) onlyLetters = true;
        return finding;
    }
}
