package conformance;

import module java.base;

/// A play that could not be performed to its end: the client failed.
public final class BrokenClient extends AssertionError {

    private static final long serialVersionUID = 1;

    /// @param due what should be shown, or should come
    /// @param came what was instead, from where it begins to be alike
    /// @param right how many bytes at the beginning of that are right
    public record Difference(byte[] due, byte[] came, int right) {

        static final Difference NONE = new Difference(new byte[0], new byte[0], 0);
    }

    public final transient ClientPlay play;
    /// The step that failed, from 0; the number of steps if it is the end.
    public final int step;
    public final ClientSymptom symptom;
    public final transient Difference difference;
    /// All that the client has shown.
    public final transient byte[] shown;
    /// What became of the client and its connections.
    public final transient Aftermath aftermath;

    /// @param serverClosed whether the server has closed all connections
    /// @param leftBeforeTheRest whether the client had closed before the second part of an answer
    /// @param busy how much of the time that it was waited for the client used the processor, from
    ///        0 to 1, as far as we know
    /// @param ending how the client has ended, for people; null if it did not
    /// @param lastWords the last lines of its standard error
    public record Aftermath(boolean serverClosed, boolean leftBeforeTheRest, double busy,
            String ending, List<String> lastWords) {}

    BrokenClient(ClientPlay play, int step, ClientSymptom symptom, Difference difference,
            byte[] shown, Aftermath aftermath) {
        super(null, null);
        this.play = play;
        this.step = step;
        this.symptom = symptom;
        this.difference = difference;
        this.shown = shown;
        this.aftermath = aftermath;
    }

    @Override
    public String getMessage() {
        return "%s%n  %s: due was %s, came %s; the first %d are right%n  shown: %s%n  %s".formatted(
                step < play.steps().size() ? play.before(step + 1) : play,
                symptom.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Bytes.show(difference.due), Bytes.show(difference.came), difference.right,
                Bytes.show(shown), aftermath);
    }
}
