package bench;

import module java.base;

import bench.Comparison.Verdict;
import bench.Results.Figure;

/// Servers in the order of a figure, the least first.
final class Ranking {

    /// A sentence with more names would say nothing.
    private static final int MOST_NAMES = 3;

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

    /// The least and those that are level with it, in the order of the lessons.
    List<Contestant> level() {
        var level = those(least(), Verdict.LEVEL).toList();
        return inOrder().filter(entry -> entry == least() || level.contains(entry))
                .map(Entry::contestant).toList();
    }

    /// Those of which this run does not tell whether they are above the least.
    List<Contestant> open() {
        return those(least(), Verdict.OPEN).map(Entry::contestant).toList();
    }

    /// Whether one of these could even need less than the least, by what matters, in another run.
    boolean couldBeLess(Contestant other) {
        var below = 1 / (1 + results.matters());
        return results.comparison(other.name(), least().name(), topic, metric)
                .filter(each -> each.low() < below).isPresent();
    }

    /// For a sentence: the server, with those that are level with it, and those of which this run
    /// does not tell: `a and b (level), perhaps c (0.97-1.12)`.
    String group(Entry one) {
        var same = those(one, Verdict.LEVEL).toList();
        var level = inOrder().filter(entry -> entry == one || same.contains(entry))
                .map(Entry::name).toList();
        return list(level) + (level.size() > 1 ? " (level)" : "") + perhaps(one);
    }

    private String perhaps(Entry one) {
        var open = those(one, Verdict.OPEN).map(entry -> "%s (%s)".formatted(
                entry.name(), comparison(entry, one).orElseThrow().shown())).toList();
        if (open.isEmpty()) return "";
        return open.size() > MOST_NAMES ? ", perhaps one of %d others".formatted(open.size())
                : ", perhaps " + list(open);
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
