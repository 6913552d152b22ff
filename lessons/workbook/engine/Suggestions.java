package workbook.engine;

import module java.base;

import jdk.jshell.SourceCodeAnalysis;

/// How a line could go on, and what there is to read about it.
final class Suggestions {

    private Suggestions() {}

    static Prompt.Completions completions(String typed, int cursor, SourceCodeAnalysis analysis) {
        var anchor = new int[1];
        var candidates = analysis.completionSuggestions(typed, cursor, anchor).stream()
                .map(one -> new Prompt.Completion(one.continuation(), one.matchesType()))
                .distinct().toList();
        return new Prompt.Completions(anchor[0], candidates);
    }

    static List<Prompt.Documentation> documentation(String typed, int cursor,
            SourceCodeAnalysis analysis) {
        return analysis.documentation(typed, cursor, true).stream()
                .map(one -> new Prompt.Documentation(one.signature(),
                        one.javadoc() == null ? "" : JavadocText.plain(one.javadoc())))
                .toList();
    }
}
