package bench;

import module java.base;

import bench.Results.Figure;

/// Servers in the order of a figure, the least first.
final class Ranking {

    /// Medians so near each other are level, even if the rounds agree better; and with one round,
    /// of whose spread nothing is known.
    private static final double NOISE = 0.05;
    private static final double NOISE_OF_ONE_ROUND = 0.15;

    private final List<Entry> entries;

    private Ranking(List<Entry> entries) {
        this.entries = entries;
    }

    /// @param those which are to be ranked; without such a figure they are left out
    static Ranking of(Results results, List<Contestant> those, String topic, Metric metric) {
        return new Ranking(those.stream()
                .flatMap(contestant -> results.figure(contestant.name(), topic, metric)
                        .map(figure -> new Entry(contestant, metric, figure)).stream())
                .sorted(Comparator.comparing(Entry::value)).toList());
    }

    /// A server and its figure.
    record Entry(Contestant contestant, Metric metric, Figure figure) {

        String name() {
            return contestant.name();
        }

        double value() {
            return figure.median();
        }

        /// The figure without its unit.
        String shown() {
            return metric.show(value());
        }

        /// Such as `2.15 times`.
        String times(Entry other) {
            var times = value() / other.value();
            return (times < 10 ? "%.2f times" : "%,.0f times").formatted(times);
        }

        private boolean levelWith(Entry other) {
            var noise = figure.rounds().size() == 1 ? NOISE_OF_ONE_ROUND : NOISE;
            var spread = Math.max(figure.spread(), other.figure().spread());
            return Math.abs(value() - other.value())
                    <= Math.max(noise, spread) * Math.max(value(), other.value());
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    Entry least() {
        return entries.getFirst();
    }

    Entry most() {
        return entries.getLast();
    }

    /// Those below a bound.
    List<Entry> below(double bound) {
        return entries.stream().filter(entry -> entry.value() < bound).toList();
    }

    /// Those not below a bound, the greatest first.
    List<Entry> notBelow(double bound) {
        return entries.reversed().stream().filter(entry -> entry.value() >= bound).toList();
    }

    /// Those who cannot be told from one of them, with it.
    List<Contestant> levelWith(Entry one) {
        return entries.stream().filter(one::levelWith).map(Entry::contestant).toList();
    }

    /// For a sentence: ` (level with it, within the noise: a and b)`, or nothing.
    String othersLevelWith(Entry one) {
        var names = levelWith(one).stream().map(Contestant::name)
                .filter(name -> !name.equals(one.name())).toList();
        return names.isEmpty() ? "" : " (level with it, within the noise: " + list(names) + ")";
    }

    /// Such as `a, b and c`.
    static String list(List<String> names) {
        return names.size() < 2 ? String.join("", names)
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
