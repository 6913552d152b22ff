package check;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.Broken;
import conformance.Bytes;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;
import conformance.Symptom;

/// Finds out why a chat server fails a play, with further plays.
final class ChatDiagnosis {

    private static final List<String> NAMES = List.of("ann", "bob", "cem", "dora");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nd}]{1,32}");

    /// What an exception says of a list that was changed under a loop: in Java, in Python.
    private static final Pattern CHANGED =
            Pattern.compile("ConcurrentModification|changed size during iteration|"
                    + "mutated during iteration");

    private final Judge judge;
    private final Failure failure;
    private final Play play;
    private final Broken broken;

    private ChatDiagnosis(Judge judge, Failure failure) {
        this.judge = judge;
        this.failure = failure;
        play = failure.play();
        broken = failure.broken();
    }

    /// @throws IOException if the server cannot be asked any more
    static Diagnosis.Finding of(Failure failure, Judge judge) throws IOException {
        if (failure.died() && !judge.canRestart()) {
            return new Diagnosis.Finding(failure, Cause.EXCEPTION_ENDS_SERVER);
        }
        var talk = judge.probe(TALK);
        if (talk.isPresent()) {
            return new Diagnosis.Finding(talk.get(),
                    new ChatDiagnosis(judge, talk.get()).causeOfTheSimplest());
        }
        var diagnosis = new ChatDiagnosis(judge, failure);
        var cut = diagnosis.cutsLines() ? judge.probe(CUT) : Optional.<Failure>empty();
        if (cut.isPresent() && !cut.get().died()) {
            return new Diagnosis.Finding(cut.get(), Cause.READ_TAKEN_FOR_LINE);
        }
        return new Diagnosis.Finding(failure, diagnosis.cause());
    }

    // ---- plays ----

    private static Step says(int client, String text) {
        return new Says(client, new Bytes(text.getBytes(UTF_8)));
    }

    /// So many arrive, one after the other.
    private static Play room(int guests) {
        var steps = new ArrayList<Step>();
        for (int i = 0; i < guests; i++) {
            steps.addAll(List.of(new Connects(i), says(i, NAMES.get(i) + "\n"), new Hears(i)));
            for (int j = 0; j < i; j++) steps.add(new Hears(j));
        }
        return new Play(steps);
    }

    private static final Play TALK = room(2)
            .then(says(0, "hi\n"), new Hears(1), says(1, "yes\n"), new Hears(0),
            says(0, "bye\n"), new Hears(1));

    private static final Play CUT = room(2)
            .then(says(1, "one\ntwo\n"), new Hears(0), says(1, "thr"),
            new Pauses(1), says(1, "ee\n"), new Hears(0));

    /// Whether somebody says anything but one whole line after the other.
    private boolean cutsLines() {
        return has(Talks.class) || !play.equals(whole());
    }

    private Cause causeOfTheSimplest() {
        if (failure.died()) return whyItDied();
        var came = came();
        return came.startsWith("[" + NAMES.get(broken.client()) + "] ") ? Cause.SPEAKER_HEARS_ITSELF
                : Cause.NOT_CLEAR;
    }

    private Cause whyItDied() {
        var words = String.join("\n", failure.death().orElseThrow().lastWords());
        return CHANGED.matcher(words).find() ? Cause.LIST_CHANGED_WHILE_TELLING
                : Cause.EXCEPTION_ENDS_SERVER;
    }

    private Cause cause() throws IOException {
        if (failure.died()) {
            var why = whyItDied();
            return why != Cause.EXCEPTION_ENDS_SERVER || !passesWith(politely()) ? why
                    : Cause.RESET_ENDS_SERVER;
        }
        if (has(Talks.class)) return whyTalk();
        if (asksForARefusedName().isPresent()) return whyNotRefused();
        if (came().codePoints().anyMatch(each -> each < ' ' && each != '\n' && each != '\t'
                || each >= 0x7f && each < 0xa0)) return Cause.RELAYS_CONTROL_CHARACTERS;
        if (saidHalf()) return Cause.SAYS_HALF_LINES;
        if (came().contains("\ufffd") && passesWith(whole())) return Cause.CUTS_CHARACTERS;
        return has(Resets.class) || has(Leaves.class) || has(HalfCloses.class)
                ? whyAfterLeaving() : Cause.NOT_CLEAR;
    }

    private boolean has(Class<? extends Step> kind) {
        return play.steps().stream().anyMatch(kind::isInstance);
    }

    /// Whether that is another play, and the server does not fail it.
    private boolean passesWith(Play other) throws IOException {
        return !other.equals(play) && judge.probe(other).isEmpty();
    }

    /// What came where something else was due.
    private String came() {
        return new String(broken.heard, broken.right, broken.heard.length - broken.right, UTF_8);
    }

    // ---- somebody does not read ----

    private Cause whyTalk() throws IOException {
        var deaf = play.steps().stream().map(Step::client).filter(play::isDeaf)
                .collect(Collectors.toSet());
        var allRead = new Play(play.steps().stream().filter(step -> !deaf.contains(step.client()))
                .toList());
        return isLate() && passesWith(allRead) ? Cause.WAITS_FOR_DEAF_GUEST : Cause.NOT_CLEAR;
    }

    private boolean isLate() {
        return switch (broken.symptom) {
            case NO_ANSWER, INCOMPLETE, TAKES_NOTHING -> true;
            default -> false;
        };
    }

    // ---- names ----

    /// A name that is taken, or none; empty if nobody asks for such.
    private Optional<String> asksForARefusedName() {
        var taken = new HashSet<String>();
        for (var client : play.steps().stream().map(Step::client).distinct().toList()) {
            var said = new String(Bytes.join(play.said(client)), UTF_8);
            if (!said.contains("\n")) continue;
            var name = said.substring(0, said.indexOf('\n')).stripTrailing();
            if (!NAME.matcher(name).matches() || !taken.add(name)) return Optional.of(name);
        }
        return Optional.empty();
    }

    private Cause whyNotRefused() {
        var isName = NAME.matcher(asksForARefusedName().orElseThrow()).matches();
        var announced = came().startsWith("*");
        if (broken.symptom != Symptom.NO_END && !announced) return Cause.NOT_CLEAR;
        return isName ? Cause.NAME_TAKEN_TWICE : Cause.NAME_NOT_CHECKED;
    }

    // ---- lines ----

    /// Whether somebody was gone in the middle of a line, and it was said all the same.
    private boolean saidHalf() {
        return play.steps().stream().map(Step::client).distinct().anyMatch(client -> {
            var said = new String(Bytes.join(play.said(client)), UTF_8);
            var half = said.substring(said.lastIndexOf('\n') + 1).strip();
            var line = came().lines().findFirst().orElse("");
            return !half.isEmpty() && (line.startsWith("[") && line.endsWith("] " + half)
                    || line.startsWith("*") && said.indexOf('\n') == -1);
        });
    }

    /// Each line in one piece, and heard before the next.
    private Play whole() {
        var steps = new ArrayList<Step>();
        var pending = new HashMap<Integer, String>();
        for (var step : play.steps()) {
            if (step instanceof Pauses) continue;
            if (!(step instanceof Says(int client, Bytes bytes))) {
                steps.add(step);
                continue;
            }
            var text = pending.getOrDefault(client, "")
                    + new String(bytes.array(), ISO_8859_1);
            for (int end; (end = text.indexOf('\n')) != -1; text = text.substring(end + 1)) {
                steps.add(new Says(client, new Bytes(text.substring(0, end + 1)
                        .getBytes(ISO_8859_1))));
                if (text.length() > end + 1) steps.addAll(othersHear(play, steps, client));
            }
            pending.put(client, text);
        }
        return new Play(steps);
    }

    private static List<Step> othersHear(Play play, List<Step> before, int client) {
        return before.stream().filter(Connects.class::isInstance).map(Step::client)
                .filter(other -> other != client && play.steps().contains(new Hears(other)))
                .<Step>map(Hears::new).toList();
    }

    // ---- somebody is gone ----

    /// The same, but whoever leaves says so and waits for the end.
    private Play politely() {
        return new Play(play.steps().stream().flatMap(step -> switch (step) {
            case Resets(int client) -> Stream.of(new HalfCloses(client), new HearsTheEnd(client));
            case Leaves(int client) -> Stream.of(new HalfCloses(client), new HearsTheEnd(client));
            default -> Stream.of(step);
        }).toList());
    }

    /// In a room of four, the second or the third is gone: who of the others is not told?
    private Cause whyAfterLeaving() throws IOException {
        var afterSecond = notTold(1);
        var afterThird = notTold(2);
        if (afterSecond.equals(List.of(0, 2, 3))) {
            return passesWith(politely()) ? Cause.LEAVE_NOT_TOLD : Cause.NOT_CLEAR;
        }
        if (!afterThird.equals(List.of(3))) return Cause.NOT_CLEAR;
        if (afterSecond.equals(List.of(2))) return Cause.LIST_CHANGED_WHILE_TELLING;
        return afterSecond.equals(List.of(2, 3)) ? Cause.DEAD_GUEST_ENDS_TELLING : Cause.NOT_CLEAR;
    }

    private List<Integer> notTold(int gone) throws IOException {
        var notTold = new ArrayList<Integer>();
        for (int guest = 0; guest < NAMES.size(); guest++) {
            if (guest == gone) continue;
            if (judge.probe(room(4).then(new Resets(gone), new Hears(guest)))
                    .isPresent()) notTold.add(guest);
        }
        return notTold;
    }
}
