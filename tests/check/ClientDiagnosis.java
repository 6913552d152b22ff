package check;

import module java.base;

import conformance.BrokenClient;
import conformance.Bytes;
import conformance.ClientPlay;
import conformance.ClientStep;
import conformance.ClientStep.*;
import conformance.ClientSymptom;
import conformance.Step;

/// Finds out why a client fails a play, with further plays that differ from it in one point.
///
/// Where they do not tell one cause from another, it is [Cause#NOT_CLEAR].
public final class ClientDiagnosis {

    private static final ClientPlay PLAIN = ClientPlay.of(typed("ABC"), new Answers());
    private static final ClientPlay ENDED =
            ClientPlay.of(typed("ABC"), new EndsInput(), new Answers());
    private static final ClientPlay SLOW = ClientPlay.of(typed("ABC"), new AnswersLate());
    private static final ClientPlay CUT = ClientPlay.of(typed("ABC"), new AnswersCut(3));

    private final ClientJudge judge;
    private final BrokenClient broken;
    private final ClientPlay play;

    private ClientDiagnosis(ClientJudge judge, BrokenClient broken) {
        this.judge = judge;
        this.broken = broken;
        play = broken.play;
    }

    private static ClientStep typed(String letters) {
        return new Types(Bytes.of(letters));
    }

    /// @throws IOException if the client cannot be started any more
    public static Cause causeOf(BrokenClient broken, ClientJudge judge) throws IOException {
        var diagnosis = new ClientDiagnosis(judge, broken);
        return judge.isTyped() ? diagnosis.cause() : diagnosis.causeOfItsOwn();
    }

    private Cause cause() throws IOException {
        var plain = failure(PLAIN);
        if (plain.isPresent()) return whyNotEvenOneLine(plain.get());
        return switch (broken.symptom) {
            case NO_END -> whyItDoesNotEnd();
            case NOT_SENT, ENDED_EARLY, NOT_SHOWN, SHOWN_TWICE -> whyAnAnswerIsLost();
            case NEVER_CONNECTS, SENDS_OTHER -> Cause.NOT_CLEAR;
        };
    }

    // ---- a line, and its answer ----

    private Cause whyNotEvenOneLine(BrokenClient plain) throws IOException {
        return switch (plain.symptom) {
            case NOT_SENT -> passes(ENDED) ? Cause.SENDS_AT_THE_END : Cause.NOT_CLEAR;
            case NO_END -> plain.aftermath.serverClosed()
                    ? Cause.SERVER_CLOSE_UNNOTICED : Cause.NEVER_TELLS_THE_END;
            case NOT_SHOWN -> isLost(SLOW) && showsAtOnce()
                    ? Cause.GIVES_UP_TOO_SOON : Cause.NOT_CLEAR;
            case NEVER_CONNECTS, SENDS_OTHER, ENDED_EARLY, SHOWN_TWICE -> Cause.NOT_CLEAR;
        };
    }

    /// Whether it is too late only sometimes.
    private boolean showsAtOnce() throws IOException {
        for (int i = 0; i < 3; i++) if (judge.probe(PLAIN).isEmpty()) return true;
        return false;
    }

    // ---- more than a line ----

    private Cause whyAnAnswerIsLost() throws IOException {
        if (hasBlankLines() && passes(withoutBlankLines())) {
            return Cause.WAITS_FOR_AN_ANSWER_TO_NOTHING;
        }
        if (showsZeros()) return Cause.SHOWS_THE_WHOLE_BUFFER;
        if (broken.symptom == ClientSymptom.SHOWN_TWICE) return Cause.NOT_CLEAR;
        if (play.has(EndsInput.class) && passes(withoutEarlyEnd())) {
            return Cause.CLOSES_AT_THE_END_OF_INPUT;
        }
        if (play.has(AnswersCut.class) && hasLongCharacters() && passes(withLetters())) {
            return Cause.DECODES_EACH_READ;
        }
        if (isLost(SLOW)) return Cause.GIVES_UP_TOO_SOON;
        if (SmallerClientPlay.hasLinesAhead(play) && passes(oneByOne())) {
            return Cause.ONE_READ_TAKEN_FOR_ONE_ANSWER;
        }
        return isLostOnce(CUT) ? Cause.ONE_READ_TAKEN_FOR_ONE_ANSWER : Cause.NOT_CLEAR;
    }

    private boolean isLost(ClientPlay other) throws IOException {
        return failure(other).map(each -> each.symptom == ClientSymptom.NOT_SHOWN).orElse(false);
    }

    /// On a busy machine, both pieces of a cut answer may come in one read after all.
    private boolean isLostOnce(ClientPlay other) throws IOException {
        for (int i = 0; i < 4; i++) {
            var outcome = judge.probe(other);
            if (outcome.isPresent() && outcome.get().symptom == ClientSymptom.NOT_SHOWN) {
                return true;
            }
        }
        return false;
    }

    /// No line has a zero byte, so no answer has.
    private boolean showsZeros() {
        for (var each : broken.shown) if (each == 0) return true;
        return false;
    }

    // ---- it does not end ----

    private Cause whyItDoesNotEnd() throws IOException {
        if (play.has(Resets.class)) {
            return passes(withClosing()) ? Cause.RESET_UNNOTICED : Cause.SERVER_CLOSE_UNNOTICED;
        }
        if (play.has(Closes.class)) return Cause.SERVER_CLOSE_UNNOTICED;
        if (hasBlankLines() && passes(withoutBlankLines())) {
            return Cause.WAITS_FOR_AN_ANSWER_TO_NOTHING;
        }
        return Cause.NOT_CLEAR;
    }

    // ---- a client with messages of its own ----

    private Cause causeOfItsOwn() throws IOException {
        return switch (broken.symptom) {
            case NOT_SHOWN -> leavesBeforeTheRest() && passes(withPlainAnswers())
                    ? Cause.CLOSES_AFTER_THE_FIRST_BYTES : Cause.NOT_CLEAR;
            case NO_END -> whyItDoesNotEnd();
            case NEVER_CONNECTS, NOT_SENT, SENDS_OTHER, ENDED_EARLY, SHOWN_TWICE -> Cause.NOT_CLEAR;
        };
    }

    /// It may be seen only now and then: the rest is sent soon after the first piece.
    private boolean leavesBeforeTheRest() throws IOException {
        var seen = Optional.of(broken);
        for (int i = 0; i < LOOKS; i++) {
            if (seen.isPresent() && seen.get().aftermath.leftBeforeTheRest()) return true;
            seen = judge.probe(play);
        }
        return false;
    }

    private static final int LOOKS = 6;

    // ---- the same play, but for one point ----

    private boolean passes(ClientPlay other) throws IOException {
        return other.isFair() && failure(other).isEmpty();
    }

    /// What fails just once may have been slow.
    private Optional<BrokenClient> failure(ClientPlay other) throws IOException {
        var once = judge.probe(other);
        if (once.isEmpty()) return once;
        return judge.probe(other).filter(again -> again.symptom == once.get().symptom);
    }

    private static boolean isBlank(ClientStep step) {
        return step instanceof Types(Bytes line) && line.array().length == 0;
    }

    private boolean hasBlankLines() {
        return play.steps().stream().anyMatch(ClientDiagnosis::isBlank);
    }

    /// Letters in place of each blank line.
    private ClientPlay withoutBlankLines() {
        return changed(step -> isBlank(step) ? typed("B") : step);
    }

    private ClientPlay withoutEarlyEnd() {
        return play.without(EndsInput.class::isInstance);
    }

    /// Each line is answered, after a while, before the next is typed.
    private ClientPlay oneByOne() {
        return new ClientPlay(play.steps().stream().filter(Types.class::isInstance)
                .flatMap(step -> Stream.of(step, new AnswersLate())).toList());
    }

    private ClientPlay withPlainAnswers() {
        return changed(step -> step.answers() ? new Answers() : step);
    }

    private ClientPlay withClosing() {
        return changed(step -> step instanceof Resets ? new Closes() : step);
    }

    private boolean hasLongCharacters() {
        return play.steps().stream().anyMatch(step ->
                step instanceof Types(Bytes line) && !withLetters(line).equals(line));
    }

    private ClientPlay withLetters() {
        return changed(step ->
                step instanceof Types(Bytes line) ? new Types(withLetters(line)) : step);
    }

    private static Bytes withLetters(Bytes line) {
        for (var each : line.array()) if (each < 0) return Step.letters(0, line.array().length);
        return line;
    }

    private ClientPlay changed(UnaryOperator<ClientStep> change) {
        return new ClientPlay(play.steps().stream().map(change).toList());
    }
}
