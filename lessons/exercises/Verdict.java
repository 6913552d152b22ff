package exercises;

import module java.base;

/// What comes of judging an answer.
public sealed interface Verdict {

    /// It keeps all that is asked.
    record Passed() implements Verdict {}

    /// @param requirement that is broken, the first
    /// @param number of that, from 1
    record Failed(Requirement requirement, int number, Finding finding) implements Verdict {}

    /// What the exercise asks for is not there.
    record Lacking(Words what) implements Verdict {}

    /// It does not compile: in the words of javac.
    record Rejected(List<Compiler.Complaint> complaints) implements Verdict {}

    /// What hints are for; empty if there is nothing to hint at.
    default Optional<String> cause() {
        return this instanceof Failed failed ? Optional.of(failed.finding.cause())
                : Optional.empty();
    }
}
