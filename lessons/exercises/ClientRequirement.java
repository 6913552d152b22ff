package exercises;

import module java.base;

import check.Cause;
import check.ClientDiagnosis;
import check.ClientJudge;
import check.ClientPicture;
import check.ClientQuestion;
import check.ClientSuite;

/// A requirement of a client that sends what is typed: `main` is told the port of a server, which
/// answers with a prefix and the bytes. The properties are those of `check --client`.
final class ClientRequirement implements Requirement {

    private static final String PREFIX = "echo ";
    private static final long SEED = 1;

    private final ClientSuite suite = new ClientSuite(PREFIX);
    private final ClientQuestion question;
    private final int tries;

    /// @param property of [conformance.EchoClientProperties], by its name
    /// @param tries so many plays
    ClientRequirement(String property, int tries) {
        question = suite.questions(true).stream()
                .filter(each -> each.name().equals(property)).findFirst().orElseThrow();
        this.tries = tries;
    }

    @Override
    public Words expected() {
        return new Words(check.Language.EN.expected(question.question()),
                check.Language.ZH.expected(question.question()));
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public Optional<Finding> broken(Submission submission) throws IOException {
        var judge = suite.judge(
                new LearnersClient(submission), SEED, ClientJudge.Pace.QUICK);
        var verdict = judge.judge(question, tries, ClientJudge.SILENT);
        if (!(verdict instanceof ClientJudge.Verdict.Fails(var broken, _, _, int fromLetters))) {
            return Optional.empty();
        }
        var cause = ClientDiagnosis.causeOf(broken, judge);
        var id = cause == Cause.NOT_CLEAR ? Hints.OTHERWISE : cause.name();
        var remark = fromLetters == 0 ? null : new Words(
                "With %s letters it still works, from %s on it does not.",
                "%s 个字母时还正常，从 %s 个起就不对了。").formatted(fromLetters - 1, fromLetters);
        return Optional.of(new Finding(id, language ->
                new ClientPicture(check.Language.of(language.code()), true).of(broken), remark));
    }
}
