package check;

import module java.base;

import conformance.Broken;
import conformance.Bytes;
import conformance.CountedAnswer;
import conformance.ExactAnswer;
import conformance.FrameAnswer;
import conformance.Frames;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;
import conformance.Symptom;

/// Finds out why a server of frames fails a play, with plays that are simpler and differ in one
/// point.
///
/// Where they do not tell one cause from another, it is [Cause#NOT_CLEAR].
final class FrameDiagnosis {

    private static final int A = 0;
    private static final int B = 1;

    private final Judge judge;
    private final byte[] prefix;
    private final boolean oneClient;

    private FrameDiagnosis(Judge judge, byte[] prefix, boolean oneClient) {
        this.judge = judge;
        this.prefix = prefix;
        this.oneClient = oneClient;
    }

    /// @param prefix that the server puts before each payload
    /// @param oneClient whether it may serve one client at a time
    /// @throws IOException if the server cannot be asked any more
    static Diagnosis.Finding of(Failure failure, byte[] prefix, boolean oneClient, Judge judge)
            throws IOException {
        if (!judge.canRestart() && failure.died()) {
            return new Diagnosis.Finding(failure, guessFromSteps(failure.play()));
        }
        var diagnosis = new FrameDiagnosis(judge, prefix, oneClient);
        for (var simplest : diagnosis.simplest()) {
            var fails = judge.probeWithPauses(simplest.play);
            if (fails.isEmpty()) continue;
            return new Diagnosis.Finding(fails.get(), simplest.why.of(fails.get()));
        }
        return new Diagnosis.Finding(failure, diagnosis.whyLess(failure));
    }

    /// Why a server fails that fails this.
    private interface Why {
        Cause of(Failure failure) throws IOException;
    }

    private record Simplest(Play play, Why why) {}

    /// Each differs in one point from those before, which the server has not failed.
    private List<Simplest> simplest() {
        var greets = says(A, hello(A));
        var two = Frames.of(letters(A, 2));
        var all = new ArrayList<>(List.of(
                new Simplest(Play.of(connects(A), greets, hears(A)), this::whyNotEvenOne),
                new Simplest(Play.of(connects(A), greets, hears(A), greets, hears(A)),
                        this::whyNoSecond),
                new Simplest(Play.of(connects(A), says(A, Frames.of(ODD)), hears(A)),
                        _ -> Cause.DECODES_BYTES),
                new Simplest(Play.of(connects(A), says(A, Frames.of(letters(A, 0))), hears(A)),
                        this::whyNoEmpty),
                new Simplest(Play.of(connects(A), greets, new HalfCloses(A), new HearsTheEnd(A)),
                        FrameDiagnosis::whyNoEnd),
                new Simplest(Play.of(connects(A), says(A, two, hello(A)), hears(A)),
                        this::whyNotTwoAtOnce),
                new Simplest(inPieces(two, Frames.HEADER + 1), _ -> Cause.READ_TAKEN_FOR_FRAME),
                new Simplest(inPieces(two, 2), _ -> Cause.HEADER_NOT_ASSEMBLED)));
        for (var length : List.of(128, 256, 32_768, 66_000)) {
            all.add(new Simplest(saysLetters(length), _ -> whyNotSoLong(length)));
        }
        all.add(new Simplest(thenAnother(says(A, HALF_A_HEADER)), this::whyNotAfterHalfAHeader));
        all.add(new Simplest(thenAnother(says(A, Frames.header(-1))),
                FrameDiagnosis::whyNotAfterALength));
        all.add(new Simplest(thenAnother(says(A, Frames.header(Frames.TOO_LARGE))),
                FrameDiagnosis::whyNotAfterALength));
        if (oneClient) return all;
        all.add(new Simplest(Play.of(connects(A), connects(B), says(B, hello(B)), hears(B)),
                _ -> whyItWaitsForSilentOnes()));
        all.add(new Simplest(Play.of(connects(A), says(A, HALF_A_HEADER), connects(B),
                says(B, hello(B)), hears(B)), this::whyNotBesideHalfAHeader));
        return all;
    }

    private static final Bytes ODD = new Bytes(new byte[] {(byte) 0xFF, (byte) 0xC3});
    private static final Bytes HALF_A_HEADER = new Bytes(new byte[2]);
    private static final Bytes OTHER_HALF_AND_A_LETTER = Bytes.of("\0\1A");

    // ---- one frame ----

    private Cause whyNotEvenOne(Failure fails) throws IOException {
        if (fails.died()) return Cause.NOT_CLEAR;
        var payload = letters(A, 3);
        var frame = Frames.of(payload);
        var out = join(new Bytes(prefix), payload);
        var length = out.array().length;
        var answer = Frames.of(out);
        var little = join(reversed(Frames.header(length)), out);
        var counted = join(Frames.header(length + Frames.HEADER), out);
        var asked = new LinkedHashMap<Bytes, Map<Bytes, Cause>>();
        var somethingCame = fails.broken().heard.length > 0;
        if (somethingCame) asked.put(frame, ordered(
                join(new Bytes(prefix), frame), Cause.NO_FRAMES,
                out, Cause.ANSWER_WITHOUT_HEADER,
                join(Frames.header(payload.array().length), out), Cause.HEADER_SENT_BACK,
                frame, Cause.NO_PREFIX,
                little, Cause.WRONG_BYTE_ORDER,
                counted, Cause.LENGTH_COUNTS_HEADER));
        asked.put(join(reversed(Frames.header(3)), payload), ordered(
                little, Cause.WRONG_BYTE_ORDER, answer, Cause.WRONG_BYTE_ORDER));
        asked.put(join(Frames.header(3 + Frames.HEADER), payload), ordered(
                counted, Cause.LENGTH_COUNTS_HEADER, answer, Cause.LENGTH_COUNTS_HEADER));
        asked.put(join(Bytes.of("\0\3"), payload), ordered(
                join(new Bytes(new byte[] {0, (byte) length}), out), Cause.SHORT_HEADER));
        for (var question : asked.entrySet()) {
            for (var expected : question.getValue().entrySet()) {
                if (answers(question.getKey(), expected.getKey())) return expected.getValue();
            }
        }
        var atTheEnd = Play.of(connects(A), says(A, frame), new HalfCloses(A), new HearsTheEnd(A));
        return judge.probe(atTheEnd).isEmpty() ? Cause.ANSWERS_AT_THE_END : Cause.NOT_CLEAR;
    }

    private static Map<Bytes, Cause> ordered(Object... pairs) {
        var map = new LinkedHashMap<Bytes, Cause>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.putIfAbsent((Bytes) pairs[i], (Cause) pairs[i + 1]);
        }
        return map;
    }

    private boolean answers(Bytes said, Bytes expected) throws IOException {
        return judge.probe(Play.of(connects(A), says(A, said), hears(A)),
                () -> new ExactAnswer(expected.array())).isEmpty();
    }

    private Cause whyNoSecond(Failure fails) {
        if (fails.died()) return Cause.NOT_CLEAR;
        return switch (fails.broken().symptom) {
            case NO_ANSWER, ENDED_EARLY, RESET -> Cause.ANSWERS_ONCE;
            case WRONG_BYTE, SURPLUS -> startsWithLineEnd(fails.broken())
                    ? Cause.ADDS_LINE_END : Cause.NOT_CLEAR;
            default -> Cause.NOT_CLEAR;
        };
    }

    private static boolean startsWithLineEnd(Broken broken) {
        var first = broken.heard[broken.right];
        return first == '\n' || first == '\r';
    }

    private Cause whyNoEmpty(Failure fails) {
        if (fails.broken() == null) return Cause.NOT_CLEAR;
        return fails.broken().symptom == Symptom.WRONG_BYTE
                ? Cause.NOT_CLEAR : Cause.EMPTY_FRAME_TAKEN_FOR_END;
    }

    private static Cause whyNoEnd(Failure fails) {
        if (fails.died()) return Cause.EXCEPTION_ENDS_SERVER;
        return switch (fails.broken().symptom) {
            case NO_END -> Cause.NEVER_CLOSES;
            case ENDED_EARLY -> Cause.HALF_CLOSE_TAKEN_FOR_GONE;
            default -> Cause.NOT_CLEAR;
        };
    }

    // ---- frames and reads ----

    /// Two letters in a frame and one in the next.
    private Cause whyNotTwoAtOnce(Failure fails) throws IOException {
        if (fails.died()) return Cause.NOT_CLEAR;
        var first = answerTo(letters(A, 2));
        var second = answerTo(letters(A, 1));
        var both = join(Frames.of(letters(A, 2)), hello(A));
        var more = Frames.of(letters(A, 3));
        var afterwards = Play.of(
                connects(A), says(A, both), new HearsAByte(A), says(A, more), hears(A));
        if (judge.probe(afterwards, exactly(first, second)).isEmpty()) {
            return Cause.ONE_FRAME_A_READ;
        }
        if (judge.probe(afterwards, exactly(first, answerTo(letters(A, 3)))).isEmpty()) {
            return readsItInPieces() ? Cause.REST_OF_READ_DROPPED : Cause.READ_TAKEN_FOR_FRAME;
        }
        return readsItInPieces() ? Cause.NOT_CLEAR : Cause.READ_TAKEN_FOR_FRAME;
    }

    private boolean readsItInPieces() throws IOException {
        return judge.probe(inPieces(Frames.of(letters(A, 2)), Frames.HEADER + 1)).isEmpty();
    }

    private Supplier<conformance.Answer> exactly(Bytes... parts) {
        var bytes = Bytes.join(List.of(parts));
        return () -> new ExactAnswer(bytes);
    }

    private Bytes answerTo(Bytes payload) {
        return Frames.of(join(new Bytes(prefix), payload));
    }

    private static Play inPieces(Bytes frame, int cut) {
        return Play.of(connects(A), says(A, Frames.slice(frame, 0, cut)), new Pauses(A),
                says(A, Frames.slice(frame, cut, frame.array().length)), hears(A));
    }

    private Cause whyNotSoLong(int length) throws IOException {
        var changesThere = length == 66_000 ? 65_536 : length;
        if (judge.probe(saysLetters(changesThere - 1)).isEmpty()
                && judge.probe(saysLetters(changesThere)).isPresent()) {
            return Cause.LENGTH_NOT_WHOLE;
        }
        return Cause.FRAME_DOES_NOT_FIT;
    }

    private static Play saysLetters(int length) {
        return Play.of(connects(A), says(A, Frames.of(letters(A, length))), hears(A));
    }

    // ---- frames that stay incomplete ----

    /// A client does something and has finished; then comes another.
    private static Play thenAnother(Step something) {
        return Play.of(connects(A), something, new HalfCloses(A), new HearsTheEnd(A),
                connects(B), says(B, hello(B)), hears(B));
    }

    private Cause whyNotAfterHalfAHeader(Failure fails) throws IOException {
        if (fails.died()) return Cause.END_INSIDE_FRAME_ENDS_SERVER;
        if (fails.client() == A) return Cause.NOT_CLEAR;
        var completed = Play.of(connects(A), says(A, HALF_A_HEADER), new HalfCloses(A),
                connects(B), says(B, OTHER_HALF_AND_A_LETTER), hears(B));
        if (judge.probe(completed, exactly(answerTo(Bytes.of("A")))).isEmpty()) {
            return Cause.SHARES_A_DECODER;
        }
        return fails.isLate() || fails.broken().symptom == Symptom.CANNOT_CONNECT
                ? Cause.BAD_NEIGHBOUR_STOPS_IT : Cause.NOT_CLEAR;
    }

    private static Cause whyNotAfterALength(Failure fails) {
        return fails.died() || fails.client() == B ? Cause.BELIEVES_ANY_LENGTH : Cause.NOT_CLEAR;
    }

    private Cause whyNotBesideHalfAHeader(Failure fails) throws IOException {
        var completed = Play.of(connects(A), says(A, HALF_A_HEADER), connects(B),
                says(B, OTHER_HALF_AND_A_LETTER), hears(B));
        if (judge.probe(completed, exactly(answerTo(Bytes.of("A")))).isEmpty()) {
            return Cause.SHARES_A_DECODER;
        }
        return fails.isLate() ? Cause.HALF_A_FRAME_BLOCKS_ALL : Cause.NOT_CLEAR;
    }

    private Cause whyItWaitsForSilentOnes() throws IOException {
        var leaves = Play.of(connects(A), new Leaves(A), connects(B), says(B, hello(B)), hears(B));
        if (judge.probe(leaves).isPresent()) return Cause.BAD_NEIGHBOUR_STOPS_IT;
        var talks = List.of(says(A, hello(A)), hears(A));
        var steps = new ArrayList<Step>(List.of(connects(A), connects(B), says(B, hello(B))));
        for (int i = 0; i < 3; i++) steps.addAll(talks); // polling comes to the newest last
        steps.add(hears(B));
        return judge.probe(new Play(steps)).isEmpty()
                ? Cause.ACCEPTED_SOCKET_BLOCKS : Cause.ONE_CLIENT_AT_A_TIME;
    }

    // ---- nothing simple fails ----

    private Cause whyLess(Failure failure) throws IOException {
        if (failure.died()) {
            return hasResets(failure.play())
                    ? Cause.RESET_ENDS_SERVER : Cause.EXCEPTION_ENDS_SERVER;
        }
        var play = failure.play();
        var broken = failure.broken();
        if (play.floods(broken.client())) return whyNotTheFlood(broken);
        var calm = new Play(play.steps().stream().filter(step -> !isFlood(step)).toList());
        if (!calm.equals(play) && judge.probe(calm).isEmpty()) {
            return failure.isLate() ? Cause.STALLED_READER_BLOCKS_ALL : Cause.NOT_CLEAR;
        }
        if (hasResets(play) && failure.isLate()
                && judge.probe(alone(play, broken.client())).isEmpty()) {
            return Cause.BAD_NEIGHBOUR_STOPS_IT;
        }
        return Cause.NOT_CLEAR;
    }

    private static boolean isFlood(Step step) {
        return step instanceof Floods || step instanceof FloodsFrames;
    }

    private static Play alone(Play play, int client) {
        return new Play(play.steps().stream().filter(step -> step.client() == client).toList());
    }

    private static boolean hasResets(Play play) {
        return play.steps().stream()
                .anyMatch(step -> step instanceof Resets || step instanceof Leaves);
    }

    private Cause whyNotTheFlood(Broken broken) throws IOException {
        return switch (broken.symptom) {
            case KEEPS_EVERYTHING -> Cause.NO_BACK_PRESSURE;
            case NO_ANSWER, INCOMPLETE -> Cause.KEEPS_THE_REST;
            case RESET -> Cause.CLOSES_SLOW_CLIENT;
            case ENDED_EARLY -> broken.play.steps().contains(new HalfCloses(broken.client()))
                    ? Cause.HALF_CLOSE_TAKEN_FOR_GONE : Cause.CLOSES_SLOW_CLIENT;
            case WRONG_BYTE -> howMuchComes(broken);
            default -> Cause.NOT_CLEAR;
        };
    }

    /// All that comes is counted. The letters would not tell: the flood repeats itself.
    private Cause howMuchComes(Broken broken) throws IOException {
        var counted = new CountedAnswer(new FrameAnswer(prefix));
        var flood = broken.play.steps().stream()
                .filter(step -> isFlood(step) && step.client() == broken.client())
                .findFirst().orElseThrow();
        var toTheEnd = Play.of(connects(A), flood.by(A), new HalfCloses(A), new HearsTheEnd(A));
        var ended = judge.probe(toTheEnd, () -> counted);
        if (counted.surplus() > 0) return Cause.SENDS_TWICE;
        return counted.surplus() < 0 && (ended.isEmpty() || ended.get().isLate()
                || ended.get().broken().symptom == Symptom.ENDED_EARLY)
                ? Cause.DROPS_THE_REST : Cause.NOT_CLEAR;
    }

    // ---- it has ended, and cannot be asked ----

    private static Cause guessFromSteps(Play play) {
        var suspects = EnumSet.noneOf(Cause.class);
        for (var client : play.steps().stream().map(Step::client).distinct().toList()) {
            var stream = Bytes.join(play.said(client));
            var frames = Frames.payloads(stream);
            if (frames.contains(ODD)) suspects.add(Cause.DECODES_BYTES);
            var rest = ByteBuffer.wrap(stream).position(Frames.of(frames).array().length);
            if (rest.remaining() >= Frames.HEADER
                    && (rest.getInt(rest.position()) < 0 || rest.getInt(rest.position()) > MUCH)) {
                suspects.add(Cause.BELIEVES_ANY_LENGTH);
            } else if (rest.hasRemaining()) {
                suspects.add(Cause.END_INSIDE_FRAME_ENDS_SERVER);
            }
            if (play.steps().contains(new Resets(client))) suspects.add(Cause.RESET_ENDS_SERVER);
        }
        return suspects.size() == 1 ? suspects.iterator().next() : Cause.EXCEPTION_ENDS_SERVER;
    }

    private static final int MUCH = 1 << 24; // bytes of a payload

    // ---- steps ----

    private static Step connects(int client) {
        return new Connects(client);
    }

    private static Step says(int client, Bytes... parts) {
        return new Says(client, join(parts));
    }

    private static Step hears(int client) {
        return new Hears(client);
    }

    private static Bytes hello(int client) {
        return Frames.of(letters(client, 1));
    }

    private static Bytes letters(int client, int count) {
        return Step.letters(client, count);
    }

    private static Bytes join(Bytes... parts) {
        return new Bytes(Bytes.join(List.of(parts)));
    }

    private static Bytes reversed(Bytes header) {
        return new Bytes(ByteBuffer.allocate(Frames.HEADER)
                .putInt(Integer.reverseBytes(ByteBuffer.wrap(header.array()).getInt())).array());
    }
}
