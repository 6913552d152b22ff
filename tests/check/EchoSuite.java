package check;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.ConcurrentEchoProperties;
import conformance.Mischief;
import conformance.Play;

/// The properties of an echo server, to be asked of any.
public final class EchoSuite implements ConcurrentEchoProperties, Suite {

    private final String prefix;
    private final boolean oneClient;
    private final boolean once;
    private boolean onlyLetters;

    /// @param prefix that the server puts before its answers
    public EchoSuite(String prefix) {
        this(prefix, false, false);
    }

    /// @param oneClient whether it serves one client at a time, and may
    /// @param once whether nobody can start it again
    public EchoSuite(String prefix, boolean oneClient, boolean once) {
        this.prefix = prefix;
        this.oneClient = oneClient;
        this.once = once;
    }

    @Override
    public void perform(String prefix, Play play) {
        throw new UnsupportedOperationException("a judge performs it");
    }

    @Override
    public boolean sendsAnyBytes() {
        return !onlyLetters;
    }

    /// One thing at a time: what bytes a server bears is asked by the properties of one client.
    @Override
    public boolean sendsAnyBytesAmongOthers() {
        return false;
    }

    @Override
    public boolean asksLess() {
        return onlyLetters;
    }

    @Override
    public Set<Mischief> bearable() {
        var mischiefs = oneClient
                ? EnumSet.copyOf(Mischief.PASSING) : EnumSet.allOf(Mischief.class);
        if (onlyLetters || once) mischiefs.remove(Mischief.LEAVES_HALF_A_CHARACTER);
        return mischiefs;
    }

    @Override
    public List<Question> questions() {
        var questions = new ArrayList<>(Question.of(ConcurrentEchoProperties.class, this));
        if (once) {
            questions.sort(Comparator.comparing(each -> DANGEROUS.indexOf(each.name())));
        }
        return questions;
    }

    /// Resets, and bytes that are no text, may be the end of a server, and then it can be asked
    /// nothing more: so these are asked last.
    private static final List<String> DANGEROUS = List.of("badNeighboursChangeNothingForTheOthers",
            "answersComeAtOnceAndNotAtTheEnd", "everyReplyIsThePrefixAndTheBytesRead");

    @Override
    public Judge judge(Server server, long seed, Judge.Observer observer,
            Judge.Pace pace) {
        return new Judge(server, Speech.Echo.with(prefix), seed, observer, pace);
    }

    /// A server that does not bear some bytes is not sent them again: they would hide what else is
    /// wrong with it.
    ///
    /// @throws IOException if the server cannot be asked any more
    @Override
    public Diagnosis.Finding explain(Failure failure, Judge judge) throws IOException {
        var finding = Diagnosis.of(failure, prefix.getBytes(UTF_8), judge);
        if (finding.cause() == Cause.DECODES_BYTES) onlyLetters = true;
        return finding;
    }
}
