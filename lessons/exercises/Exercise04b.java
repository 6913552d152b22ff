package exercises;

import module java.base;

/// Judges 04b: a client, of which the learner writes who sends and who listens.
final class Exercise04b implements Judge {

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new ClientRequirement("everyAnswerIsShownOnceAndInOrder", 3),
                new ClientRequirement("answersAfterTheEndOfInputAreShown", 4),
                new ClientRequirement("aLateAnswerIsWaitedFor", 1),
                new ClientRequirement("linesOfAnyLengthAreAnswered", 3),
                new ClientRequirement("itEndsWhenTheServerHasClosed", 3),
                new ClientRequirement("itEndsWhenTheServerHasReset", 3));
    }

    @Override
    public Set<String> causes() {
        return Set.of("CLOSES_AT_THE_END_OF_INPUT", "NEVER_TELLS_THE_END",
                "CLOSES_AFTER_THE_FIRST_BYTES", "SENDS_AT_THE_END", "SERVER_CLOSE_UNNOTICED");
    }
}
