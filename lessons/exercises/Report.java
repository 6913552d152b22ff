package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import workbook.reader.Language;
import workbook.rendering.Renderer;
import workbook.rendering.WordWrap;

/// What there is to say about an exercise and an answer, in lines for a screen.
final class Report {

    private static final String INDENT = "  ";
    private static final int MOST_COMPLAINTS = 3;
    private static final int MOST_OF_A_LESSON = 40; // lines
    private static final String BOLD = "1";
    private static final String GREEN = "1;32";
    private static final String RED = "1;31";

    private final Language language;
    private final int width;
    private final Renderer renderer;

    /// @param width of the screen; lines have one column less
    Report(Language language, int width, boolean coloured) {
        this.language = language;
        this.width = Math.min(width, 100) - 1;
        renderer = new Renderer(width, coloured);
    }

    String phrase(Phrase phrase, Object... arguments) {
        return phrase.in(language, arguments);
    }

    List<String> wrapped(String text) {
        return WordWrap.lines(text, width, 0);
    }

    private List<String> indented(List<String> lines) {
        return lines.stream().map(line -> INDENT + line).toList();
    }

    private List<String> cut(List<String> lines) {
        return lines.stream().map(line -> WordWrap.firstLine(line, width - INDENT.length()))
                .toList();
    }

    /// The title of an exercise, and how long it takes.
    String title(Exercise exercise) {
        var task = exercise.task(language);
        return renderer.styled(exercise.id() + " " + task.title(), BOLD) + "  ("
                + phrase(Phrase.MINUTES, task.minutes()) + ")";
    }

    /// What is asked for, as it stands in the learner's file.
    List<String> task(Exercise exercise) {
        return renderer.render(exercise.task(language).prose());
    }

    // ---- a verdict ----

    List<String> of(Verdict verdict, Exercise exercise) {
        return switch (verdict) {
            case Verdict.Passed _ -> List.of(renderer.styled(phrase(Phrase.PASSED), GREEN),
                    phrase(Phrase.ALL_KEPT, exercise.judge().requirements().size()));
            case Verdict.Rejected(var complaints) -> rejected(complaints);
            case Verdict.Lacking(Words what) -> {
                var lines = new ArrayList<String>();
                lines.add(renderer.styled(phrase(Phrase.LACKS), RED));
                lines.addAll(wrapped(what.in(language)));
                yield lines;
            }
            case Verdict.Failed failed -> failed(failed, exercise);
        };
    }

    /// In the words of javac, with the line and nothing more.
    private List<String> rejected(List<Compiler.Complaint> complaints) {
        var lines = new ArrayList<String>();
        lines.add(renderer.styled(phrase(Phrase.DOES_NOT_COMPILE), RED));
        for (var each : complaints.stream().limit(MOST_COMPLAINTS).toList()) {
            lines.addAll(wrapped(phrase(Phrase.LINE, each.line()) + ": " + each.message()));
        }
        return lines;
    }

    private List<String> failed(Verdict.Failed failed, Exercise exercise) {
        var lines = new ArrayList<String>();
        var finding = failed.finding();
        var all = exercise.judge().requirements().size();
        lines.add(renderer.styled(phrase(Phrase.NOT_YET, failed.number(), all), RED));
        lines.addAll(wrapped(phrase(Phrase.EXPECTED)
                + failed.requirement().expected().in(language)));
        var picture = finding.picture().in(language);
        if (!picture.isEmpty()) {
            lines.add(phrase(Phrase.SMALLEST));
            lines.addAll(indented(cut(picture)));
        }
        if (finding.remark() != null) lines.addAll(wrapped(finding.remark().in(language)));
        sentence(finding.cause(), exercise).ifPresent(sentence ->
                lines.addAll(renderer.render(phrase(Phrase.MOST_LIKELY) + sentence)));
        var chapter = exercise.task(language).chapter();
        lines.addAll(wrapped(phrase(Phrase.CHAPTER, chapter, chapter)));
        return lines;
    }

    private Optional<String> sentence(String cause, Exercise exercise) {
        return exercise.hints(language).sentence(cause).or(() -> Stream.of(check.Cause.values())
                .filter(each -> each.name().equals(cause))
                .map(each -> check.Language.of(language.code()).cause(each)).findFirst());
    }

    // ---- what keys and commands show ----

    /// @param step from 0
    List<String> hint(Exercise exercise, String cause, int step) {
        var steps = exercise.hints(language).steps(cause);
        var lines = new ArrayList<String>();
        lines.add(renderer.styled(phrase(Phrase.HINT, step + 1, steps.size()), BOLD));
        lines.addAll(renderer.render(steps.get(step)));
        return lines;
    }

    /// @param theirs the text of the learner's file
    List<String> solution(Exercise exercise, String theirs) {
        var lines = new ArrayList<String>();
        Exercise.hole(theirs).ifPresent(hole -> {
            lines.add(renderer.styled(phrase(Phrase.YOURS), BOLD));
            hole.lines().forEach(lines::add);
            lines.add("");
        });
        lines.add(renderer.styled(phrase(Phrase.OURS), BOLD));
        Exercise.hole(exercise.answer()).orElse(exercise.answer()).lines().forEach(lines::add);
        lines.add("");
        lines.addAll(lesson(exercise.task(language)));
        return lines;
    }

    /// The lines of the lesson that do the same, up to the end of the method.
    private List<String> lesson(Task task) {
        var text = resource("/" + task.lesson());
        if (text.isEmpty()) return List.of();
        var all = text.get().lines().toList();
        var from = IntStream.range(0, all.size())
                .filter(i -> all.get(i).contains(task.anchor())).findFirst();
        if (from.isEmpty()) return List.of();
        var first = all.get(from.getAsInt());
        var indent = " ".repeat(first.length() - first.stripLeading().length());
        var lines = new ArrayList<String>();
        lines.add(renderer.styled(
                phrase(Phrase.LESSON, task.lesson(), from.getAsInt() + 1), BOLD));
        for (var line : all.subList(from.getAsInt(), all.size())) {
            lines.add(line.startsWith(indent) ? line.substring(indent.length()) : line);
            if (line.equals(indent + "}") || lines.size() > MOST_OF_A_LESSON) break;
        }
        return lines;
    }

    private static Optional<String> resource(String name) {
        try (var in = Report.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty()
                    : Optional.of(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> changes(String before, String after, boolean hasPassed) {
        var changes = Changes.between(before, after);
        if (changes.isEmpty()) return List.of(phrase(Phrase.NO_CHANGES));
        var lines = new ArrayList<String>();
        lines.add(phrase(hasPassed ? Phrase.CHANGES_PASSED : Phrase.CHANGES_START));
        lines.addAll(changes);
        return lines;
    }

    /// What is asked, in words and as code: nothing is hidden.
    List<String> property(Exercise exercise) {
        var lines = new ArrayList<String>();
        lines.add(renderer.styled(phrase(Phrase.PROPERTY), BOLD));
        var number = 0;
        for (var requirement : exercise.judge().requirements()) {
            lines.addAll(WordWrap.lines(++number + ". " + requirement.expected().in(language),
                    width, 3));
        }
        var source = "/" + exercise.judge().source().getName().replace('.', '/') + ".java";
        resource(source).ifPresent(text -> {
            lines.add("");
            lines.add(renderer.styled(phrase(Phrase.PROPERTY_SOURCE), BOLD));
            text.lines().forEach(lines::add);
        });
        return lines;
    }

    List<String> list(Course course, Set<String> solved, String open) {
        var lines = new ArrayList<String>();
        lines.add(phrase(Phrase.LIST));
        for (var exercise : course.exercises()) {
            var mark = exercise.id().equals(open) ? ">" : solved.contains(exercise.id()) ? "*"
                    : " ";
            var task = exercise.task(language);
            lines.add("%s %s %s (%s)".formatted(mark, exercise.id(), task.title(),
                    phrase(Phrase.MINUTES, task.minutes())));
        }
        return lines;
    }
}
