package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import workbook.reader.Language;

/// The exercises. They travel with the script, on its class path: a learner needs no checkout.
public final class Course {

    /// Who judges which, in the order of the course. A writer of an exercise adds a line here, and
    /// the names of its files in `exercises.java`.
    private static final SequencedMap<String, Judge> JUDGES = new LinkedHashMap<>();

    static {
        JUDGES.put("00a", new Exercise00a());
        JUDGES.put("01a", new Exercise01a());
        JUDGES.put("01b", new Exercise01b());
        JUDGES.put("01c", new Exercise01c());
        JUDGES.put("02a", new Exercise02a());
        JUDGES.put("02b", new Exercise02b());
        JUDGES.put("03a", new Exercise03a());
        JUDGES.put("03b", new Exercise03b());
        JUDGES.put("03c", new Exercise03c());
        JUDGES.put("03d", new Exercise03d());
        JUDGES.put("04a", new Exercise04a());
        JUDGES.put("04b", new Exercise04b());
        JUDGES.put("05a", new Exercise05a());
        JUDGES.put("05b", new Exercise05b());
        JUDGES.put("05c", new Exercise05c());
        JUDGES.put("05d", new Exercise05d());
        JUDGES.put("05e", new Exercise05e());
        JUDGES.put("06a", new Exercise06a());
        JUDGES.put("07a", new Exercise07a());
        JUDGES.put("07b", new Exercise07b());
        JUDGES.put("08a", new Exercise08a());
        JUDGES.put("09a", new Exercise09a());
    }

    private final SequencedMap<String, Exercise> exercises = new LinkedHashMap<>();

    private Course() {}

    /// All that there are, with the texts that the script brings.
    public static Course onClassPath() {
        return from(Course::resource);
    }

    /// All that there are, with the texts in `lessons/exercises` of a checkout.
    public static Course inFolder(Path folder) {
        return from(name -> {
            try {
                return Files.readString(folder.resolve(name), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Course from(UnaryOperator<String> texts) {
        var course = new Course();
        JUDGES.forEach((id, judge) -> course.exercises.put(id, open(id, judge, name ->
                texts.apply(id + "/" + name).replace("\r\n", "\n"))));
        return course;
    }

    private static Exercise open(String id, Judge judge, UnaryOperator<String> texts) {
        var tasks = new EnumMap<Language, Task>(Language.class);
        var hints = new EnumMap<Language, Hints>(Language.class);
        for (var language : Language.values()) {
            var suffix = language.suffix() + ".md";
            tasks.put(language, Task.parse(texts.apply("task" + suffix)));
            hints.put(language, Hints.parse(texts.apply("hints" + suffix)));
        }
        return new Exercise(id, tasks, hints, texts.apply("Answer.java"), texts.apply("start.txt"),
                judge);
    }

    private static String resource(String name) {
        try (var in = Course.class.getResourceAsStream("/" + name)) {
            if (in == null) throw new IllegalStateException("there is no " + name);
            return new String(in.readAllBytes(), UTF_8);
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
