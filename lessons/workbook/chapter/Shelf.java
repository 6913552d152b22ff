package workbook.chapter;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import workbook.reader.Language;

/// The chapters. They travel with the script, on its class path: a reader needs no checkout.
public final class Shelf {

    private static final int MOST = 20;
    private static final Pattern NAME = Pattern.compile("(?:lesson)?(\\d{1,2})(?:\\..*)?");

    private final SortedMap<String, Map<Language, String>> chapters = new TreeMap<>();
    private final Map<String, Integer> cells = new ConcurrentHashMap<>(); // as far as asked for

    private final SortedMap<String, Map<Language, String>> exercises = new TreeMap<>();

    private Shelf() {}

    /// All chapters on the class path: `lesson00.md`, `lesson00.zh.md` and so on.
    public static Shelf onClassPath() {
        var shelf = new Shelf();
        for (var i = 0; i < MOST; i++) {
            var number = "%02d".formatted(i);
            for (var language : Language.values()) {
                var name = "lesson" + number + language.suffix() + ".md";
                read(name).ifPresent(text -> shelf.put(number, language, text));
            }
            shelf.putExercises(number);
        }
        return shelf;
    }

    /// Those of a chapter are lettered.
    private void putExercises(String number) {
        for (var letter = 'a'; letter <= 'z'; letter++) {
            var id = number + letter;
            for (var language : Language.values()) {
                read(id + "/task" + language.suffix() + ".md").ifPresent(text -> exercises
                        .computeIfAbsent(id, _ -> new EnumMap<>(Language.class))
                        .put(language, title(text)));
            }
            if (!exercises.containsKey(id)) return;
        }
    }

    /// Behind the number in the first line.
    private static String title(String markdown) {
        return markdown.lines().findFirst().orElse("").replaceFirst("# \\w+ ", "");
    }

    /// The exercises of a chapter, or of all chapters: id and title.
    ///
    /// @param number how their ids begin; empty for all
    public SequencedMap<String, String> exercises(String number, Language language) {
        var titles = new LinkedHashMap<String, String>();
        exercises.forEach((id, texts) -> {
            if (id.startsWith(number)) {
                titles.put(id, texts.getOrDefault(language, texts.get(Language.ENGLISH)));
            }
        });
        return titles;
    }

    /// These chapters, and no others.
    ///
    /// @param markdown by name, as in `03.zh`
    public static Shelf of(Map<String, String> markdown) {
        var shelf = new Shelf();
        markdown.forEach((name, text) -> shelf.put(name.substring(0, 2),
                name.endsWith(".zh") ? Language.CHINESE : Language.ENGLISH, text));
        return shelf;
    }

    private void put(String number, Language language, String text) {
        chapters.computeIfAbsent(number, _ -> new EnumMap<>(Language.class)).put(language, text);
    }

    private static Optional<String> read(String name) {
        try (var in = Shelf.class.getResourceAsStream("/" + name)) {
            return in == null ? Optional.empty()
                    : Optional.of(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Their numbers, two digits each, in order.
    public List<String> numbers() {
        return List.copyOf(chapters.keySet());
    }

    /// The number of a chapter that a reader names: `3`, `03` or `lesson03.md`.
    public Optional<String> find(String name) {
        var match = NAME.matcher(name);
        if (!match.matches()) return Optional.empty();
        var number = "%02d".formatted(Integer.parseInt(match.group(1)));
        return Optional.of(number).filter(chapters::containsKey);
    }

    /// The chapter, in English if there is no other.
    ///
    /// @throws NoSuchElementException if there is none of that number
    public Chapter open(String number, Language language) {
        return Chapter.parse(text(number, language));
    }

    /// What stands behind the number in its first line.
    public String title(String number, Language language) {
        return text(number, language).lines().findFirst().orElse("").replaceFirst("# \\d\\d ", "");
    }

    /// How many cells a chapter has.
    public int cells(String number) {
        return cells.computeIfAbsent(number, _ -> open(number, Language.ENGLISH).cells().size());
    }

    private String text(String number, Language language) {
        var texts = chapters.get(number);
        if (texts == null) throw new NoSuchElementException("chapter " + number);
        return texts.getOrDefault(language, texts.getOrDefault(
                Language.ENGLISH, texts.values().iterator().next()));
    }

    /// The chapter behind this one.
    public Optional<String> after(String number) {
        var later = chapters.tailMap(number + " ");
        return later.isEmpty() ? Optional.empty() : Optional.of(later.firstKey());
    }
}
