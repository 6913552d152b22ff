package exercises;

import module java.base;

import check.FrameSuite;
import conformance.Bytes;
import conformance.Frames;
import conformance.Play;
import conformance.Step.*;
import exercises.Callee.Reply.*;
import net.jqwik.api.Arbitrary;

/// Judges 05a: `static int readLength(InputStream in)`.
final class Exercise05a implements Judge {

    private static final int HEADER = FrameStream.HEADER;

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new ReadsLengths(new Words(
                        "Four bytes, the highest first, are the length of what follows.",
                        "四个字节，高位在前，就是后面内容的长度。"), 40, false) {
                    @Override
                    Arbitrary<FrameStream> cases() {
                        return FrameStream.uncut();
                    }
                },
                new ReadsLengths(new Words(
                        "A header is a header, however many pieces it comes in.",
                        "头部不管分成几段到达，读出来的都一样。"), 100, false) {
                    @Override
                    Arbitrary<FrameStream> cases() {
                        return FrameStream.cut();
                    }
                },
                new ReadsLengths(new Words(
                        "The stream may end between two frames (-1), and not inside a header "
                                + "(EOFException).",
                        "流可以结束在两帧之间（返回 -1），不可以结束在头部中间（EOFException）。"),
                        100, true) {
                    @Override
                    Arbitrary<FrameStream> cases() {
                        return FrameStream.ending();
                    }
                },
                ServerRequirement.playing(new Words(
                        "Over real sockets: two clients at once, two frames each, cut in the "
                                + "header.",
                        "通过真正的套接字：两个客户端同时连接，各发两帧，都从头部中间切开。"),
                        new FrameSuite("", false), TWO_CLIENTS));
    }

    @Override
    public Set<String> causes() {
        return Set.of("HEADER_IN_ONE_READ", "WRONG_BYTE_ORDER", "SIGNED_BYTES",
                "END_INSIDE_HEADER", "CLEAN_END_IS_NO_ERROR", "READS_TOO_FAR",
                "TAKES_NOT_YET_FOR_THE_END", "END_UNNOTICED");
    }

    private static final Play TWO_CLIENTS = Play.of(new Connects(0), new Connects(1),
            says(0, "AB", 0, 1), new Pauses(0), says(1, "L", 0, 3), new Pauses(1),
            says(0, "AB", 1, 6), new Hears(0), says(1, "L", 3, 5), new Hears(1),
            says(1, "MN", 0, 2), new Pauses(1), says(1, "MN", 2, 6), new Hears(1),
            says(0, "C", 0, 5), new Hears(0),
            new HalfCloses(0), new HearsTheEnd(0), new HalfCloses(1), new HearsTheEnd(1));

    private static Says says(int client, String payload, int from, int to) {
        return new Says(client, Frames.slice(Frames.of(Bytes.of(payload)), from, to));
    }

    /// Calls `readLength` until the stream ends, and takes the payloads itself.
    private abstract static class ReadsLengths extends InMemory<FrameStream> {

        private final boolean toTheEnd;

        /// @param toTheEnd whether it is called once more where the stream ends
        ReadsLengths(Words expected, int tries, boolean toTheEnd) {
            super(expected, tries);
            this.toTheEnd = toTheEnd;
        }

        @Override
        Stream<FrameStream> smaller(FrameStream failed) {
            return failed.smaller();
        }

        @Override
        Callee callee(Submission submission) {
            return new Callee(submission, "readLength", InputStream.class);
        }

        @Override
        Optional<Finding> attempt(FrameStream stream, Callee callee) throws InterruptedException {
            var in = new ScriptedInput(stream.pieces(), ScriptedInput.End.CLOSES);
            var starts = stream.starts();
            for (int i = 0; ; i++) {
                var start = starts.get(Math.min(i, starts.size() - 1));
                var header = stream.end() - start; // as much of it as comes
                if (header < HEADER && !toTheEnd) return Optional.empty();
                var due = header >= HEADER ? stream.lengths().get(i) : -1;
                var call = new Call(stream, i, start, due, header, in);
                var reply = callee.call(in);
                var cause = cause(call, reply, callee);
                if (cause.isPresent()) return Optional.of(call.finding(cause.get(), reply));
                if (header < HEADER) return Optional.empty();
                if (start + HEADER + due > stream.end()) return Optional.empty();
                in.skipBytes(due);
            }
        }

        private static Optional<String> cause(Call call, Callee.Reply reply, Callee callee)
                throws InterruptedException {
            if (reply instanceof Stuck || call.in.readsOn()) return Optional.of("END_UNNOTICED");
            if (call.header >= HEADER) return whyNotThisLength(call, reply, callee);
            var isClean = call.header <= 0;
            return switch (reply) {
                case Returned(Integer value) when isClean && value == -1 -> Optional.empty();
                case Threw(EOFException _, _) when !isClean -> Optional.empty();
                case Threw(IOException _, _) when isClean ->
                        Optional.of("CLEAN_END_IS_NO_ERROR");
                case Returned _ when !isClean -> Optional.of("END_INSIDE_HEADER");
                case Returned _ -> Optional.of("END_UNNOTICED");
                default -> Optional.of(Hints.OTHERWISE);
            };
        }

        private static Optional<String> whyNotThisLength(Call call, Callee.Reply reply,
                Callee callee) throws InterruptedException {
            var taken = call.in.taken() - call.start;
            if (taken > HEADER) return Optional.of("READS_TOO_FAR");
            if (taken < HEADER) {
                return Optional.of(call.in.wasAsked()
                        ? "TAKES_NOT_YET_FOR_THE_END" : "HEADER_IN_ONE_READ");
            }
            if (!(reply instanceof Returned(Integer value))) return Optional.of(Hints.OTHERWISE);
            if (value == call.due) return Optional.empty();
            if (value == Integer.reverseBytes(call.due)) return Optional.of("WRONG_BYTE_ORDER");
            if (call.due > 127 && knows(127, callee)) return Optional.of("SIGNED_BYTES");
            return Optional.of(Hints.OTHERWISE);
        }

        private static boolean knows(int length, Callee callee) throws InterruptedException {
            var in = new ScriptedInput(List.of(Frames.header(length)), ScriptedInput.End.CLOSES);
            return callee.call(in) instanceof Returned(Integer value) && value == length;
        }
    }

    /// A call, and what should come of it.
    ///
    /// @param number of the header, from 0
    /// @param start where it begins
    /// @param due what should be returned
    /// @param header how many bytes of it come, and of what follows
    private record Call(FrameStream stream, int number, int start, int due, int header,
            ScriptedInput in) {

        Finding finding(String cause, Callee.Reply reply) {
            var taken = in.taken();
            return new Finding(cause, language -> {
                var lines = new ArrayList<String>();
                var drawn = stream.drawn(taken);
                lines.add(new Words("comes  ", "到达   ").in(language) + drawn.get(0));
                drawn.subList(1, drawn.size()).forEach(each -> lines.add("       " + each));
                var after = header >= HEADER ? "" : new Words(", and then the end", "，然后流结束")
                        .in(language);
                lines.add(new Words("readLength, call %s%s", "第 %s 次调用 readLength%s")
                        .formatted(number + 1, after).in(language));
                lines.add(new Words("due    ", "应当   ").in(language) + dueIn(language));
                lines.add(new Words("came   ", "结果   ").in(language)
                        + Replies.inWords(reply, in).in(language));
                return lines;
            });
        }

        private String dueIn(workbook.reader.Language language) {
            if (header >= HEADER) return "" + due;
            return header <= 0 ? "-1" : "EOFException";
        }
    }
}
