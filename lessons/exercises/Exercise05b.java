package exercises;

import module java.base;

import check.FrameSuite;
import conformance.Bytes;
import conformance.Frames;
import conformance.Play;
import conformance.Step.*;
import exercises.Callee.Reply.*;
import net.jqwik.api.Arbitrary;
import workbook.reader.Language;

/// Judges 05b: `static byte[] readFrame(InputStream in)`.
final class Exercise05b implements Judge {

    private static final int HEADER = FrameStream.HEADER;

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new ReadsFrames(new Words(
                        "A frame is read as it was sent, and nothing of the next one.",
                        "读出来的帧和发出的一样，下一帧的字节一个不动。"), false) {
                    @Override
                    Arbitrary<FrameStream> cases() {
                        return FrameStream.uncut();
                    }
                },
                new ReadsFrames(new Words(
                        "A payload is a payload, however many pieces it comes in.",
                        "内容不管分成几段到达，读出来的都一样。"), false) {
                    @Override
                    Arbitrary<FrameStream> cases() {
                        return FrameStream.cut();
                    }
                },
                new ReadsFrames(new Words(
                        "The stream may end between two frames (null), and not inside one "
                                + "(EOFException).",
                        "流可以结束在两帧之间（返回 null），不可以结束在一帧中间（EOFException）。"),
                        true) {
                    @Override
                    Arbitrary<FrameStream> cases() {
                        return FrameStream.ending();
                    }
                },
                ServerRequirement.playing(new Words(
                        "Over real sockets: two clients at once, two frames each, cut in the "
                                + "payload.",
                        "通过真正的套接字：两个客户端同时连接，各发两帧，都从内容中间切开。"),
                        new FrameSuite("", false), TWO_CLIENTS));
    }

    @Override
    public Set<String> causes() {
        return Set.of("PAYLOAD_IN_ONE_READ", "ALWAYS_TO_THE_FRONT", "END_INSIDE_PAYLOAD",
                "CLEAN_END_IS_NO_ERROR", "EMPTY_FRAME_TAKEN_FOR_END", "READS_TOO_FAR",
                "TAKES_NOT_YET_FOR_THE_END", "END_UNNOTICED");
    }

    private static final Play TWO_CLIENTS = Play.of(new Connects(0), new Connects(1),
            says(0, "AB", 0, 5), new Pauses(0), says(1, "LMN", 0, 6), new Pauses(1),
            says(0, "AB", 5, 6), new Hears(0), says(1, "LMN", 6, 7), new Hears(1),
            says(1, "OP", 0, 5), new Pauses(1), says(1, "OP", 5, 6), new Hears(1),
            says(0, "CD", 0, 5), new Pauses(0), says(0, "CD", 5, 6), new Hears(0),
            new HalfCloses(0), new HearsTheEnd(0), new HalfCloses(1), new HearsTheEnd(1));

    private static Says says(int client, String payload, int from, int to) {
        return new Says(client, Frames.slice(Frames.of(Bytes.of(payload)), from, to));
    }

    /// Calls `readFrame` until the stream ends.
    private abstract static class ReadsFrames extends InMemory<FrameStream> {

        private static final int TRIES = 100;

        private final boolean toTheEnd;

        /// @param toTheEnd whether it is called once more where the stream ends
        ReadsFrames(Words expected, boolean toTheEnd) {
            super(expected, TRIES);
            this.toTheEnd = toTheEnd;
        }

        @Override
        Stream<FrameStream> smaller(FrameStream failed) {
            return Stream.concat(smallest(failed), failed.smaller());
        }

        /// A frame of two letters, cut between them: when a frame shrinks, its cuts get lost.
        private static Stream<FrameStream> smallest(FrameStream failed) {
            if (failed.lengths().size() == 1 && failed.lengths().getFirst() <= 2) {
                return Stream.empty();
            }
            var cut = failed.cuts().isEmpty() ? new TreeSet<Integer>()
                    : new TreeSet<>(Set.of(HEADER + 1));
            return IntStream.of(HEADER + 2, HEADER + 1, HEADER, 2, 0)
                    .filter(end -> end < failed.end())
                    .mapToObj(end -> new FrameStream(List.of(2), cut, end));
        }

        @Override
        Callee callee(Submission submission) {
            return new Callee(submission, "readFrame", InputStream.class);
        }

        @Override
        Optional<Finding> attempt(FrameStream stream, Callee callee) throws InterruptedException {
            var in = new ScriptedInput(stream.pieces(), ScriptedInput.End.CLOSES);
            var starts = stream.starts();
            for (int i = 0; ; i++) {
                var start = starts.get(Math.min(i, starts.size() - 1));
                var due = i < stream.lengths().size() ? HEADER + stream.lengths().get(i) : 1;
                var isWhole = start + due <= stream.end();
                if (!isWhole && !toTheEnd) return Optional.empty();
                var call = new Call(stream, i, start, isWhole ? start + due : stream.end(),
                        isWhole, in);
                var reply = callee.call(in);
                var cause = cause(call, reply);
                if (cause.isPresent()) return Optional.of(call.finding(cause.get(), reply));
                if (!isWhole) return Optional.empty();
            }
        }

        private static Optional<String> cause(Call call, Callee.Reply reply) {
            if (reply instanceof Stuck || call.in.readsOn()) return Optional.of("END_UNNOTICED");
            if (call.isWhole) return whyNotThisPayload(call, reply);
            var isClean = call.start == call.end;
            return switch (reply) {
                case Returned(var value) when isClean && value == null -> Optional.empty();
                case Threw(EOFException _, _) when !isClean -> Optional.empty();
                case Threw(IOException _, _) when isClean ->
                        Optional.of("CLEAN_END_IS_NO_ERROR");
                case Returned _ when isClean -> Optional.of("END_UNNOTICED");
                case Returned _ -> Optional.of(call.in.wasAsked()
                        ? "TAKES_NOT_YET_FOR_THE_END" : "END_INSIDE_PAYLOAD");
                default -> Optional.of(Hints.OTHERWISE);
            };
        }

        private static Optional<String> whyNotThisPayload(Call call, Callee.Reply reply) {
            var due = call.due();
            if (reply instanceof Returned(byte[] came) && Arrays.equals(came, due)
                    && call.in.taken() == call.end) {
                return Optional.empty();
            }
            if (call.in.taken() > call.end) return Optional.of("READS_TOO_FAR");
            if (due.length == 0) return Optional.of("EMPTY_FRAME_TAKEN_FOR_END");
            if (call.in.taken() < call.end) {
                return Optional.of(call.in.wasAsked()
                        ? "TAKES_NOT_YET_FOR_THE_END" : "PAYLOAD_IN_ONE_READ");
            }
            return Optional.of(reply instanceof Returned(byte[] came) && came.length == due.length
                    && came[0] != due[0] ? "ALWAYS_TO_THE_FRONT" : Hints.OTHERWISE);
        }
    }

    /// A call, and what should come of it.
    ///
    /// @param number of the frame, from 0
    /// @param start where it begins
    /// @param end where it ends, or the stream does
    private record Call(FrameStream stream, int number, int start, int end, boolean isWhole,
            ScriptedInput in) {

        byte[] due() {
            return Arrays.copyOfRange(stream.bytes(), start + HEADER, end);
        }

        Finding finding(String cause, Callee.Reply reply) {
            var taken = in.taken();
            return new Finding(cause, language -> {
                var lines = new ArrayList<String>();
                var drawn = stream.drawn(taken);
                lines.add(new Words("comes  ", "到达   ").in(language) + drawn.get(0));
                drawn.subList(1, drawn.size()).forEach(each -> lines.add("       " + each));
                var after = isWhole ? "" : new Words(", and then the end", "，然后流结束")
                        .in(language);
                lines.add(new Words("readFrame, call %s%s", "第 %s 次调用 readFrame%s")
                        .formatted(number + 1, after).in(language));
                lines.add(new Words("due    ", "应当   ").in(language) + dueInWords());
                lines.add(new Words("came   ", "结果   ").in(language) + came(reply, language));
                return lines;
            });
        }

        private String dueInWords() {
            if (isWhole) return Shown.quoted(due());
            return start == end ? "null" : "EOFException";
        }

        private String came(Callee.Reply reply, Language language) {
            return reply instanceof Returned(byte[] came) ? Shown.quoted(came)
                    : Replies.inWords(reply, in).in(language);
        }
    }
}
