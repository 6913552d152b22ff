package conformance;

import module java.base;

/// A play that could not be performed to its end: the server failed.
public final class Broken extends AssertionError {

    private static final long serialVersionUID = 1;

    public final transient Play play;
    /// The step that failed, from 0.
    public final int step;
    public final Symptom symptom;
    /// What the client of that step had said.
    public final transient byte[] said;
    /// What it had heard, with what was wrong at the end.
    public final transient byte[] heard;
    /// How many bytes at the beginning of that are right.
    public final int right;
    /// How many bytes of what was said that answers.
    public final int answered;
    /// What could have come next.
    public final transient byte[] due;

    Broken(Play play, int step, Symptom symptom, byte[] said, byte[] heard, int right,
            int answered, byte[] due) {
        super(null, null);
        this.play = play;
        this.step = step;
        this.symptom = symptom;
        this.said = said;
        this.heard = heard;
        this.right = right;
        this.answered = answered;
        this.due = due;
    }

    /// The client of the step that failed.
    public int client() {
        return play.steps().get(step).client();
    }

    /// The steps that were played, in a line, and what came of the last.
    @Override
    public String getMessage() {
        return "%s%n  %s: said %s, heard %s; the first %d are right, then was due %s".formatted(
                play.before(step + 1), symptom.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Bytes.show(said), Bytes.show(heard), right, Bytes.show(due));
    }
}
