package exercises;

import module java.base;

import java.util.logging.Level;
import java.util.logging.Logger;
import workbook.program.ProgramEngine;
import workbook.reader.Language;

/// Compiles answers and has them judged, in this process. For any number of threads.
public final class Grader implements AutoCloseable {

    /// Has a long note that it has no database.
    private static final Logger JQWIK = Logger.getLogger("net.jqwik");

    private final Compiler compiler = new Compiler();
    private final ProgramEngine engine = new ProgramEngine();

    public Grader() {
        JQWIK.setLevel(Level.WARNING);
    }

    /// @param program the text of the learner's file
    /// @param language of javac's complaints
    public Verdict judge(Exercise exercise, String program, Language language)
            throws IOException, InterruptedException {
        var compiled = compiler.compile(exercise.fileName(), program, language);
        if (!compiled.complaints().isEmpty()) return new Verdict.Rejected(compiled.complaints());
        var submission = new Submission(engine, compiled.classes(), program);
        try {
            return firstBroken(exercise.judge().requirements(), submission)
                    .<Verdict>map(broken -> broken).orElseGet(Verdict.Passed::new);
        } catch (Submission.Incomplete e) {
            return new Verdict.Lacking(e.what);
        }
    }

    /// In their order; those that mostly wait, when they are all that is left, side by side.
    private static Optional<Verdict.Failed> firstBroken(List<Requirement> requirements,
            Submission submission) throws IOException, InterruptedException {
        for (int i = 0; i < requirements.size(); i++) {
            var rest = requirements.subList(i, requirements.size());
            if (rest.stream().allMatch(Requirement::waits)) return firstOf(rest, i, submission);
            var finding = requirements.get(i).broken(submission);
            if (finding.isPresent()) return Optional.of(
                    new Verdict.Failed(requirements.get(i), i + 1, finding.get()));
        }
        return Optional.empty();
    }

    private static Optional<Verdict.Failed> firstOf(List<Requirement> requirements, int before,
            Submission submission) throws IOException, InterruptedException {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = requirements.stream().map(each -> executor.submit(
                    () -> each.broken(submission))).toList();
            for (int i = 0; i < tasks.size(); i++) {
                var finding = tasks.get(i).get();
                if (finding.isEmpty()) continue;
                executor.shutdownNow();
                return Optional.of(new Verdict.Failed(
                        requirements.get(i), before + i + 1, finding.get()));
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) throw io;
            if (e.getCause() instanceof RuntimeException ours) throw ours;
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
