package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.Bytes;
import exercises.Callee.Reply.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import workbook.reader.Language;

/// Judges 01c: the class `Text`, through `static void copyText(InputStream in, Appendable out)` and
/// through a server.
final class Exercise01c implements Judge {

    private static final String REPLACEMENT = "\ufffd";

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new CopiesText(new Words(
                        "A line that has come is shown at once, and just as it was sent.",
                        "一行到了，就马上显示，和发出的一样。"), 30, Said::whole),
                new CopiesText(new Words(
                        "A character is a character, wherever a read cuts it.",
                        "不管 read 在哪里切开，字符还是那个字符。"), 60, Said::cut),
                new CopiesText(new Words(
                        "When the stream ends, what is left is shown; U+FFFD stands for a "
                                + "character of which only the beginning has come.",
                        "流结束时，剩下的要显示出来；只到了开头的字符用 U+FFFD 代替。"),
                        60, Said::ending),
                new TwoClients());
    }

    @Override
    public Set<String> causes() {
        return Set.of("CHARACTER_CUT", "CHARACTER_LOST", "HOLDS_BACK", "SHOWS_THE_WHOLE_BUFFER",
                "SHOWN_TWICE", "WRONG_CHARSET", "REST_LOST_AT_THE_END", "SHARES_A_BUFFER");
    }

    /// A text on its way.
    ///
    /// @param characters without the line feed at its end
    /// @param cuts where reads end, in bytes
    /// @param end so many bytes come, and then the stream ends; -1: all come, and a line feed, and
    ///     then the peer waits
    private record Said(List<String> characters, SortedSet<Integer> cuts, int end) {

        private static final List<String> LINES_OF = List.of("a", "é", "你", "😀", "\n");

        private String text() {
            return String.join("", characters) + (end == -1 ? "\n" : "");
        }

        byte[] bytes() {
            var all = text().getBytes(UTF_8);
            return end == -1 ? all : Arrays.copyOf(all, end);
        }

        /// The decoder of the JDK is asked: it puts U+FFFD for what is not complete.
        String due() {
            return new String(bytes(), UTF_8);
        }

        List<Bytes> pieces() {
            var bytes = bytes();
            var pieces = new ArrayList<Bytes>();
            var from = 0;
            for (int to : cuts.headSet(bytes.length)) {
                pieces.add(new Bytes(Arrays.copyOfRange(bytes, from, to)));
                from = to;
            }
            pieces.add(new Bytes(Arrays.copyOfRange(bytes, from, bytes.length)));
            return pieces;
        }

        Said uncut() {
            return new Said(characters, new TreeSet<>(), end);
        }

        // ---- what there is to choose from ----

        private static Arbitrary<List<String>> lines() {
            return Arbitraries.of(LINES_OF).list().ofMinSize(1).ofMaxSize(24);
        }

        private static int size(List<String> characters) {
            return String.join("", characters).getBytes(UTF_8).length;
        }

        private static Arbitrary<SortedSet<Integer>> cuts(int size) {
            return Arbitraries.integers().between(1, size).set().ofMaxSize(6).map(TreeSet::new);
        }

        static Arbitrary<Said> whole() {
            return lines().flatMap(some -> Arbitraries.integers().between(1, some.size())
                    .set().ofMaxSize(4).map(cuts -> new Said(some, cuts.stream()
                            .map(each -> size(some.subList(0, each)))
                            .collect(Collectors.toCollection(TreeSet::new)), -1)));
        }

        static Arbitrary<Said> cut() {
            return lines().flatMap(some -> cuts(size(some)).map(cuts ->
                    new Said(some, cuts, -1)));
        }

        static Arbitrary<Said> ending() {
            return lines().flatMap(some -> cuts(size(some)).flatMap(cuts ->
                    Arbitraries.integers().between(0, size(some)).map(end ->
                            new Said(some, cuts, end))));
        }

        // ---- smaller ones ----

        /// One character and one cut; else fewer of both.
        Stream<Said> smaller() {
            var single = characters.size() < 2 ? Stream.<Said>of()
                    : LINES_OF.stream().filter(characters::contains)
                            .flatMap(each -> single(each));
            var onlyCut = cuts.size() < 2 ? Stream.<Said>of() : cuts.stream().map(cut ->
                    new Said(characters, new TreeSet<>(Set.of(cut)), end));
            var noCut = cuts.isEmpty() ? Stream.<Said>of() : Stream.of(uncut());
            var fewer = IntStream.range(0, characters.size())
                    .filter(_ -> characters.size() > 1).mapToObj(i -> without(i));
            return Stream.of(single, noCut, onlyCut, fewer).flatMap(each -> each);
        }

        private Stream<Said> single(String character) {
            var one = List.of(character);
            var size = size(one);
            var ends = end == -1 ? IntStream.of(-1) : IntStream.rangeClosed(1, size);
            return ends.boxed().flatMap(last -> IntStream.rangeClosed(0, size).mapToObj(cut ->
                    new Said(one, cut == 0 ? new TreeSet<>() : new TreeSet<>(Set.of(cut)), last)));
        }

        private Said without(int index) {
            var some = new ArrayList<>(characters);
            var start = size(characters.subList(0, index));
            var length = size(List.of(some.remove(index)));
            var moved = cuts.stream().filter(cut -> cut <= start || cut >= start + length)
                    .map(cut -> cut <= start ? cut : cut - length).filter(cut -> cut > 0)
                    .collect(Collectors.toCollection(TreeSet::new));
            return new Said(some, moved, end == -1 ? -1 : Math.min(end, size(some)));
        }

        // ---- a picture ----

        private static final int MOST = 14; // bytes that are shown

        /// The bytes in hexadecimal with a bar at each cut.
        String drawn() {
            var bytes = bytes();
            var text = new StringBuilder();
            for (int i = 0; i < Math.min(bytes.length, MOST); i++) {
                text.append(i == 0 ? "" : cuts.contains(i) ? "|" : " ");
                text.append("%02x".formatted(bytes[i]));
            }
            if (bytes.length > MOST) text.append(" .. (%d)".formatted(bytes.length - MOST));
            return text.toString();
        }
    }

    private static final int MOST_SHOWN = 12; // characters between quotes

    private static String quoted(String text) {
        var plain = text.replace("\n", "\\n").codePoints()
                .mapToObj(each -> Character.isISOControl(each) ? "\\x%02x".formatted(each)
                        : Character.toString(each)).toList();
        return "\"" + String.join("", plain.subList(0, Math.min(MOST_SHOWN, plain.size()))) + "\""
                + (plain.size() > MOST_SHOWN ? " ..." : "");
    }

    /// Calls `copyText`.
    private static final class CopiesText extends InMemory<Said> {

        private final Supplier<Arbitrary<Said>> cases;

        CopiesText(Words expected, int tries, Supplier<Arbitrary<Said>> cases) {
            super(expected, tries);
            this.cases = cases;
        }

        @Override
        Arbitrary<Said> cases() {
            return cases.get();
        }

        @Override
        Stream<Said> smaller(Said failed) {
            return failed.smaller();
        }

        @Override
        Callee callee(Submission submission) {
            return new Callee(submission, "copyText", InputStream.class, Appendable.class);
        }

        /// @param text that was shown before it waited, or ended
        private record Copied(String text, Callee.Reply reply, ScriptedInput in) {

            /// It waits for more, or has seen the end.
            boolean isOver() {
                return in.waitsFor() > 0 || reply instanceof Returned;
            }
        }

        private static Copied copied(Said said, Callee callee) throws InterruptedException {
            var in = new ScriptedInput(said.pieces(), said.end == -1
                    ? ScriptedInput.End.STAYS : ScriptedInput.End.CLOSES);
            var out = new StringBuffer();
            var reply = callee.call(in, out);
            return new Copied(out.toString(), reply, in);
        }

        @Override
        Optional<Finding> attempt(Said said, Callee callee) throws InterruptedException {
            var copied = copied(said, callee);
            var due = said.due();
            if (copied.isOver() && inOne(copied.text).equals(due)) return Optional.empty();
            var cause = cause(said, copied, callee);
            return Optional.of(new Finding(cause, language -> drawn(said, copied, language)));
        }

        private static String cause(Said said, Copied copied, Callee callee)
                throws InterruptedException {
            var due = said.due();
            var came = copied.text;
            if (copied.reply instanceof Threw(CharacterCodingException _, _)) {
                return said.end == -1 ? "CHARACTER_CUT" : "REST_LOST_AT_THE_END";
            }
            if (!copied.isOver()) return Hints.OTHERWISE;
            if (came.contains("null")) return Hints.OTHERWISE;
            if (came.contains("\0")) return "SHOWS_THE_WHOLE_BUFFER";
            if (came.equals(new String(said.bytes(), ISO_8859_1))) return "WRONG_CHARSET";
            if (said.end != -1) {
                return due.startsWith(came) ? "REST_LOST_AT_THE_END" : Hints.OTHERWISE;
            }
            if (came.contains(REPLACEMENT)) return "CHARACTER_CUT";
            if (came.length() > due.length()) return "SHOWN_TWICE";
            if (!due.startsWith(came)) return "CHARACTER_LOST";
            var uncut = said.uncut(); // it may be for the cuts that it is lost, or it is kept back
            return copied(uncut, callee).text.equals(due) ? "CHARACTER_LOST" : "HOLDS_BACK";
        }

        /// Whoever replaces each byte of half a character is right, too.
        private static String inOne(String text) {
            return text.replaceAll(REPLACEMENT + "+$", REPLACEMENT);
        }

        private static List<String> drawn(Said said, Copied copied, Language language) {
            var end = said.end == -1 ? new Words("", "")
                    : new Words(", and then the end", "，然后流结束");
            var lines = new ArrayList<String>();
            lines.add(new Words("comes  ", "到达   ").in(language) + said.drawn()
                    + end.in(language));
            lines.add(new Words("due    ", "应当   ").in(language) + quoted(said.due()));
            lines.add(new Words("came   ", "结果   ").in(language) + quoted(copied.text));
            if (!copied.isOver()) {
                lines.add("       " + Replies.inWords(copied.reply, copied.in).in(language));
            } else if (said.end == -1) {
                lines.add(new Words("       and then it waits for more", "       然后等着读更多")
                        .in(language));
            }
            return lines;
        }
    }

    /// Two clients at once, each of which is in the middle of a character while the other talks.
    private static final class TwoClients implements Requirement {

        private static final int PATIENCE = 400; // milliseconds
        private static final int MORE_PATIENCE = 1200; // a busy machine is no mistake

        /// @param bytes to be sent
        /// @param due what has to come back then
        private record Step(int client, byte[] bytes, String due) {

            /// @param sent in hexadecimal
            static Step of(int client, String sent, String due) {
                return new Step(client, HexFormat.ofDelimiter(" ").parseHex(sent), due);
            }

            String drawnAnswer(Language language) {
                return "ab".charAt(client) + new Words("   hears ", "   听到  ").in(language)
                        + quoted(due);
            }

            String drawn(Language language) {
                return "ab".charAt(client) + new Words("   says  ", "   说    ").in(language)
                        + HexFormat.ofDelimiter(" ").formatHex(bytes);
            }
        }

        /// A line that is complete goes in front of the part of a character: when it has come back,
        /// the part was read.
        private static final List<Step> STEPS = List.of(
                Step.of(0, "41 0a e4 bd", "A\n"), Step.of(1, "42 0a f0 9f 98", "B\n"),
                Step.of(0, "a0 0a c3", "你\n"), Step.of(1, "80 0a e5", "😀\n"),
                Step.of(0, "a9 0a", "é\n"), Step.of(1, "a5 bd 0a", "好\n"));

        @Override
        public Words expected() {
            return new Words("Over real sockets: two clients at once, and each has its own text.",
                    "通过真正的套接字：两个客户端同时连接，各自的文本互不影响。");
        }

        @Override
        public Optional<Finding> broken(Submission submission) throws IOException {
            var finding = broken(submission, PATIENCE);
            return finding.isEmpty() ? finding : broken(submission, MORE_PATIENCE);
        }

        private static Optional<Finding> broken(Submission submission, int patience)
                throws IOException {
            try (var server = new LearnersServer(submission).start();
                    var a = connect(server, patience); var b = connect(server, patience)) {
                return played(List.of(a, b));
            } catch (LearnersServer.Silent e) {
                return Optional.of(e.finding());
            }
        }

        private static Socket connect(LearnersServer.Started server, int patience)
                throws IOException {
            var address = server.address();
            var client = new Socket(address.getAddress(), address.getPort());
            client.setSoTimeout(patience);
            return client;
        }

        private static Optional<Finding> played(List<Socket> clients) throws IOException {
            for (int i = 0; i < STEPS.size(); i++) {
                var step = STEPS.get(i);
                var client = clients.get(step.client);
                client.getOutputStream().write(step.bytes);
                var came = heard(client, step.due);
                if (!came.equals(step.due)) return Optional.of(finding(i, came));
            }
            for (var client : clients) {
                client.shutdownOutput();
                if (heard(client, "\n").isEmpty()) continue;
                return Optional.of(more(client == clients.getFirst()));
            }
            return Optional.empty();
        }

        /// As many bytes as are due, or what comes in time.
        private static String heard(Socket client, String due) throws IOException {
            var came = new ByteArrayOutputStream();
            try {
                var in = client.getInputStream();
                for (int left = due.getBytes(UTF_8).length; left > 0; left--) {
                    var next = in.read();
                    if (next == -1) break;
                    came.write(next);
                }
            } catch (SocketTimeoutException _) {
                // it shows what has come
            }
            return came.toString(UTF_8);
        }

        /// Alone each client would have its text: that was asked in memory.
        private static Finding finding(int last, String came) {
            var cause = last == 0 ? Hints.OTHERWISE : "SHARES_A_BUFFER";
            return new Finding(cause, language -> {
                var lines = new ArrayList<String>();
                for (int i = 0; i <= last; i++) {
                    lines.add(STEPS.get(i).drawn(language));
                    if (i < last) lines.add(STEPS.get(i).drawnAnswer(language));
                }
                lines.add(new Words("due    ", "应当   ").in(language)
                        + quoted(STEPS.get(last).due));
                lines.add(new Words("came   ", "结果   ").in(language) + quoted(came));
                return lines;
            });
        }

        private static Finding more(boolean isFirst) {
            return new Finding(Hints.OTHERWISE, language -> List.of(new Words(
                    "%s has finished, has all its text, and gets something more",
                    "%s 说完了，文本也都收到了，却又收到了别的")
                    .formatted(isFirst ? "a" : "b").in(language)));
        }
    }
}
