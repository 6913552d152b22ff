package exercises;

import module java.base;

/// What an exercise asks for, in one language.
///
/// @param chapter two digits
/// @param lesson the script in `lessons/` that does the same, or a file in `tests/`
/// @param anchor code that stands once in that script, where it does
/// @param prose Markdown, wrapped
public record Task(String id, String title, int minutes, String chapter, String lesson,
        String anchor, String prose) {

    private static final Pattern TITLE = Pattern.compile("# (\\d\\d[a-z]) (.+)");
    private static final Pattern FACTS =
            Pattern.compile("> (\\d+) min · (\\d\\d) · (\\S+\\.java) · (.+)");

    /// @param markdown as in `task.md`
    /// @throws IllegalArgumentException if it is not as [Exercise] describes it
    static Task parse(String markdown) {
        var lines = markdown.replace("\r\n", "\n").lines().toList();
        var title = TITLE.matcher(lines.getFirst());
        var facts = FACTS.matcher(lines.size() > 2 ? lines.get(2) : "");
        if (!title.matches() || !facts.matches()) {
            throw new IllegalArgumentException("a task begins with # ID TITLE, and with "
                    + "> N min · CHAPTER · LESSON · CODE in its third line: " + lines.getFirst());
        }
        var prose = String.join("\n", lines.subList(3, lines.size())).strip();
        return new Task(title.group(1), title.group(2), Integer.parseInt(facts.group(1)),
                facts.group(2), facts.group(3), facts.group(4), prose);
    }
}
