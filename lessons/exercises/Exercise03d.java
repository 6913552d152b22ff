package exercises;

import module java.base;

import check.EchoSuite;

/// Judges 03d: a whole server on a selector.
final class Exercise03d implements Judge {

    private static final EchoSuite SUITE = new EchoSuite("echo ");

    @Override
    public List<Requirement> requirements() {
        return List.of(
                ServerRequirement.keeping("answersComeAtOnceAndNotAtTheEnd", SUITE, 10),
                ServerRequirement.keeping("everyReplyIsThePrefixAndTheBytesRead", SUITE, 10),
                ServerRequirement.keeping("nobodyWaitsForASilentClient", SUITE, 10),
                ServerRequirement.keeping("badNeighboursChangeNothingForTheOthers", SUITE, 10),
                ServerRequirement.keeping("everyClientGetsItsOwnBytesInOrder", SUITE, 10),
                ServerRequirement.keeping("aClientThatReadsOnlyAtTheEndGetsEveryByte", SUITE, 1),
                ServerRequirement.keeping(
                        "aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody", SUITE, 1));
    }

    @Override
    public Set<String> causes() {
        return Set.of(ServerRequirement.DOES_NOT_LISTEN);
    }
}
