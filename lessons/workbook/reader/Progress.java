//SOURCES ExternalEditor.java Language.java

package workbook.reader;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Where the reader is: one text file, which the reader may read, change and delete.
///
/// ```
/// # Your place in the workbook. You may change or delete this file.
/// chapter 03
/// language zh
/// ran 01: 1 2 3
/// at 01: 4
/// ran 03: 1 2
/// at 03: 3
/// exercise 05a
/// solved 01a 05a
/// ```
///
/// What it does not understand it leaves out. The workbook and the exercises may run at the same
/// time: each writes its own lines and leaves those of the other as they are. A second workbook may
/// overwrite what the first has written, but nobody ever reads half of a file.
public final class Progress {

    private static final String HEADER =
            "# Your place in the workbook. You may change or delete this file.";
    private static final Pattern LINE = Pattern.compile(
            "(?:chapter (?<chapter>\\d\\d)|language (?<language>[a-z]{2})"
            + "|ran (?<ran>\\d\\d):(?<cells>(?: [1-9]\\d{0,2})*)"
            + "|at (?<at>\\d\\d): (?<place>[1-9]\\d{0,2})"
            + "|exercise (?<exercise>\\d\\d[a-z])|solved(?<solved>(?: \\d\\d[a-z])*))\\s*");

    private final Path file;
    private final SortedMap<String, SortedSet<Integer>> ran = new TreeMap<>();
    private final SortedMap<String, Integer> places = new TreeMap<>();
    private final SortedSet<String> solved = new TreeSet<>();
    private String chapter;
    private Language language;
    private String exercise;
    private boolean chaptersChanged;
    private boolean exercisesChanged;

    private Progress(Path file) {
        this.file = file;
    }

    /// What the file says; nothing if there is none, or if it cannot be read.
    public static Progress load(Path file) {
        var progress = new Progress(file);
        try (var lines = Files.newBufferedReader(file, UTF_8)) {
            lines.lines().map(LINE::matcher).filter(Matcher::matches).forEach(progress::take);
        } catch (NoSuchFileException e) {
            return progress; // the first time
        } catch (IOException | UncheckedIOException e) {
            return new Progress(file); // no text, or not ours: begin anew
        }
        return progress;
    }

    private void take(Matcher line) {
        if (line.group("chapter") != null) {
            chapter = line.group("chapter");
        } else if (line.group("language") != null) {
            language = Language.of(line.group("language")).orElse(language);
        } else if (line.group("exercise") != null) {
            exercise = line.group("exercise");
        } else if (line.group("solved") != null) {
            solved.addAll(List.of(line.group("solved").strip().split(" ")));
            solved.remove("");
        } else if (line.group("at") != null) {
            places.put(line.group("at"), Integer.valueOf(line.group("place")));
        } else {
            var cells = line.group("cells").strip();
            if (cells.isEmpty()) return;
            Stream.of(cells.split(" +")).map(Integer::valueOf)
                    .forEach(ranIn(line.group("ran"))::add);
        }
    }

    private SortedSet<Integer> ranIn(String chapter) {
        return ran.computeIfAbsent(chapter, _ -> new TreeSet<>());
    }

    /// Where the file belongs on this system: XDG_STATE_HOME, or what stands for it.
    public static Path defaultFile(Map<String, String> environment, String home, String system) {
        var state = Path.of(environment.getOrDefault("XDG_STATE_HOME", ""));
        var folder = state.isAbsolute() ? state // others do not count, says the XDG specification
                : stateFolder(environment, Path.of(home), system);
        return folder.resolve("socket-workbook").resolve("progress.txt");
    }

    private static Path stateFolder(Map<String, String> environment, Path home, String system) {
        if (system.startsWith("Windows") && environment.containsKey("LOCALAPPDATA")) {
            return Path.of(environment.get("LOCALAPPDATA"));
        }
        if (system.startsWith("Mac")) {
            return home.resolve("Library/Application Support");
        }
        return home.resolve(".local/state");
    }

    /// Where it is kept.
    public Path file() {
        return file;
    }

    /// The chapter the reader was in last.
    public Optional<String> chapter() {
        return Optional.ofNullable(chapter);
    }

    /// The language the reader has chosen with `/lang`.
    public Optional<Language> language() {
        return Optional.ofNullable(language);
    }

    /// The cells of a chapter that ran, since it was last opened from its beginning.
    public SortedSet<Integer> ran(String chapter) {
        return Collections.unmodifiableSortedSet(ran.getOrDefault(chapter, new TreeSet<>()));
    }

    /// The cell that comes next in a chapter; the one behind the last that ran unless the file says
    /// otherwise.
    public int place(String chapter) {
        var cells = ran(chapter);
        return places.getOrDefault(chapter, cells.isEmpty() ? 1 : cells.last() + 1);
    }

    /// The reader is in this chapter now.
    public void chapter(String number) {
        chaptersChanged = true;
        chapter = number;
    }

    /// The reader has got to this cell.
    public void place(String chapter, int cell) {
        chaptersChanged = true;
        places.put(chapter, cell);
    }

    public void language(Language language) {
        chaptersChanged = true;
        this.language = language;
    }

    public void hasRun(String chapter, int cell) {
        chaptersChanged = true;
        ranIn(chapter).add(cell);
    }

    /// Forgets which cells of a chapter ran, and the place in it.
    public void restart(String chapter) {
        chaptersChanged = true;
        ran.remove(chapter);
        places.remove(chapter);
    }

    // ---- exercises ----

    /// The exercise that was opened last, as `05a`.
    public Optional<String> exercise() {
        return Optional.ofNullable(exercise);
    }

    /// The reader has opened this exercise.
    public void exercise(String id) {
        exercisesChanged = true;
        exercise = id;
    }

    /// The exercises of which an answer has passed.
    public SortedSet<String> solved() {
        return Collections.unmodifiableSortedSet(solved);
    }

    /// @param isSolved whether an answer to it has passed; if not, it is to be done again
    public void solved(String id, boolean isSolved) {
        exercisesChanged = true;
        if (isSolved) solved.add(id);
        else solved.remove(id);
    }

    private void takeWhatOthersWrote() {
        var now = load(file);
        if (!exercisesChanged) {
            exercise = now.exercise;
            solved.clear();
            solved.addAll(now.solved);
        }
        if (!chaptersChanged) {
            chapter = now.chapter;
            language = now.language;
            ran.clear();
            ran.putAll(now.ran);
            places.clear();
            places.putAll(now.places);
        }
    }

    /// Writes the file, in one step.
    ///
    /// @throws IOException if that is not possible
    public void save() throws IOException {
        takeWhatOthersWrote();
        Files.createDirectories(file.getParent());
        var temporary = Files.createTempFile(file.getParent(), "progress", ".tmp");
        try {
            Files.write(temporary, lines(), UTF_8);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(HEADER);
        if (chapter != null) lines.add("chapter " + chapter);
        if (language != null) lines.add("language " + language.code());
        var numbers = new TreeSet<>(ran.keySet());
        numbers.addAll(places.keySet());
        for (var number : numbers) {
            if (ran.containsKey(number)) {
                lines.add("ran " + number + ": " + ran.get(number).stream().map(String::valueOf)
                        .collect(Collectors.joining(" ")));
            }
            if (places.containsKey(number)) lines.add("at " + number + ": " + places.get(number));
        }
        if (exercise != null) lines.add("exercise " + exercise);
        if (!solved.isEmpty()) lines.add("solved " + String.join(" ", solved));
        return lines;
    }
}
