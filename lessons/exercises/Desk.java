package exercises;

import module java.base;

import workbook.reader.Language;
import workbook.reader.Progress;

/// The learner's place in the course: which exercise is open, what is solved, where the files are.
final class Desk {

    private final Course course;
    private final Path progressFile;
    private final AnswerFolder answers;
    private final Language language;

    /// @param progressFile the same as the workbook's
    Desk(Course course, Path progressFile, AnswerFolder answers, Language language) {
        this.course = course;
        this.progressFile = progressFile;
        this.answers = answers;
        this.language = language;
    }

    Course course() {
        return course;
    }

    AnswerFolder answers() {
        return answers;
    }

    Language language() {
        return language;
    }

    SortedSet<String> solved() {
        return progress().solved();
    }

    /// Read anew each time: the workbook may write it, too.
    private Progress progress() {
        return Progress.load(progressFile);
    }

    /// The one that was open last if it is not solved; else the first that is not; else the first.
    Exercise current() {
        var progress = progress();
        return progress.exercise().filter(id -> !progress.solved().contains(id))
                .flatMap(course::find)
                .or(this::firstUnsolved)
                .orElse(course.exercises().getFirst());
    }

    private Optional<Exercise> firstUnsolved() {
        var solved = solved();
        return course.exercises().stream().filter(each -> !solved.contains(each.id())).findFirst();
    }

    /// The next that is not solved, behind this one, or else from the beginning.
    Optional<Exercise> after(Exercise exercise) {
        var solved = solved();
        var all = course.exercises();
        var here = all.indexOf(exercise);
        return IntStream.range(1, all.size())
                .mapToObj(i -> all.get((here + i) % all.size()))
                .filter(each -> !solved.contains(each.id())).findFirst();
    }

    /// The learner begins with it, or goes on.
    ///
    /// @throws IOException if its file cannot be written
    void open(Exercise exercise) throws IOException {
        answers.begin(exercise, language);
        var progress = progress();
        progress.exercise(exercise.id());
        progress.save();
    }

    /// An answer has passed, or does no longer.
    void solved(Exercise exercise, boolean isSolved) throws IOException {
        var progress = progress();
        if (progress.solved().contains(exercise.id()) == isSolved) return;
        progress.solved(exercise.id(), isSolved);
        progress.save();
    }

    boolean isStageSolved(String stage) {
        return solved().containsAll(course.stage(stage).stream().map(Exercise::id).toList());
    }
}
