package exercises;

import module java.base;

import check.FrameSuite;
import conformance.Bytes;
import exercises.Callee.Reply.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/// Judges 05c: `static byte[] readFrame(InputStream in, int max)`.
final class Exercise05c implements Judge {

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new ReadsOne(new Words(
                        "A frame of at most max bytes is read, as it was sent.",
                        "不超过 max 个字节的帧，读出来的和发出的一样。"),
                        max -> LongStream.of(0, max - 1, max)),
                new ReadsOne(new Words(
                        "A length above max is refused (ProtocolException), before there is room "
                                + "made for it and before a byte of the payload is taken.",
                        "超过 max 的长度要拒绝（ProtocolException），在此之前不分配空间，也不取走"
                                + "内容的任何字节。"),
                        max -> LongStream.of(max + 1, Integer.MAX_VALUE)),
                new ReadsOne(new Words(
                        "So is one that would be negative in an int: lengths have no sign.",
                        "放进 int 会变成负数的长度也一样要拒绝：长度没有符号。"),
                        _ -> LongStream.of(0xffff_ffffL, 0x8000_0000L, 0xffff_fffbL)),
                ServerRequirement.keeping("aFrameThatIsTooLargeHarmsNobodyElse",
                        new FrameSuite("", false), 4));
    }

    @Override
    public Set<String> causes() {
        return Set.of("BELIEVES_ANY_LENGTH", "SIGNED_LENGTH", "ALLOCATES_BEFORE_REFUSING",
                "READS_BEFORE_REFUSING", "CUT_DOWN", "REFUSAL_UNTOLD", "REFUSES_TOO_MUCH");
    }

    /// A header, then `max + 3` letters, then the end.
    ///
    /// @param announced as it stands in the header, without a sign
    private record Announced(long announced, int max) {

        private static final int MORE = 3;

        boolean isAllowed() {
            return announced <= max;
        }

        byte[] bytes() {
            return ByteBuffer.allocate(4 + max + MORE).putInt((int) announced)
                    .put(Bytes.letters(max + MORE).array()).array();
        }

        ScriptedInput in() {
            return new ScriptedInput(List.of(new Bytes(bytes())), ScriptedInput.End.CLOSES);
        }

        byte[] payload() {
            return Arrays.copyOfRange(bytes(), 4, 4 + (int) announced);
        }

        String drawn() {
            return HexFormat.ofDelimiter(" ").formatHex(bytes(), 0, 4) + " "
                    + Shown.text(Arrays.copyOfRange(bytes(), 4, bytes().length), 24);
        }
    }

    /// Calls `readFrame` for one frame.
    private static final class ReadsOne extends InMemory<Announced> {

        private static final int TRIES = 30;
        private static final int HEADER = 4;

        private final IntFunction<LongStream> lengths; // for a max

        ReadsOne(Words expected, IntFunction<LongStream> lengths) {
            super(expected, TRIES);
            this.lengths = lengths;
        }

        @Override
        Arbitrary<Announced> cases() {
            return Arbitraries.of(1, 2, 5, 10, 20).flatMap(max ->
                    Arbitraries.of(lengths.apply(max).boxed().toList())
                            .map(length -> new Announced(length, max)));
        }

        @Override
        Stream<Announced> smaller(Announced failed) {
            return IntStream.of(1, 2, 5, 10).filter(max -> max <= failed.max).boxed()
                    .flatMap(max -> lengths.apply(max).boxed()
                            .filter(length -> max < failed.max || length < failed.announced)
                            .map(length -> new Announced(length, max)));
        }

        @Override
        Callee callee(Submission submission) {
            return new Callee(submission, "readFrame", InputStream.class, int.class);
        }

        @Override
        Optional<Finding> attempt(Announced one, Callee callee) throws InterruptedException {
            var in = one.in();
            var reply = callee.call(in, one.max);
            var cause = one.isAllowed() ? whyNotRead(one, reply, in)
                    : whyNotRefused(one, reply, in, callee);
            return cause.map(id -> finding(id, one, reply, in));
        }

        private static Optional<String> whyNotRead(Announced one, Callee.Reply reply,
                ScriptedInput in) {
            return switch (reply) {
                case Returned(byte[] came) when Arrays.equals(came, one.payload())
                        && in.taken() == HEADER + came.length -> Optional.empty();
                case Threw(ProtocolException _, _) -> Optional.of("REFUSES_TOO_MUCH");
                default -> Optional.of(Hints.OTHERWISE);
            };
        }

        private static Optional<String> whyNotRefused(Announced one, Callee.Reply reply,
                ScriptedInput in, Callee callee) throws InterruptedException {
            if (reply instanceof Threw(ProtocolException _, _)) {
                return in.taken() == HEADER ? Optional.empty()
                        : Optional.of("READS_BEFORE_REFUSING");
            }
            if (reply instanceof Returned(byte[] came) && came.length == one.max) {
                return Optional.of("CUT_DOWN");
            }
            var next = new Announced(one.max + 1L, one.max);
            var refusesTheNext = !one.equals(next) && callee.call(next.in(), one.max)
                    instanceof Threw(ProtocolException _, _);
            if (refusesTheNext && one.announced > Integer.MAX_VALUE) {
                return Optional.of("SIGNED_LENGTH");
            }
            if (refusesTheNext && reply instanceof Threw(OutOfMemoryError _, _)) {
                return Optional.of("ALLOCATES_BEFORE_REFUSING");
            }
            if (reply instanceof Returned(var value) && value == null) {
                return Optional.of("REFUSAL_UNTOLD");
            }
            return Optional.of("BELIEVES_ANY_LENGTH");
        }

        private static Finding finding(String cause, Announced one, Callee.Reply reply,
                ScriptedInput in) {
            return new Finding(cause, language -> List.of(
                    new Words("comes  %s and then the end", "到达   %s 然后流结束")
                            .formatted(one.drawn()).in(language),
                    new Words("       a length of %s", "       长度是 %s")
                            .formatted(String.format(Locale.ROOT, "%,d", one.announced)).in(language),
                    "readFrame(in, " + one.max + ")",
                    new Words("due    ", "应当   ").in(language)
                            + (one.isAllowed() ? Shown.quoted(one.payload())
                                    : new Words("ProtocolException, after the 4 bytes of the header",
                                            "ProtocolException，只读头部的 4 个字节").in(language)),
                    new Words("came   %s, after %s bytes", "结果   %s，读了 %s 个字节")
                            .formatted(reply instanceof Returned(byte[] came)
                                    ? Shown.quoted(came)
                                    : Replies.inWords(reply, in).in(language), in.taken())
                            .in(language)));
        }
    }
}
