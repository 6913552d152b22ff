package bench;

import module java.base;

/// The answer in the terminal: a table for each work and one for idleness, at most 120 columns
/// wide. Behind a figure stands how many times that of the selector server it is.
final class Table {

    private record Column(String title, int width, Metric metric, boolean withRatio) {}

    private static final List<Column> WORK = List.of(
            new Column("requests/s", 25, Metric.THROUGHPUT, true),
            new Column("p50 us", 15, Metric.P50, true),
            new Column("p99 us", 15, Metric.P99, true),
            new Column("p99.9 us", 16, Metric.P999, true),
            new Column("max us", 17, Metric.MAX, true),
            new Column("CPU s/M", 15, Metric.CPU, true));

    private static final List<Column> IDLE = List.of(
            new Column("start-up ms", 14, Metric.START_UP, true),
            new Column("CPU % alone", 13, Metric.IDLE_CPU_ALONE, true),
            new Column("with 50", 9, Metric.IDLE_CPU, true),
            new Column("MB alone", 14, Metric.MEMORY_ALONE, true),
            new Column("with many", 15, Metric.MEMORY, true),
            new Column("KiB each", 17, Metric.MEMORY_PER_CLIENT, true),
            new Column("threads", 9, Metric.THREADS, false),
            new Column("clients", 9, Metric.IDLE_CLIENTS, false));

    private static final int LINE_LENGTH = 120;

    private final Results results;
    private final Plan plan;
    private final StringBuilder text = new StringBuilder();

    private Table(Results results, Plan plan) {
        this.results = results;
        this.plan = plan;
    }

    /// All tables, with footnotes.
    static String of(Results results, Plan plan) {
        var table = new Table(results, plan);
        plan.works().forEach(work -> table.add(work.toString(), WORK));
        table.add(Results.IDLE, IDLE);
        table.footnotes();
        table.answer();
        return table.text.toString();
    }

    private void add(String topic, List<Column> columns) {
        line("%-16s".formatted(topic), columns, Column::title);
        for (var contestant : results.contestants()) {
            line("%-16s".formatted(contestant.name()), columns,
                    column -> cell(contestant.name(), topic, column));
        }
        text.append('\n');
    }

    /// A cell that is too wide takes its place from the empty space of the next.
    private void line(String name, List<Column> columns, Function<Column, String> cell) {
        var line = new StringBuilder(name);
        var end = 16;
        for (var column : columns) {
            end += column.width();
            var content = cell.apply(column);
            line.repeat(' ', Math.max(1, end - line.length() - content.length())).append(content);
        }
        text.append(line).append('\n');
    }

    private String cell(String name, String topic, Column column) {
        var metric = column.metric();
        if (results.isUnknown(name, topic, metric)) return "unknown";
        return results.figure(name, topic, metric)
                .map(figure -> metric.show(figure.median()) + spread(metric, figure)
                        + (column.withRatio() ? ratio(name, topic, metric) : ""))
                .orElse("-");
    }

    private static String spread(Metric metric, Results.Figure figure) {
        return metric == Metric.THROUGHPUT && figure.rounds().size() > 1
                ? " +-%.0f%%".formatted(100 * figure.spread()) : "";
    }

    private String ratio(String name, String topic, Metric metric) {
        var ratio = results.ratio(name, topic, metric);
        return ratio.isPresent() ? " (%.2f)".formatted(ratio.getAsDouble()) : "";
    }

    private void footnotes() {
        var rounds = plan.rounds() == 1 ? "One round"
                : "Medians of %d rounds, +- half of their range".formatted(plan.rounds());
        note("%s; %.1f s each. (2.00): twice the figure of %s; %s.".formatted(
                rounds, plan.counted().toMillis() / 1e3, Contestant.YARDSTICK,
                hasYardstick() ? "none where that is next to nothing" : "it did not take part"));
        note("CPU s/M: seconds of the server's processor time for a million requests. "
                + "KiB each: by how much the memory grew for each of so many idle clients.");
        results.contestants().forEach(this::limit);
        plan.restrictions().ifPresent(this::note);
        new Findings(results, plan).calmness().ifPresent(this::note);
        for (var failure : results.failures()) {
            note("FAILED: %s, %s: %s".formatted(
                    failure.server(), failure.topic(), failure.why()));
        }
    }

    private void limit(Contestant contestant) {
        var most = contestant.mostClients();
        if (most < Plan.WANTED_CLIENTS) {
            note("%s serves %,d client%s at a time, and has no part (-) in works with more."
                    .formatted(contestant.name(), most, most == 1 ? "" : "s"));
        }
    }

    private boolean hasYardstick() {
        return results.contestants().stream()
                .anyMatch(contestant -> contestant.name().equals(Contestant.YARDSTICK));
    }

    private void answer() {
        for (var choice : new Answer(results, plan).choices()) {
            text.append('\n');
            note("%s: %s. %s".formatted(choice.question(), choice.name(), choice.why()));
        }
    }

    /// Breaks lines between words.
    private void note(String note) {
        text.append(note.replaceAll("(.{1,%d})(?: |$)".formatted(LINE_LENGTH), "$1\n"));
    }
}
