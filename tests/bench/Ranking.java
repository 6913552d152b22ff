package bench;

import module java.base;

import bench.Comparison.Verdict;
import bench.Results.Figure;

/// Servers in the order of a figure, the least first.
final class Ranking {

    private final Results results;
    private final String topic;
    private final Metric metric;
    private final List<Entry> entries;

    private Ranking(Results results, List<Contestant> those, String topic, Metric metric) {
        this.results = results;
        this.topic = topic;
        this.metric = metric;
        entries = those.stream()
                .flatMap(contestant -> results.figure(contestant.name(), topic, metric)
                        .map(figure -> new Entry(contestant, metric, figure)).stream())
                .sorted(Comparator.comparing(Entry::value)).toList();
    }

    /// @param those which are to be ranked; without such a figure they are left out
    static Ranking of(Results results, List<Contestant> those, String topic, Metric metric) {
        return new Ranking(results, those, topic, metric);
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
    }

    /// The least first.
    Stream<Entry> entries() {
        return entries.stream();
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

    /// All, in the order of the lessons.
    private Stream<Entry> inOrder() {
        var order = results.contestants();
        return entries.stream().sorted(
                Comparator.comparing(entry -> order.indexOf(entry.contestant())));
    }

    private Optional<Comparison> comparison(Entry ours, Entry other) {
        return results.comparison(ours.name(), other.name(), topic, metric);
    }

    private Stream<Entry> those(Entry one, Verdict verdict) {
        return inOrder().filter(entry -> entry != one && comparison(entry, one)
                .filter(each -> each.verdict(results.matters()) == verdict).isPresent());
    }

    /// Those of which it is not known that they are above the least, in the order of the lessons.
    List<Contestant> notKnownToBeMore() {
        var more = those(least(), Verdict.MORE).toList();
        return inOrder().filter(entry -> !more.contains(entry)).map(Entry::contestant).toList();
    }

    /// For a sentence: the server, with those that are level with it, and those of which this run
    /// does not tell: `a and b (level), perhaps c (0.97-1.12)`.
    String group(Entry one) {
        var level = inOrder().filter(entry -> entry == one || those(one, Verdict.LEVEL)
                .anyMatch(entry::equals)).map(Entry::name).toList();
        var open = those(one, Verdict.OPEN).map(entry -> "%s (%s)".formatted(
                entry.name(), comparison(entry, one).orElseThrow().shown())).toList();
        return list(level) + (level.size() > 1 ? " (level)" : "")
                + (open.isEmpty() ? "" : ", perhaps " + list(open));
    }

    /// For a sentence, such as `2.15 times (2.01-2.30)`; of others than the least, where there
    /// is nothing to compare with, only the figure.
    String times(Entry one, Entry other) {
        return times(one.contestant(), other.contestant());
    }

    String times(Contestant one, Contestant other) {
        return results.comparison(one.name(), other.name(), topic, metric)
                .filter(each -> !each.ofPerCents())
                .map(each -> (each.middle() < 10 ? "%.2f times (%s)" : "%,.0f times (%s)")
                        .formatted(each.middle(), each.shown()))
                .orElse("not known how many times");
    }

    /// Whether the most is known to be more than the least.
    boolean differs() {
        return those(least(), Verdict.MORE).anyMatch(most()::equals);
    }

    /// Such as `a, b and c`.
    static String list(List<String> names) {
        return names.size() < 2 ? String.join("", names)
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
