import module java.base;

/// Compares what a server uses after a siege with what it used before.
final class Examination {

    // What may be more than before the siege, when all clients have left.
    static final long LIVE_KIB = 128;
    static final int DESCRIPTORS = 4;
    static final int THREADS = 6;
    static final int RESIDENT_MIB = 200;

    /// Of a core: with nobody there, and with a crowd at the door for which no descriptor is left.
    static final int IDLE_PERCENT = 10;
    static final int CROWDED_PERCENT = 30;

    private static final String ROW = "%-15s %9s %7s %16s %12s %12s %12s %8s";

    private static final Duration LOOK = Duration.ofSeconds(1);

    /// Longer than a pool of the JDK's keeps a thread that has nothing to do: a minute.
    private static final Duration SETTLING = Duration.ofSeconds(75);

    private final ServerProcess server;
    private final Siege siege;
    private Vitals before;
    private Vitals after;
    private Duration end;

    Examination(ServerProcess server, Siege siege) {
        this.server = server;
        this.siege = siege;
    }

    /// Looks at the server before the siege.
    void before() throws IOException, InterruptedException {
        siege.rehearse();
        awaitCalm();
        Vitals.of(server.processes()); // jcmd's first visit leaves a thread there, for the next
        before = Vitals.of(server.processes());
    }

    /// Until the descriptors of clients that have left are no longer there. Nobody tells of that, so
    /// their number is taken until it stays for longer than a busy server needs to close a few.
    private void awaitCalm() throws IOException, InterruptedException {
        var last = -1;
        for (int now; (now = counts().descriptors()) != last; last = now) Thread.sleep(300);
    }

    private Vitals counts() throws IOException {
        return Vitals.countedIn(server.processes());
    }

    /// After the siege, with a crowd that is too much for it, and a client that does not read: a
    /// server that tries again at once uses a whole core.
    void crowded() throws IOException, InterruptedException {
        try (var stalled = siege.connect(Siege.SMALL_BUFFER)) {
            stalled.sayUntilStuck();
            var crowd = siege.crowd(siege.moreThanItsDescriptors());
            Thread.sleep(200); // to accept all that it can is work, not restlessness
            judge("crowded", "processor", server.cpuPercent(LOOK), CROWDED_PERCENT, "% of a core");
            for (var client : crowd) client.close();
        }
    }

    /// When everybody has left.
    void after() throws IOException, InterruptedException {
        server.checkAlive();
        if (before == null) return; // something was wrong from the start
        awaitRecovery();
        judge("idle", "processor", server.cpuPercent(LOOK), IDLE_PERCENT, "% of a core");
        after = Vitals.of(server.processes());
        compare("descriptors", Vitals::descriptors, DESCRIPTORS, "");
        compare("threads", Vitals::threads, THREADS, "");
        compare("resident MiB", Vitals::residentMib, RESIDENT_MIB, "");
        compare("live KiB", Vitals::liveKib, LIVE_KIB, ", most in " + after.grownMostSince(before));
    }

    private void awaitRecovery() throws IOException, InterruptedException {
        var giveUp = System.nanoTime() + SETTLING.toNanos();
        while (System.nanoTime() < giveUp) {
            var now = counts();
            if (now.descriptors() <= before.descriptors() + DESCRIPTORS
                    && now.threads() <= before.threads() + THREADS) return;
            Thread.sleep(100); // the kernel does not tell of changes in /proc
        }
    }

    private void judge(String during, String what, int percent, int most, String unit) {
        if (percent > most && server.subject.rests()) {
            siege.complain(during, what, "%d%s, at most %d".formatted(percent, unit, most));
        }
    }

    private void compare(String what, ToLongFunction<Vitals> figure, long most, String more)
            throws IOException, InterruptedException {
        var from = figure.applyAsLong(before);
        var to = figure.applyAsLong(after);
        if (to - from <= most) return;
        siege.complain("when all had left", what, "%,d before %,d connections, %,d now%s; %s"
                .formatted(from, siege.connections(), to, more, left(figure)));
    }

    /// Which fault it was: each alone, several times, and what it leaves.
    private String left(ToLongFunction<Vitals> figure) throws InterruptedException {
        var left = new StringJoiner(", ", "10 of each alone leave: ", "");
        try {
            for (var fault : Fault.values()) {
                var from = figure.applyAsLong(Vitals.of(server.processes()));
                for (int i = 0; i < 10; i++) fault.commit(siege);
                awaitCalm();
                var to = figure.applyAsLong(Vitals.of(server.processes()));
                left.add("%s %+d".formatted(fault, to - from));
            }
        } catch (IOException e) {
            left.add("then " + e.getMessage());
        }
        return left.toString();
    }

    /// Ctrl-C, while one client does not read and another has nothing to say.
    void ctrlC() throws IOException, InterruptedException {
        try (var stalled = siege.connect(Siege.SMALL_BUFFER); var _ = siege.connect()) {
            stalled.sayUntilStuck();
            end = server.interrupt();
        }
    }

    // ---- the table ----

    static String header() {
        return ROW.formatted("", "", "right", "live heap", "file", "", "resident", "ends")
                + "\n" + ROW.formatted(
                        "server", "clients", "MB", "KiB", "descriptors", "threads", "MiB", "in");
    }

    static String tolerance() {
        return ROW.formatted("tolerance", "", "", "+ " + LIVE_KIB, "+ " + DESCRIPTORS,
                "+ " + THREADS, "+ " + RESIDENT_MIB, ServerProcess.END.toMillis() + " ms");
    }

    String row() {
        return ROW.formatted(server.subject,
                "%,d".formatted(siege.connections()), "%,d".formatted(siege.bytes() / 1_000_000),
                change(Vitals::liveKib), change(Vitals::descriptors), change(Vitals::threads),
                change(Vitals::residentMib), end == null ? "?" : end.toMillis() + " ms");
    }

    private String change(ToLongFunction<Vitals> figure) {
        if (before == null || after == null) return "?";
        var from = figure.applyAsLong(before);
        return from == 0 ? "-" : "%,d -> %,d".formatted(from, figure.applyAsLong(after));
    }
}
