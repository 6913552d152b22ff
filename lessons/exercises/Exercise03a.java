package exercises;

import module java.base;

import check.EchoSuite;

/// Judges 03a: an echo server with a selector, of which the learner writes a connection.
final class Exercise03a implements Judge {

    private static final EchoSuite ECHO = new EchoSuite("echo ");
    private static final int STEPS = 100; // of a server that rests, in 60 ms

    @Override
    public List<Requirement> requirements() {
        return List.of(
                ServerRequirement.keeping("answersComeAtOnceAndNotAtTheEnd", ECHO, 5),
                new RestRequirement("WRITE_INTEREST_ALWAYS", STEPS, false),
                ServerRequirement.keeping("everyClientGetsItsOwnBytesInOrder", ECHO, 5),
                ServerRequirement.bearingAFlood(ECHO),
                ServerRequirement.servingBesideAFlood(ECHO),
                new RestRequirement("WRITE_INTEREST_ALWAYS", STEPS, true));
    }

    @Override
    public Set<String> causes() {
        return Set.of("WRITE_INTEREST_ALWAYS");
    }
}
