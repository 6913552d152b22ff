package bench;

import module java.base;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The answer for other programs: every figure of every round.
final class Json {

    private Json() {}

    static String of(Results results, Plan plan, Machine machine) {
        var all = new LinkedHashMap<String, Object>();
        all.put("machine", machine);
        all.put("rounds", results.rounds());
        all.put("yardstick", results.yardstick());
        all.put("matters", results.matters());
        all.put("seconds", plan.counted().toMillis() / 1e3);
        all.put("servers", results.contestants().stream()
                .map(contestant -> server(contestant, results)).toList());
        all.put("failures", results.failures());
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                .writeValueAsString(all) + "\n";
    }

    private static Map<String, Object> server(Contestant contestant, Results results) {
        var topics = new LinkedHashMap<String, Object>();
        results.of(contestant.name()).forEach((topic, metrics) -> {
            var figures = new LinkedHashMap<String, Object>();
            metrics.keySet().forEach(metric ->
                    results.figure(contestant.name(), topic, metric).ifPresentOrElse(
                            figure -> figures.put(metric.key,
                                    figure(contestant, topic, metric, figure, results)),
                            () -> figures.put(metric.key, null))); // unknown
            topics.put(topic, figures);
        });
        var server = new LinkedHashMap<String, Object>();
        server.put("name", contestant.name());
        server.put("what", contestant.what());
        server.put("figures", topics);
        return server;
    }

    private static Map<String, Object> figure(Contestant contestant, String topic, Metric metric,
            Results.Figure figure, Results results) {
        var json = new LinkedHashMap<String, Object>();
        json.put("median", figure.median());
        json.put("rounds", figure.rounds());
        results.comparison(contestant.name(), topic, metric).ifPresent(each -> {
            json.put("compared", each);
            json.put("verdict", each.verdict(results.matters()));
        });
        return json;
    }
}
