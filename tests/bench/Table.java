package bench;

import module java.base;

/// The answer in the terminal: a table for each work and one for idleness, at most 120 columns
/// wide. Behind a figure stands how many times that of the yardstick it is: an interval, and what
/// it says.
final class Table {

    private record Column(String title, int width, Metric metric, boolean withRatio) {}

    private static final List<Column> WORK = List.of(
            new Column("requests/s", 24, Metric.THROUGHPUT, true),
            new Column("p50 us", 20, Metric.P50, true),
            new Column("p99 us", 20, Metric.P99, true),
            new Column("p99.9 us", 20, Metric.P999, true),
            new Column("CPU s/M", 20, Metric.CPU, true));

    private static final List<Column> IDLE = List.of(
            new Column("start-up ms", 19, Metric.START_UP, true),
            new Column("CPU % alone", 12, Metric.IDLE_CPU_ALONE, false),
            new Column("with 50", 22, Metric.IDLE_CPU, true),
            new Column("MB alone", 9, Metric.MEMORY_ALONE, false),
            new Column("with many", 10, Metric.MEMORY, false),
            new Column("KiB each", 17, Metric.MEMORY_PER_CLIENT, true),
            new Column("threads", 8, Metric.THREADS, false),
            new Column("clients", 7, Metric.IDLE_CLIENTS, false));

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
        if (plan.looksAtIdleness(1)) table.add(Results.IDLE, IDLE);
        table.footnotes();
        if (plan.isUntilPrecise()) table.pairs();
        else table.answer();
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
                .map(figure -> metric.show(figure.median())
                        + (column.withRatio() ? comparison(name, topic, metric) : ""))
                .orElse("-");
    }

    private String comparison(String name, String topic, Metric metric) {
        return results.comparison(name, topic, metric).map(each -> " (%s%s)".formatted(
                each.shown(), switch (each.verdict(results.matters())) {
                    case LESS, MORE -> "";
                    case LEVEL -> " =";
                    case OPEN -> " ?";
                })).orElse("");
    }

    private void footnotes() {
        var rounds = results.rounds();
        note((rounds == 1 ? "One round" : "Medians of %d rounds".formatted(rounds))
                + "; %.1f s each. ".formatted(plan.counted().toMillis() / 1e3)
                + intervals(rounds));
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

    private String intervals(int rounds) {
        var yardstick = results.yardstick();
        if (results.contestants().stream().map(Contestant::name).noneMatch(yardstick::equals)) {
            return "%s did not take part: there is nothing to compare with.".formatted(yardstick);
        }
        var confidence = rounds == 1
                ? "twice as much or half, for it is one round" : "95 % interval";
        return ("(1.90-2.10): times the figure of %s, %s; (+90 to +99): points more. No mark: the "
                + "two differ by over %.0f %%, or a point. =: they do not, they are level. ?: this "
                + "run does not tell.").formatted(yardstick, confidence, 100 * results.matters());
    }

    private void pairs() {
        text.append('\n');
        for (var contestant : results.contestants()) {
            if (contestant.name().equals(results.yardstick())) continue;
            plan.works().forEach(work ->
                    note(new Findings(results, plan).against(contestant, work)));
        }
        if (plan.widest(results) > plan.precision()) {
            note("The time was up before all intervals were as narrow as asked for.");
        }
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
