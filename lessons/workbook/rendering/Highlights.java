package workbook.rendering;

import module java.base;

import javax.lang.model.SourceVersion;

/// Which words of a text are Java's own, and what is text or comment. It looks at characters alone,
/// so that colours cost nothing while somebody types.
public final class Highlights {

    /// A stretch of text with a meaning.
    public record Highlight(int start, int end, Meaning meaning) {}

    /// What a highlight stands for.
    public enum Meaning { KEYWORD, TEXT, COMMENT }

    /// A word such as `record` is Java's own only in front of another word.
    private static final Pattern PIECE = Pattern.compile(
            "(?<comment>//.*|/\\*(?s:.*?)(?:\\*/|\\z))"
            + "|(?<text>(?s:\"\"\"(?:[^\"\\\\]++|\\\\.|\"(?!\"\"))*+(?:\"\"\"|\\z))"
            + "|\"(?:[^\"\\\\\n]++|\\\\.)*+\"?|'(?:[^'\\\\\n]++|\\\\.)*+'?)"
            + "|\\b(?<contextual>(?:var|record|sealed|permits|yield|when|module)(?= +[\\w(]))"
            + "|[\\p{L}_$][\\p{L}\\p{N}_$]*");

    private Highlights() {}

    /// @param typed one or more lines, complete or not
    /// @return what is to be shown in a colour, from left to right
    public static List<Highlight> of(String typed) {
        return PIECE.matcher(typed).results()
                .flatMap(piece -> meaning(piece).stream()
                        .map(meaning -> new Highlight(piece.start(), piece.end(), meaning)))
                .toList();
    }

    private static Optional<Meaning> meaning(MatchResult piece) {
        return Optional.ofNullable(piece.group("comment") != null ? Meaning.COMMENT
                : piece.group("text") != null ? Meaning.TEXT
                : piece.group("contextual") != null || SourceVersion.isKeyword(piece.group())
                ? Meaning.KEYWORD : null);
    }
}
