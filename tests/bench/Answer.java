package bench;

import module java.base;

import bench.Results.Figure;

/// Which server to choose for 10 clients, which for 10,000, and why: from the figures of this run,
/// by rules that stand here.
///
/// Python's servers, and the one that only Linux can run, are there to be compared with, not to be
/// chosen.
final class Answer {

    private final Results results;
    private final Plan plan;
    private final Findings findings;
    private final Work crowd;

    Answer(Results results, Plan plan) {
        this.results = results;
        this.plan = plan;
        findings = new Findings(results, plan);
        crowd = Collections.max(plan.works(), Comparator.comparing(Work::connections));
    }

    /// A choice and its reasons.
    record Choice(String question, String name, String why) {}

    /// Nothing where too little was measured.
    List<Choice> choices() {
        return Stream.of(few(), many()).flatMap(Optional::stream).toList();
    }

    /// Any server that is idle when its clients are will do; so the plainest code wins, and of
    /// that the cheapest.
    private Optional<Choice> few() {
        var work = Work.SMALL;
        var fit = fit(work, this::unfitForFew);
        if (fit.isEmpty()) return Optional.empty();
        var plain = fit.stream().filter(Contestant::straight).toList();
        var choices = cheapest(plain.isEmpty() ? fit : plain, work);
        var choice = choices.getFirst();
        var slowest = Ranking.of(results, fit, work.toString(), Metric.THROUGHPUT).least();
        var why = "Speed does not decide: even the slowest answers %s requests a second from %d "
                .formatted(slowest.shown(), work.connections()) + "busy clients. ";
        why += plain.isEmpty() ? "None" : "So take code that reads from top to bottom for each "
                + "client (that is our taste). Of such servers none";
        why += " is known to be cheaper than %s: %s.".formatted(choice.name(), cost(choice, work));
        var cheapest = cheapest(fit, work).getFirst();
        if (cheapest != choice) {
            why += " (%s needs %s as much.)".formatted(
                    cheapest.name(), times(cheapest, choice, work.toString(), Metric.CPU));
        }
        return Optional.of(new Choice("For 10 clients", names(choices),
                why + outOfTheQuestion(this::unfitForFew)));
    }

    /// The cheapest of those that hold all clients, are idle when they are, and starve none.
    private Optional<Choice> many() {
        var fit = fit(crowd, this::unfitForMany);
        if (fit.isEmpty()) return Optional.empty();
        var choices = cheapest(fit, crowd);
        var choice = choices.getFirst();
        var why = ("It holds %,d clients%s, and of those that do none is known to be cheaper: %s.")
                .formatted(plan.manyClients(), memory(choice), cost(choice, crowd));
        var plain = fit.stream().filter(Contestant::straight).toList();
        if (!choice.straight() && !plain.isEmpty()) {
            var others = cheapest(plain, crowd);
            var other = others.getFirst();
            why += " To keep the plain code: %s, %sfor %s the processor time%s.".formatted(
                    names(others), others.size() > 1 ? "the first " : "",
                    times(other, choice, crowd.toString(), Metric.CPU), memoryTimes(other, choice));
        }
        var question = plan.manyClients() == Plan.WANTED_CLIENTS ? "For 10,000 clients"
                : "For 10,000 clients (but only %,d were tried)".formatted(plan.manyClients());
        return Optional.of(new Choice(question, names(choices),
                why + outOfTheQuestion(this::unfitForMany)));
    }

    private List<Contestant> fit(Work work, Function<Contestant, String> unfit) {
        return candidates().filter(contestant -> unfit.apply(contestant).isEmpty())
                .filter(contestant -> results.figure(
                        contestant.name(), work.toString(), Metric.CPU).isPresent())
                .toList();
    }

    private Stream<Contestant> candidates() {
        return results.contestants().stream()
                .filter(contestant -> !contestant.isPeer() && !contestant.isOfLinuxAlone());
    }

    /// The least processor time per request; of those that are level the least memory per client;
    /// of those again the first in the order of the lessons.
    ///
    /// @return those that it could be, as this run does not tell, in the order of the lessons; the
    ///         same ones in another run that does not tell, whichever was ahead by chance
    private List<Contestant> cheapest(List<Contestant> those, Work work) {
        var byCost = Ranking.of(results, those, work.toString(), Metric.CPU);
        var first = leanest(byCost.level());
        var others = byCost.open().stream().filter(other -> byCost.couldBeLess(other)
                || leanest(List.of(first, other)) == other
                || memory(List.of(first, other)).open().contains(other)).toList();
        return those.stream().filter(each -> each == first || others.contains(each)).toList();
    }

    private Contestant leanest(List<Contestant> those) {
        var byMemory = memory(those);
        return byMemory.isEmpty() ? those.getFirst() : byMemory.level().getFirst();
    }

    private Ranking memory(List<Contestant> those) {
        return Ranking.of(results, those, Results.IDLE, Metric.MEMORY_PER_CLIENT);
    }

    private static String names(List<Contestant> those) {
        return those.stream().map(Contestant::name).collect(Collectors.joining(" or "));
    }

    /// Why a server will not do; empty if it will.
    private String unfitForFew(Contestant contestant) {
        var most = contestant.mostClients();
        if (most < Plan.SOME_CLIENTS) {
            return "serves %d client%s at a time".formatted(most, most == 1 ? "" : "s");
        }
        return results.figure(contestant.name(), Results.IDLE, Metric.IDLE_CPU)
                .map(figure -> !results.isRestless(contestant.name()) ? ""
                        : "uses %s %% of a core while nobody speaks".formatted(
                                Metric.IDLE_CPU.show(figure.median())))
                .orElse("could not be measured");
    }

    private String unfitForMany(Contestant contestant) {
        var unfit = unfitForFew(contestant);
        if (!unfit.isEmpty()) return unfit;
        var held = results.figure(contestant.name(), Results.IDLE, Metric.IDLE_CLIENTS)
                .map(Figure::median).orElse(0.0);
        if (held < plan.manyClients()) return "held no more than %,.0f clients".formatted(held);
        return findings.starves(contestant, crowd) ? "lets clients starve" : "";
    }

    private String outOfTheQuestion(Function<Contestant, String> unfit) {
        var all = candidates().filter(contestant -> !unfit.apply(contestant).isEmpty())
                .map(contestant -> contestant.name() + ", which " + unfit.apply(contestant))
                .toList();
        return all.isEmpty() ? "" : " Out of the question: " + String.join("; ", all) + ".";
    }

    private String cost(Contestant contestant, Work work) {
        var cost = results.figure(contestant.name(), work.toString(), Metric.CPU).orElseThrow();
        return "%s s of processor time for a million requests from %,d clients"
                .formatted(Metric.CPU.show(cost.median()), work.connections());
    }

    private String memory(Contestant contestant) {
        return results.figure(contestant.name(), Results.IDLE, Metric.MEMORY_PER_CLIENT)
                .map(each -> " in %s KiB each".formatted(
                        Metric.MEMORY_PER_CLIENT.show(each.median())))
                .orElse("");
    }

    private String memoryTimes(Contestant one, Contestant other) {
        return results.comparison(
                        one.name(), other.name(), Results.IDLE, Metric.MEMORY_PER_CLIENT)
                .map(_ -> " and %s the memory".formatted(
                        times(one, other, Results.IDLE, Metric.MEMORY_PER_CLIENT)))
                .orElse("");
    }

    private String times(Contestant one, Contestant other, String topic, Metric metric) {
        var both = Ranking.of(results, List.of(one, other), topic, metric);
        return both.times(one, other);
    }
}
