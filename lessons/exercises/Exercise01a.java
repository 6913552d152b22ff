package exercises;

import module java.base;

import conformance.Bytes;
import exercises.Callee.Reply.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import workbook.reader.Language;

/// Judges 01a: `static byte[] readReply(InputStream in)`.
final class Exercise01a implements Judge {

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new ReadsReplies(new Words(
                        "A reply is complete with its line feed, however many pieces it comes in.",
                        "读到换行符，回答才完整，不管它分成几段到达。"), false),
                new ReadsReplies(new Words(
                        "A stream that ends inside a reply is an error (EOFException).",
                        "流在回答中间结束是错误（EOFException）。"), true),
                new ClientRequirement("everyAnswerIsShownOnceAndInOrder", 4),
                new ClientRequirement("anAnswerMayBeCutAnywhere", 6),
                new ClientRequirement("linesOfAnyLengthAreAnswered", 6),
                new ClientRequirement("aLateAnswerIsWaitedFor", 2),
                new ClientRequirement("itEndsWhenTheServerHasClosed", 6),
                new ClientRequirement("itEndsWhenTheServerHasReset", 6));
    }

    @Override
    public Set<String> causes() {
        return Set.of("ONE_READ_TAKEN_FOR_ONE_ANSWER", "WAITS_FOR_MORE", "END_UNNOTICED",
                "SHOWS_THE_WHOLE_BUFFER", "GIVES_UP_TOO_SOON");
    }

    /// Replies, each with its line feed, on their way.
    ///
    /// @param lengths of the replies, without `echo ` and the line feed
    /// @param cut so many bytes are in each piece of a reply, but the last
    /// @param missing so many bytes of the last reply do not come, and the stream ends
    private record Replied(List<Integer> lengths, int cut, int missing) {

        byte[] reply(int index) {
            return Bytes.join(List.of(Bytes.of("echo "), Bytes.letters(lengths.get(index)),
                    Bytes.of("\n")));
        }

        private List<Bytes> pieces(int index) {
            var reply = reply(index);
            var end = index == lengths.size() - 1 ? reply.length - missing : reply.length;
            var pieces = new ArrayList<Bytes>();
            for (int from = 0; from < end; from += cut) {
                pieces.add(new Bytes(Arrays.copyOfRange(reply, from, Math.min(end, from + cut))));
            }
            return pieces;
        }

        /// What comes before the client sends its next line.
        ScriptedInput in(int index) {
            return new ScriptedInput(pieces(index), isCutShort(index)
                    ? ScriptedInput.End.CLOSES : ScriptedInput.End.STAYS);
        }

        boolean isCutShort(int index) {
            return missing > 0 && index == lengths.size() - 1;
        }

        /// With fewer and shorter replies, and fewer cuts.
        Stream<Replied> smaller() {
            var fewer = lengths.size() < 2 ? Stream.<Replied>of()
                    : Stream.of(lengths.subList(0, 1), lengths.subList(1, lengths.size()))
                            .map(some -> new Replied(some, cut, missing));
            var shorter = Stream.of(1, 2, 1018, 1019).filter(each -> each < lengths.getLast())
                    .map(each -> with(each));
            var wholes = Stream.of(8, 7, 6, 5).filter(each -> each > cut || cut > 20)
                    .map(each -> new Replied(lengths, each, missing));
            var less = missing > 1 ? Stream.of(new Replied(lengths, cut, 1))
                    : Stream.<Replied>of();
            return Stream.of(fewer, shorter, wholes, less).flatMap(each -> each);
        }

        private Replied with(int length) {
            var all = new ArrayList<>(lengths);
            all.set(all.size() - 1, length);
            return new Replied(all, cut, Math.min(missing, length + 5));
        }

        /// The pieces with a bar between.
        String drawn(int index) {
            return pieces(index).stream().map(each -> Shown.text(each.array(), 12))
                    .collect(Collectors.joining("|"));
        }
    }

    /// Calls `readReply` for one reply after the other.
    private static final class ReadsReplies extends InMemory<Replied> {

        private final boolean endsInside;

        ReadsReplies(Words expected, boolean endsInside) {
            super(expected, 60);
            this.endsInside = endsInside;
        }

        @Override
        Arbitrary<Replied> cases() {
            var lengths = Arbitraries.of(1, 2, 20, 500, 1018, 1019, 2000, 3000)
                    .list().ofMinSize(1).ofMaxSize(3);
            var cuts = Arbitraries.of(1, 3, 7, 100, 1024, 8192);
            var missing = Arbitraries.integers().between(1, 6);
            return lengths.flatMap(all -> cuts.flatMap(cut -> missing.map(some ->
                    new Replied(all, cut, endsInside ? some : 0))));
        }

        @Override
        Stream<Replied> smaller(Replied failed) {
            return failed.smaller();
        }

        @Override
        Callee callee(Submission submission) {
            return new Callee(submission, "readReply", InputStream.class);
        }

        @Override
        Optional<Finding> attempt(Replied replied, Callee callee) throws InterruptedException {
            for (int i = 0; i < replied.lengths().size(); i++) {
                var in = replied.in(i);
                var reply = callee.call(in);
                var cause = replied.isCutShort(i) ? whyNoError(reply)
                        : whyNotThisReply(replied.reply(i), reply, in);
                if (cause.isPresent()) {
                    return Optional.of(finding(cause.get(), replied, i, reply, in));
                }
            }
            return Optional.empty();
        }

        private static Optional<String> whyNoError(Callee.Reply reply) {
            return reply instanceof Threw(EOFException _, _) ? Optional.empty()
                    : Optional.of("END_UNNOTICED");
        }

        private static Optional<String> whyNotThisReply(byte[] due, Callee.Reply reply,
                ScriptedInput in) {
            if (in.waitsFor() > 0) return Optional.of("WAITS_FOR_MORE");
            if (!(reply instanceof Returned(byte[] came))) return Optional.of(Hints.OTHERWISE);
            if (Arrays.equals(due, came)) return Optional.empty();
            var same = Arrays.mismatch(due, came);
            if (same == came.length) {
                return Optional.of(in.wasAsked() ? "GIVES_UP_TOO_SOON"
                        : "ONE_READ_TAKEN_FOR_ONE_ANSWER");
            }
            return Optional.of(came[same] == 0 ? "SHOWS_THE_WHOLE_BUFFER" : Hints.OTHERWISE);
        }

        private static Finding finding(String cause, Replied replied, int index,
                Callee.Reply reply, ScriptedInput in) {
            return new Finding(cause, language -> {
                var end = replied.isCutShort(index) ? new Words(" and then the end", " 然后流结束")
                        : new Words("", "");
                var lines = new ArrayList<String>();
                lines.add(new Words("comes  ", "到达   ").in(language) + replied.drawn(index)
                        + end.in(language));
                lines.add(new Words("readReply, call %s", "第 %s 次调用 readReply")
                        .formatted(index + 1).in(language));
                lines.add(new Words("due    ", "应当   ").in(language)
                        + (replied.isCutShort(index) ? "EOFException"
                                : Shown.quoted(replied.reply(index))));
                lines.add(new Words("came   ", "结果   ").in(language) + came(reply, in, language));
                if (!replied.isCutShort(index) && reply instanceof Returned(byte[] came)) {
                    lines.add("       " + Shown.caret(replied.reply(index), came));
                }
                return lines;
            });
        }

        private static String came(Callee.Reply reply, ScriptedInput in, Language language) {
            return reply instanceof Returned(byte[] came) ? Shown.quoted(came)
                    : Replies.inWords(reply, in).in(language);
        }
    }
}
