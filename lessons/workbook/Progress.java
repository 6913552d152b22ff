package workbook;

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
/// ```
///
/// What it does not understand it leaves out. A copy that runs at the same time may overwrite what
/// this one has written, but nobody ever reads half of a file.
public final class Progress {

    private static final String HEADER =
            "# Your place in the workbook. You may change or delete this file.";
    private static final Pattern LINE = Pattern.compile(
            "(?:chapter (?<chapter>\\d\\d)|language (?<language>[a-z]{2})"
            + "|ran (?<ran>\\d\\d):(?<cells>(?: [1-9]\\d{0,2})*)"
            + "|at (?<at>\\d\\d): (?<place>[1-9]\\d{0,2}))\\s*");

    private final Path file;
    private final SortedMap<String, SortedSet<Integer>> ran = new TreeMap<>();
    private final SortedMap<String, Integer> places = new TreeMap<>();
    private String chapter;
    private Language language;

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
        chapter = number;
    }

    /// The reader has got to this cell.
    public void place(String chapter, int cell) {
        places.put(chapter, cell);
    }

    public void language(Language language) {
        this.language = language;
    }

    public void hasRun(String chapter, int cell) {
        ranIn(chapter).add(cell);
    }

    /// Forgets which cells of a chapter ran, and the place in it.
    public void restart(String chapter) {
        ran.remove(chapter);
        places.remove(chapter);
    }

    /// Writes the file, in one step.
    ///
    /// @throws IOException if that is not possible
    public void save() throws IOException {
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
        return lines;
    }
}
