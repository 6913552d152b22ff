package bench;

import module java.base;

/// All that was measured: for each server and each topic (a work, or idleness) the figures of all
/// rounds.
final class Results {

    /// The topic of what is measured of idle servers.
    static final String IDLE = "idle";

    /// A yardstick shorter than this measures nothing; all that can be so short are per cents.
    private static final double NEXT_TO_NOTHING = 0.1;

    /// A figure in all its rounds.
    ///
    /// @param median of the rounds; of an even number of rounds the mean of the middle two
    /// @param spread half of the distance from the least to the greatest, as a part of the median
    record Figure(double median, double spread, List<Double> rounds) {

        static Figure of(List<Double> rounds) {
            var sorted = rounds.stream().sorted().toList();
            var middle = sorted.subList((sorted.size() - 1) / 2, sorted.size() / 2 + 1);
            var median = middle.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            var range = sorted.getLast() - sorted.getFirst();
            return new Figure(median, median == 0 ? 0 : range / 2 / median, List.copyOf(rounds));
        }
    }

    /// Something that could not be measured.
    record Failure(String server, String topic, String why) {}

    private final List<Contestant> contestants;
    private final Map<String, Map<String, Map<Metric, List<Double>>>> figures =
            new LinkedHashMap<>();
    private final Set<Failure> failures = new LinkedHashSet<>();

    Results(List<Contestant> contestants) {
        this.contestants = contestants;
    }

    /// Those who took part, in the order of the lessons.
    List<Contestant> contestants() {
        return contestants;
    }

    /// @param value NaN if this system does not tell
    void add(String server, String topic, Metric metric, double value) {
        figures.computeIfAbsent(server, _ -> new LinkedHashMap<>())
                .computeIfAbsent(topic, _ -> new EnumMap<>(Metric.class))
                .computeIfAbsent(metric, _ -> new ArrayList<>())
                .add(value);
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

    /// Topic, metric, rounds.
    Map<String, Map<Metric, List<Double>>> of(String server) {
        return figures.getOrDefault(server, Map.of());
    }

    /// The figure as a multiple of that of [Contestant#YARDSTICK]; empty if there is no such
    /// figure, or it is next to nothing.
    OptionalDouble ratio(String server, String topic, Metric metric) {
        var ours = figure(server, topic, metric);
        var yardstick = figure(Contestant.YARDSTICK, topic, metric);
        if (ours.isEmpty() || yardstick.isEmpty() || yardstick.get().median() < NEXT_TO_NOTHING) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(ours.get().median() / yardstick.get().median());
    }

    /// All values of a figure, of all servers and topics.
    Stream<Double> all(Metric metric) {
        return figures.values().stream()
                .flatMap(topics -> topics.values().stream())
                .flatMap(metrics -> metrics.getOrDefault(metric, List.of()).stream())
                .filter(Double::isFinite);
    }
}
