package bench;

import module java.base;

import bench.Ranking.Entry;

/// What each figure says, in a sentence. Nothing here assumes a result: which server is first, last
/// or level is looked up each time, and a difference is one only where [Comparison] says so.
final class Findings {

    /// A 99.9th percentile of so many medians means that clients starve.
    private static final double STARVES = 100;

    /// Above so many cores used by other programs, the machine is not quiet.
    private static final double CALM = 0.12;

    /// Clients that use so much of their threads' cores may be what limits a server.
    private static final double BUSY = 0.9;

    private final Results results;
    private final Plan plan;

    Findings(Results results, Plan plan) {
        this.results = results;
        this.plan = plan;
    }

    private Ranking ranking(String topic, Metric metric) {
        return Ranking.of(results, results.contestants(), topic, metric);
    }

    private String about(Work work, Metric metric, Function<Ranking, String> sentence) {
        var ranking = ranking(work.toString(), metric);
        if (ranking.isEmpty()) return "Not measured.";
        var absent = results.contestants().stream()
                .filter(contestant -> !contestant.takesPartIn(work)).map(Contestant::name).toList();
        return sentence.apply(ranking) + (absent.isEmpty() ? ""
                : " (Without %s: not so many clients at a time.)".formatted(Ranking.list(absent)));
    }

    /// Throughput.
    String throughput(Work work) {
        return about(work, Metric.THROUGHPUT, ranking -> {
            var best = ranking.most();
            var worst = ranking.least();
            return "The most requests a second, %s: %s. ".formatted(
                    best.shown(), ranking.group(best))
                    + (ranking.differs() ? "The fewest, %s: %s; %s as many.".formatted(
                            worst.shown(), ranking.group(worst), ranking.times(worst, best))
                            : "No server is known to be slower.")
                    + clientsOf(best, work);
        });
    }

    /// A server can be no faster than its clients.
    private String clientsOf(Entry best, Work work) {
        var threads = Math.min(LoadGenerator.threads(), work.connections());
        return results.figure(best.name(), work.toString(), Metric.CLIENT_CORES)
                .filter(cores -> cores.median() > BUSY * threads)
                .map(cores -> (" Its clients used %.2f of the %d core%s that they get: "
                        + "with faster clients it might do more.")
                        .formatted(cores.median(), threads, threads == 1 ? "" : "s"))
                .orElse("");
    }

    /// Latency: the median, and the slowest answers.
    String latency(Work work) {
        var medians = ranking(work.toString(), Metric.P50);
        return about(work, Metric.P999, ranking -> {
            var first = medians.least();
            var best = ranking.least();
            var worst = ranking.most();
            return ("Half of the answers come soonest, within %s, from %s. "
                    + "All but one in a thousand: within %s from %s, within %s from %s.%s")
                    .formatted(time(first.value()), medians.group(first),
                    time(best.value()), ranking.group(best),
                    time(worst.value()), ranking.group(worst), starving(work));
        });
    }

    private String starving(Work work) {
        if (work.connections() == 1) return "";
        var starving = results.contestants().stream()
                .filter(contestant -> starves(contestant, work)).map(Contestant::name).toList();
        return starving.isEmpty() ? ""
                : (" With %s that is more than %.0f times the median: "
                        + "some clients starve while others are served.")
                        .formatted(Ranking.list(starving), STARVES);
    }

    /// Whether some clients wait very much longer than most.
    boolean starves(Contestant contestant, Work work) {
        var late = results.figure(contestant.name(), work.toString(), Metric.P999);
        var median = results.figure(contestant.name(), work.toString(), Metric.P50);
        return late.isPresent() && median.isPresent()
                && Comparison.of(late.get().rounds(), median.get().rounds(), false)
                        .filter(times -> times.low() > STARVES).isPresent();
    }

    /// Processor time for a request.
    String cpu(Work work) {
        return about(work, Metric.CPU, ranking -> {
            var least = ranking.least();
            var most = ranking.most();
            return "The least processor time for a million requests, %s s: %s. ".formatted(
                    least.shown(), ranking.group(least))
                    + (ranking.differs() ? "The most, %s s: %s; %s as much.".formatted(
                            most.shown(), ranking.group(most), ranking.times(most, least))
                            : "No server is known to need more.");
        });
    }

    /// How a server compares with the yardstick, for `--against`.
    String against(Contestant contestant, Work work) {
        var comparison = results.comparison(contestant.name(), work.toString(), Metric.CPU);
        if (comparison.isEmpty()) return "%s: not measured.".formatted(work);
        var each = comparison.get();
        var said = switch (each.verdict(results.matters())) {
            case LESS, MORE -> "different";
            case LEVEL -> "level";
            case OPEN -> "this run does not tell whether that is a difference";
        };
        return "%s: %s needs %.3f times the processor time of %s (%.3f-%.3f, %d round%s): %s."
                .formatted(work, contestant.name(), each.middle(), results.yardstick(),
                        each.low(), each.high(), each.pairs(), each.pairs() == 1 ? "" : "s", said);
    }

    /// Processor time while idle.
    String idleCpu() {
        var ranking = ranking(Results.IDLE, Metric.IDLE_CPU);
        if (ranking.isEmpty()) return "Not measured.";
        var restless = Ranking.list(ranking.entries()
                .filter(entry -> results.isRestless(entry.name()))
                .map(entry -> "%s uses %s %% of a core".formatted(entry.name(), entry.shown()))
                .toList());
        var resting = ranking.entries().filter(entry -> !results.isRestless(entry.name())).toList();
        var said = "While %d clients say nothing, ".formatted(Plan.SOME_CLIENTS);
        if (resting.isEmpty()) return said + restless + ".";
        var most = resting.getLast().shown();
        return said + (restless.isEmpty() ? "none uses more than %s %% of a core.".formatted(most)
                : "%s; the others use at most %s %%.".formatted(restless, most));
    }

    /// Memory for a client.
    String memory() {
        var ranking = ranking(Results.IDLE, Metric.MEMORY_PER_CLIENT);
        if (ranking.isEmpty()) return "Not known on this system.";
        var least = ranking.least();
        var most = ranking.most();
        return ("By how much the resident memory grows for each client that has been served once "
                + "and then says nothing. The least, %s KiB: %s. The most, %s KiB: %s%s.%s")
                .formatted(least.shown(), ranking.group(least), most.shown(), ranking.group(most),
                        ranking.differs() ? "; " + ranking.times(most, least) + " as much" : "",
                        howMany());
    }

    private String howMany() {
        var fewer = ranking(Results.IDLE, Metric.IDLE_CLIENTS).entries()
                .filter(entry -> entry.value() < plan.manyClients())
                .map(entry -> "%s has %s".formatted(entry.name(), entry.shown())).toList();
        return " There are %,d of them%s.".formatted(plan.manyClients(),
                fewer.isEmpty() ? "" : ", but " + Ranking.list(fewer));
    }

    /// Time to start.
    String startUp() {
        var ranking = ranking(Results.IDLE, Metric.START_UP);
        if (ranking.isEmpty()) return "Not measured.";
        var first = ranking.least();
        var last = ranking.most();
        return ("From the start of the process to its line 'listening on'. The least, %s ms: %s. "
                + "The most, %s ms: %s.").formatted(
                first.shown(), ranking.group(first), last.shown(), ranking.group(last));
    }

    /// Whether the machine had other things to do; empty where that is unknown.
    Optional<String> calmness() {
        var others = results.all(Metric.OTHER_CORES).toList();
        if (others.isEmpty()) return Optional.empty();
        var median = Results.median(others);
        var said = "Meanwhile other programs used %.2f cores (median; %.2f at most)."
                .formatted(median, Collections.max(others));
        return Optional.of(median < CALM ? said : said + " That is a lot: believe the "
                + "processor time and the memory rather than the throughput and the latency.");
    }

    /// Such as `330 us` or `2.7 ms`.
    static String time(double micros) {
        if (micros < 1000) return "%.0f us".formatted(micros);
        var big = micros < 1_000_000 ? micros / 1e3 : micros / 1e6;
        var unit = micros < 1_000_000 ? " ms" : " s";
        var rounded = big < 10 ? "%.1f".formatted(big) : "%.0f".formatted(big);
        return rounded.replace(".0", "") + unit;
    }
}
