package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import workbook.reader.Language;

/// Where the learner's answers are: one file for each exercise, and nothing else. Copies of what
/// passed and of what was given up are elsewhere.
///
/// @param copies a folder for these
record AnswerFolder(Path folder, Path copies) {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /// In a checkout, `lessons/my-answers/` in its root, which git ignores; else `my-answers/` here.
    static Path usual(Path here) {
        for (var each = here.toAbsolutePath(); each != null; each = each.getParent()) {
            if (Files.exists(each.resolve("jbang-catalog.json"))
                    && Files.exists(each.resolve("lessons/exercises.java"))) {
                return each.resolve("lessons/my-answers");
            }
        }
        return here.resolve("my-answers");
    }

    Path file(Exercise exercise) {
        return folder.resolve(exercise.fileName());
    }

    /// Puts the start there, unless there is a file already. One that was never touched gets its
    /// task in the language that is wanted now.
    ///
    /// @throws IOException if that is not possible
    void begin(Exercise exercise, Language language) throws IOException {
        var file = file(exercise);
        if (Files.exists(file)) {
            var text = read(exercise);
            var untouched = Stream.of(Language.values()).map(exercise::startFile)
                    .anyMatch(text::equals);
            if (!untouched || text.equals(exercise.startFile(language))) return;
        }
        Files.createDirectories(folder);
        Files.writeString(file, exercise.startFile(language), UTF_8);
    }

    /// What the learner has written.
    ///
    /// @throws IOException if it cannot be read; it may be just being written
    String read(Exercise exercise) throws IOException {
        return new String(Files.readAllBytes(file(exercise)), UTF_8).replace("\r\n", "\n");
    }

    /// Puts the start there.
    ///
    /// @return where a copy is of what was there
    Path reset(Exercise exercise, Language language) throws IOException {
        Files.createDirectories(copies);
        var copy = copies.resolve("exercise%s-%s.java".formatted(exercise.id(),
                LocalDateTime.now().format(STAMP)));
        Files.copy(file(exercise), copy, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(file(exercise), exercise.startFile(language), UTF_8);
        return copy;
    }

    private Path passedFile(Exercise exercise) {
        return copies.resolve("exercise%s-passed.java".formatted(exercise.id()));
    }

    /// Keeps an answer that has passed.
    void keepPassed(Exercise exercise, String text) throws IOException {
        Files.createDirectories(copies);
        Files.writeString(passedFile(exercise), text, UTF_8);
    }

    /// The last answer that has passed.
    Optional<String> passed(Exercise exercise) throws IOException {
        var file = passedFile(exercise);
        return Files.exists(file) ? Optional.of(Files.readString(file, UTF_8)) : Optional.empty();
    }
}
