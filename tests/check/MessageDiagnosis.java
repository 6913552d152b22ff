package check;

import module java.base;

import conformance.Bytes;
import conformance.Frames;
import conformance.Messages;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;
import conformance.Symptom;

/// Finds out why a message server fails a play, with simpler ones. Where they do not tell one cause
/// from another, it is [Cause#NOT_CLEAR].
final class MessageDiagnosis {

    private static final int A = 0;
    private static final int B = 1;
    private static final Bytes REQUEST = Messages.search("ring");

    private final Judge judge;

    private MessageDiagnosis(Judge judge) {
        this.judge = judge;
    }

    /// @param oneClient whether it may serve one client at a time
    /// @throws IOException if the server cannot be asked any more
    static Diagnosis.Finding of(Failure failure, boolean oneClient, Judge judge)
            throws IOException {
        if (!judge.canRestart() && failure.died()) {
            return new Diagnosis.Finding(failure, Cause.EXCEPTION_ENDS_SERVER);
        }
        var diagnosis = new MessageDiagnosis(judge);
        for (var simplest : diagnosis.simplest(oneClient)) {
            var fails = judge.probeWithPauses(simplest.play);
            if (fails.isEmpty()) continue;
            return new Diagnosis.Finding(fails.get(), simplest.why.of(fails.get()));
        }
        return new Diagnosis.Finding(failure, whyLess(failure));
    }

    private interface Why {
        Cause of(Failure failure) throws IOException;
    }

    private record Simplest(Play play, Why why) {}

    private List<Simplest> simplest(boolean oneClient) {
        var firstByte = new Says(A, Frames.slice(REQUEST, 0, 1));
        var all = new ArrayList<>(List.of(
                new Simplest(Play.of(new Connects(A), new Says(A, REQUEST), new Hears(A)),
                        this::whyNotEvenOne),
                new Simplest(Play.of(new Connects(A), new Says(A, REQUEST), new HearsTheEnd(A)),
                        fails -> fails.broken() != null && fails.broken().symptom == Symptom.NO_END
                                ? Cause.NEVER_CLOSES : Cause.NOT_CLEAR),
                new Simplest(inPieces(120), _ -> Cause.READ_TAKEN_FOR_FRAME),
                new Simplest(inPieces(50), _ -> Cause.HEADER_NOT_ASSEMBLED),
                new Simplest(inPieces(1), _ -> Cause.HEADER_NOT_ASSEMBLED),
                new Simplest(thenAnother(firstByte, new HalfCloses(A), new Pauses(A)),
                        fails -> fails.died()
                                ? Cause.END_INSIDE_FRAME_ENDS_SERVER : Cause.NOT_CLEAR)));
        if (oneClient) return all;
        all.add(new Simplest(thenAnother(), _ -> whyItWaits()));
        all.add(new Simplest(thenAnother(firstByte),
                fails -> fails.isLate() ? Cause.HALF_A_FRAME_BLOCKS_ALL : Cause.NOT_CLEAR));
        return all;
    }

    private static Play inPieces(int cut) {
        return Play.of(new Connects(A), new Says(A, Frames.slice(REQUEST, 0, cut)), new Pauses(A),
                new Says(A, Frames.slice(REQUEST, cut, REQUEST.array().length)), new Hears(A));
    }

    private static Play thenAnother(Step... before) {
        return Play.of(new Connects(A)).then(before)
                .then(new Connects(B), new Says(B, REQUEST), new Hears(B));
    }

    private Cause whyNotEvenOne(Failure fails) throws IOException {
        if (fails.died()) return Cause.NOT_CLEAR;
        var atTheEnd = Play.of(
                new Connects(A), new Says(A, REQUEST), new HalfCloses(A), new HearsTheEnd(A));
        return judge.probe(atTheEnd).isEmpty() ? Cause.ANSWERS_AT_THE_END : Cause.NOT_CLEAR;
    }

    private Cause whyItWaits() throws IOException {
        return judge.probe(thenAnother(new Leaves(A))).isPresent()
                ? Cause.BAD_NEIGHBOUR_STOPS_IT : Cause.ONE_CLIENT_AT_A_TIME;
    }

    private static Cause whyLess(Failure failure) {
        if (!failure.died()) return Cause.NOT_CLEAR;
        var hasResets = failure.play().steps().stream()
                .anyMatch(step -> step instanceof Resets || step instanceof Leaves);
        return hasResets ? Cause.RESET_ENDS_SERVER : Cause.EXCEPTION_ENDS_SERVER;
    }
}
