package workbook.engine;

import module java.base;

/// What helps somebody who types Java, without a word about the terminal.
public final class Prompt {

    private Prompt() {}

    /// How much of a statement has been typed.
    public enum Completeness {
        /// It can be run.
        COMPLETE,
        /// More lines are needed.
        INCOMPLETE,
        /// It is no Java; running it tells why.
        WRONG,
        /// Nothing but blanks or comments.
        EMPTY
    }

    /// @param anchor where in the text the completions begin
    public record Completions(int anchor, List<Completion> candidates) {}

    /// @param text what replaces the text from the anchor to the cursor
    /// @param fits whether its type is the one that is wanted there
    public record Completion(String text, boolean fits) {}

    /// @param signature `int read(byte[] b) throws IOException`
    /// @param text of the Javadoc, plain, paragraphs apart; empty if there is none
    public record Documentation(String signature, String text) {}

    /// @param value as it is shown behind `==>`
    public record Variable(String name, String type, String value) {}
}
