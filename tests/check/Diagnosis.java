package check;

import module java.base;

import conformance.Broken;
import conformance.Bytes;
import conformance.Play;
import conformance.Stage;
import conformance.Step;
import conformance.Step.*;
import conformance.Symptom;

/// Finds out why a server fails a play, with further plays that differ from it in one point.
///
/// Where they do not tell one cause from another, it is [Cause#NOT_CLEAR].
public final class Diagnosis {

    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private final Judge judge;
    private final byte[] prefix;
    private final Failure failure;
    private final Play play;
    private final Broken broken;
    private final int client; // who did not get what it was due

    private Diagnosis(Judge judge, byte[] prefix, Failure failure) {
        this.judge = judge;
        this.prefix = prefix;
        this.failure = failure;
        play = failure.play();
        broken = failure.broken();
        client = broken == null ? -1 : broken.client();
    }

    /// A cause, and the failure that shows it best.
    public record Finding(Failure failure, Cause cause) {

        /// Whether a client that does nothing but say a letter fails already: then all else does.
        boolean isOfTheSimplest() {
            return List.of(SLOW, SILENT, SIMPLEST.getFirst()).contains(failure.play());
        }
    }

    /// @param prefix that the server puts before its answers
    /// @throws IOException if the server cannot be asked any more
    static Finding of(Failure failure, byte[] prefix, Judge judge) throws IOException {
        var diagnosis = new Diagnosis(judge, prefix, failure);
        if (!judge.canRestart() && failure.died()) {
            return new Finding(failure, diagnosis.whyItDiedAsFarAsWeKnow());
        }
        if (judge.isSpoilt()) {
            var clear = hasResets(failure.play()) && !hasOddBytes(failure.play());
            return new Finding(failure, clear ? Cause.BAD_NEIGHBOUR_STOPS_IT : Cause.NOT_CLEAR);
        }
        var silent = judge.probe(SILENT);
        if (silent.isPresent() && silent.get().died()) {
            var slow = judge.probeWithPauses(SLOW);
            return new Finding(slow.orElse(failure), Cause.READY_TO_WRITE_TAKEN_FOR_READ);
        }
        for (var simplest : SIMPLEST) {
            var fails = judge.probe(simplest);
            if (fails.isEmpty()) continue;
            if (fails.get().isLate() && judge.probe(simplest).isEmpty()) continue; // just slow
            return new Finding(fails.get(), new Diagnosis(judge, prefix, fails.get()).cause());
        }
        if (diagnosis.othersStay()) {
            var beside = judge.probe(BESIDE);
            if (beside.isPresent()) {
                return new Finding(beside.get(),
                        new Diagnosis(judge, prefix, beside.get()).cause());
            }
        }
        return new Finding(failure, diagnosis.cause());
    }

    private static final Play BESIDE = Play.of(new Connects(0), new Connects(1),
            new Says(1, Step.letters(1, 1)), new Hears(1));

    /// What a server has to bear that waits for nothing before it reads.
    private static final Play SLOW = Play.of(
            new Connects(0), new Pauses(0), new Says(0, Step.letters(0, 1)), new Hears(0));

    /// Nothing is said, so nothing comes; but the server should not end.
    private static final Play SILENT = Play.of(new Connects(0), new HearsAByte(0));

    /// Whatever else was tried: a server that fails one of these fails most others, too.
    private static final List<Play> SIMPLEST = List.of(
            Play.of(new Connects(0), says("A"), new Hears(0)),
            Play.of(new Connects(0), says("A"), new Hears(0), says("B"), new Hears(0)),
            Play.of(new Connects(0), says("A"), new HalfCloses(0), new HearsTheEnd(0)));

    private static Step says(String text) {
        return new Says(0, Bytes.of(text));
    }

    private Cause cause() throws IOException {
        if (failure.died()) return whyItDied();
        if (broken.symptom == Symptom.KEEPS_EVERYTHING) return Cause.NO_BACK_PRESSURE;
        if (broken.symptom != Symptom.NO_END && play.floods(client) && halfCloses()) {
            var stillTalks = judge.probe(withoutHalfClose());
            if (stillTalks.isPresent()) {
                return new Diagnosis(judge, prefix, stillTalks.get()).cause();
            }
        }
        return switch (broken.symptom) {
            case WRONG_BYTE, SURPLUS -> whyWrong();
            case NO_ANSWER, INCOMPLETE, TAKES_NOTHING -> whyLate();
            case ENDED_EARLY, RESET -> whyEnded();
            case NO_END -> Cause.NEVER_CLOSES;
            case KEEPS_EVERYTHING -> Cause.NO_BACK_PRESSURE;
            case CANNOT_CONNECT -> Cause.NOT_CLEAR;
        };
    }

    // ---- it has ended ----

    private Cause whyItDied() throws IOException {
        if (hasOddBytes(play) && !diesOf(withoutOddBytes(play))) return Cause.DECODES_BYTES;
        if (hasResets(play)) return Cause.RESET_ENDS_SERVER;
        return Cause.EXCEPTION_ENDS_SERVER;
    }

    /// One that is not ours to restart can be asked nothing more.
    private Cause whyItDiedAsFarAsWeKnow() {
        var odd = hasOddBytes(failure.play());
        return odd && !hasOthers() ? Cause.DECODES_BYTES : Cause.NOT_CLEAR;
    }

    private boolean diesOf(Play other) throws IOException {
        var outcome = judge.probe(other);
        return outcome.isPresent() && outcome.get().died();
    }

    private static boolean hasResets(Play play) {
        return play.steps().stream()
                .anyMatch(step -> step instanceof Resets || step instanceof Leaves);
    }

    // ---- it said something else ----

    private Cause whyWrong() throws IOException {
        var came = Arrays.copyOfRange(broken.heard, broken.right, broken.heard.length);
        var due = broken.due;
        if (hasOthers() && everPasses(play)) {
            return isForeign(came) ? Cause.SHARES_A_BUFFER : Cause.NOT_CLEAR; // it comes by chance
        }
        if (startsWith(came, REPLACEMENT) || due.length > 0 && due[0] < 0 && came[0] == '?') {
            return Cause.DECODES_BYTES;
        }
        if (hasOddBytes(play) && judge.probe(withoutOddBytes(play)).isEmpty()) {
            return whyOdd();
        }
        if (isDue(prefix) && startsLike(came, Arrays.copyOfRange(due, prefix.length, due.length))) {
            return broken.right == 0 ? Cause.NO_PREFIX : Cause.PREFIX_ONCE;
        }
        if (broken.symptom == Symptom.SURPLUS && (came[0] == '\n' || came[0] == '\r')) {
            return Cause.ADDS_LINE_END;
        }
        if (isForeign(came)) return Cause.SHARES_A_BUFFER;
        if (isDamagedPrefix(came)) return Cause.DAMAGES_THE_PREFIX;
        if (came[0] == 0 && !contains(broken.said, (byte) 0)) return Cause.SENDS_WHOLE_BUFFER;
        return whyOtherPlace(came);
    }

    /// As many bytes as the prefix has, and then what comes behind it. Where a read may have ended,
    /// a prefix may come, or may not.
    private boolean isDamagedPrefix(byte[] came) {
        if (prefix.length == 0 || came.length <= prefix.length) return false;
        var behind = isDue(prefix) ? behindPrefix(broken.due) : broken.due;
        var sample = Arrays.copyOf(behind, Math.min(behind.length, SAMPLE)); // till the next prefix
        return startsLike(behindPrefix(came), sample);
    }

    /// The bytes are its own, but those of another place in the stream.
    private Cause whyOtherPlace(byte[] came) {
        if (play.floods(client)) return whyOtherPlaceOfAFlood(came);
        return broken.symptom == Symptom.SURPLUS ? Cause.SENDS_WHOLE_BUFFER : Cause.NOT_CLEAR;
    }

    /// Where the letters that came were said: after those that were due, or before. A flood does
    /// not repeat itself.
    private Cause whyOtherPlaceOfAFlood(byte[] came) {
        var sample = firstLetters(came);
        if (sample.length < SAMPLE) return Cause.NOT_CLEAR;
        var at = indexOf(sample, broken.said);
        if (at < 0) return Cause.NOT_CLEAR;
        return at > broken.answered ? Cause.DROPS_THE_REST : Cause.SENDS_TWICE;
    }

    private static int indexOf(byte[] sample, byte[] bytes) {
        for (int at = 0; at + sample.length <= bytes.length; at++) {
            if (bytes[at] == sample[0] && Arrays.equals(
                    bytes, at, at + sample.length, sample, 0, sample.length)) return at;
        }
        return -1;
    }

    /// The first of its letters that stand together: no prefix, and no part of one, is among them.
    private static byte[] firstLetters(byte[] came) {
        var run = 0;
        for (int i = 0; i < came.length; i++) {
            run = came[i] >= 'A' && came[i] <= 'Z' ? run + 1 : 0;
            if (run == SAMPLE) return Arrays.copyOfRange(came, i + 1 - SAMPLE, i + 1);
        }
        return new byte[0];
    }

    private static final int SAMPLE = 16;

    private boolean isDue(byte[] bytes) {
        return bytes.length > 0 && startsWith(broken.due, bytes);
    }

    /// Letters of which another client has said some, and this one none.
    private boolean isForeign(byte[] came) {
        var others = play.steps().stream().filter(step -> step.client() != client)
                .flatMap(step -> switch (step) {
                    case Says(_, var bytes) -> Stream.of(bytes.array());
                    case Floods(int name) -> Stream.of(Step.letters(name, 100).array());
                    default -> Stream.empty();
                }).toList();
        var payload = startsWith(came, prefix)
                ? Arrays.copyOfRange(came, prefix.length, came.length) : came;
        if (payload.length == 0 || contains(broken.said, payload[0])) return false;
        return others.stream().anyMatch(said -> contains(said, payload[0]));
    }

    // ---- it said nothing, or not all ----

    private Cause whyLate() throws IOException {
        if (hasOthers() && judge.probe(alone()).isEmpty()) return whyItWaitsForOthers();
        if (play.floods(client)) return whyTheRestIsLate();
        if (hasOddBytes(play) && judge.probe(withoutOddBytes(play)).isEmpty()) {
            return whyOdd();
        }
        var lineEnd = new Bytes(new byte[] {'\n'});
        if (answersIfAsked(new Says(client, lineEnd))) return Cause.WAITS_FOR_LINE_END;
        if (!halfCloses() && judge.probe(asTheEnd()).isEmpty()) return Cause.ANSWERS_AT_THE_END;
        if (answers() > 1 && judge.probe(firstAnswerOnly()).isEmpty()) return Cause.ANSWERS_ONCE;
        return Cause.NOT_CLEAR;
    }

    private Cause whyItWaitsForOthers() throws IOException {
        if (play.floods(client)) return Cause.NOT_CLEAR;
        if (othersFlood()) {
            return judge.probe(withoutFloods()).isEmpty()
                    ? Cause.STALLED_READER_BLOCKS_ALL : whyItWaitsForSilentOnes(withoutFloods());
        }
        return whyItWaitsForSilentOnes(play);
    }

    private Cause whyItWaitsForSilentOnes(Play play) throws IOException {
        if (judge.probe(othersLeaveFirst(play)).isPresent()) return Cause.BAD_NEIGHBOUR_STOPS_IT;
        if (everPasses(othersTalkFirst(play))) return Cause.ACCEPTED_SOCKET_BLOCKS;
        if (judge.probe(BESIDE).isEmpty()) return Cause.FEW_AT_A_TIME;
        return Cause.ONE_CLIENT_AT_A_TIME;
    }

    /// Late is not never.
    private boolean everPasses(Play play) throws IOException {
        for (int i = 0; i < 3; i++) if (judge.probe(play).isEmpty()) return true;
        return false;
    }

    /// If it was kept, it may come with the answer to what is said next; if that comes in its
    /// place, it was lost. A server that takes no more, but serves others, knows what it owes.
    private Cause whyTheRestIsLate() throws IOException {
        var drained = play.before(play.steps().indexOf(new Floods(client)) + 1)
                .then(new Drains(client));
        var asked = judge.probe(drained.then(
                new Says(client, Step.letters(client, 2 * SAMPLE)), new Hears(client)));
        if (asked.isEmpty()) return Cause.KEEPS_THE_REST;
        var after = asked.get().broken();
        if (after == null || asked.get().died()) return Cause.NOT_CLEAR;
        if (after.symptom == Symptom.WRONG_BYTE) {
            return new Diagnosis(judge, prefix, asked.get()).whyWrong();
        }
        var tookAll = after.said.length >= Stage.TOO_MUCH;
        return !tookAll && judge.probe(judge.thenAnother(drained)).isEmpty()
                ? Cause.KEEPS_THE_REST : Cause.NOT_CLEAR;
    }

    // ---- it closed ----

    private Cause whyEnded() throws IOException {
        if (halfCloses() && broken.symptom == Symptom.RESET
                && broken.answered == broken.said.length) return Cause.CLOSES_WITH_RESET;
        if (hasOthers() && judge.probe(alone()).isEmpty()) return whyItEndedBesideOthers();
        if (play.floods(client) && !halfCloses()) return Cause.CLOSES_SLOW_CLIENT;
        if (halfCloses() && judge.probe(withoutHalfClose()).isEmpty()) {
            return Cause.HALF_CLOSE_TAKEN_FOR_GONE;
        }
        if (hasOddBytes(play) && judge.probe(withoutOddBytes(play)).isEmpty()) return whyOdd();
        if (says() > 1 && judge.probe(firstAnswerOnly()).isEmpty()) return Cause.ANSWERS_ONCE;
        return Cause.NOT_CLEAR;
    }

    private Cause whyItEndedBesideOthers() throws IOException {
        var last = play.steps().size() - 1;
        var isServed = judge.probe(judge.thenAnother(play.before(last))).isEmpty();
        return isServed ? Cause.NOT_CLEAR : Cause.BAD_NEIGHBOUR_STOPS_IT;
    }

    // ---- the same play, but for one point ----

    private boolean hasOthers() {
        return play.steps().stream().anyMatch(step -> step.client() != client);
    }

    private Play alone() {
        return new Play(play.steps().stream().filter(step -> step.client() == client).toList());
    }

    private boolean othersFlood() {
        return play.steps().stream()
                .anyMatch(step -> step instanceof Floods && step.client() != client);
    }

    private Play withoutFloods() {
        return new Play(play.steps().stream().filter(step -> !(step instanceof Floods)).toList());
    }

    private Play othersLeaveFirst(Play play) {
        return beforeTheLast(play, open -> Stream.of(new Leaves(open)));
    }

    /// Three times: a server that polls comes to the newest client after all others.
    private Play othersTalkFirst(Play play) {
        return beforeTheLast(play, open -> {
            var says = new Says(open, Step.letters(open, 1));
            return Stream.of(says, new Hears(open), says, new Hears(open), says, new Hears(open));
        });
    }

    private Play beforeTheLast(Play play, IntFunction<Stream<Step>> what) {
        var last = play.steps().size() - 1;
        return play.before(last)
                .then(othersWhoStay(play).stream().flatMap(what::apply).toArray(Step[]::new))
                .then(play.steps().get(last));
    }

    private boolean othersStay() {
        return !othersWhoStay(play).isEmpty();
    }

    private Set<Integer> othersWhoStay(Play play) {
        var open = new LinkedHashSet<Integer>();
        for (var step : play.steps()) {
            if (step instanceof Connects) open.add(step.client());
            if (step instanceof Leaves || step instanceof Resets || step instanceof HalfCloses) {
                open.remove(step.client());
            }
        }
        open.remove(client);
        return open;
    }

    private boolean answersIfAsked(Step more) throws IOException {
        var last = play.steps().size() - 1;
        return judge.probe(play.before(last).then(more, play.steps().get(last))).isEmpty();
    }

    private boolean halfCloses() {
        return play.steps().contains(new HalfCloses(client));
    }

    private Play asTheEnd() {
        return play.before(play.steps().size() - 1)
                .then(new HalfCloses(client), new HearsTheEnd(client));
    }

    private Play withoutHalfClose() {
        var steps = new ArrayList<>(play.steps());
        steps.remove(new HalfCloses(client));
        steps.replaceAll(step -> step.equals(new HearsTheEnd(client)) ? new Hears(client) : step);
        return new Play(steps);
    }

    private long answers() {
        return play.steps().stream().filter(step -> step.equals(new Hears(client))).count();
    }

    private long says() {
        return play.steps().stream()
                .filter(step -> step instanceof Says && step.client() == client).count();
    }

    private Play firstAnswerOnly() {
        return Play.of(new Connects(0), new Says(0, Step.letters(0, 1)), new Hears(0));
    }

    // ---- bytes ----

    private static boolean isOdd(byte each) {
        return each < 0 || each < ' ';
    }

    private static boolean hasOddBytes(Play play) {
        return play.steps().stream()
                .anyMatch(step -> step instanceof Says(_, Bytes bytes) && hasOdd(bytes));
    }

    private static boolean hasOdd(Bytes bytes) {
        for (var each : bytes.array()) if (isOdd(each) || each == ' ') return true;
        return false;
    }

    private byte[] behindPrefix(byte[] bytes) {
        return Arrays.copyOfRange(bytes, prefix.length, bytes.length);
    }

    /// In a language where a byte has a sign, 0xFF is -1.
    private boolean onlyBytes255AreOdd() throws IOException {
        var without = new Play(play.steps().stream()
                .map(step -> step instanceof Says(int name, var said)
                        ? new Says(name, without255(said)) : step)
                .toList());
        return !without.equals(play) && judge.probe(without).isEmpty();
    }

    private static Bytes without255(Bytes said) {
        var bytes = said.array().clone();
        for (int i = 0; i < bytes.length; i++) if (bytes[i] == -1) bytes[i] = -2; // no UTF-8 either
        return new Bytes(bytes);
    }

    private Cause whyOdd() throws IOException {
        if (onlyBytes255AreOdd()) return Cause.TAKES_255_FOR_THE_END;
        return oddBytesAreSpaces() ? Cause.DROPS_WHITE_SPACE : Cause.DECODES_BYTES;
    }

    private boolean oddBytesAreSpaces() {
        return play.steps().stream().allMatch(step -> !(step instanceof Says(_, Bytes bytes))
                || onlyPrintableOrSpace(bytes.array()));
    }

    private static boolean onlyPrintableOrSpace(byte[] bytes) {
        for (var each : bytes) {
            if (each < 0 || each < ' ' && !Character.isWhitespace(each)) return false;
        }
        return true;
    }

    private static Play withoutOddBytes(Play play) {
        return new Play(play.steps().stream()
                .map(step -> step instanceof Says(int name, Bytes bytes)
                        ? new Says(name, Step.letters(name, bytes.array().length)) : step)
                .toList());
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return start.length > 0 && bytes.length >= start.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    /// As far as there is of both.
    private static boolean startsLike(byte[] one, byte[] other) {
        var length = Math.min(one.length, other.length);
        return length > 0 && Arrays.equals(one, 0, length, other, 0, length);
    }

    private static boolean contains(byte[] bytes, byte wanted) {
        for (var each : bytes) if (each == wanted) return true;
        return false;
    }

}
