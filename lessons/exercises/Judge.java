package exercises;

import module java.base;

/// Judges the answers to an exercise.
public interface Judge {

    /// What is asked of an answer, in this order: the simple things first, for the first that is
    /// broken is the verdict.
    List<Requirement> requirements();

    /// The causes that its findings can have and that are not those of [check.Cause]: `hints.md`
    /// has a section for each.
    Set<String> causes();

    /// The class whose source says what is asked, for those who want to read it.
    default Class<?> source() {
        return getClass();
    }
}
