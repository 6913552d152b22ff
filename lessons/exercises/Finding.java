package exercises;

import module java.base;

import workbook.reader.Language;

/// What an answer does wrong, in the smallest case that shows it.
///
/// @param cause a section of `hints.md`, or the name of a [check.Cause]
/// @param picture of the case: who does what, what was due, what came
/// @param remark a sentence more, such as where the code waits and what for; may be null
public record Finding(String cause, Picture picture, Words remark) {

    /// Drawn in lines of at most 70 columns.
    @FunctionalInterface
    public interface Picture {
        List<String> in(Language language);
    }

    /// Without a remark.
    public Finding(String cause, Picture picture) {
        this(cause, picture, null);
    }
}
