package exercises;

import module java.base;

/// What can be done without a terminal: each does one thing, writes plain lines, and ends with an
/// exit code: 0 done or passed, 1 not passed.
final class Commands {

    static final Set<String> NAMES = Set.of("check", "hint", "list", "reset", "solution");

    private final Desk desk;
    private final Report report;
    private final Consumer<String> out;

    Commands(Desk desk, Report report, Consumer<String> out) {
        this.desk = desk;
        this.report = report;
        this.out = out;
    }

    /// @param step of the hint, from 1
    /// @param givesUp whether the solution is wanted though nothing has passed
    int run(String command, Exercise exercise, int step, boolean givesUp)
            throws IOException, InterruptedException {
        if (command.equals("list")) {
            report.list(desk.course(), desk.solved(), desk.current().id()).forEach(out);
            return 0;
        }
        desk.open(exercise);
        return switch (command) {
            case "reset" -> {
                say(Phrase.COPY, desk.answers().reset(exercise, desk.language()));
                yield 0;
            }
            case "solution" -> solution(exercise, givesUp);
            case "hint" -> hint(exercise, step);
            default -> check(exercise);
        };
    }

    private void say(Phrase phrase, Object... arguments) {
        report.wrapped(report.phrase(phrase, arguments)).forEach(out);
    }

    /// Where its file is.
    void tell(Exercise exercise) throws IOException {
        desk.open(exercise);
        out.accept(report.title(exercise));
        say(Phrase.FILE, desk.answers().file(exercise));
        say(Phrase.WITHOUT_TERMINAL, exercise.id());
    }

    private int check(Exercise exercise) throws IOException, InterruptedException {
        try (var grader = new Grader()) {
            out.accept(report.title(exercise));
            var text = desk.answers().read(exercise);
            var verdict = grader.judge(exercise, text, desk.language());
            report.of(verdict, exercise).forEach(out);
            if (!(verdict instanceof Verdict.Passed)) return 1;
            var isNew = !desk.solved().contains(exercise.id());
            desk.solved(exercise, true);
            desk.answers().keepPassed(exercise, text);
            if (!isNew || !desk.isStageSolved(exercise.stage())) return 0;
            return new StageReview(desk, grader).of(exercise.stage(), report::wrapped, out) ? 0 : 1;
        }
    }

    private int hint(Exercise exercise, int step) throws IOException, InterruptedException {
        try (var grader = new Grader()) {
            var verdict = grader.judge(exercise, desk.answers().read(exercise), desk.language());
            if (verdict.cause().isEmpty()) {
                report.of(verdict, exercise).forEach(out);
                return verdict instanceof Verdict.Passed ? 0 : 1;
            }
            report.hint(exercise, verdict.cause().get(), step - 1).forEach(out);
            return 0;
        }
    }

    private int solution(Exercise exercise, boolean givesUp) throws IOException {
        if (!desk.solved().contains(exercise.id()) && !givesUp) {
            say(Phrase.GIVE_UP_OPTION);
            return 1;
        }
        report.solution(exercise, desk.answers().read(exercise)).forEach(out);
        return 0;
    }
}
