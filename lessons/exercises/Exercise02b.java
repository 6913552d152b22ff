package exercises;

import module java.base;

import check.EchoSuite;

/// Judges 02b: an echo server that polls, of which the learner writes a connection.
final class Exercise02b implements Judge {

    private static final EchoSuite ECHO = new EchoSuite("echo ");

    @Override
    public List<Requirement> requirements() {
        return List.of(
                ServerRequirement.keeping("answersComeAtOnceAndNotAtTheEnd", ECHO, 5),
                ServerRequirement.keeping("everyClientGetsItsOwnBytesInOrder", ECHO, 5),
                ServerRequirement.bearingAFlood(ECHO),
                ServerRequirement.servingBesideAFlood(ECHO));
    }

    @Override
    public Set<String> causes() {
        return Set.of();
    }
}
