package exercises;

import module java.base;

/// When all exercises of a stage are solved, all of them are judged once more: one may have been
/// broken since. Those that fail are to be done again.
final class StageReview {

    private final Desk desk;
    private final Grader grader;

    StageReview(Desk desk, Grader grader) {
        this.desk = desk;
        this.grader = grader;
    }

    /// @param wrap makes lines of a sentence
    /// @return whether all have passed
    boolean of(String stage, Function<String, List<String>> wrap, Consumer<String> print)
            throws IOException, InterruptedException {
        var language = desk.language();
        wrap.apply(Phrase.STAGE.in(language, stage)).forEach(print);
        var failed = new ArrayList<String>();
        for (var exercise : desk.course().stage(stage)) {
            var passes = passes(exercise);
            print.accept("  %s %s  %s".formatted(passes ? "ok " : "-- ", exercise.id(),
                    exercise.task(language).title()));
            desk.solved(exercise, passes);
            if (!passes) failed.add(exercise.id());
        }
        wrap.apply(failed.isEmpty() ? Phrase.STAGE_GOOD.in(language, stage)
                : Phrase.STAGE_BAD.in(language, String.join(", ", failed))).forEach(print);
        return failed.isEmpty();
    }

    /// An answer that is no longer there passes no longer.
    private boolean passes(Exercise exercise) throws IOException, InterruptedException {
        if (!Files.exists(desk.answers().file(exercise))) return false;
        var text = desk.answers().read(exercise);
        return grader.judge(exercise, text, desk.language()) instanceof Verdict.Passed;
    }
}
