package check;

import module java.base;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The answer for other programs.
final class Json {

    private final Language language;
    private final List<Map<String, Object>> properties = new ArrayList<>();

    Json(Language language) {
        this.language = language;
    }

    void kept(Question question, int tries) {
        property(question, "kept").put("tries", tries);
    }

    /// The server has ended before a case could be confirmed.
    void ended(Question question) {
        property(question, "ended the server");
    }

    void notAsked(Question question) {
        property(question, "not asked");
    }

    /// @param times it failed when it was repeated
    /// @param of how often it was repeated
    void broken(Question question, Diagnosis.Finding finding, int times, int of) {
        var cause = finding.cause();
        var property = property(question, times == of ? "broken" : "sometimes broken");
        property.put("expected", language.expected(question));
        property.put("play", finding.failure().play().toString());
        property.put("failed", times);
        property.put("of", of);
        property.put("cause", cause.name());
        property.put("explanation", language.cause(cause));
        if (cause.chapter > 0) property.put("chapter", cause.chapter);
    }

    private Map<String, Object> property(Question question, String verdict) {
        var property = new LinkedHashMap<String, Object>();
        property.put("name", question.name());
        property.put("sentence", language.sentence(question));
        property.put("verdict", verdict);
        properties.add(property);
        return property;
    }

    /// @param seed that chose the plays
    void write(Path file, long seed) throws IOException {
        var all = new LinkedHashMap<String, Object>();
        all.put("seed", seed);
        all.put("properties", properties);
        var mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(file, mapper.writeValueAsString(all) + "\n");
    }
}
