package workbook.engine;

import module java.base;

import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;

/// Cuts the code of a cell into what JShell takes at a time, as its own tool does: line by line, a
/// statement ends as soon as it can.
final class Snippets {

    /// @param start where it begins in the cell's code
    record Piece(String source, int start) {}

    private static final Pattern IN_FRONT =
            Pattern.compile("(?:\\s++|//[^\\n]*+\\n|/\\*(?s:.*?)\\*/)++");

    private Snippets() {}

    static List<Piece> split(String code, SourceCodeAnalysis analysis) {
        var pieces = new ArrayList<Piece>();
        var pending = "";
        var start = 0;
        for (var line : code.lines().toList()) {
            pending += line + "\n";
            while (!pending.isBlank()) {
                var info = analysis.analyzeCompletion(pending);
                var whole = info.source() == null;
                if (!info.completeness().isComplete()
                        && info.completeness() != Completeness.UNKNOWN) {
                    break;
                }
                pieces.add(piece(whole ? pending : info.source(), start));
                var rest = whole ? "" : info.remaining();
                start += pending.length() - rest.length();
                pending = rest;
            }
            if (pending.isBlank()) {
                start += pending.length();
                pending = "";
            }
        }
        if (!pending.isBlank()) {
            pieces.add(new Piece(pending, start));
        }
        return pieces;
    }

    /// Without the comments in front of it: JShell may leave them out when it counts lines.
    private static Piece piece(String source, int start) {
        var comments = IN_FRONT.matcher(source);
        return comments.lookingAt() && !comments.hitEnd()
                ? new Piece(source.substring(comments.end()), start + comments.end())
                : new Piece(source, start);
    }

    /// Whether all of it can be run.
    static Prompt.Completeness completeness(String typed, SourceCodeAnalysis analysis) {
        var rest = typed;
        while (true) {
            var info = analysis.analyzeCompletion(rest);
            switch (info.completeness()) {
                case UNKNOWN -> {
                    return Prompt.Completeness.WRONG;
                }
                case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> {
                    return Prompt.Completeness.INCOMPLETE;
                }
                case EMPTY -> {
                    return rest.equals(typed) ? Prompt.Completeness.EMPTY
                            : Prompt.Completeness.COMPLETE;
                }
                default -> { }
            }
            if (info.remaining() == null || info.remaining().isBlank()) {
                return Prompt.Completeness.COMPLETE;
            }
            rest = info.remaining();
        }
    }
}
