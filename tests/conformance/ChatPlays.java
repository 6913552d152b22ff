package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.Step.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// The kinds of [Play] for a chat. Whoever says something is heard by all others before the next
/// speaks, unless it says otherwise.
final class ChatPlays {

    static final List<String> NAMES = List.of("ann", "bob", "cem", "dora", "eve");

    private ChatPlays() {}

    // ---- a play, step by step ----

    /// Writes down a play, and who is in the room.
    private static final class Script {

        final List<Step> steps = new ArrayList<>();
        final Set<Integer> present = new LinkedHashSet<>();
        private int lines;

        Script(int guests) {
            for (int i = 0; i < guests; i++) arrive(i);
        }

        Script arrive(int guest) {
            steps.addAll(List.of(new Connects(guest), says(guest, NAMES.get(guest) + "\n"),
                    new Hears(guest)));
            othersHear(guest);
            present.add(guest);
            return this;
        }

        void othersHear(int guest) {
            for (var other : present) if (other != guest) steps.add(new Hears(other));
        }

        /// A line with a number, so that lines can be told apart.
        String numbered(String text) {
            return text + " " + ++lines;
        }

        Script speak(int guest, String text) {
            steps.add(says(guest, numbered(text) + "\n"));
            othersHear(guest);
            return this;
        }

        /// After that nobody can have heard anything else.
        Play lastWords() {
            for (var guest : present) speak(guest, "bye");
            return new Play(steps);
        }

        int anyOf(int number) {
            return List.copyOf(present).get(number % present.size());
        }
    }

    private static Step says(int guest, String text) {
        return new Says(guest, new Bytes(text.getBytes(UTF_8)));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.of("hi", "good morning", "\u65e9\u4e0a\u597d", "\u00e9t\u00e9",
                "[bob] hello",
                "* bob has left", "who? {}%s \\", "a".repeat(300), "[] *");
    }

    private static Arbitrary<Integer> number() {
        return Arbitraries.integers().between(0, 11);
    }

    private record Turn(int speaker, String text) {}

    private static Arbitrary<List<Turn>> turns(int least, int most) {
        return Combinators.combine(number(), texts()).as(Turn::new).list().ofMinSize(least)
                .ofMaxSize(most);
    }

    // ---- the kinds ----

    static Arbitrary<Play> conversations() {
        return Combinators.combine(Arbitraries.integers().between(2, 4), turns(0, 6))
                .as((guests, turns) -> {
            var script = new Script(guests);
            for (var turn : turns) script.speak(script.anyOf(turn.speaker), turn.text);
            return script.lastWords();
        });
    }

    /// Some lines of one guest as pieces that have nothing to do with lines or characters; some
    /// come together, and some after a moment.
    static Arbitrary<Play> cutLines() {
        var cuts = Combinators.combine(Arbitraries.of(1, 2, 3, 5, 7, 50),
                Arbitraries.of(true, false))
                .as(Cut::new).list().ofMinSize(1).ofMaxSize(4);
        return Combinators.combine(texts().list().ofMinSize(1).ofMaxSize(4), cuts,
                Arbitraries.of("\n", "\r\n")).as((texts, all, end) -> {
                    var script = new Script(2);
                    var bytes = new ByteArrayOutputStream();
                    for (var text : texts) bytes.writeBytes((script.numbered(text) + end)
                            .getBytes(UTF_8));
                    script.steps.addAll(pieces(bytes.toByteArray(), all));
                    script.steps.add(new Hears(0));
                    return script.lastWords();
                });
    }

    private record Cut(int length, boolean pause) {}

    private static List<Step> pieces(byte[] bytes, List<Cut> cuts) {
        var steps = new ArrayList<Step>();
        for (int from = 0, i = 0; from < bytes.length; i++) {
            var last = i == MOST_PIECES;
            var cut = cuts.get(i % cuts.size());
            var to = last ? bytes.length : Math.min(bytes.length, from + cut.length);
            steps.add(new Says(1, new Bytes(Arrays.copyOfRange(bytes, from, to))));
            if (cut.pause && to < bytes.length) steps.add(new Pauses(1));
            from = to;
        }
        return steps;
    }

    private static final int MOST_PIECES = 8;

    private enum Way {
        FINISHES, CLOSES, RESETS;

        Stream<Step> steps(int guest) {
            return switch (this) {
                case FINISHES -> Stream.of(new HalfCloses(guest), new HearsTheEnd(guest));
                case CLOSES -> Stream.of(new Leaves(guest));
                case RESETS -> Stream.of(new Resets(guest));
            };
        }
    }

    /// @param atOnce whether somebody speaks before the others have heard of it
    private record Departure(int guest, Way way, boolean atOnce, String text) {}

    /// Of four or five, some leave, and those who stay go on talking.
    static Arbitrary<Play> comingsAndGoings() {
        var departures = Combinators.combine(number(), Arbitraries.of(Way.class),
                Arbitraries.of(true, false), texts()).as(Departure::new).list().ofMinSize(1)
                        .ofMaxSize(3);
        return departures.map(all -> {
            var script = new Script(4);
            for (var each : all) {
                if (script.present.size() < 3) break;
                var guest = script.anyOf(each.guest);
                script.present.remove(guest);
                each.way.steps(guest).forEach(script.steps::add);
                if (!each.atOnce) script.othersHear(guest);
                script.speak(script.anyOf(0), each.text).speak(script.anyOf(1), each.text);
                script.othersHear(guest);
            }
            return script.arrive(4).lastWords();
        });
    }

    /// Somebody asks for a name that is taken, or that is none.
    static Arbitrary<Play> refusals() {
        return Arbitraries.of("bob", "ann", "", "x] [bob", "a b", "*", "a\u001b[2Jb",
                "a".repeat(60)).map(name -> {
            var script = new Script(2);
            script.steps.addAll(List.of(new Connects(2), says(2, name + "\n"), new HearsTheEnd(2)));
            return script.lastWords();
        });
    }

    /// What moves a cursor to where the name stands.
    static Arbitrary<Play> forgeries() {
        return Arbitraries.of("hi\r[bob] I quit", "hi\b\b\b\b\b\b\b\b[bob] I quit",
                "\u001b[G[bob] I quit",
                "\u0007hi", "\u009b1G[bob] I quit").map(text ->
                new Script(2).speak(0, "hi").speak(0, text).lastWords());
    }

    /// Somebody says something, begins a line, and is gone.
    static Arbitrary<Play> unfinishedLines() {
        return Combinators.combine(Arbitraries.of("h", "half a li", "\u65e9", "[ann] h"),
                Arbitraries.of(Way.class),
                Arbitraries.of(true, false)).as((text, way, speaksBefore) -> {
                    var script = new Script(3);
                    if (speaksBefore) script.speak(2, "hi");
                    script.steps.add(says(2, text));
                    script.present.remove(2);
                    way.steps(2).forEach(script.steps::add);
                    script.othersHear(2);
                    return script.lastWords();
                });
    }

    private enum Stranger {
        SAYS_NOTHING, RESETS, LEAVES_HALF_A_NAME, LEAVES_HALF_A_CHARACTER, STAYS;

        Stream<Step> steps(int client) {
            var connects = new Connects(client);
            return switch (this) {
                case SAYS_NOTHING -> Stream.of(connects, new Leaves(client));
                case RESETS -> Stream.of(connects, new Resets(client));
                case LEAVES_HALF_A_NAME ->
                        Stream.of(connects, says(client, "zo"), new Leaves(client));
                case LEAVES_HALF_A_CHARACTER -> Stream.of(connects,
                        new Says(client, new Bytes("\u00e6".getBytes(ISO_8859_1))),
                                new Leaves(client));
                case STAYS -> Stream.of(connects, new Hears(client));
            };
        }
    }

    static Arbitrary<Play> strangers() {
        return Arbitraries.of(Stranger.class).list().ofMinSize(1).ofMaxSize(5).map(strangers -> {
            var script = new Script(2);
            for (int i = 0; i < strangers.size(); i++) {
                strangers.get(i).steps(2 + i).forEach(script.steps::add);
                script.speak(i % 2, "hi");
            }
            return script.lastWords();
        });
    }

    /// The third joins, and never reads; the first talks at length.
    static Arbitrary<Play> deafGuests() {
        return Arbitraries.just(new Script(2)).map(_ -> {
            var script = new Script(2);
            script.steps.addAll(List.of(new Connects(2), says(2, NAMES.get(2) + "\n")));
            script.othersHear(2);
            script.steps.add(new Talks(0));
            return script.lastWords();
        });
    }
}
