package bench;

import module java.base;

import bench.Chart.Point;
import bench.Comparison.Verdict;

/// The answer as one HTML page that needs nothing else: pictures of the figures, below each what it
/// says, and the figures themselves.
final class Page {

    private static final String STYLE = """
            body { margin: 0; background: var(--paper); color: var(--text);
              font: 16px/1.5 system-ui, sans-serif; }
            main { max-width: 960px; margin: 0 auto; padding: 16px; }
            h1 { line-height: 1.2; }
            h2 { margin-top: 2em; }
            h3 { margin: 0; font-size: 1em; }
            .dim, figcaption { color: var(--dim); font-size: 14px; }
            .choice { border-left: 4px solid var(--yardstick); padding-left: 12px; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 12px; }
            dd { margin: 0; }
            .pictures { display: grid; gap: 32px 40px;
              grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
            figure { margin: 0; max-width: 440px; }
            figure p { margin: 0; }
            svg { display: block; width: 100%; height: auto; }
            .scroll { overflow-x: auto; margin-bottom: 24px; }
            table { border-collapse: collapse; font-size: 13px; white-space: nowrap;
              font-variant-numeric: tabular-nums; }
            th, td { padding: 2px 8px; text-align: right; border-bottom: 1px solid var(--grid); }
            th:first-child, td:first-child { text-align: left; }
            """;

    /// What is shown of each work.
    private record Section(String title, String what, Function<Work, Chart> picture,
            Function<Work, String> finding) {}

    private final Results results;
    private final Plan plan;
    private final Findings findings;
    private final StringBuilder html = new StringBuilder();

    private Page(Results results, Plan plan) {
        this.results = results;
        this.plan = plan;
        findings = new Findings(results, plan);
    }

    /// The whole page.
    static String of(Results results, Plan plan, Machine machine) {
        var page = new Page(results, plan);
        page.head(machine);
        page.answer();
        page.works();
        page.idleness();
        page.figures();
        return page.html.append("</main>\n").toString();
    }

    private void head(Machine machine) {
        html.append("""
                <!DOCTYPE html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Echo servers side by side</title>
                <style>
                %s%s</style>
                <main>
                <h1>Echo servers side by side</h1>
                """.formatted(Chart.COLOURS, STYLE));
        paragraph("dim", machine.toString());
    }

    private void paragraph(String style, String text) {
        html.append("<p class=\"%s\">%s</p>\n".formatted(style, Chart.escape(text)));
    }

    private void answer() {
        html.append("<h2>Which one?</h2>\n");
        for (var choice : new Answer(results, plan).choices()) {
            html.append("<p class=\"choice\">%s: <strong>%s</strong>. %s</p>\n".formatted(
                    choice.question(), Chart.escape(choice.name()), Chart.escape(choice.why())));
        }
        findings.calmness().ifPresent(said -> paragraph("dim", said));
        paragraph("dim", ("In the pictures, \u201clevel\u201d: known to differ from %s by no more "
                + "than %.0f %%, and in its colour. \u201c?\u201d: this run does not tell. "
                + "Otherwise: different.").formatted(
                results.yardstick(), 100 * results.matters()));
        html.append("<dl class=\"dim\">\n");
        for (var contestant : results.contestants()) {
            html.append("<dt>%s<dd>%s\n".formatted(
                    Chart.escape(contestant.name()), Chart.escape(contestant.what())));
        }
        html.append("</dl>\n");
    }

    private void works() {
        var sections = List.of(
                new Section("Throughput", "Requests per second. More is better.",
                        this::throughput, findings::throughput),
                new Section("Latency", "From sending a message to the last byte of its answer, on "
                        + "a logarithmic axis. Less is better.", this::latency, findings::latency),
                new Section("Processor time", "Seconds of the server's processor time for a "
                        + "million requests: the steadiest figure. Less is better.",
                        this::cpu, findings::cpu));
        for (var section : sections) {
            begin(section.title(), section.what());
            for (var work : plan.works()) {
                figure(work.toString(), work.what(),
                        section.picture().apply(work), section.finding().apply(work));
            }
            html.append("</div>\n");
        }
    }

    private void begin(String title, String what) {
        html.append("<h2>%s</h2>\n".formatted(title));
        paragraph("dim", what);
        html.append("<div class=\"pictures\">\n");
    }

    private void figure(String title, String what, Chart chart, String finding) {
        html.append("<figure>\n<h3>%s</h3>\n".formatted(title));
        paragraph("dim", what);
        html.append("%s\n<figcaption>%s</figcaption>\n</figure>\n".formatted(
                chart.inline(title + ": " + finding), Chart.escape(finding)));
    }

    private Chart throughput(Work work) {
        return Chart.bars(points(results, work.toString(), Metric.THROUGHPUT, ""));
    }

    private Chart cpu(Work work) {
        return Chart.bars(points(results, work.toString(), Metric.CPU, ""));
    }

    private Chart latency(Work work) {
        var points = new ArrayList<>(points(results, work.toString(), Metric.P50, "p50"));
        points.addAll(points(results, work.toString(), Metric.P99, "p99"));
        points.addAll(points(results, work.toString(), Metric.P999, "p99.9"));
        points.addAll(points(results, work.toString(), Metric.MAX, "max"));
        return Chart.marks(points);
    }

    private void idleness() {
        begin("Idleness", "What a server takes while its clients say nothing. Less is better.");
        var cpu = new ArrayList<>(
                points(results, Results.IDLE, Metric.IDLE_CPU_ALONE, "no clients"));
        cpu.addAll(points(results, Results.IDLE, Metric.IDLE_CPU, Plan.SOME_CLIENTS + " clients"));
        figure("Processor", "Per cent of a core.", Chart.bars(cpu), findings.idleCpu());
        figure("Memory", "KiB per idle client.",
                Chart.bars(points(results, Results.IDLE, Metric.MEMORY_PER_CLIENT, "")),
                findings.memory());
        figure("Start-up", "Milliseconds.",
                Chart.bars(points(results, Results.IDLE, Metric.START_UP, "")), findings.startUp());
        html.append("</div>\n");
    }

    private static List<Point> points(
            Results results, String topic, Metric metric, String series) {
        return results.contestants().stream()
                .flatMap(contestant -> results.figure(contestant.name(), topic, metric).stream()
                        .map(figure -> new Point(series, contestant.name(), figure.median(),
                                label(results, contestant.name(), topic, metric, figure),
                                isLevel(results, contestant.name(), topic, metric))))
                .toList();
    }

    /// Whether it is the yardstick, or level with it.
    private static boolean isLevel(Results results, String name, String topic, Metric metric) {
        return name.equals(results.yardstick()) || results.comparison(name, topic, metric)
                .filter(each -> each.verdict(results.matters()) == Verdict.LEVEL).isPresent();
    }

    /// The intervals are in the tables.
    private static String label(
            Results results, String name, String topic, Metric metric, Results.Figure figure) {
        var label = metric.show(figure.median());
        return results.comparison(name, topic, metric)
                .map(each -> label + switch (each.verdict(results.matters())) {
                    case LESS, MORE -> "";
                    case LEVEL -> " level";
                    case OPEN -> " ?";
                }).orElse(label);
    }

    /// Three pictures that tell most of it, as a file of its own.
    static String overview(Results results, Machine machine) {
        var panels = new LinkedHashMap<String, List<Point>>();
        panels.put("CPU s per million requests, " + Work.SMALL,
                points(results, Work.SMALL.toString(), Metric.CPU, ""));
        panels.put("CPU % with " + Plan.SOME_CLIENTS + " idle clients",
                points(results, Results.IDLE, Metric.IDLE_CPU, ""));
        panels.put("KiB of memory per idle client",
                points(results, Results.IDLE, Metric.MEMORY_PER_CLIENT, ""));
        panels.values().removeIf(List::isEmpty); // unknown on this system
        return Chart.panels(panels).standalone("Echo servers side by side. " + machine);
    }

    private void figures() {
        html.append("<h2>All figures</h2>\n");
        paragraph("dim", ("Medians of %d round%s. In each, every server in turn is started anew, "
                + "and works for %.1f s for each table after a warm-up; in some it rests before. "
                + "Its clients share the machine with it, and send the next message when an answer has "
                + "come (a closed loop). They compare every byte. In brackets: times the figure of "
                + "%s, %s.").formatted(results.rounds(), results.rounds() == 1 ? "" : "s",
                plan.counted().toMillis() / 1e3, results.yardstick(), confidence()));
        plan.works().forEach(work -> table(work.toString()));
        table(Results.IDLE);
        plan.restrictions().ifPresent(why -> paragraph("dim", why));
        for (var failure : results.failures()) {
            paragraph("", "FAILED: %s, %s: %s".formatted(
                    failure.server(), failure.topic(), failure.why()));
        }
    }

    private void table(String topic) {
        var metrics = Stream.of(Metric.values()).filter(metric -> results.contestants().stream()
                .anyMatch(contestant -> results.of(contestant.name())
                        .getOrDefault(topic, Map.of()).containsKey(metric))).toList();
        html.append("<div class=\"scroll\">\n<table>\n<tr><th>").append(topic);
        metrics.forEach(metric -> html.append("<th>").append(metric.title));
        for (var contestant : results.contestants()) {
            html.append("\n<tr><td>").append(Chart.escape(contestant.name()));
            metrics.forEach(metric -> html.append("<td>")
                    .append(cell(contestant.name(), topic, metric)));
        }
        html.append("\n</table>\n</div>\n");
    }

    private String confidence() {
        return (results.rounds() == 1 ? "twice as much or half, for it is one round"
                : "an interval that contains the truth in 95 of 100 cases")
                + ("; \u201clevel\u201d if they are known to differ by no more than %.0f %%, "
                        + "and a question mark if this run does not tell")
                        .formatted(100 * results.matters());
    }

    private String cell(String name, String topic, Metric metric) {
        if (results.isUnknown(name, topic, metric)) return "unknown";
        return results.figure(name, topic, metric)
                .map(figure -> label(results, name, topic, metric, figure)
                        + interval(name, topic, metric)).orElse("\u2013");
    }

    private String interval(String name, String topic, Metric metric) {
        return results.comparison(name, topic, metric)
                .map(each -> " (%s)".formatted(each.shown())).orElse("");
    }
}
