package exercises;

import module java.base;

import workbook.reader.Language;

/// An exercise: what the learner is told, what is given, and what may be done with it.
///
/// Its files are in a folder of its name, `lessons/exercises/05a/`:
///
/// - `task.md`, `task.zh.md`: what to do. The first line is `# 05a` and the title. The third is a
///   quote of four parts, the same in both languages: minutes, chapter, the lesson that does the
///   same (or a file of `tests/`), and a piece of code that stands there once:
///   `> 10 min · 05 · lesson05-header-framing.java · private boolean readHeader`. Then prose,
///   which becomes the doc comment of the learner's file: a hook; what to write; what is
///   given; what the judge will do, exactly: how many connections, how many messages, who closes.
/// - `Answer.java`: ours. A program of its own in plain JDK, which starts with JBang's line and
///   `//JAVA 25+`. The *hole*, what the learner writes, is between two lines with `---- yours:`.
///   The doc comment of the first class says why this is right; the learner sees the task there.
///   Servers take a port, 0 for any free one, and print `listening on HOST:PORT`.
/// - `start.txt`: what is in the hole when the learner begins. It compiles, and fails for the cause
///   that is the first section of `hints.md`.
/// - `hints.md`, `hints.zh.md`: a section for each cause that a verdict can name: `## CAUSE`, what
///   most likely happened (may be left out for causes of [check.Cause], which say it), and three
///   steps of a list: `1.` a question, `2.` the idea, with a link to its Javadoc, `3.` nearly the
///   code, in a block. The last section is `## OTHERWISE`, for all others.
///
/// Wrong answers are in `tests/exercises/05a/`, at least three, as a beginner would write them:
/// text files for the hole, whose first line is `// ` and the cause for which they must fail.
///
/// The judge is a class, `Exercise05a` in this package or one of the general ones: see [Course].
///
/// @param id `05a`
/// @param answer the text of `Answer.java`
/// @param start the text of `start.txt`
public record Exercise(String id, Map<Language, Task> tasks, Map<Language, Hints> hints,
        String answer, String start, Judge judge) {

    /// Columns of a line of the task, behind its slashes: an editor may have 80.
    private static final int WIDTH = 75;

    static final String MARK = "---- yours:";

    /// The name of the class may be anything; that of the file is this.
    public String fileName() {
        return "exercise" + id + ".java";
    }

    @Override
    public String toString() {
        return id;
    }

    /// The first two digits: its chapter, and the stage to which it belongs.
    public String stage() {
        return id.substring(0, 2);
    }

    /// In English if there is no other.
    public Task task(Language language) {
        return tasks.getOrDefault(language, tasks.get(Language.ENGLISH));
    }

    /// In English if there is no other.
    public Hints hints(Language language) {
        return hints.getOrDefault(language, hints.get(Language.ENGLISH));
    }

    /// What the learner finds at the start: a program that compiles.
    public String startFile(Language language) {
        return file(language, start);
    }

    /// A program with this in the hole.
    public String file(Language language, String hole) {
        return withTask(withHole(answer, hole), task(language));
    }

    /// What is in the hole of a program; empty if there is none.
    public static Optional<String> hole(String program) {
        var lines = program.lines().toList();
        var from = indexOfMark(lines, 0);
        var to = from < 0 ? -1 : indexOfMark(lines, from + 1);
        return to < 0 ? Optional.empty()
                : Optional.of(
                String.join("\n", lines.subList(from + 1, to)).stripIndent().strip());
    }

    private static String withHole(String program, String hole) {
        var lines = program.lines().toList();
        var from = indexOfMark(lines, 0);
        var to = indexOfMark(lines, from + 1);
        var all = new ArrayList<>(lines.subList(0, from + 1));
        all.add("");
        hole.stripTrailing().lines().forEach(all::add);
        all.add("");
        all.addAll(lines.subList(to, lines.size()));
        return String.join("\n", all) + "\n";
    }

    private static int indexOfMark(List<String> lines, int from) {
        for (int i = from; i < lines.size(); i++) if (lines.get(i).contains(MARK)) return i;
        return -1;
    }

    /// In place of the first doc comment.
    private static String withTask(String program, Task task) {
        var lines = program.lines().toList();
        var from = 0;
        while (from < lines.size() && !isDoc(lines.get(from))) from++;
        var to = from;
        while (to < lines.size() && isDoc(lines.get(to))) to++;
        var all = new ArrayList<>(lines.subList(0, from));
        all.add("/// # " + task.id() + " " + task.title());
        all.add("///");
        Reflow.lines(task.prose(), WIDTH).stream()
                .map(each -> ("/// " + each).stripTrailing()).forEach(all::add);
        all.addAll(lines.subList(to, lines.size()));
        return String.join("\n", all) + "\n";
    }

    private static boolean isDoc(String line) {
        return line.startsWith("/// ") || line.equals("///"); // and not `///usr/bin/env jbang`
    }
}
