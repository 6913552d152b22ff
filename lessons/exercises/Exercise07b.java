package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conformance.Bytes;
import exercises.Callee.Reply;
import exercises.Callee.Reply.*;
import java.util.zip.CRC32C;

/// Judges 07b: `static void send(Path file, InputStream in, OutputStream out)`, and `receive`, of
/// the other side.
final class Exercise07b implements Judge {

    private static final String FILE = "ABCDEFGH";

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new Sends(new Words("send goes on if the file begins with what is there, and "
                        + "begins anew if it does not.",
                        "文件的开头和对方已有的一样，send 就接着发；不一样就从头发。"), false),
                new Receives(new Words("receive says what is there, and completes it, or replaces "
                        + "it.", "receive 说出已有多少，把它补完，或者从头换掉。"), false),
                new Sends(new Words("Both say the same however many pieces it comes in.",
                        "不管分成几段到达，结果都一样。"), true),
                new Receives(new Words("Both say the same however many pieces it comes in.",
                        "不管分成几段到达，结果都一样。"), true),
                new OverLoopback());
    }

    @Override
    public Set<String> causes() {
        return Set.of("CHANGE_UNNOTICED", "BEGINS_ANEW_ALWAYS", "SHORTER_UNNOTICED",
                "WRONG_CONTENT", "NO_PART_YET", "WRONG_REQUEST", "OVERWRITES_THE_PART",
                "OLD_BYTES_STAY", "BREAK_UNNOTICED", "LOSES_WHAT_CAME", "BELIEVES_ANY_START",
                "WAITS_FOR_THE_END", "READ_TAKEN_FOR_ALL");
    }

    private static final class Broken extends RuntimeException {

        private static final long serialVersionUID = 1;

        final transient Finding finding;

        Broken(Finding finding) {
            this.finding = finding;
        }
    }

    private static long sum(String text) {
        var sum = new CRC32C();
        sum.update(text.getBytes(ISO_8859_1));
        return sum.getValue();
    }

    private static byte[] message(long first, long second, String content) {
        var bytes = content.getBytes(ISO_8859_1);
        return ByteBuffer.allocate(16 + bytes.length).putLong(first).putLong(second).put(bytes)
                .array();
    }

    private static ScriptedInput input(byte[] message, boolean cut, ScriptedInput.End end) {
        var pieces = new ArrayList<Bytes>();
        var length = cut ? 1 : Math.max(1, message.length);
        for (int i = 0; i < message.length; i += length) {
            pieces.add(new Bytes(Arrays.copyOfRange(message, i, i + length)));
        }
        return new ScriptedInput(pieces, end);
    }

    /// Two numbers and what follows, as far as it came.
    private static Words shown(byte[] message) {
        if (message.length < 16) {
            return new Words("%s bytes", "%s 个字节").formatted(message.length);
        }
        var numbers = ByteBuffer.wrap(message);
        var content = new String(message, 16, message.length - 16, ISO_8859_1);
        var text = numbers.getLong() + ", " + number(numbers.getLong())
                + (content.isEmpty() ? "" : ", \"" + abridged(content) + "\"");
        return new Words(text, text);
    }

    private static String number(long value) {
        return value > 1000 || value < 0 ? "%08x".formatted(value) : "" + value; // a checksum
    }

    private static String abridged(String text) {
        return text.length() > 20 ? text.substring(0, 17) + "..." : text;
    }

    private static Finding finding(String cause, List<Words> lines, Words due, Words came) {
        return new Finding(cause, language -> {
            var all = new ArrayList<String>();
            lines.forEach(each -> all.add(each.in(language)));
            all.add(new Words("due   ", "应当  ").in(language) + due.in(language));
            all.add(new Words("came  ", "结果  ").in(language) + came.in(language));
            return all;
        });
    }

    private static Words plus(Words first, Words second) {
        return new Words(first.english() + "; " + second.english(),
                first.chinese() + "；" + second.chinese());
    }

    private static boolean takesReadForAll(ScriptedInput in, boolean cut) {
        return cut && !in.readsOn() && in.waitsFor() == 0;
    }

    /// A folder for as long as it is needed.
    private interface InFolder {

        void run(Path folder) throws IOException, InterruptedException;

        static Optional<Finding> findings(InFolder attempt)
                throws IOException, InterruptedException {
            var folder = Files.createTempDirectory("exercise07b");
            try {
                attempt.run(folder);
                return Optional.empty();
            } catch (Broken e) {
                return Optional.of(e.finding);
            } finally {
                try (var files = Files.list(folder)) {
                    for (var each : files.toList()) Files.delete(each);
                }
                Files.delete(folder);
            }
        }
    }

    // ---- send ----

    /// @param cut whether what is read comes byte by byte
    private record Sends(Words expected, boolean cut) implements Requirement {

        private static final Class<?>[] PARAMETERS =
                {Path.class, InputStream.class, OutputStream.class};

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            return InFolder.findings(folder -> {
                var file = Files.writeString(folder.resolve("file"), FILE);
                try (var callee = new Callee(submission, "send", PARAMETERS)) {
                    for (var there : List.of("", "ABX", "ABC", FILE, FILE + "I", "XBCDEFGH")) {
                        attempt(callee, file, there);
                    }
                }
            });
        }

        private void attempt(Callee callee, Path file, String there)
                throws InterruptedException {
            var start = FILE.startsWith(there) ? there.length() : 0;
            var due = message(start, FILE.length(), FILE.substring(start));
            var out = new ByteArrayOutputStream();
            var in = input(message(there.length(), sum(there), ""), cut,
                    ScriptedInput.End.STAYS);
            var reply = callee.call(file, in, out);
            var came = out.toByteArray();
            if (reply instanceof Returned && Arrays.equals(due, came)) return;
            var what = reply instanceof Returned ? shown(came)
                    : plus(shown(came), Replies.inWords(reply, in));
            throw new Broken(finding(cause(there, start, in, came), List.of(
                    new Words("send, of a file with \"%s\"", "send，文件内容是 \"%s\"")
                            .formatted(FILE),
                    new Words("the receiver has \"%s\": it says %s, and the checksum",
                            "对方已有 \"%s\"：发来 %s 和校验和").formatted(there, there.length()),
                    new Words("start, size, and bytes:", "起点、大小、字节：")), shown(due),
                    what));
        }

        private String cause(String there, int start, ScriptedInput in, byte[] came) {
            if (takesReadForAll(in, cut)) return "READ_TAKEN_FOR_ALL";
            if (in.waitsFor() > 0) return "WAITS_FOR_THE_END";
            if (there.length() > FILE.length()) return "SHORTER_UNNOTICED";
            if (came.length < 16) return Hints.OTHERWISE;
            var said = ByteBuffer.wrap(came).getLong();
            if (said == start) return "WRONG_CONTENT";
            if (start == 0 && said == there.length()) return "CHANGE_UNNOTICED";
            return said == 0 ? "BEGINS_ANEW_ALWAYS" : Hints.OTHERWISE;
        }
    }

    // ---- receive ----

    /// What the sender answers.
    ///
    /// @param there the part before; null if there is none
    /// @param due the part behind it
    private record Answer(String there, long start, long size, String content, String due) {

        boolean isWhole() {
            return content.length() == size - start;
        }

        boolean isLie() {
            return start != 0 && start != had().length();
        }

        String had() {
            return there == null ? "" : there;
        }
    }

    private static final List<Answer> ANSWERS = List.of(
            new Answer(null, 0, 8, FILE, FILE),
            new Answer("ABC", 3, 8, "DEFGH", FILE),
            new Answer("abcdefghij", 0, 8, FILE, FILE),
            new Answer("abc", 0, 8, FILE, FILE),
            new Answer(FILE, 8, 8, "", FILE),
            new Answer("ABC", 3, 8, "DE", "ABCDE"),
            new Answer("abc", 0, 8, "AB", "AB"),
            new Answer("ABC", 5, 8, "FGH", "ABC"));

    /// @param cut whether what is read comes byte by byte
    private record Receives(Words expected, boolean cut) implements Requirement {

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            return InFolder.findings(folder -> {
                try (var callee = new Callee(submission, "receive", Sends.PARAMETERS)) {
                    for (var each : ANSWERS) attempt(callee, folder.resolve("part"), each);
                }
            });
        }

        private void attempt(Callee callee, Path part, Answer answer)
                throws IOException, InterruptedException {
            Files.deleteIfExists(part);
            if (answer.there != null) Files.writeString(part, answer.there);
            var isWhole = answer.isWhole() && !answer.isLie();
            var in = input(message(answer.start, answer.size, answer.content), cut,
                    isWhole ? ScriptedInput.End.STAYS : ScriptedInput.End.CLOSES);
            var out = new ByteArrayOutputStream();
            var reply = callee.call(part, in, out);
            var request = message(answer.had().length(), sum(answer.had()), "");
            var has = Files.exists(part) ? Files.readString(part, ISO_8859_1) : "";
            var isRight = Arrays.equals(request, out.toByteArray()) && has.equals(answer.due)
                    && (isWhole ? reply instanceof Returned
                    : reply instanceof Threw(IOException _, _));
            if (isRight) return;
            var cause = cause(answer, reply, in, out.toByteArray(), request, has);
            throw new Broken(cause.equals("WRONG_REQUEST")
                    ? finding(cause, List.of(before(answer), new Words("length and checksum:",
                    "长度和校验和：")), shown(request), shown(out.toByteArray()))
                    : finding(cause, told(answer), due(answer, isWhole),
                    came(has, reply, in)));
        }

        private String cause(Answer answer, Reply reply, ScriptedInput in, byte[] said,
                byte[] request, String has) {
            if (answer.there == null && reply instanceof Threw(NoSuchFileException _, _)) {
                return "NO_PART_YET";
            }
            if (!Arrays.equals(request, said)) return "WRONG_REQUEST";
            if (answer.isLie()) return "BELIEVES_ANY_START";
            if (in.waitsFor() > 0 || in.readsOn()) return "WAITS_FOR_THE_END";
            if (takesReadForAll(in, cut)) return "READ_TAKEN_FOR_ALL";
            if (!answer.isWhole() && !has.startsWith(answer.due)) return "LOSES_WHAT_CAME";
            if (has.equals(answer.due)) {
                return answer.isWhole() ? Hints.OTHERWISE : "BREAK_UNNOTICED";
            }
            if (answer.start > 0) return "OVERWRITES_THE_PART";
            return answer.had().isEmpty() ? Hints.OTHERWISE : "OLD_BYTES_STAY";
        }

        private static Words before(Answer answer) {
            return answer.there == null
                    ? new Words("receive, and there is no part", "receive，还没有部分文件")
                    : new Words("receive, and the part has \"%s\"", "receive，部分文件里有 \"%s\"")
                    .formatted(answer.there);
        }

        private static List<Words> told(Answer answer) {
            var end = answer.isWhole()
                    ? new Words(", and waits", "，然后等着") : new Words(", and is gone", "，然后断开");
            var says = new Words("the sender says start %s, size %s, \"%s\"" + end.english(),
                    "对方发来：起点 %s，大小 %s，\"%s\"" + end.chinese());
            return List.of(before(answer),
                    says.formatted(answer.start, answer.size, answer.content));
        }

        private static Words due(Answer answer, boolean isWhole) {
            var part = new Words("the part has \"%s\"", "部分文件里有 \"%s\"").formatted(answer.due);
            if (isWhole) return part;
            return plus(part, answer.isLie() ? new Words("ProtocolException", "ProtocolException")
                    : new Words("EOFException", "EOFException"));
        }

        private static Words came(String has, Reply reply, ScriptedInput in) {
            var part = new Words("the part has \"%s\"", "部分文件里有 \"%s\"").formatted(abridged(has));
            return reply instanceof Returned ? part : plus(part, Replies.inWords(reply, in));
        }
    }

    // ---- both, over loopback ----

    /// Two transfers at once; one goes on, and the file of the other one has changed.
    private static final class OverLoopback implements Requirement {

        private static final String LARGE = "0123456789abcdef".repeat(40_000); // 640 KB
        private static final Duration PATIENCE = Duration.ofSeconds(2);
        private static final int LISTENS = 1000; // milliseconds

        @Override
        public Words expected() {
            return new Words("Over real sockets: two transfers at once.",
                    "通过真正的套接字：两个传输同时进行。");
        }

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            return InFolder.findings(folder -> {
                var same = Files.writeString(folder.resolve("same"), LARGE.substring(0, 200_000));
                var old = Files.writeString(folder.resolve("old"), "x".repeat(300_000));
                var file = Files.writeString(folder.resolve("file"), LARGE);
                var first = new FutureTask<>(() -> transfer(submission, file, same));
                Thread.startVirtualThread(first);
                var second = transfer(submission, file, old);
                if (second.isPresent()) throw new Broken(second.get());
                try {
                    first.get().ifPresent(finding -> {
                        throw new Broken(finding);
                    });
                } catch (ExecutionException e) {
                    throw new IOException(e.getCause());
                }
            });
        }

        private static Optional<Finding> transfer(Submission submission, Path file, Path part)
                throws IOException, InterruptedException {
            try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var receiver = new Socket(listener.getInetAddress(), listener.getLocalPort());
                    var sender = accepted(listener);
                    var sends = new Callee(submission, PATIENCE, "send", Sends.PARAMETERS);
                    var receives = new Callee(submission, PATIENCE, "receive",
                            Sends.PARAMETERS)) {
                var sent = new FutureTask<>(() -> sends.call(
                        file, sender.getInputStream(), sender.getOutputStream()));
                Thread.startVirtualThread(sent);
                var reply = receives.call(
                        part, receiver.getInputStream(), receiver.getOutputStream());
                var has = Files.exists(part) ? Files.readString(part, ISO_8859_1) : "";
                if (reply instanceof Returned && has.equals(LARGE)) return Optional.empty();
                return Optional.of(finding(Hints.OTHERWISE, List.of(
                        new Words("file of %s bytes; part of the other one: %s",
                                "文件有 %s 字节；部分文件：%s").formatted(LARGE.length(),
                                part.getFileName())),
                        new Words("the part is the file", "部分文件和文件一样"),
                        plus(new Words("%s bytes", "%s 字节").formatted(has.length()),
                                Replies.inWords(reply, input(new byte[0], false,
                                        ScriptedInput.End.CLOSES)))));
            }
        }

        private static Socket accepted(ServerSocket listener) throws IOException {
            listener.setSoTimeout(LISTENS);
            return listener.accept();
        }
    }
}
