package check;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.BrokenClient;
import conformance.Bytes;
import conformance.ClientPlay;
import conformance.ClientProgram;
import conformance.ClientStage;
import conformance.ClientStage.Habits;
import conformance.ClientStep.*;
import conformance.ClientSymptom;
import conformance.Step;

/// Asks questions of a client, and finds the smallest play that it fails.
///
/// Every play has a client of its own, which is started for it. As with servers, no verdict rests
/// on patience alone: see [Judge].
public final class ClientJudge {

    private static final int CONFIRMATIONS = 3;
    private static final int MORE_PATIENCE = 5;
    private static final int FIRST_PATIENCE = 12; // times as much as the least
    private static final int MORE_PAUSE = 3; // not so much that a client would give up
    private static final int SIDE_BY_SIDE = 3;

    /// How long to wait, and how long to look for a smaller case.
    ///
    /// @param patience to begin with, for anything; a client that needs more is given more
    /// @param pause of the server, in a play; eight of them before a late answer
    /// @param repeats how often a smaller case is repeated before it is believed
    /// @param shrinking how long to look for one
    public record Pace(
            Duration patience, Duration pause, int repeats, Duration shrinking) {

        /// For a program in this process, while somebody waits for the verdict.
        public static final Pace QUICK = new Pace(
                Duration.ofMillis(100), Duration.ofMillis(20), 1, Duration.ofMillis(400));

        /// For any program, on any machine.
        public static Pace thorough(Duration patience) {
            return new Pace(patience, Duration.ofMillis(50), 2, Duration.ofSeconds(20));
        }
    }

    /// Who wants to know how it goes.
    public interface Observer {
        /// So many tries of a question have been made.
        void tried(Question question, int tries);

        /// A smallest case was found, and is being confirmed.
        void suspects(Question question, BrokenClient smallest);
    }

    /// Nobody.
    public static final Observer SILENT = new Observer() {
        @Override
        public void tried(Question question, int tries) {}

        @Override
        public void suspects(Question question, BrokenClient smallest) {}
    };

    /// What comes of asking a question.
    public sealed interface Verdict {

        record Kept(int tries) implements Verdict {}

        /// @param broken the smallest case
        /// @param times it failed when it was repeated
        /// @param of how many times it was
        /// @param fromLetters a line of so many letters is needed, and one letter less is no
        ///        failure; 0 if the length does not matter
        record Fails(BrokenClient broken, int times, int of, int fromLetters) implements Verdict {}
    }

    private final ClientProgram program;
    private final String prefix;
    private final long seed;
    private final Pace pace;
    private Duration patience;
    private Habits habits = Habits.LINES;
    private boolean onlyAscii;

    ClientJudge(ClientProgram program, String prefix, long seed, Pace pace) {
        this.pace = pace;
        patience = pace.patience;
        this.program = program;
        this.prefix = prefix;
        this.seed = seed;
    }

    /// Takes the measure of this machine and this client, and finds out how it talks.
    ///
    /// @throws IOException if it does not connect, or sends nothing
    public void getAcquainted() throws IOException {
        habits = meet();
        if (!habits.typed()) return;
        var hello = new Types(Step.letters(0, 5));
        measure(ClientPlay.of(hello, new EndsInput(), new Answers()));
        var text = new Types(new Bytes("\u00e9\u4f60".getBytes(UTF_8)));
        onlyAscii = attempt(ClientPlay.of(text, new Answers())).isPresent()
                && attempt(ClientPlay.of(hello, new Answers())).isEmpty();
    }

    private Habits meet() throws IOException {
        try {
            return ClientStage.meet(program, prefix, patience.multipliedBy(FIRST_PATIENCE))
                    .orElseThrow(() -> new IOException("it connects, but sends nothing"));
        } catch (BrokenClient e) {
            var ending = e.aftermath.ending();
            var words = e.aftermath.lastWords();
            throw new IOException("it does not connect" + (ending == null ? "" : ": " + ending)
                    + (words.isEmpty() ? "" : "; its last line: " + words.getLast()), e);
        }
    }

    /// From its start to its end. One that does not end shows nothing of its speed.
    private void measure(ClientPlay play) throws IOException {
        var start = System.nanoTime();
        var outcome = attempt(play, patience.multipliedBy(FIRST_PATIENCE / 4), pace.pause);
        var took = Duration.ofNanos(System.nanoTime() - start);
        var ended = outcome.isEmpty() || outcome.get().aftermath.ending() != null;
        if (ended && took.compareTo(patience) > 0) patience = took;
    }

    /// Whether it sends what is typed.
    public boolean isTyped() {
        return habits.typed();
    }

    /// Whether its output cannot show other characters, even if they come whole.
    public boolean showsOnlyAscii() {
        return onlyAscii;
    }

    public Verdict judge(ClientQuestion question, int tries, Observer observer) throws IOException {
        var plays = Sample.of(question.plays(), seed, tries);
        for (int tried = 0; tried < tries; ) {
            observer.tried(question.question(), tried);
            var count = Math.min(tries - tried, width());
            var some = plays.subList(tried, tried + count);
            tried += count;
            for (var failure : failures(some, patience, pace.pause)) {
                var verdict = shrinkAndConfirm(question.question(), failure, observer);
                if (verdict instanceof Verdict.Fails) return verdict;
                patience = patience.multipliedBy(2); // it was slow, and is not wrong
            }
        }
        return new Verdict.Kept(tries);
    }

    /// Judges a single play.
    public Verdict judge(ClientPlay play) throws IOException {
        var failure = attempt(play);
        if (failure.isEmpty()) return new Verdict.Kept(1);
        return confirm(play, 0);
    }

    private Verdict shrinkAndConfirm(Question question, BrokenClient failure, Observer observer)
            throws IOException {
        var shrunk = shrink(failure, System.nanoTime() + pace.shrinking.toNanos());
        var smallest = withFewestLetters(shrunk, System.nanoTime() + pace.shrinking.toNanos());
        observer.suspects(question, smallest.broken);
        var verdict = confirm(smallest.broken.play, smallest.fromLetters);
        return verdict instanceof Verdict.Fails ? verdict : confirm(failure.play, 0);
    }

    // ---- a try ----

    /// @return how the client failed it, if it did
    Optional<BrokenClient> attempt(ClientPlay play) throws IOException {
        return attempt(play, patience, pace.pause);
    }

    private Optional<BrokenClient> attempt(ClientPlay play, Duration patience, Duration pause)
            throws IOException {
        try {
            new ClientStage(program, habits, prefix, patience, pause).perform(play);
            return Optional.empty();
        } catch (BrokenClient e) {
            return Optional.of(e);
        }
    }

    private int width() {
        return program.port() == 0 ? SIDE_BY_SIDE : 1;
    }

    private List<BrokenClient> failures(List<ClientPlay> plays, Duration patience, Duration pause)
            throws IOException {
        return attemptAll(plays, patience, pause).stream().flatMap(Optional::stream).toList();
    }

    /// Side by side, if the client can be told different ports.
    private List<Optional<BrokenClient>> attemptAll(List<ClientPlay> plays, Duration patience,
            Duration pause) throws IOException {
        var tasks = plays.stream().<Callable<Optional<BrokenClient>>>map(
                play -> () -> attempt(play, patience, pause)).toList();
        var threads = Thread.ofVirtual().factory();
        try (var executor = Executors.newFixedThreadPool(width(), threads)) {
            var outcomes = new ArrayList<Optional<BrokenClient>>();
            for (var each : executor.invokeAll(tasks)) outcomes.add(each.get());
            return outcomes;
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    // ---- the smallest case ----

    private BrokenClient shrink(BrokenClient failure, long giveUp) throws IOException {
        var smallest = failure;
        var seen = new HashSet<ClientPlay>();
        for (var next = Optional.of(failure); next.isPresent(); ) {
            smallest = next.get();
            var smaller = SmallerClientPlay.than(smallest.play).filter(seen::add).toList();
            next = Optional.empty();
            for (int i = 0; i < smaller.size() && next.isEmpty(); i += width()) {
                if (System.nanoTime() - giveUp > 0) return smallest;
                var some = smaller.subList(i, Math.min(i + width(), smaller.size()));
                next = firstLike(failure, some);
            }
        }
        return smallest;
    }

    /// What fails by chance, or because the machine is busy, leads nowhere: it has to fail again,
    /// though it is given more time.
    private Optional<BrokenClient> firstLike(BrokenClient failure, List<ClientPlay> plays)
            throws IOException {
        for (var outcome : attemptAll(plays, patience, pace.pause)) {
            if (!isLike(outcome, failure)) continue;
            var again = attemptAll(Collections.nCopies(pace.repeats, outcome.orElseThrow().play),
                    patience.multipliedBy(2), pace.pause);
            if (again.stream().allMatch(each -> isLike(each, failure))) return outcome;
        }
        return Optional.empty();
    }

    /// A play that fails in another way leads elsewhere. But a client that takes a part for the
    /// whole may show too little, or end early, or not send the next line.
    private static boolean isLike(Optional<BrokenClient> outcome, BrokenClient failure) {
        return outcome.isPresent() && (outcome.get().symptom == ClientSymptom.NO_END)
                == (failure.symptom == ClientSymptom.NO_END);
    }

    private record Smallest(BrokenClient broken, int fromLetters) {}

    /// Of a long line, as few letters as still fail.
    private Smallest withFewestLetters(BrokenClient failure, long giveUp) throws IOException {
        for (int i = 0; i < failure.play.steps().size(); i++) {
            if (!(failure.play.steps().get(i) instanceof Types(Bytes line))) continue;
            var most = line.array().length;
            if (most <= SmallerClientPlay.SHORT || !line.equals(Step.letters(0, most))) continue;
            return bisected(failure, i, most, giveUp);
        }
        return new Smallest(failure, 0);
    }

    /// Several lengths at a time, if clients run side by side.
    private Smallest bisected(BrokenClient failure, int index, int length, long giveUp)
            throws IOException {
        var smallest = failure;
        var works = 0;
        var fails = length;
        while (works + 1 < fails) {
            if (System.nanoTime() - giveUp > 0) return new Smallest(smallest, 0);
            var lengths = between(works, fails);
            var play = smallest.play;
            var plays = lengths.stream()
                    .map(each -> play.with(index, new Types(Step.letters(0, each)))).toList();
            var outcomes = attemptAll(plays, patience, pace.pause);
            var first = IntStream.range(0, plays.size())
                    .filter(i -> isLike(outcomes.get(i), failure)).findFirst().orElse(plays.size());
            if (first > 0) works = lengths.get(first - 1);
            if (first == plays.size()) continue;
            fails = lengths.get(first);
            smallest = outcomes.get(first).orElseThrow();
        }
        return new Smallest(smallest, fails);
    }

    /// At equal distances, without both.
    private List<Integer> between(int least, int most) {
        var parts = width() + 1;
        return IntStream.range(1, parts).map(i -> least + i * (most - least) / parts)
                .filter(each -> each > least && each < most).distinct().boxed().toList();
    }

    // ---- never a false verdict ----

    private Verdict confirm(ClientPlay play, int fromLetters) throws IOException {
        var failures = failures(Collections.nCopies(CONFIRMATIONS, play),
                patience.multipliedBy(MORE_PATIENCE), pace.pause.multipliedBy(MORE_PAUSE));
        var times = failures.size();
        return times < 2 ? new Verdict.Kept(1)
                : new Verdict.Fails(failures.getLast(), times, CONFIRMATIONS, fromLetters);
    }

    /// What else a client does that has failed: for [ClientDiagnosis].
    Optional<BrokenClient> probe(ClientPlay play) throws IOException {
        return attempt(play, patience.multipliedBy(2), pace.pause.multipliedBy(2));
    }
}
