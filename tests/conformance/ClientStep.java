package conformance;

import module java.base;

/// One thing that happens to a client in a [ClientPlay]: its user types, or its server answers.
public sealed interface ClientStep {

    /// A line is typed, and the Enter key.
    record Types(Bytes line) implements ClientStep {}

    /// Nothing more will be typed: Ctrl-D, or the end of a pipe.
    record EndsInput() implements ClientStep {}

    /// The server answers each line that was typed so far, as soon as it has come.
    record Answers() implements ClientStep {}

    /// The same, but lines that come together are answered with one write.
    record AnswersMerged() implements ClientStep {}

    /// The same, but the first answer is cut in two writes.
    ///
    /// @param at so many bytes are in the first
    record AnswersCut(int at) implements ClientStep {}

    record AnswersByteByByte() implements ClientStep {}

    /// The server thinks before it answers.
    record AnswersLate() implements ClientStep {}

    /// Of the answer to the next line, the server sends only so many bytes.
    record SendsPart(int bytes) implements ClientStep {}

    /// The server closes all connections.
    record Closes() implements ClientStep {}

    record Resets() implements ClientStep {}

    /// Whether all lines that were typed are answered then.
    default boolean answers() {
        return switch (this) {
            case Answers _, AnswersMerged _, AnswersCut _, AnswersByteByByte _,
                    AnswersLate _ -> true;
            case Types _, EndsInput _, SendsPart _, Closes _, Resets _ -> false;
        };
    }

    /// Whether no connection is left then.
    default boolean ends() {
        return this instanceof Closes || this instanceof Resets;
    }

    /// The text form, which [#parse] reads again.
    default String text() {
        return switch (this) {
            case Types(Bytes line) when isLong(line) ->
                    "types %d letters".formatted(line.array().length);
            case Types(Bytes line) -> "types " + Bytes.quote(line.array());
            case EndsInput _ -> "ends input";
            case Answers _ -> "server answers";
            case AnswersMerged _ -> "server answers merged";
            case AnswersCut(int at) -> "server answers cut at " + at;
            case AnswersByteByByte _ -> "server answers byte by byte";
            case AnswersLate _ -> "server answers late";
            case SendsPart(int bytes) -> "server sends " + bytes + " bytes";
            case Closes _ -> "server closes";
            case Resets _ -> "server resets";
        };
    }

    private static boolean isLong(Bytes line) {
        var length = line.array().length;
        return length > 40 && line.equals(Step.letters(0, length));
    }

    /// @throws IllegalArgumentException if it is no step
    static ClientStep parse(String text) {
        return switch (text.strip()) {
            case "ends input" -> new EndsInput();
            case "server answers" -> new Answers();
            case "server answers merged" -> new AnswersMerged();
            case "server answers byte by byte" -> new AnswersByteByByte();
            case "server answers late" -> new AnswersLate();
            case "server closes" -> new Closes();
            case "server resets" -> new Resets();
            case String other -> parseWithArgument(other);
        };
    }

    private static ClientStep parseWithArgument(String text) {
        var quoted = Pattern.compile("types \"(.*)\"").matcher(text);
        if (quoted.matches()) return new Types(Bytes.unquote(quoted.group(1)));
        var numbered = Pattern.compile("(\\D+)(\\d{1,8})( letters| bytes|)").matcher(text);
        if (!numbered.matches()) throw new IllegalArgumentException("no step: " + text);
        var number = Integer.parseInt(numbered.group(2));
        return switch (numbered.group(1) + "N" + numbered.group(3)) {
            case "types N letters" -> new Types(Step.letters(0, number));
            case "server answers cut at N" -> new AnswersCut(number);
            case "server sends N bytes" -> new SendsPart(number);
            default -> throw new IllegalArgumentException("no step: " + text);
        };
    }
}
