package exercises;

import module java.base;

import check.EchoSuite;

/// Judges 01b: a server that serves one client at a time, and survives them.
final class Exercise01b implements Judge {

    private static final EchoSuite SUITE = new EchoSuite("echo ", true, false);

    @Override
    public List<Requirement> requirements() {
        return List.of(
                ServerRequirement.keeping("everyReplyIsThePrefixAndTheBytesRead", SUITE, 10),
                ServerRequirement.keeping("badNeighboursChangeNothingForTheOthers", SUITE, 15));
    }

    @Override
    public Set<String> causes() {
        return Set.of();
    }
}
