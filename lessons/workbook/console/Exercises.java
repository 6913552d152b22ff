package workbook.console;

import module java.base;

import workbook.reader.Language;
import workbook.reader.Progress;
import workbook.screen.Screen;

/// The exercises of a chapter: a program of their own, to which the terminal is lent.
final class Exercises {

    private final Place place;
    private final Path progressFile;
    private final Screen screen;
    private final Output output;

    /// @param progressFile where the exercises write which ones are solved
    Exercises(Place place, Path progressFile, Screen screen, Output output) {
        this.place = place;
        this.progressFile = progressFile;
        this.screen = screen;
        this.output = output;
    }

    /// To write it oneself.
    Optional<String> invitation() {
        var titles = titles();
        if (titles.isEmpty()) return Optional.empty();
        return Optional.of(output.text(Message.EXERCISES, titles.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(
                        place.language() == Language.CHINESE ? "，" : ", "))));
    }

    /// Those of this chapter; the last has also those that have none.
    private SequencedMap<String, String> titles() {
        var titles = place.shelf().exercises(place.number(), place.language());
        if (place.following().isEmpty()) {
            place.shelf().exercises("", place.language()).forEach((id, title) -> {
                if (id.compareTo(place.number()) > 0) titles.put(id, title);
            });
        }
        return titles;
    }

    /// @param argument the one that the reader names; empty for the first that is not solved
    void open(String argument) {
        var titles = titles();
        if (titles.isEmpty()) {
            output.say(Message.NO_EXERCISES, place.shelf().exercises("", place.language())
                    .keySet().stream().map(id -> id.substring(0, 2)).distinct()
                    .collect(Collectors.joining(", ")));
            return;
        }
        if (!argument.isEmpty() && !titles.containsKey(argument)) {
            output.say(Message.NO_EXERCISE, argument, String.join(", ", titles.keySet()));
            return;
        }
        var solved = Progress.load(progressFile).solved();
        var id = !argument.isEmpty() ? argument : titles.keySet().stream()
                .filter(each -> !solved.contains(each)).findFirst()
                .orElse(titles.firstEntry().getKey());
        var launcher = launcher();
        if (launcher.isPresent() && screen.isInteractive()) {
            start(launcher.get(), id);
        } else {
            output.say(Message.EXERCISE_ELSEWHERE, id);
        }
    }

    /// In a checkout, what starts scripts.
    private static Optional<Path> launcher() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(each -> Files.exists(each.resolve("jbang-catalog.json")))
                .map(each -> each.resolve("lessons/jbang")).filter(Files::isExecutable).findFirst();
    }

    private void start(Path launcher, String id) {
        screen.lend(() -> {
            try {
                new ProcessBuilder(launcher.toString(), "exercises", "--lang",
                        place.language().code(), id).inheritIO().start().waitFor();
            } catch (IOException e) {
                output.say(Message.EXERCISE_ELSEWHERE, id);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
