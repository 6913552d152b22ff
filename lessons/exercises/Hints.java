package exercises;

import module java.base;

/// What can be said about the causes for which an answer fails, in one language.
public final class Hints {

    /// The section for causes that have none.
    public static final String OTHERWISE = "OTHERWISE";

    public static final int STEPS = 3;

    private static final Pattern SECTION = Pattern.compile("(?m)^## (\\w+)\\s*$");
    private static final Pattern STEP = Pattern.compile("(?m)^[1-9]\\. ");

    /// @param sentence what most likely happened; empty if it is said elsewhere
    /// @param steps a question, an idea, nearly the code
    private record Section(String sentence, List<String> steps) {}

    private final SequencedMap<String, Section> sections = new LinkedHashMap<>();

    /// @param markdown as in `hints.md`, see [Exercise]
    static Hints parse(String markdown) {
        var hints = new Hints();
        var text = markdown.replace("\r\n", "\n");
        var heads = SECTION.matcher(text).results().toList();
        for (int i = 0; i < heads.size(); i++) {
            var end = i + 1 < heads.size() ? heads.get(i + 1).start() : text.length();
            hints.sections.put(heads.get(i).group(1),
                    section(text.substring(heads.get(i).end(), end)));
        }
        return hints;
    }

    private static Section section(String text) {
        var parts = STEP.split(text);
        var steps = Stream.of(parts).skip(1).map(Hints::withoutIndent).toList();
        return new Section(Reflow.joined(parts[0].strip()), steps);
    }

    private static String withoutIndent(String step) {
        return step.strip().lines().map(line -> line.startsWith("   ") ? line.substring(3) : line)
                .collect(Collectors.joining("\n"));
    }

    /// The causes that have a section, in the order of the file.
    public SequencedSet<String> causes() {
        return sections.sequencedKeySet();
    }

    /// What most likely happened, if it is said here.
    public Optional<String> sentence(String cause) {
        return Optional.ofNullable(sections.get(cause)).map(Section::sentence)
                .filter(sentence -> !sentence.isEmpty());
    }

    /// The three steps, in Markdown.
    public List<String> steps(String cause) {
        var section = sections.getOrDefault(cause, sections.get(OTHERWISE));
        return section == null ? List.of() : section.steps;
    }
}
