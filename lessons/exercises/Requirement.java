package exercises;

import module java.base;

/// Something that an answer has to keep.
public interface Requirement {

    /// In words: what is expected, for somebody who looks at a failure.
    Words expected();

    /// Whether it mostly waits, so that several like it can be tried at the same time.
    default boolean waits() {
        return false;
    }

    /// Tries it, with many cases.
    ///
    /// @return the smallest case that fails, if one does
    Optional<Finding> broken(Submission submission) throws IOException, InterruptedException;
}
