package bench;

import module java.base;
import module java.management;

import com.sun.management.UnixOperatingSystemMXBean;

/// What is measured of each server, how often and for how long.
///
/// @param rounds how often everything is done; each round visits all servers
/// @param works what they have to do
/// @param warmUp load that is not counted: the JIT compiler needs about so long
/// @param between the same, for each work after the first
/// @param counted how long the load is measured
/// @param idle how long the idleness is measured
/// @param settle what a server gets to come to rest before that
/// @param manyClients how many idle clients for the memory
record Plan(int rounds, List<Work> works, Duration warmUp, Duration between, Duration counted,
        Duration idle, Duration settle, int manyClients) {

    /// For the idle processor.
    static final int SOME_CLIENTS = 50;

    /// How many idle clients, if the limit of open files allows it.
    static final int WANTED_CLIENTS = 10_000;

    private static final int OTHER_FILES = 200;

    // For the progress bar alone.
    private static final Duration START_UP = Duration.ofMillis(400);
    private static final Duration CONNECT = Duration.ofNanos(150_000);
    private static final Duration HANG_UP = Duration.ofMillis(50);

    static Plan full(int rounds, Duration counted) {
        return new Plan(rounds, possible(Work.ALL), Duration.ofMillis(3000),
                Duration.ofMillis(400), counted, Duration.ofMillis(1000), Duration.ofMillis(300),
                Math.min(WANTED_CLIENTS, mostClients()));
    }

    /// A first impression of everything but the crowds.
    static Plan quick() {
        return new Plan(1, possible(Work.FEW), Duration.ofMillis(500), Duration.ofMillis(150),
                Duration.ofMillis(600), Duration.ofMillis(300), Duration.ofMillis(100),
                Math.min(1000, mostClients()));
    }

    /// As the limit of open files is. Servers inherit it, and nothing is raised here.
    static int mostClients() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix
                ? Math.clamp(unix.getMaxFileDescriptorCount() - OTHER_FILES, 0, WANTED_CLIENTS)
                : WANTED_CLIENTS;
    }

    private static List<Work> possible(List<Work> works) {
        return works.stream().filter(work -> work.connections() <= mostClients()).toList();
    }

    /// What is less than wanted, and why; nothing if all is as wanted.
    Optional<String> restrictions() {
        var missing = Work.ALL.stream().filter(work -> work.connections() > mostClients()).toList();
        if (manyClients == WANTED_CLIENTS) return Optional.empty();
        if (manyClients < mostClients()) {
            return Optional.of("Only %,d idle clients: --quick.".formatted(manyClients));
        }
        return Optional.of("Only %,d idle clients%s: no more files can be open here (ulimit -n)."
                .formatted(manyClients, missing.isEmpty() ? "" : ", and no " + missing));
    }

    /// How many idle clients a server gets.
    int manyFor(Contestant contestant) {
        return Math.min(manyClients, contestant.mostClients());
    }

    /// About how long a run takes.
    Duration time(List<Contestant> contestants) {
        return contestants.stream().map(this::time)
                .reduce(Duration.ZERO, Duration::plus).multipliedBy(rounds);
    }

    private Duration time(Contestant contestant) {
        var count = works.stream().filter(contestant::takesPartIn).count();
        return idleTime(contestant).plus(warmUp).plus(workTime().multipliedBy(count));
    }

    /// About how long it takes to start a server twice, and to measure its idleness.
    Duration idleTime(Contestant contestant) {
        var looks = contestant.mostClients() < SOME_CLIENTS ? 1 : 2;
        return START_UP.multipliedBy(2).plus(settle.plus(idle).multipliedBy(looks))
                .plus(CONNECT.multipliedBy(manyFor(contestant)));
    }

    /// About how long it takes to measure a work.
    Duration workTime() {
        return between.plus(counted).plus(HANG_UP);
    }
}
