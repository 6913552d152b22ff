package exercises;

import module java.base;

import java.util.logging.Level;
import java.util.logging.Logger;
import workbook.Language;
import workbook.ProgramEngine;

/// Compiles answers and has them judged, in this process, one at a time.
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
    public synchronized Verdict judge(Exercise exercise, String program, Language language)
            throws IOException, InterruptedException {
        var compiled = compiler.compile(exercise.fileName(), program, language);
        if (!compiled.complaints().isEmpty()) return new Verdict.Rejected(compiled.complaints());
        var submission = new Submission(engine, compiled.classes(), program);
        try {
            var number = 0;
            for (var requirement : exercise.judge().requirements()) {
                number++;
                var finding = requirement.broken(submission);
                if (finding.isPresent()) {
                    return new Verdict.Failed(requirement, number, finding.get());
                }
            }
            return new Verdict.Passed();
        } catch (Submission.Incomplete e) {
            return new Verdict.Lacking(e.what);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
