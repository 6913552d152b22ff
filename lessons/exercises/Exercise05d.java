package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import exercises.Callee.Reply.*;

/// Judges 05d: `static byte[] message(String content)`.
final class Exercise05d implements Judge {

    private static final List<String> VALUES = List.of("ring", "", "needle and thread", "指环",
            "кольцо", "💍", "x".repeat(300));

    @Override
    public List<Requirement> requirements() {
        return List.of(new Writes());
    }

    @Override
    public Set<String> causes() {
        return Set.of("NO_HEADER", "CHARACTERS_FOR_BYTES", "WRONG_BYTE_ORDER",
                "PREFIX_OF_FOUR_BYTES", "WRONG_HEADER_LENGTH", "OTHER_HEADER");
    }

    private static final class Writes implements Requirement {

        @Override
        public Words expected() {
            return new Words("The bytes are those of the tutorial's client.",
                    "字节和教程的客户端发的一样。");
        }

        @Override
        public Optional<Finding> broken(Submission submission) throws InterruptedException {
            try (var callee = new Callee(submission, "message", String.class)) {
                for (var value : VALUES) {
                    var content = "{\"action\": \"search\", \"value\": \"" + value + "\"}";
                    var due = message(content);
                    var reply = callee.call(content);
                    if (reply instanceof Returned(byte[] came)) {
                        if (Arrays.equals(due, came)) continue;
                        return Optional.of(finding(whyOther(content, due, came), content, due,
                                came));
                    }
                    return Optional.of(nothing(content, due, reply));
                }
                return Optional.empty();
            }
        }

        private static byte[] message(String content) {
            return withHeader(header(content.getBytes(UTF_8).length), content);
        }

        /// As Python's `json.dumps` writes it.
        private static String header(int length) {
            return "{\"byteorder\": \"little\", \"content-type\": \"text/json\", "
                    + "\"content-encoding\": \"utf-8\", \"content-length\": " + length + "}";
        }

        private static byte[] withHeader(String header, String content) {
            var bytes = content.getBytes(UTF_8);
            return ByteBuffer.allocate(Short.BYTES + header.length() + bytes.length)
                    .putShort((short) header.length()).put(header.getBytes(UTF_8)).put(bytes)
                    .array();
        }

        private static String whyOther(String content, byte[] due, byte[] came) {
            if (Arrays.equals(came, withHeader(header(content.length()), content))) {
                return "CHARACTERS_FOR_BYTES";
            }
            var brace = new String(came, UTF_8).indexOf("{\"byteorder\"");
            if (brace < 0) return "NO_HEADER";
            if (brace == Integer.BYTES) return "PREFIX_OF_FOUR_BYTES";
            if (brace != Short.BYTES) return Hints.OTHERWISE;
            var isSameBehind = Arrays.equals(due, brace, due.length, came, brace, came.length);
            if (!isSameBehind) return "OTHER_HEADER";
            return came[0] == due[1] && came[1] == due[0] ? "WRONG_BYTE_ORDER"
                    : "WRONG_HEADER_LENGTH";
        }

        private static final int BEFORE = 16; // bytes that are shown before the first wrong one

        private static Finding finding(String cause, String content, byte[] due, byte[] came) {
            var start = cause.equals("OTHER_HEADER") ? Short.BYTES : 0; // its length differs, too
            var from = start - BEFORE + Math.max(BEFORE,
                    Arrays.mismatch(due, start, due.length, came, start, came.length));
            var dueFrom = Arrays.copyOfRange(due, Math.min(from, due.length), due.length);
            var cameFrom = Arrays.copyOfRange(came, Math.min(from, came.length), came.length);
            return new Finding(cause, language -> List.of(
                    "message(\"" + shortened(content) + "\")",
                    new Words("from byte %s:", "从第 %s 个字节起：").formatted(from).in(language),
                    new Words("due   ", "应当  ").in(language) + Shown.quoted(dueFrom),
                    new Words("came  ", "结果  ").in(language) + Shown.quoted(cameFrom),
                    "      " + Shown.caret(dueFrom, cameFrom)));
        }

        private static final ScriptedInput NOTHING_READ =
                new ScriptedInput(List.of(), ScriptedInput.End.CLOSES);

        private static Finding nothing(String content, byte[] due, Callee.Reply reply) {
            return new Finding(Hints.OTHERWISE, language -> List.of(
                    "message(\"" + shortened(content) + "\")",
                    new Words("due   ", "应当  ").in(language) + Shown.quoted(due),
                    new Words("came  ", "结果  ").in(language)
                            + Replies.inWords(reply, NOTHING_READ).in(language)));
        }

        private static String shortened(String content) {
            return content.length() > 50 ? content.substring(0, 47) + "..." : content;
        }
    }
}
