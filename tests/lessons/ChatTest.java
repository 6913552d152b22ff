import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.ChatProperties;
import conformance.ChatStage;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.impl.ExternalTerminal;
import org.jline.utils.AttributedString;
import shared.Narrator;

/// Lesson 08: the chat room and its client.
///
/// What every server of this chat has to keep is in [ChatProperties]; here is what this one
/// promises besides, word for word.
@Tag("long")
class ChatTest implements ChatProperties {

    private static final ChatServer.Limits LIMITS = ChatServer.Limits.DEFAULT;
    private static final String WELCOME = "* welcome; what is your name?";

    private static RunningServer start(ChatServer.Limits limits) throws IOException {
        var server = new ChatServer(RunningServer.FREE_PORT, limits, new Narrator(false));
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    @Override
    public void perform(conformance.Play play) throws Exception {
        try (var server = start(LIMITS)) {
            new ChatStage(server.address(), TestClient.DEADLINE).perform(play);
        }
    }

    /// A connected client that reads one line after the other.
    private record Guest(String name, TestClient client, BufferedReader ears)
            implements AutoCloseable {

        static Guest connect(String name, TestClient client) throws IOException {
            var guest = new Guest(name, client, new BufferedReader(
                    new InputStreamReader(client.socket.getInputStream(), UTF_8)));
            guest.hears(WELCOME);
            return guest;
        }

        /// Joins, and is told of those.
        static Guest join(RunningServer server, String name, String... present)
                throws IOException {
            var guest = connect(name, new TestClient(server.port()));
            guest.says(name);
            guest.hears(here(List.of(present)));
            return guest;
        }

        static String here(Collection<String> names) {
            return names.isEmpty() ? "* nobody else is here"
                    : "* here: " + String.join(", ", names);
        }

        void says(String line) throws IOException {
            client.send((line + "\n").getBytes(UTF_8));
        }

        /// The next line, or null at the end.
        String nextLine() throws IOException {
            try {
                return ears.readLine();
            } catch (SocketTimeoutException e) {
                throw new AssertionError(name + " waits for a line in vain", e);
            }
        }

        void hears(String... lines) throws IOException {
            for (var line : lines) assertEquals(line, nextLine(), "what " + name + " hears");
        }

        void hearsTheEnd() throws IOException {
            assertNull(nextLine(), "what " + name + " hears");
        }

        /// Nothing has come: the answer to a question of its own is the next line.
        void hasHeardNothing(String... present) throws IOException {
            says("/who");
            hears(here(List.of(present)));
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    // ---------------------------------------------------------------- scripts, and the rules

    enum Deed { SAY, WHO, SAY_NOTHING, QUIT, HALF_CLOSE, CLOSE, RESET }

    /// One step of a script. A guest that is not there joins, whatever the deed.
    record Step(String who, Deed deed) {}

    /// The rules once more, without a socket: who is there, and what each has still to hear.
    private static final class Model {

        final Map<String, List<String>> pending = new LinkedHashMap<>();

        void join(String who) {
            tellOthers(who, "* " + who + " has joined");
            var others = new ArrayList<>(pending.keySet());
            pending.put(who, new ArrayList<>(List.of(Guest.here(others))));
        }

        void leave(String who) {
            pending.remove(who);
            tellOthers(who, "* " + who + " has left");
        }

        void tellOthers(String who, String line) {
            pending.forEach((name, lines) -> {
                if (!name.equals(who)) lines.add(line);
            });
        }
    }

    /// The room and its model, side by side. Eve is always there, so every step has a witness.
    private static final class Play implements AutoCloseable {

        final RunningServer server;
        final Model model = new Model();
        final Map<String, Guest> guests = new HashMap<>();
        final List<String> toldOfSid = new ArrayList<>();
        int lines;

        Play(ChatServer.Limits limits) throws IOException {
            server = start(limits);
            join("eve");
        }

        void perform(Step step) throws IOException {
            if (!guests.containsKey(step.who)) {
                join(step.who);
                return;
            }
            var guest = guests.get(step.who);
            switch (step.deed) {
                case SAY -> say(step.who, "line " + ++lines);
                case SAY_NOTHING -> guest.says(" \t");
                case WHO -> {
                    guest.says("/who");
                    model.pending.get(step.who).add(Guest.here(model.pending.keySet()));
                }
                default -> leave(guest, step.deed);
            }
            check();
        }

        void join(String who) throws IOException {
            var guest = Guest.connect(who, new TestClient(server.port()));
            guest.says(who);
            guests.put(who, guest);
            model.join(who);
            check();
        }

        void say(String who, String line) throws IOException {
            guests.get(who).says(line);
            model.tellOthers(who, "[" + who + "] " + line);
        }

        private void leave(Guest guest, Deed how) throws IOException {
            guests.remove(guest.name);
            model.leave(guest.name);
            switch (how) {
                case QUIT -> guest.says("/quit");
                case HALF_CLOSE -> guest.client.halfClose();
                case RESET -> guest.client.reset();
                default -> guest.close();
            }
            if (!guest.client.socket.isClosed()) guest.hearsTheEnd();
            guest.close();
        }

        /// Everybody hears what the model says, and next to it nothing but the leaving of sid.
        void check() throws IOException {
            for (var guest : guests.values()) {
                for (var line : model.pending.get(guest.name)) {
                    var heard = guest.nextLine();
                    if ("* sid has left".equals(heard)) {
                        toldOfSid.add(guest.name);
                        heard = guest.nextLine();
                    }
                    assertEquals(line, heard, "what " + guest.name + " hears");
                }
                model.pending.get(guest.name).clear();
            }
        }

        /// A last word, after which nobody may have heard anything else.
        void end() throws IOException {
            for (var name : List.copyOf(guests.keySet())) {
                guests.get(name).says("/who");
                model.pending.get(name).add(Guest.here(model.pending.keySet()));
            }
            check();
        }

        @Override
        public void close() throws IOException {
            for (var guest : guests.values()) guest.close();
            server.close();
        }
    }

    @Property(tries = 50)
    void everyoneHearsWhatTheRulesSay(@ForAll("scripts") List<Step> script) throws Exception {
        try (var play = new Play(LIMITS)) {
            for (var step : script) play.perform(step);
            play.end();
        }
    }

    /// Sid joins and never reads. Everybody else hears the same as without him, at once, and once
    /// that he has left.
    @Property(tries = 3)
    void oneWhoDoesNotReadIsDroppedAndSlowsNobody(@ForAll("speakers") List<String> speakers)
            throws Exception {
        try (var play = new Play(LIMITS.withOutbox(8))) {
            for (var name : List.of("ann", "bob", "cem")) play.join(name);
            try (var sid = TestClient.withTinyWindow(play.server.port())) {
                sid.send(Bytes.of("sid\n").array());
                play.model.join("sid");
                play.check();
                var start = System.nanoTime();
                for (int i = 0; play.toldOfSid.isEmpty(); i++) {
                    assertTrue(i < 1000, "four megabytes unread, and still in the room");
                    play.say(speakers.get(i % speakers.size()), i + "x".repeat(4000));
                    play.check();
                }
                var millis = (System.nanoTime() - start) / 1_000_000;
                assertTrue(millis < 5000, "they had to wait for him: " + millis + " ms");
                play.model.pending.remove("sid");
                play.end();
                assertEquals(List.of("ann", "bob", "cem", "eve"),
                        play.toldOfSid.stream().sorted().toList(), "told that sid has left");
            }
        }
    }

    @Provide
    Arbitrary<List<String>> speakers() {
        return Arbitraries.of("ann", "bob", "eve").list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<Step>> scripts() {
        var deeds = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just(Deed.SAY)),
                Tuple.of(5, Arbitraries.of(Deed.class)));
        return Combinators.combine(Arbitraries.of("ann", "bob", "cem", "dora"), deeds)
                .as(Step::new).list().ofMaxSize(30);
    }

    // ---------------------------------------------------------------- all at once

    /// All talk at the same time, while others come and go. Nobody hears himself, everybody hears
    /// each speaker's lines in order and all of them, and any two agree on the order of the rest.
    @Property(tries = 12)
    void allHearTheSameInTheSameOrder(
            @ForAll @IntRange(min = 2, max = 4) int speakers,
            @ForAll @IntRange(min = 1, max = 60) int lines,
            @ForAll @IntRange(max = 5) int visitors) throws Exception {
        var guests = new ArrayList<Guest>();
        try (var server = start(LIMITS)) {
            for (int i = 0; i < speakers; i++) {
                guests.add(Guest.join(server, "s" + i,
                        guests.stream().map(Guest::name).toArray(String[]::new)));
            }
            for (int i = 0; i < speakers; i++) {
                for (int later = i + 1; later < speakers; later++) {
                    guests.get(i).hears("* s" + later + " has joined");
                }
            }
            inParallel(guests, guest -> speak(guest, lines), () -> visit(server, visitors));
            var heard = new HashMap<String, List<String>>();
            for (var guest : guests) {
                var expected = (speakers - 1) * lines + 2 * visitors;
                heard.put(guest.name, new ArrayList<>());
                for (int i = 0; i < expected; i++) heard.get(guest.name).add(guest.nextLine());
                guest.hasHeardNothing(guests.stream().map(Guest::name).toArray(String[]::new));
            }
            heard.forEach((name, transcript) -> {
                for (var speaker : guests) {
                    var own = speaker.name.equals(name);
                    assertEquals(own ? List.of() : spoken(speaker.name, lines),
                            transcript.stream().filter(line -> isFrom(speaker.name, line)).toList(),
                            "what " + name + " heard of " + speaker.name);
                    var other = heard.get(speaker.name);
                    assertEquals(without(name, other), without(speaker.name, transcript),
                            name + " and " + speaker.name + " must agree");
                }
            });
        } finally {
            for (var guest : guests) guest.close();
        }
    }

    private static Void speak(Guest guest, int lines) throws IOException {
        for (int i = 0; i < lines; i++) guest.says("line " + i);
        return null;
    }

    private static Void visit(RunningServer server, int visitors) throws IOException {
        for (int i = 0; i < visitors; i++) {
            try (var visitor = Guest.connect("v" + i, new TestClient(server.port()))) {
                visitor.says("v" + i);
                visitor.says("/quit");
                while (visitor.nextLine() != null) {
                    continue; // until we have been let go
                }
            }
        }
        return null;
    }

    private interface Part {
        Void play(Guest guest) throws IOException;
    }

    private static void inParallel(List<Guest> guests, Part part, Callable<Void> another)
            throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Callable<Void>>();
            all.add(another);
            for (var guest : guests) all.add(() -> part.play(guest));
            for (var done : threads.invokeAll(all)) done.get();
        }
    }

    private static boolean isFrom(String name, String line) {
        return line.startsWith("[" + name + "] ");
    }

    private static List<String> spoken(String name, int lines) {
        return IntStream.range(0, lines).mapToObj(i -> "[" + name + "] line " + i).toList();
    }

    private static List<String> without(String name, List<String> transcript) {
        return transcript.stream().filter(line -> !isFrom(name, line)).toList();
    }

    // ---------------------------------------------------------------- names

    @Property
    void aNameThatIsNoneIsRefusedAndNobodyIsTold(@ForAll("noNames") Bytes name) throws Exception {
        try (var server = start(LIMITS);
                var eve = Guest.join(server, "eve");
                var stranger = Guest.connect("stranger", new TestClient(server.port()))) {
            stranger.client.send(name.array());
            stranger.says("");
            stranger.says("let me in");
            var answer = stranger.nextLine();
            assertTrue(answer != null && answer.startsWith("* ") && !answer.startsWith("* here")
                    && !answer.startsWith("* nobody"), name + " is answered: " + answer);
            stranger.hearsTheEnd();
            eve.hasHeardNothing("eve");
        }
    }

    @Property(tries = 15)
    void aNameIsTakenUntilItsOwnerLeaves(@ForAll("names") String name) throws Exception {
        try (var server = start(LIMITS);
                var eve = Guest.join(server, "eve");
                var first = Guest.join(server, name, "eve");
                var second = Guest.connect("second", new TestClient(server.port()))) {
            second.says(name);
            second.hears("* the name " + name + " is taken");
            second.hearsTheEnd();
            first.hasHeardNothing("eve", name);
            first.says("/quit");
            eve.hears("* " + name + " has joined", "* " + name + " has left");
            Guest.join(server, name, "eve").close();
        }
    }

    /// No UTF-8, or something in them that is neither letter nor digit.
    @Provide
    Arbitrary<Bytes> noNames() {
        var spoiled = Combinators.combine(
                Arbitraries.of("", "a", "ann", "\u5f20"),
                Arbitraries.of(" ", "-", ".", "*", "[", "\t", "\0", "\u001b[2J", "\u009b", "\u202e",
                        "\u0301", "\u200b", "\ud83d\ude00", "\r\r"),
                Arbitraries.of("", "b", "\u4e09")).as((before, bad, after) -> before + bad + after);
        return Arbitraries.oneOf(
                spoiled.map(name -> new Bytes(name.getBytes(UTF_8))), noUtf8());
    }

    @Example
    void aNameHasAtLeastOneLetterAndAtMost32() throws Exception {
        for (var name : List.of("", "\r", "a".repeat(33), "\u00e9".repeat(33))) {
            aNameThatIsNoneIsRefusedAndNobodyIsTold(new Bytes(name.getBytes(UTF_8)));
        }
        lettersAndDigitsOfAnyScriptAreAName("\ud835\udd04".repeat(32));
    }

    /// A lone continuation byte, half a character, an overlong form, a surrogate, Latin-1.
    private static Arbitrary<Bytes> noUtf8() {
        return Combinators.combine(
                Arbitraries.of("", "a", "\u00e9"),
                Arbitraries.of("80", "c3", "e4bd", "c080", "eda080", "e961", "ff", "f5808080"),
                Arbitraries.of("", "b")).as((before, bad, after) -> new Bytes(Bytes.join(List.of(
                new Bytes(before.getBytes(UTF_8)), new Bytes(HexFormat.of().parseHex(bad)),
                new Bytes(after.getBytes(UTF_8))))));
    }

    @Property
    void lettersAndDigitsOfAnyScriptAreAName(@ForAll("names") String name) throws Exception {
        try (var server = start(LIMITS);
                var eve = Guest.join(server, "eve");
                var guest = Guest.join(server, name, "eve")) {
            eve.hears("* " + name + " has joined");
            guest.says("hello");
            eve.hears("[" + name + "] hello");
        }
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "Z", "0", "\u00e9", "\u0436", "\u5f20", "\u0663", "\ud835\udd04")
                .list().ofMinSize(1).ofMaxSize(32).map(letters -> String.join("", letters));
    }

    @Example
    void whoSaysNoNameInTimeHasToGo() throws Exception {
        var limits = new ChatServer.Limits(
                8, 8, Duration.ofMillis(150), LIMITS.parting(), LIMITS.seat());
        try (var server = start(limits);
                var eve = Guest.join(server, "eve");
                var silent = Guest.connect("silent", new TestClient(server.port()));
                var slow = Guest.connect("slow", new TestClient(server.port()))) {
            slow.client.send(Bytes.of("s").array()); // a part of a name is no name
            assertEnds(silent);
            assertEnds(slow);
            eve.hasHeardNothing("eve");
        }
    }

    /// With or without a reset: there may be bytes that nobody has read.
    private static void assertEnds(Guest guest) throws IOException {
        try {
            guest.hearsTheEnd();
        } catch (SocketException e) {
            assertEquals("Connection reset", e.getMessage());
        }
    }

    /// To a reader they are one name.
    @Example
    void aNameThatLooksLikeOneThatIsThereIsTaken() throws Exception {
        try (var server = start(LIMITS); var ann = Guest.join(server, "ann")) {
            var wide = "\uff41\uff4e\uff4e";
            var fraktur = "\ud835\udd1e\ud835\udd2b\ud835\udd2b";
            for (var name : List.of("Ann", "ANN", wide, fraktur)) {
                var second = Guest.connect("second", new TestClient(server.port()));
                second.says(name);
                second.hears("* the name " + name + " is taken");
                second.hearsTheEnd();
                second.close();
            }
            ann.hasHeardNothing("ann");
        }
    }

    /// They read and write nothing, as most people in most rooms do; but somebody waits.
    @Property(tries = 3)
    void silentClientsKeepNobodyOut(@ForAll @IntRange(min = 1, max = 4) int seats)
            throws Exception {
        var limits = new ChatServer.Limits(
                seats, 100, LIMITS.naming(), LIMITS.parting(), Duration.ofMillis(150));
        var silent = new ArrayList<TestClient>();
        try (var server = start(limits)) {
            for (int i = 0; i < seats; i++) {
                silent.add(new TestClient(server.port()));
                if (i % 2 == 0) silent.get(i).send(Bytes.of("S" + i + "\n").array());
            }
            for (int i = 0; i < 2 * seats; i++) {
                try (var good = Guest.connect("good", new TestClient(server.port()))) {
                    good.says("/quit"); // no name, but an answer
                    good.nextLine();
                }
            }
        } finally {
            for (var client : silent) client.close();
        }
    }

    // ---------------------------------------------------------------- the log

    @Example
    @Tag("process")
    void aLogThatNobodyReadsHoldsUpNobody() throws Exception {
        try (var lesson = ChildLesson.start("ChatServer", "127.0.0.1", "0");
                var eve = Guest.connect("eve", new TestClient(lesson.port()))) {
            eve.says("eve");
            eve.hears("* nobody else is here");
            LogOracle.checkThatItHoldsUpNobody(lesson, () -> {
                eve.says("a line");
                eve.hasHeardNothing("eve");
            });
        }
    }

    @Example
    @Tag("process")
    void theLogShowsNothingThatATerminalCouldObey() throws Exception {
        try (var lesson = ChildLesson.start("ChatServer", "127.0.0.1", "0");
                var eve = Guest.connect("eve", new TestClient(lesson.port()))) {
            eve.says("eve");
            eve.hears("* nobody else is here");
            for (var strange : LogOracle.STRANGE) {
                eve.says("A" + strange + "Z");
                var line = LogOracle.lineWith("[eve] A", lesson);
                assertTrue(line.endsWith("Z"), line);
            }
        }
    }

    // ---------------------------------------------------------------- lines

    /// Several lines in one write, a line in several, half a character, `\r\n`: the stream has
    /// neither lines nor characters, and what is heard depends on its bytes alone.
    @Property(tries = 40)
    void linesMayBeCutAnywhere(@ForAll("lines") List<String> lines,
            @ForAll("cuts") List<Integer> cuts) throws Exception {
        try (var server = start(LIMITS);
                var eve = Guest.join(server, "eve");
                var bob = Guest.join(server, "bob", "eve")) {
            eve.hears("* bob has joined");
            sendInPieces(bob.client, String.join("", lines).getBytes(UTF_8), cuts);
            for (var line : lines) {
                var shown = harmless(line);
                if (!shown.isBlank()) eve.hears("[bob] " + shown);
            }
            eve.hasHeardNothing("eve", "bob");
            bob.hasHeardNothing("eve", "bob");
        }
    }

    private static void sendInPieces(TestClient client, byte[] bytes, List<Integer> cuts)
            throws IOException {
        int from = 0;
        for (int i = 0; from < bytes.length; i++) {
            var to = Math.min(bytes.length, from + cuts.get(i % cuts.size()));
            client.send(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
    }

    /// What may be left of a line: nothing that moves a cursor or turns the direction of writing.
    private static String harmless(String line) {
        return PrintableTest.UNSEEN.matcher(line.replace('\t', ' ')).replaceAll("");
    }

    @Provide
    Arbitrary<List<String>> lines() {
        var words = Arbitraries.of("a", "bc ", "\u00e9", "\u5f20", "\ud83d\ude00",
                "\u001b[2J", "\t", "\u0007", "\u009b", "\u202e", "\u2028", "\r",
                "/who ", "[eve] ", "* ", "{}%s\\");
        return Combinators.combine(
                words.list().ofMaxSize(6).map(parts -> String.join("", parts)),
                Arbitraries.of("\n", "\r\n")).as(String::concat).list().ofMinSize(1).ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.of(1, 2, 3, 7, 100).list().ofMinSize(1).ofMaxSize(4);
    }

    /// Up to the limit a line arrives whole. Beyond it its sender is told, also if he sends on and
    /// on, and the others hear that he has left.
    @Property(tries = 20)
    void anOverlongLineCostsItsSenderTheRoom(@ForAll("lengths") int length,
            @ForAll boolean ended) throws Exception {
        try (var server = start(LIMITS);
                var eve = Guest.join(server, "eve");
                var bob = Guest.join(server, "bob", "eve")) {
            eve.hears("* bob has joined");
            var letters = new String(Bytes.letters(length).array(), UTF_8);
            bob.client.send((letters + (ended ? "\n" : "")).getBytes(UTF_8));
            if (length <= 4096) {
                if (!ended) bob.says("");
                eve.hears("[bob] " + letters);
            } else {
                bob.hears("* a line has at most 4096 bytes");
                bob.hearsTheEnd();
                eve.hears("* bob has left");
            }
        }
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.of(1, 4095, 4096, 4097, 8192, 8193, 3_000_000);
    }

    @Property(tries = 30)
    void badUtfCostsItsSenderTheRoom(@ForAll("notUtf8") Bytes bytes) throws Exception {
        try (var server = start(LIMITS);
                var eve = Guest.join(server, "eve");
                var bob = Guest.join(server, "bob", "eve")) {
            bob.client.send(bytes.array());
            bob.says("");
            bob.hears("* this is not UTF-8");
            bob.hearsTheEnd();
            eve.hears("* bob has joined", "* bob has left");
        }
    }

    @Provide
    Arbitrary<Bytes> notUtf8() {
        return noUtf8();
    }

    // ---------------------------------------------------------------- neighbours

    enum Exit { HALF_CLOSE, CLOSE, RESET }

    /// Half a line was not said, and half a name was not given.
    @Property
    void whoVanishesInTheMiddleOfALineHasNotSaidIt(@ForAll("beginnings") String sent,
            @ForAll Exit exit) throws Exception {
        try (var server = start(LIMITS); var eve = Guest.join(server, "eve")) {
            var bob = Guest.connect("bob", new TestClient(server.port()));
            bob.client.send(sent.getBytes(UTF_8));
            var joins = sent.startsWith("bob\n");
            if (joins) {
                eve.hears("* bob has joined");
                if (sent.contains("one\n")) eve.hears("[bob] one");
            }
            switch (exit) {
                case HALF_CLOSE -> bob.client.halfClose();
                case RESET -> bob.client.reset();
                case CLOSE -> bob.close();
            }
            if (joins) eve.hears("* bob has left");
            eve.hasHeardNothing("eve");
            bob.close();
        }
    }

    @Provide
    Arbitrary<String> beginnings() {
        return Arbitraries.of("", "b", "bob", "bob\n", "bob\nhal", "bob\none\n", "bob\none\nhal");
    }

    /// A guest that leaves gets what was said before, however much it is; its seat becomes free,
    /// even if it never closes.
    @Example
    void aFullHouseLetsTheNextOneInWhenSomebodyLeaves() throws Exception {
        var limits = new ChatServer.Limits(
                2, 1000, LIMITS.naming(), Duration.ofMillis(150), LIMITS.seat());
        try (var server = start(limits);
                var eve = Guest.join(server, "eve");
                var bob = Guest.join(server, "bob", "eve");
                var waiting = new TestClient(server.port())) {
            assertTrue(waiting.hearsNothingFor(Duration.ofMillis(100)), "let in all the same");
            bob.says("/quit");
            bob.hearsTheEnd(); // and there it stays, without closing its half
            var cem = Guest.connect("cem", waiting);
            cem.says("cem");
            cem.hears("* here: eve");
            eve.hears("* bob has joined", "* bob has left", "* cem has joined");
        }
    }

    /// Half-closed and not reading: a seat that would never be free, if nobody looked at the clock.
    @Example
    void whoLeavesButDoesNotReadTheRestIsNotWaitedForForEver() throws Exception {
        var limits = new ChatServer.Limits(
                2, 1000, LIMITS.naming(), Duration.ofMillis(150), LIMITS.seat());
        try (var server = start(limits);
                var eve = Guest.join(server, "eve");
                var sid = TestClient.withTinyWindow(server.port())) {
            sid.send(Bytes.of("sid\n").array());
            eve.hears("* sid has joined");
            for (int i = 0; i < 300; i++) eve.says("x".repeat(4000));
            eve.hasHeardNothing("eve", "sid");
            sid.halfClose();
            eve.hears("* sid has left");
            try (var cem = Guest.join(server, "cem", "eve")) {
                cem.hasHeardNothing("eve", "cem");
            }
        }
    }

    /// A client that sends faster than anybody reads is slowed down: after a hundred lines in one
    /// go, one each millisecond. So an outbox of 200 is enough for those who listen.
    @Example
    void whoSendsTooFastHasToWait() throws Exception {
        final int lines = 400;
        try (var server = start(LIMITS.withOutbox(200));
                var eve = Guest.join(server, "eve");
                var bob = Guest.join(server, "bob", "eve")) {
            eve.hears("* bob has joined");
            var start = System.nanoTime();
            bob.client.send("blah\n".repeat(lines).getBytes(UTF_8));
            for (int i = 0; i < lines; i++) eve.hears("[bob] blah");
            var millis = (System.nanoTime() - start) / 1_000_000;
            assertTrue(millis >= lines - 110, lines + " lines in " + millis + " ms");
        }
    }

    @Example
    void afterCloseThePortIsFreeAndNoThreadIsLeft() throws Exception {
        FreePort.afterClose(() -> {
            int port;
            try (var server = start(LIMITS.withOutbox(100_000));
                    var eve = Guest.join(server, "eve");
                    var sid = TestClient.withTinyWindow(server.port());
                    var nameless = Guest.connect("nameless", new TestClient(server.port()))) {
                port = server.port();
                sid.send(Bytes.of("sid\n").array());
                eve.hears("* sid has joined");
                for (int i = 0; i < 300; i++) eve.says("x".repeat(4000)); // its writer is stuck
                eve.hasHeardNothing("eve", "sid");
                var found = ThreadDump.find("ChatServer.Client");
                assertNotEquals(Set.of(), found, "are these all threads?");
                server.stop().run();
                server.stop().run();
                assertEnds(eve);
                assertEnds(nameless);
            }
            FreePort.bind(port);
            ThreadDump.awaitNone("ChatServer");
        });
    }

    /// More clients than file descriptors, and they come before the first has been served: who is
    /// in is served, who is not waits, and nothing spins or dies.
    @Example
    @Tag("process")
    void runningOutOfDescriptorsIsNoDisaster() throws Exception {
        if (System.getProperty("os.name").startsWith("Windows")) return; // no ulimit there
        final int descriptors = 120;
        var clients = new ArrayDeque<TestClient>();
        try (var server = ChildLesson.startWithDescriptors(
                descriptors, "ChatServer", "127.0.0.1", "0", "--quiet")) {
            var port = server.port();
            for (int i = 0; i < descriptors; i++) clients.add(new TestClient(port));
            var ann = Guest.connect("ann", clients.removeFirst());
            ann.says("ann");
            ann.hears("* nobody else is here");
            var before = server.cpuTime();
            var last = clients.removeLast();
            assertTrue(last.hearsNothingFor(Duration.ofMillis(300)), "where did that come from?");
            var used = server.cpuTime().minus(before).toMillis();
            assertTrue(used < 150, "it spins: " + used + " ms");
            for (var client : clients) client.close();
            var zoe = Guest.connect("zoe", last);
            zoe.says("zoe");
            ann.hears("* zoe has joined");
            zoe.close();
            ann.close();
        } finally {
            for (var client : clients) client.close();
        }
    }

    // ---------------------------------------------------------------- the client, with an editor

    /// Whatever arrives after whichever key: it stands in a line of its own, what has been typed
    /// is there again below it, and is sent as it was typed.
    @Property(tries = 4)
    void whatArrivesDoesNotTearTheLineBeingTyped(@ForAll("keys") List<String> keys,
            @ForAll @IntRange(max = 7) int moment) throws Exception {
        var screen = new ByteArrayOutputStream();
        try (var keyboard = new PipedOutputStream();
                var terminal = new ExternalTerminal("test", "xterm",
                        new PipedInputStream(keyboard), screen, UTF_8)) {
            var editor = new ChatClient.Editor(terminal);
            var line = new FutureTask<>(editor::readLine);
            Thread.startVirtualThread(line);
            var typed = "";
            awaitEnd(screen, "> ");
            for (int i = 0; i < 8; i++) {
                if (i == moment) {
                    editor.show("[bob] hello");
                    awaitEnd(screen, "[bob] hello\r\n> " + typed);
                }
                if (i < keys.size()) {
                    typed += keys.get(i);
                    keyboard.write(keys.get(i).getBytes(UTF_8));
                    keyboard.flush();
                    awaitEnd(screen, typed);
                }
            }
            keyboard.write('\r');
            keyboard.flush();
            assertEquals(typed, line.get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    /// What is history to a shell is text here.
    @Example
    void anExclamationMarkIsOne() throws Exception {
        try (var keyboard = new PipedOutputStream();
                var terminal = new ExternalTerminal("test", "xterm",
                        new PipedInputStream(keyboard), new ByteArrayOutputStream(), UTF_8)) {
            var editor = new ChatClient.Editor(terminal);
            keyboard.write("hello\rwow!!\r\\!h\r".getBytes(UTF_8));
            keyboard.flush();
            var lines = new FutureTask<>(
                    () -> List.of(editor.readLine(), editor.readLine(), editor.readLine()));
            Thread.startVirtualThread(lines);
            assertEquals(List.of("hello", "wow!!", "\\!h"),
                    lines.get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    /// A key that comes between two lines is one of the next line, as Ctrl-D is its end.
    @Example
    void betweenTwoLinesTheTerminalCollectsNone() throws Exception {
        try (var keyboard = new PipedOutputStream();
                var terminal = new ExternalTerminal("test", "xterm",
                        new PipedInputStream(keyboard), new ByteArrayOutputStream(), UTF_8)) {
            var collects = new ArrayList<Boolean>();
            var editor = new ChatClient.Editor(terminal);
            collects.add(terminal.getAttributes().getLocalFlag(LocalFlag.ICANON));
            keyboard.write("hello\r".getBytes(UTF_8));
            keyboard.flush();
            assertEquals("hello", editor.readLine());
            collects.add(terminal.getAttributes().getLocalFlag(LocalFlag.ICANON));
            assertEquals(List.of(false, false), collects);
        }
    }

    private static void awaitEnd(ByteArrayOutputStream screen, String end) {
        var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
        while (!screen.toString(UTF_8).endsWith(end)) {
            assertTrue(System.nanoTime() < deadline, "expected at the end: " + end
                    + ", on the screen: " + Bytes.show(screen.toByteArray()));
            LockSupport.parkNanos(500_000);
        }
    }

    /// Some of them mean something to a shell.
    @Provide
    Arbitrary<List<String>> keys() {
        return Arbitraries.of("a", "b", "!", "!!", "'", "\"", "\\", " ", "\u00e9", "\u5f20")
                .list().ofMinSize(1).ofMaxSize(6)
                .filter(keys -> !String.join("", keys).startsWith(" "));
    }

    // ---------------------------------------------------------------- the client, piped

    @Property
    void thePipedClientSendsAllAndShowsAll(@ForAll("lines") List<String> lines,
            @ForAll boolean quits) throws Exception {
        var shown = new ByteArrayOutputStream();
        var input = "bob\n" + String.join("", lines) + (quits ? "/quit\nnot sent" : "the end");
        try (var server = start(LIMITS); var eve = Guest.join(server, "eve")) {
            assertTrue(talk(server.port(), input.getBytes(UTF_8), shown), "called gone");
            eve.hears("* bob has joined");
            for (var line : lines) {
                var text = harmless(line);
                if (!text.isBlank()) eve.hears("[bob] " + text);
            }
            if (!quits) eve.hears("[bob] the end");
            eve.hears("* bob has left");
        }
        assertEquals(WELCOME + "\n* here: eve\n", shown.toString(UTF_8));
    }

    /// However the bytes come, characters in pieces and lines in one: each line is shown as it was
    /// sent, for a pipe obeys nothing. The last needs no end.
    @Property
    void theClientShowsWhatTheServerSends(@ForAll("lines") List<String> lines,
            @ForAll("cuts") List<Integer> cuts, @ForAll("tails") String tail) throws Exception {
        var shown = new ByteArrayOutputStream();
        var arrived = new CompletableFuture<Bytes>();
        var sent = (String.join("", lines) + tail).getBytes(UTF_8);
        try (var server = new ScriptedServer(client -> {
            int from = 0;
            for (int i = 0; from < sent.length; i++) {
                var to = Math.min(sent.length, from + cuts.get(i % cuts.size()));
                client.getOutputStream().write(sent, from, to - from);
                from = to;
            }
            arrived.complete(new Bytes(client.getInputStream().readAllBytes()));
        })) {
            assertTrue(talk(server.port(), Bytes.of("ann\nhello").array(), shown), "called gone");
        }
        assertEquals(Bytes.of("ann\nhello\n"), arrived.join(), "what the server got");
        var expected = String.join("", lines) + tail + (tail.isEmpty() ? "" : "\n");
        assertEquals(expected, shown.toString(UTF_8));
    }

    /// The second part of a character is sent only when the first has been read: it travelled with
    /// a line that has been shown.
    @Example
    void theClientPutsTornCharactersTogether() throws Exception {
        for (var character : List.of("\u00e9", "\u5f20", "\ud83d\ude00")) {
            var bytes = character.getBytes(UTF_8);
            for (int cut = 1; cut < bytes.length; cut++) {
                var screen = new SilentScreen();
                var first = Bytes.join(List.of(Bytes.of("one\n"),
                        new Bytes(Arrays.copyOf(bytes, cut))));
                var rest = Arrays.copyOfRange(bytes, cut, bytes.length);
                try (var server = new ScriptedServer(client -> {
                    client.getOutputStream().write(first);
                    screen.awaitLine();
                    client.getOutputStream().write(rest);
                }); var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    socket.setSoTimeout((int) TestClient.DEADLINE.toMillis());
                    new ChatClient(socket, screen, TestClient.DEADLINE).talk();
                }
                assertEquals(List.of("one", character), screen.shown, "cut after " + cut);
            }
        }
    }

    @Provide
    Arbitrary<String> tails() {
        return Arbitraries.of("", "half a line", "\u00e9");
    }

    /// A line without end must not fill the memory.
    @Example
    void theClientGivesUpALineWithoutEnd() throws Exception {
        var letters = Bytes.letters(600_000);
        try (var server = new ScriptedServer(client -> {
            try {
                while (true) client.getOutputStream().write(letters.array());
            } catch (SocketException e) {
                return; // the client has left
            }
        })) {
            var failure = assertThrows(IOException.class,
                    () -> talk(server.port(), new byte[0], new ByteArrayOutputStream()));
            assertEquals("a line of more than 262144 characters", failure.getMessage());
        }
    }

    /// It takes our half-close, and then neither says nor closes anything.
    @Example
    void theClientGivesUpAServerThatSaysNothing() throws Exception {
        var over = new CountDownLatch(1);
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readAllBytes();
            try {
                over.await(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }); var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            var pipe = new ChatClient.Pipe(new ByteArrayInputStream("ann\n".getBytes()),
                    new ByteArrayOutputStream());
            assertThrows(InterruptedIOException.class,
                    new ChatClient(socket, pipe, Duration.ofMillis(300))::talk);
            over.countDown();
        }
    }

    /// Whatever a line contains, and however wide the terminal is: only its first row begins at the
    /// left edge, no row is wider than the terminal, and nothing is lost.
    @Property(tries = 200)
    void nobodyElseSeemsToSpeakInTheRowsOfALongLine(
            @ForAll("longLines") String line, @ForAll @IntRange(min = 20, max = 100) int width) {
        var rows = ChatClient.Editor.wrapped(line, width).lines().toList();
        for (int i = 1; i < rows.size(); i++) {
            assertTrue(rows.get(i).startsWith("    "), "row " + i + ": " + rows.get(i));
        }
        for (var row : rows) {
            assertTrue(new AttributedString(row).columnLength() <= width, row);
        }
        var rest = rows.stream().skip(1).map(row -> row.substring(4)).collect(Collectors.joining());
        assertEquals(line, (rows.isEmpty() ? "" : rows.getFirst()) + rest);
    }

    @Provide
    Arbitrary<String> longLines() {
        return Arbitraries.of("[bob] ", " ".repeat(30), "[watch] I agree", "\u4f60\u597d", "a",
                "\ud83d\udc30").list().ofMaxSize(12).map(parts -> String.join("", parts));
    }

    /// While nobody types, the server closes or resets the connection.
    @Property(tries = 12)
    void theClientNoticesThatTheServerIsGone(@ForAll @IntRange(max = 3000) int length,
            @ForAll boolean reset) throws Exception {
        var screen = new SilentScreen();
        try (var server = new ScriptedServer(client -> {
            client.getOutputStream().write(Bytes.letters(length).array());
            if (reset) ScriptedServer.reset(client);
        }); var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            var client = new ChatClient(socket, screen, TestClient.DEADLINE);
            if (reset) {
                assertThrows(IOException.class, client::talk);
            } else {
                assertFalse(client.talk(), "the server left, and nobody noticed");
                assertEquals(Bytes.letters(length), Bytes.of(String.join("", screen.shown)));
            }
        }
    }

    /// Nobody types anything until interrupted.
    private record SilentScreen(List<String> shown) implements ChatClient.Screen {

        SilentScreen() {
            this(new CopyOnWriteArrayList<>());
        }

        void awaitLine() {
            var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
            while (shown.isEmpty()) {
                assertTrue(System.nanoTime() < deadline, "nothing is shown");
                LockSupport.parkNanos(500_000);
            }
        }

        @Override
        public String readLine() throws IOException {
            try {
                new CountDownLatch(1).await();
                return null;
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }

        @Override
        public void show(String line) {
            shown.add(line);
        }
    }

    private static boolean talk(int port, byte[] input, OutputStream output) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            var pipe = new ChatClient.Pipe(new ByteArrayInputStream(input), output);
            return new ChatClient(socket, pipe, TestClient.DEADLINE).talk();
        }
    }
}
