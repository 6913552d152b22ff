package check;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conformance.Broken;
import conformance.Bytes;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;
import conformance.Symptom;

/// Finds out why a server of datagrams fails a play, with further plays.
final class UdpDiagnosis {

    private final Judge judge;
    private final byte[] prefix;
    private final Failure failure;
    private final Play play;
    private final Broken broken;

    private UdpDiagnosis(Judge judge, byte[] prefix, Failure failure) {
        this.judge = judge;
        this.prefix = prefix;
        this.failure = failure;
        play = failure.play();
        broken = failure.broken();
    }

    private static final Play ONE = Play.of(new Connects(0), says("A"), new Hears(0));
    private static final Play TWO = ONE.then(says("B"), new Hears(0));

    private static Step says(String text) {
        return new Says(0, Bytes.of(text));
    }

    /// @param prefix that the server puts before its answers
    /// @throws IOException if the server cannot be asked any more
    static Diagnosis.Finding of(Failure failure, byte[] prefix, Judge judge) throws IOException {
        if (failure.died() && !judge.canRestart()) {
            return new Diagnosis.Finding(failure, Cause.EXCEPTION_ENDS_SERVER);
        }
        var one = judge.probe(ONE);
        if (one.isPresent() && one.get().broken() != null) {
            return new Diagnosis.Finding(one.get(),
                    new UdpDiagnosis(judge, prefix, one.get()).cause());
        }
        var two = judge.probe(TWO);
        if (two.isPresent() && two.get().broken() != null) return second(two.get(), prefix, judge);
        return new Diagnosis.Finding(failure, new UdpDiagnosis(judge, prefix, failure).cause());
    }

    /// The first was answered.
    private static Diagnosis.Finding second(Failure failure, byte[] prefix, Judge judge)
            throws IOException {
        var cause = failure.broken().symptom == Symptom.NO_ANSWER
                ? Cause.ANSWERS_FIRST_DATAGRAM_ONLY
                : new UdpDiagnosis(judge, prefix, failure).cause();
        return new Diagnosis.Finding(failure, cause);
    }

    private Cause cause() throws IOException {
        if (hasEmpty() && judge.probe(withoutEmpty()).isEmpty()) return whyEmpty();
        if (hasOdd() && judge.probe(withoutOdd()).isEmpty()) return whyOdd();
        if (failure.died()) return Cause.EXCEPTION_ENDS_SERVER;
        return switch (broken.symptom) {
            case WRONG_BYTE, SURPLUS -> whyWrong();
            case NO_ANSWER -> goesToAnother() ? Cause.ANSWERS_LAST_SENDER : Cause.NOT_CLEAR;
            default -> Cause.NOT_CLEAR;
        };
    }

    private Cause whyEmpty() {
        return failure.died() || broken.symptom == Symptom.NO_ANSWER
                ? Cause.EMPTY_DATAGRAM_ENDS_SERVER : Cause.NOT_CLEAR;
    }

    private Cause whyWrong() {
        var came = broken.heard;
        var expected = Bytes.join(List.of(
                new Bytes(Arrays.copyOf(came, broken.right)), new Bytes(broken.due)));
        var rest = Arrays.copyOfRange(came, broken.right, came.length);
        if (rest.length == 0 && broken.right >= prefix.length) return Cause.TRUNCATES_DATAGRAMS;
        if (isForeign(came)) return Cause.ANSWERS_LAST_SENDER;
        if (broken.due.length == 0 && broken.right > prefix.length) {
            var text = new String(rest, ISO_8859_1);
            return text.equals("\n") || text.equals("\r\n") ? Cause.ADDS_LINE_END
                    : Cause.SENDS_WHOLE_DATAGRAM_BUFFER;
        }
        if (prefix.length > 0 && Arrays.equals(came,
                Arrays.copyOfRange(expected, prefix.length,
                        expected.length))) return Cause.NO_PREFIX;
        return Cause.NOT_CLEAR;
    }

    /// Letters that another client has sent, and this one not.
    private boolean isForeign(byte[] came) {
        if (came.length <= prefix.length) return false;
        var letter = came[prefix.length];
        return sentBy(letter, client -> client != broken.client())
                && !sentBy(letter, client -> client == broken.client());
    }

    private boolean sentBy(byte letter, IntPredicate who) {
        return play.steps().stream().anyMatch(step -> step instanceof Says(int client, Bytes bytes)
                && who.test(client) && new String(bytes.array(), ISO_8859_1)
                        .indexOf(letter & 0xff) >= 0);
    }

    /// Whether another of its clients gets this one's answer.
    private boolean goesToAnother() throws IOException {
        var before = play.before(broken.step);
        for (var other : before.steps().stream().map(Step::client).distinct().toList()) {
            if (other == broken.client() || before.steps().contains(new Leaves(other))) continue;
            var outcome = judge.probe(before.then(new Hears(other)));
            if (outcome.isEmpty() || outcome.get().broken() == null) continue;
            if (new UdpDiagnosis(judge, prefix, outcome.get())
                    .isForeign(outcome.get().broken().heard)) {
                return true;
            }
        }
        return false;
    }

    // ---- the same play, but for one point ----

    private boolean hasEmpty() {
        return play.steps().stream().anyMatch(UdpDiagnosis::isEmpty);
    }

    private static boolean isEmpty(Step step) {
        return step instanceof Says(_, Bytes bytes) && bytes.array().length == 0;
    }

    private Play withoutEmpty() {
        return new Play(play.steps().stream().filter(step -> !isEmpty(step)).toList());
    }

    private boolean hasOdd() {
        return !play.equals(withoutOdd());
    }

    private Play withoutOdd() {
        return new Play(play.steps().stream()
                .map(step -> step instanceof Says(int name, Bytes bytes)
                && !isPlain(bytes) ? new Says(name, Step.letters(name, bytes.array().length))
                        : step).toList());
    }

    private static boolean isPlain(Bytes bytes) {
        for (var each : bytes.array()) if (each <= ' ') return false; // a byte has a sign
        return true;
    }

    private Cause whyOdd() {
        for (var step : play.steps()) {
            if (!(step instanceof Says(_, Bytes bytes))) continue;
            for (var each : bytes.array()) {
                if (each < 0) return Cause.DECODES_BYTES;
                if (each < ' ' && !Character.isWhitespace(each)) return Cause.NOT_CLEAR;
            }
        }
        return failure.died() || broken.heard.length >= broken.right + broken.due.length
                ? Cause.NOT_CLEAR : Cause.DROPS_WHITE_SPACE;
    }
}
