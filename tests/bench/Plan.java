package bench;

import module java.base;
import module java.management;

import com.sun.management.UnixOperatingSystemMXBean;

/// What is measured of each server, how often and for how long.
///
/// @param rounds how often everything is done, at most; each round visits all servers
/// @param idleEvery the idleness is measured in each so many rounds, never if 0: it varies little
/// @param works what they have to do
/// @param turns how often a server has its turn in a work, an even number, for both orders
/// @param warmUp load that is not counted: the JIT compiler needs about so long
/// @param between the same, before each turn
/// @param turn how long the load is measured in it
/// @param idle how long the idleness is measured
/// @param settle what a server gets to come to rest before that
/// @param manyClients how many idle clients for the memory
/// @param matters the least difference that does, see [Comparison#verdict]
/// @param precision how wide an interval may be in the end, as a part; 0 if the rounds decide
/// @param limit when to stop, precise or not
record Plan(int rounds, int idleEvery, List<Work> works, int turns, Duration warmUp,
        Duration between, Duration turn, Duration idle, Duration settle, int manyClients,
        double matters, double precision, Duration limit) {

    /// For the idle processor.
    static final int SOME_CLIENTS = 50;

    /// How many idle clients, if the limit of open files allows it.
    static final int WANTED_CLIENTS = 10_000;

    private static final int OTHER_FILES = 200;

    /// So often is enough for the idleness.
    private static final int IDLE_ROUNDS = 3;

    private static final int TURNS = 2;
    private static final int TURNS_OF_PAIRS = 8;
    private static final Duration BETWEEN = Duration.ofMillis(100);

    /// Fewer would sometimes be near each other by chance.
    private static final int LEAST_ROUNDS = 6;

    private static final Duration NO_LIMIT = Duration.ofDays(1);

    // For the progress bar alone.
    private static final Duration START_UP = Duration.ofMillis(400);
    private static final Duration CONNECT = Duration.ofNanos(150_000);
    private static final Duration HANG_UP = Duration.ofMillis(50);

    static Plan full(int rounds, Duration counted) {
        return new Plan(rounds, Math.ceilDiv(rounds, IDLE_ROUNDS), possible(Work.ALL), TURNS,
                Duration.ofMillis(1500), BETWEEN, counted.dividedBy(TURNS), Duration.ofMillis(700),
                Duration.ofMillis(200), Math.min(WANTED_CLIENTS, mostClients()),
                Comparison.MATTERS, 0, NO_LIMIT);
    }

    /// As many rounds as a precision needs.
    static Plan until(double precision, Duration limit, Duration counted) {
        return new Plan(Integer.MAX_VALUE, 0, possible(Work.PAIRED), TURNS_OF_PAIRS,
                Duration.ofMillis(3000), BETWEEN, counted.dividedBy(TURNS), Duration.ZERO,
                Duration.ZERO, 0, Math.min(Comparison.MATTERS, precision), precision, limit);
    }

    /// A first impression of everything but the crowds.
    static Plan quick() {
        return new Plan(1, 1, possible(Work.FEW), TURNS, Duration.ofMillis(500), BETWEEN,
                Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(100),
                Math.min(1000, mostClients()), Comparison.MATTERS, 0, NO_LIMIT);
    }

    /// As the limit of open files is. Servers inherit it, and nothing is raised here.
    static int mostClients() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix
                ? Math.clamp(unix.getMaxFileDescriptorCount() - OTHER_FILES, 0, WANTED_CLIENTS)
                : WANTED_CLIENTS;
    }

    private static List<Work> possible(List<Work> works) {
        return works.stream().filter(work -> work.connections() <= mostClients()).toList();
    }

    /// Whether it goes on until it is precise.
    boolean isUntilPrecise() {
        return precision > 0;
    }

    /// Whether the idleness is measured in this round.
    boolean looksAtIdleness(int round) {
        return idleEvery > 0 && (round - 1) % idleEvery == 0;
    }

    /// Whether nothing more is to be done: the intervals of all are as narrow as was asked for, or
    /// another round would take too long. Only their width decides, and not what they say: whoever
    /// stops when he likes the result proves anything.
    ///
    /// @param done how many rounds
    /// @param taken how long they have taken
    boolean isDone(Results results, int done, Duration taken) {
        if (done >= rounds) return true;
        if (!isUntilPrecise() || done == 0) return false;
        var next = taken.dividedBy(done);
        return taken.plus(next).compareTo(limit) > 0
                || done >= LEAST_ROUNDS && widest(results) <= precision;
    }

    /// How wide the widest interval is.
    double widest(Results results) {
        return results.contestants().stream().flatMap(contestant -> works.stream()
                        .flatMap(work -> results.comparison(
                                contestant.name(), work.toString(), Metric.CPU).stream()))
                .mapToDouble(Comparison::width).max().orElse(Double.POSITIVE_INFINITY);
    }

    /// What is less than wanted, and why; nothing if all is as wanted.
    Optional<String> restrictions() {
        if (isUntilPrecise()) return Optional.empty();
        var missing = Work.ALL.stream().filter(work -> work.connections() > mostClients()).toList();
        if (manyClients == WANTED_CLIENTS) return Optional.empty();
        if (manyClients < mostClients()) {
            return Optional.of("Only %,d idle clients: --quick.".formatted(manyClients));
        }
        return Optional.of("Only %,d idle clients%s: no more files can be open here (ulimit -n)."
                .formatted(manyClients, missing.isEmpty() ? "" : ", and no " + missing));
    }

    /// How many idle clients a server gets.
    int manyFor(Contestant contestant) {
        return Math.min(manyClients, contestant.mostClients());
    }

    /// About how long a run takes.
    Duration time(List<Contestant> contestants) {
        if (isUntilPrecise()) return limit;
        var idle = contestants.stream().map(this::idleTime).reduce(Duration.ZERO, Duration::plus);
        return contestants.stream().map(this::time).reduce(Duration.ZERO, Duration::plus)
                .multipliedBy(rounds).plus(idle.multipliedBy(Math.ceilDiv(rounds, idleEvery)));
    }

    private Duration time(Contestant contestant) {
        var count = works.stream().filter(contestant::takesPartIn).count();
        return startTime().plus(turnTime().multipliedBy(turns * count));
    }

    /// About how long it takes to start a server and to measure its idleness.
    Duration idleTime(Contestant contestant) {
        var looks = contestant.mostClients() < SOME_CLIENTS ? 1 : 2;
        return START_UP.plus(settle.plus(idle).multipliedBy(looks))
                .plus(CONNECT.multipliedBy(manyFor(contestant)));
    }

    /// About how long it takes to start a server and to warm it up.
    Duration startTime() {
        return START_UP.plus(warmUp);
    }

    /// About how long a turn takes.
    Duration turnTime() {
        return between.plus(turn).plus(HANG_UP);
    }

    /// How long a server is measured in a work, in each round.
    Duration counted() {
        return turn.multipliedBy(turns);
    }
}
