package exercises;

import module java.base;

import workbook.program.Program;

/// A method of a submission, which can be called again and again, whatever it does.
final class Callee implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(400);

    /// What came of a call.
    sealed interface Reply {

        record Returned(Object value) implements Reply {}

        /// @param line of the submission; 0 if it has none
        record Threw(Throwable cause, int line) implements Reply {}

        /// It does not come back, or reads on and on.
        record Stuck(Program.Place place) implements Reply {}
    }

    private final Submission submission;
    private final String name;
    private final Class<?>[] parameters;
    private final Duration patience;
    private Program program;
    private Method method;

    Callee(Submission submission, String name, Class<?>... parameters) {
        this(submission, PATIENCE, name, parameters);
    }

    /// @param patience how long a call may take
    Callee(Submission submission, Duration patience, String name, Class<?>... parameters) {
        this.patience = patience;
        this.submission = submission;
        this.name = name;
        this.parameters = parameters;
    }

    Reply call(Object... arguments) throws InterruptedException {
        if (program == null) {
            program = submission.load();
            method = submission.method(program, name, parameters);
        }
        try {
            return new Reply.Returned(
                    program.call(() -> method.invoke(null, arguments), patience));
        } catch (InvocationTargetException e) {
            var cause = e.getCause();
            return new Reply.Threw(cause, Program.ownLine(cause.getStackTrace()));
        } catch (Program.Stuck e) {
            close();
            return new Reply.Stuck(e.place);
        }
    }

    @Override
    public void close() {
        if (program != null) program.close();
        program = null;
    }
}
