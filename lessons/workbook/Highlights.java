package workbook;

import module java.base;

import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Attribute;

/// What the words of a line mean. JShell knows of names and keywords; texts and comments are found
/// here.
final class Highlights {

    private static final Pattern TEXT_OR_COMMENT = Pattern.compile(
            "(?<comment>//.*|/\\*(?s:.*?)(?:\\*/|\\z))"
            + "|(?s:\"\"\"(?:\\\\.|.)*?(?:\"\"\"|\\z))"
            + "|\"(?:\\\\.|[^\"\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\n])+'?");

    private Highlights() {}

    static List<Prompt.Highlight> of(String typed, SourceCodeAnalysis analysis) {
        var found = new ArrayList<Prompt.Highlight>();
        TEXT_OR_COMMENT.matcher(typed).results().forEach(one -> found.add(new Prompt.Highlight(
                one.start(), one.end(), one.group("comment") != null
                        ? Prompt.Meaning.COMMENT : Prompt.Meaning.TEXT)));
        var names = namesIn(typed, analysis).stream()
                .map(one -> new Prompt.Highlight(one.start(), one.end(), meaning(one.attributes())))
                .filter(one -> found.stream().noneMatch(
                        text -> one.start() < text.end() && text.start() < one.end()))
                .toList();
        found.addAll(names);
        found.sort(Comparator.comparingInt(Prompt.Highlight::start));
        return List.copyOf(found);
    }

    /// JDK 25 throws where a text has just begun: `"` and nothing behind it.
    private static List<SourceCodeAnalysis.Highlight> namesIn(
            String typed, SourceCodeAnalysis analysis) {
        try {
            return analysis.highlights(typed);
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private static Prompt.Meaning meaning(Set<Attribute> attributes) {
        return attributes.contains(Attribute.KEYWORD) ? Prompt.Meaning.KEYWORD
                : attributes.contains(Attribute.DEPRECATED) ? Prompt.Meaning.DEPRECATED
                : Prompt.Meaning.DECLARATION;
    }
}
