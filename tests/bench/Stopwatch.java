package bench;

import module java.base;

import static bench.LoadGenerator.seconds;

/// How many cores are in use, and whose, from its making on.
final class Stopwatch {

    private static final boolean ALL_KNOWN = Files.exists(Path.of("/proc/stat"));
    private static final Usage OURS = Usage.of(ProcessHandle.current());

    private final Supplier<Duration> server;
    private final Duration serverBefore;
    private final Duration othersBefore;
    private final long start = System.nanoTime();

    /// @param server its processor time so far
    Stopwatch(Supplier<Duration> server) {
        this.server = server;
        othersBefore = others(server.get());
        serverBefore = server.get();
    }

    private static Duration others(Duration server) {
        return ALL_KNOWN ? Usage.Proc.cpuTimeOfAll().minus(OURS.cpuTime()).minus(server)
                : Duration.ZERO;
    }

    /// @param server cores in use by the server, on average
    /// @param others by all but the server and us; NaN if unknown
    record Cores(double server, double others) {}

    Cores stop() {
        var serverNow = server.get();
        var wall = (System.nanoTime() - start) / 1e9;
        var others = seconds(others(serverNow).minus(othersBefore)) / wall;
        return new Cores(seconds(serverNow.minus(serverBefore)) / wall,
                ALL_KNOWN ? Math.max(0, others) : Double.NaN);
    }
}
