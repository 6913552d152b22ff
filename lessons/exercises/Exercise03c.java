package exercises;

import module java.base;

import check.EchoSuite;

/// Judges 03c: a server with a virtual thread for each client.
final class Exercise03c implements Judge {

    private static final int MANY = 200;
    private static final EchoSuite SUITE = new EchoSuite("echo ");

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new VirtualThreadsRequirement(MANY),
                ServerRequirement.keeping("nobodyWaitsForASilentClient", SUITE, 10),
                ServerRequirement.keeping("badNeighboursChangeNothingForTheOthers", SUITE, 8));
    }

    @Override
    public Set<String> causes() {
        return Set.of(VirtualThreadsRequirement.PLATFORM_THREADS,
                VirtualThreadsRequirement.NOBODY_IS_SERVED);
    }
}
