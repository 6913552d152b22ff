package bench;

import module java.base;

/// All that was measured: for each server and each topic (a work, or idleness) the figures of all
/// rounds.
final class Results {

    /// The topic of what is measured of idle servers.
    static final String IDLE = "idle";

    /// A figure in all its rounds.
    ///
    /// @param median of the rounds; of an even number of rounds the mean of the middle two
    /// @param rounds by their numbers
    record Figure(double median, Map<Integer, Double> rounds) {

        static Figure of(Map<Integer, Double> rounds) {
            return new Figure(Results.median(rounds.values()), rounds);
        }
    }

    static double median(Collection<Double> values) {
        var sorted = values.stream().sorted().toList();
        var middle = sorted.subList((sorted.size() - 1) / 2, sorted.size() / 2 + 1);
        return middle.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /// Something that could not be measured.
    record Failure(String server, String topic, String why) {}

    private final List<Contestant> contestants;
    private final String yardstick;
    private final double matters;
    private final Map<String, Map<String, Map<Metric, Map<Integer, Double>>>> figures =
            new LinkedHashMap<>();
    private final Set<Failure> failures = new LinkedHashSet<>();

    /// @param yardstick the server that all are compared with
    /// @param matters the least difference that does, see [Comparison#verdict]
    Results(List<Contestant> contestants, String yardstick, double matters) {
        this.contestants = contestants;
        this.yardstick = yardstick;
        this.matters = matters;
    }

    String yardstick() {
        return yardstick;
    }

    double matters() {
        return matters;
    }

    /// Those who took part, in the order of the lessons.
    List<Contestant> contestants() {
        return contestants;
    }

    /// Of what is measured twice in a round, such as the start, the mean counts.
    ///
    /// @param value NaN if this system does not tell
    void add(int round, String server, String topic, Metric metric, double value) {
        figures.computeIfAbsent(server, _ -> new LinkedHashMap<>())
                .computeIfAbsent(topic, _ -> new EnumMap<>(Metric.class))
                .computeIfAbsent(metric, _ -> new TreeMap<>())
                .merge(round, value, (one, other) -> (one + other) / 2);
    }

    void add(Failure failure) {
        failures.add(failure);
    }

    Set<Failure> failures() {
        return failures;
    }

    /// Empty if it was not measured, or is unknown.
    Optional<Figure> figure(String server, String topic, Metric metric) {
        return Optional.ofNullable(of(server).getOrDefault(topic, Map.of()).get(metric))
                .map(Figure::of).filter(figure -> !Double.isNaN(figure.median()));
    }

    /// Whether it was looked for, and this system does not tell.
    boolean isUnknown(String server, String topic, Metric metric) {
        return figure(server, topic, metric).isEmpty()
                && of(server).getOrDefault(topic, Map.of()).containsKey(metric);
    }

    /// How many rounds there were.
    int rounds() {
        return figures.values().stream().flatMap(topics -> topics.values().stream())
                .flatMap(metrics -> metrics.values().stream())
                .flatMap(rounds -> rounds.keySet().stream())
                .max(Comparator.naturalOrder()).orElse(0);
    }

    /// Topic, metric, rounds.
    Map<String, Map<Metric, Map<Integer, Double>>> of(String server) {
        return figures.getOrDefault(server, Map.of());
    }

    /// A server compared with the yardstick; empty for the yardstick itself, and where one of
    /// the two has no such figure.
    Optional<Comparison> comparison(String server, String topic, Metric metric) {
        return server.equals(yardstick)
                ? Optional.empty() : comparison(server, yardstick, topic, metric);
    }

    /// A server compared with another.
    Optional<Comparison> comparison(String server, String other, String topic, Metric metric) {
        return figure(server, topic, metric).flatMap(ours -> figure(other, topic, metric)
                .flatMap(theirs -> Comparison.of(
                        ours.rounds(), theirs.rounds(), metric.isPerCent())));
    }

    /// Whether a server is known to use the processor while no client sends: more than a per cent
    /// of a core.
    boolean isRestless(String server) {
        return figure(server, IDLE, Metric.IDLE_CPU)
                .flatMap(figure -> Comparison.withNothing(figure.rounds()))
                .filter(idle -> idle.verdict(matters) == Comparison.Verdict.MORE).isPresent();
    }

    /// All values of a figure, of all servers and topics.
    Stream<Double> all(Metric metric) {
        return figures.values().stream()
                .flatMap(topics -> topics.values().stream())
                .flatMap(metrics -> metrics.getOrDefault(metric, Map.of()).values().stream())
                .filter(Double::isFinite);
    }
}
