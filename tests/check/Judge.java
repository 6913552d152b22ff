package check;

import module java.base;

import conformance.Answer;
import conformance.Broken;
import conformance.Bytes;
import conformance.Play;
import conformance.Stage;
import conformance.Step;
import conformance.Step.*;
import conformance.Symptom;

/// Asks questions of a server, and finds the smallest play that it fails.
///
/// No verdict rests on patience alone: a play that has failed once is repeated three times, with
/// five times the patience, and counts only if it fails again.
public final class Judge implements AutoCloseable {

    private static final int MORE_PATIENCE = 5;
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(3);
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(10);

    /// How long to wait, and how sure to be.
    ///
    /// @param patience to begin with, for anything; a server that needs more is given more
    /// @param confirmations how often a failure is repeated with more patience, before it counts
    /// @param repeatsAll whether that is done with all failures; else only with those that may be
    ///        due to a lack of patience
    /// @param shrinking how long to look for smaller cases
    /// @param attempts so many of which are made in any case, as on a busy machine they take longer
    /// @param probing so many times the patience, where a cause is looked for; if only once, what
    ///        is late then is tried again with more
    public record Pace(Duration patience, int confirmations, boolean repeatsAll,
            Duration shrinking, int attempts, int probing) {

        /// For a process, on any machine.
        public static final Pace THOROUGH =
                new Pace(Duration.ofMillis(300), 3, true, Duration.ofSeconds(10), 60, 2);

        /// For a server in this process, while somebody waits for the verdict.
        public static final Pace QUICK =
                new Pace(Duration.ofMillis(60), 1, false, Duration.ofMillis(400), 0, 1);
    }

    /// Who wants to know how it goes.
    public interface Observer {
        /// So many tries of a question have been made.
        void tried(Question question, int tries);

        /// A smallest case was found, and is being confirmed.
        void suspects(Question question, Failure smallest);
    }

    /// Nobody.
    public static final Observer SILENT = new Observer() {
        @Override
        public void tried(Question question, int tries) {}

        @Override
        public void suspects(Question question, Failure smallest) {}
    };

    private final Server server;
    private final Speech speech;
    private final long seed;
    private final Observer observer;
    private final Pace pace;
    private Duration patience;
    private Server.Running running;
    private boolean served; // somebody, in the beginning
    private Play previous; // the play before, on the same running server

    /// @param speech what is spoken with the server
    Judge(Server server, Speech speech, long seed, Observer observer, Pace pace) {
        this.pace = pace;
        patience = pace.patience;
        this.server = server;
        this.speech = speech;
        this.seed = seed;
        this.observer = observer;
    }

    /// Takes the measure of this machine and this server: a server that is slow is not wrong.
    ///
    /// @return the failure if this was the end of a server that nobody can start again
    /// @throws IOException if there is no server
    public Optional<Failure> getAcquainted() throws IOException {
        ensureRunning();
        var start = System.nanoTime();
        var failure = perform(speech.simplest(), running, FIRST_PATIENCE);
        var took = Duration.ofNanos(System.nanoTime() - start);
        if (took.compareTo(FIRST_PATIENCE) < 0 && took.multipliedBy(4).compareTo(patience) > 0) {
            patience = took.multipliedBy(4);
        }
        served = failure.isEmpty();
        closeIfDead();
        return failure.filter(each -> each.died() && !canRestart()).map(Judge::cut);
    }

    /// Whether a server that nobody can start again has stopped serving, so that it can be asked
    /// nothing more: the simplest that it could do, it does no longer.
    boolean isSpoilt() throws IOException {
        if (canRestart() || !served) return false;
        return perform(speech.simplest(), server.start(), patience.multipliedBy(MORE_PATIENCE))
                .isPresent();
    }

    /// @throws IOException if there is no server any more
    public Verdict judge(Question question, int tries) throws IOException {
        var plays = Sample.of(question.plays(), seed, tries);
        for (int i = 0; i < tries; i++) {
            observer.tried(question, i);
            var failure = attempt(plays.get(i));
            if (failure.isEmpty()) continue;
            var verdict = smallestCase(question, failure.get());
            if (verdict instanceof Verdict.Kept) verdict = asItWas(question, failure.get());
            if (!(verdict instanceof Verdict.Kept)) return verdict;
            if (failure.get().isLate() && patience.compareTo(MOST_PATIENCE) < 0) {
                patience = patience.multipliedBy(2); // slow, and not wrong
            }
        }
        return new Verdict.Kept(tries);
    }

    private Verdict smallestCase(Question question, Failure failure) throws IOException {
        var smallest = shrink(failure);
        observer.suspects(question, smallest);
        return confirm(smallest);
    }

    /// On a busy machine a smaller play can be late by chance, and shrinking then leads nowhere.
    private Verdict asItWas(Question question, Failure failure) throws IOException {
        if (failure.isWrong()) return again(question, failure);
        if (!failure.isLate()) return new Verdict.Kept(1);
        var whole = upToTheFailure(failure);
        var verdict = confirm(whole);
        if (!(verdict instanceof Verdict.Kept)) observer.suspects(question, whole);
        return verdict;
    }

    private static final int OFTEN = 200;

    /// Bytes that are not due come of no lack of patience, so a second time is enough. Where they
    /// come by chance, most often two threads have to meet.
    private Verdict again(Question question, Failure failure) throws IOException {
        var giveUp = System.nanoTime() + pace.shrinking.toNanos();
        for (int i = 1; i <= OFTEN && System.nanoTime() - giveUp < 0; i++) {
            var next = attemptAlone(failure.play());
            if (next.isEmpty() || !next.get().isWrong()) continue;
            var whole = upToTheFailure(next.get());
            observer.suspects(question, whole);
            return new Verdict.Fails(whole, 2, 1 + i); // with the first time
        }
        return new Verdict.Kept(1);
    }

    /// Judges a single play.
    ///
    /// @throws IOException if there is no server any more
    public Verdict judge(Play play) throws IOException {
        var failure = attempt(play);
        if (failure.isEmpty()) return new Verdict.Kept(1);
        return confirm(upToTheFailure(failure.get()));
    }

    // ---- a try ----

    /// @return how the server failed it, if it did
    private Optional<Failure> attempt(Play play) throws IOException {
        if (hasEndedSince()) {
            var late = attemptWithNew(thenAnother(previous));
            if (late.isPresent()) return late;
        }
        ensureRunning();
        var before = previous;
        previous = play;
        var failure = perform(play, running, patience);
        if (failure.isEmpty()) return failure;
        restart(); // it may be spoilt for the next
        return before == null || !canRestart() ? failure : whichIsToBlame(play, before);
    }

    /// A server may fail only after the play that has broken it.
    private Optional<Failure> whichIsToBlame(Play play, Play before) throws IOException {
        var failure = attemptWithNew(play);
        return failure.isPresent() ? failure : attemptWithNew(thenAnother(before));
    }

    /// Whether it has ended by itself after a play that it has not failed.
    private boolean hasEndedSince() {
        return canRestart() && previous != null && running != null && running.death().isPresent();
    }

    /// With a server that has served nobody before.
    private Optional<Failure> attemptWithNew(Play play) throws IOException {
        restart();
        return attemptAlone(play);
    }

    /// Not counting what an earlier play has done to the server.
    private Optional<Failure> attemptAlone(Play play) throws IOException {
        ensureRunning();
        var unused = previous == null;
        previous = play;
        var failure = perform(play, running, patience);
        if (failure.isEmpty()) return failure;
        restart();
        return unused || !canRestart() ? failure : attemptAlone(play);
    }

    /// The same, and afterwards a new client says something.
    Play thenAnother(Play play) {
        var next = 1 + play.steps().stream().mapToInt(Step::client).max().orElse(-1);
        return play.then(speech.greeting(next));
    }

    private Optional<Failure> perform(Play play, Server.Running server, Duration patience) {
        return perform(play, server, () -> speech.perform(server.address(), play, patience));
    }

    private Optional<Failure> perform(Play play, Server.Running server, Runnable performance) {
        try {
            performance.run();
            var death = server.death();
            return death.isEmpty() ? Optional.empty()
                    : Optional.of(new Failure(play, null, death));
        } catch (Broken e) {
            return Optional.of(new Failure(play, e, deathOf(server, e)));
        }
    }

    /// A process that has an exception to print needs a moment to end.
    private Optional<Server.Death> deathOf(Server.Running server, Broken broken) {
        return switch (broken.symptom) {
            case CANNOT_CONNECT, ENDED_EARLY, RESET -> awaitDeath(server);
            default -> server.death();
        };
    }

    private Optional<Server.Death> awaitDeath(Server.Running server) {
        var giveUp = System.nanoTime() + patience.toNanos();
        while (server.death().isEmpty() && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(5_000_000);
        }
        return server.death();
    }

    private void ensureRunning() throws IOException {
        if (running != null) return;
        running = server.start();
        previous = null;
    }

    private void closeIfDead() {
        if (running != null && running.death().isPresent()) restart();
    }

    private void restart() {
        if (running != null) running.close();
        running = null;
    }

    // ---- the smallest case ----

    /// Somebody waits for the answer.
    private final class ShrinkingBudget {

        private static final Duration AT_MOST = Duration.ofSeconds(60);

        private final long start = System.nanoTime();
        private int attempts;

        boolean allowsAnother() {
            var spent = Duration.ofNanos(System.nanoTime() - start);
            var most = attempts++ < pace.attempts ? AT_MOST : pace.shrinking;
            return spent.compareTo(most) < 0;
        }
    }

    private Failure shrink(Failure failure) throws IOException {
        if (!canRestart() && (failure.died() || isSpoilt())) return upToTheFailure(failure);
        var budget = new ShrinkingBudget();
        var smallest = upToTheFailure(failure);
        var seen = new HashSet<Play>();
        for (var next = Optional.of(smallest); next.isPresent(); ) {
            smallest = next.get();
            var smaller = speech.smaller(smallest.play(), smallest.client()).iterator();
            next = Optional.empty();
            while (next.isEmpty() && smaller.hasNext() && budget.allowsAnother()) {
                var play = smaller.next();
                if (seen.add(play)) next = attemptTwice(play).map(Judge::upToTheFailure);
            }
        }
        return renumbered(
                speech.isMadeOfLetters() ? withFewestLetters(smallest, budget) : smallest);
    }

    private Failure renumbered(Failure failure) throws IOException {
        var renumbered = attemptAlone(speech.renumbered(failure.play()));
        return renumbered.map(Judge::upToTheFailure).orElse(failure);
    }

    /// What fails by chance leads nowhere. What is late fails for lack of patience, and that is
    /// looked into later.
    private Optional<Failure> attemptTwice(Play play) throws IOException {
        var failure = attemptAlone(play);
        return failure.isEmpty() || failure.get().isLate() ? failure : attemptAlone(play);
    }

    private static Failure upToTheFailure(Failure failure) {
        var broken = failure.broken();
        if (broken != null && broken.symptom == Symptom.CANNOT_CONNECT) return failure; // or later
        return cut(failure);
    }

    /// What would have come later has not been played.
    private static Failure cut(Failure failure) {
        if (failure.broken() == null) return failure;
        var played = failure.play().before(failure.broken().step + 1);
        return new Failure(played, failure.broken(), failure.death());
    }

    /// Of a long chunk of letters, as few as still fail.
    private Failure withFewestLetters(Failure failure, ShrinkingBudget budget)
            throws IOException {
        var smallest = failure;
        for (int i = 0; i < smallest.play().steps().size(); i++) {
            if (!(smallest.play().steps().get(i) instanceof Says(int client, Bytes said))) continue;
            var most = said.array().length;
            if (!said.equals(Step.letters(client, most))) continue;
            for (int least = 1; least < most && budget.allowsAnother(); ) {
                var middle = (least + most) / 2;
                var saysFewer = new Says(client, Step.letters(client, middle));
                var fewer = attemptAlone(smallest.play().with(i, saysFewer));
                if (fewer.isPresent()) {
                    smallest = upToTheFailure(fewer.get());
                    most = middle;
                } else {
                    least = middle + 1;
                }
            }
        }
        return smallest;
    }

    // ---- never a false verdict ----

    private Verdict confirm(Failure smallest) throws IOException {
        if (!canRestart() && (smallest.died() || isSpoilt())) {
            return new Verdict.Fails(smallest, 1, 1);
        }
        if (!pace.repeatsAll && isCertain(smallest)) return new Verdict.Fails(smallest, 1, 1);
        var failures = server.runsSideBySide() ? sideBySide(smallest) : inTurn(smallest);
        return 2 * failures.size() <= pace.confirmations ? new Verdict.Kept(1)
                : new Verdict.Fails(failures.getLast(), failures.size(), pace.confirmations);
    }

    /// What a kernel keeps depends on how busy it is.
    private static boolean isCertain(Failure failure) {
        return !failure.isLate() && (failure.broken() == null
                || failure.broken().symptom != Symptom.KEEPS_EVERYTHING);
    }

    /// In threads of the system: a server in this process may keep all those that carry virtual ones.
    private List<Failure> sideBySide(Failure smallest) throws IOException {
        try (var executor = Executors.newFixedThreadPool(pace.confirmations)) {
            Callable<Optional<Failure>> once = () -> alone(smallest);
            var failures = new ArrayList<Failure>();
            for (var each : executor.invokeAll(Collections.nCopies(pace.confirmations, once))) {
                each.get().ifPresent(failures::add);
            }
            return failures;
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /// With a server that has served nobody before. One that ended after the play is given the
    /// time that it takes to end.
    private Optional<Failure> alone(Failure smallest) throws IOException {
        try (var fresh = server.start()) {
            var play = smallest.play();
            var failure = perform(play, fresh, patience.multipliedBy(MORE_PATIENCE));
            if (failure.isPresent() || smallest.broken() != null) return failure;
            return awaitDeath(fresh).map(death -> new Failure(play, null, Optional.of(death)));
        }
    }

    private List<Failure> inTurn(Failure smallest) throws IOException {
        var failures = new ArrayList<Failure>();
        for (int i = 0; i < pace.confirmations; i++) {
            restart();
            alone(smallest).ifPresent(failures::add);
        }
        return failures;
    }

    /// What else a server does that has failed: for [Diagnosis].
    Optional<Failure> probe(Play play) throws IOException {
        return probe(play, speech::perform);
    }

    /// The same. On a busy machine a pause can be too short, so a play with one has three chances.
    Optional<Failure> probeWithPauses(Play play) throws IOException {
        var pauses = play.steps().stream().anyMatch(Pauses.class::isInstance);
        var failure = probe(play);
        for (int i = 1; i < 3 && pauses && failure.isEmpty(); i++) failure = probe(play);
        return failure;
    }

    /// The same, where something else is expected than of a right server.
    Optional<Failure> probe(Play play, Supplier<Answer> expected) throws IOException {
        return probe(play, (address, probed, wait) ->
                new Stage(address, expected, wait, wait).perform(probed));
    }

    private Optional<Failure> probe(Play play, Performance performance) throws IOException {
        var failure = probe(play, performance, patience.multipliedBy(pace.probing));
        var mayBeSlow = pace.probing < 2 && failure.isPresent() && failure.get().isLate();
        return mayBeSlow ? probe(play, performance, patience.multipliedBy(MORE_PATIENCE)) : failure;
    }

    private Optional<Failure> probe(Play play, Performance performance, Duration patience)
            throws IOException {
        if (!server.runsSideBySide()) restart();
        try (var fresh = server.start()) {
            return perform(play, fresh,
                    () -> performance.perform(fresh.address(), play, patience));
        }
    }

    private interface Performance {
        void perform(SocketAddress server, Play play, Duration patience);
    }

    boolean canRestart() {
        return !(server instanceof Server.Found);
    }

    @Override
    public void close() {
        restart();
    }
}
