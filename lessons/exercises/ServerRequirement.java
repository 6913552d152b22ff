package exercises;

import module java.base;

import check.Cause;
import check.Diagnosis;
import check.Failure;
import check.Picture;
import check.Question;
import check.Suite;
import check.Verdict;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;

/// A requirement of a server: `main` is started on a free port, and clients play with it over the
/// loopback. The properties, and how the cause is found, are those of `check`.
final class ServerRequirement implements Requirement {

    /// The server has not said where it listens.
    static final String DOES_NOT_LISTEN = "DOES_NOT_LISTEN";

    private static final long SEED = 1;

    private final Words expected;
    private final Suite suite;
    private final Play play; // or null
    private final Question question; // or null
    private final int tries;

    private ServerRequirement(Words expected, Suite suite, Play play, Question question,
            int tries) {
        this.expected = expected;
        this.suite = suite;
        this.play = play;
        this.question = question;
        this.tries = tries;
    }

    /// One play.
    static ServerRequirement playing(Words expected, Suite suite, Play play) {
        return new ServerRequirement(expected, suite, play, null, 1);
    }

    /// A property of the suite, with so many plays.
    static ServerRequirement keeping(String property, Suite suite, int tries) {
        var question = suite.questions().stream()
                .filter(each -> each.name().equals(property)).findFirst().orElseThrow();
        var expected = new Words(check.Language.EN.expected(question),
                check.Language.ZH.expected(question));
        return new ServerRequirement(expected, suite, null, question, tries);
    }

    /// A client sends until nothing more is taken, then half-closes and reads all answers.
    ///
    /// @param suite of echo servers
    static ServerRequirement bearingAFlood(Suite suite) {
        return playing("aClientThatReadsOnlyAtTheEndGetsEveryByte", suite, Play.of(
                new Connects(0), new Floods(0), new HalfCloses(0), new HearsTheEnd(0)));
    }

    /// The same, and another client is answered meanwhile.
    ///
    /// @param suite of echo servers
    static ServerRequirement servingBesideAFlood(Suite suite) {
        return playing("aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody", suite, Play.of(
                new Connects(0), new Connects(1), new Floods(0),
                new Says(1, Step.letters(1, 1)), new Hears(1)));
    }

    /// A play that shows a property best: there is nothing to make smaller.
    private static ServerRequirement playing(String property, Suite suite, Play play) {
        return playing(keeping(property, suite, 1).expected, suite, play);
    }

    @Override
    public Words expected() {
        return expected;
    }

    /// A flood waits until nothing more is taken.
    @Override
    public boolean waits() {
        return play != null && play.steps().stream().anyMatch(Floods.class::isInstance);
    }

    @Override
    public Optional<Finding> broken(Submission submission) throws IOException {
        var server = new LearnersServer(submission);
        try (var judge = suite.judge(server, SEED, check.Judge.SILENT,
                check.Judge.Pace.QUICK)) {
            judge.getAcquainted();
            var verdict = play != null ? judge.judge(play) : judge.judge(question, tries);
            if (!(verdict instanceof Verdict.Fails(Failure failure, _, _))) return Optional.empty();
            return Optional.of(finding(suite.explain(failure, judge), server));
        } catch (LearnersServer.Silent e) {
            return Optional.of(e.finding());
        }
    }

    private static Finding finding(Diagnosis.Finding found, LearnersServer server) {
        var cause = found.cause() == Cause.NOT_CLEAR ? Hints.OTHERWISE : found.cause().name();
        return new Finding(cause, language -> new Picture(check.Language.of(language.code()))
                .of(found.failure()), server.whereItStands());
    }
}
