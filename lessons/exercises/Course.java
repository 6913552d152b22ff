package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import workbook.Language;

/// The exercises. They travel with the script, on its class path: a learner needs no checkout.
public final class Course {

    /// Who judges which, in the order of the course. A writer of an exercise adds a line here, and
    /// the names of its files in `exercises.java`.
    private static final SequencedMap<String, Judge> JUDGES = new LinkedHashMap<>();

    static {
        JUDGES.put("05a", new Exercise05a());
    }

    private final SequencedMap<String, Exercise> exercises = new LinkedHashMap<>();

    private Course() {}

    /// All that there are.
    public static Course onClassPath() {
        var course = new Course();
        JUDGES.forEach((id, judge) -> course.exercises.put(id, open(id, judge)));
        return course;
    }

    private static Exercise open(String id, Judge judge) {
        var tasks = new EnumMap<Language, Task>(Language.class);
        var hints = new EnumMap<Language, Hints>(Language.class);
        for (var language : Language.values()) {
            tasks.put(language, Task.parse(read(id, "task" + language.suffix() + ".md")));
            hints.put(language, Hints.parse(read(id, "hints" + language.suffix() + ".md")));
        }
        return new Exercise(id, tasks, hints, read(id, "Answer.java"), read(id, "start.txt"),
                judge);
    }

    private static String read(String id, String name) {
        try (var in = Course.class.getResourceAsStream("/exercises/" + id + "/" + name)) {
            if (in == null) throw new IllegalStateException(id + " has no " + name);
            return new String(in.readAllBytes(), UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// In the order of the course.
    public List<Exercise> exercises() {
        return List.copyOf(exercises.values());
    }

    public Optional<Exercise> find(String id) {
        return Optional.ofNullable(exercises.get(id));
    }

    /// The exercises of a stage.
    public List<Exercise> stage(String number) {
        return exercises().stream().filter(each -> each.stage().equals(number)).toList();
    }
}
