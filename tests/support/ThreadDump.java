import module java.base;
import module java.management;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;

/// The stacks of all threads, virtual ones too, which `Thread.getAllStackTraces` does not know.
final class ThreadDump {

    private ThreadDump() {}

    private static String take() throws IOException {
        var folder = Files.createTempDirectory("threads");
        var dump = folder.resolve("dump");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
            return Files.readString(dump);
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(folder);
        }
    }

    /// What of this code threads are in, as far as the pattern names it.
    static Set<String> find(String regex) throws IOException {
        return Pattern.compile(regex).matcher(take()).results()
                .map(MatchResult::group).collect(Collectors.toSet());
    }

    /// Waits until no thread is in such code any more, and fails if that takes too long.
    static void awaitNone(String regex) throws IOException {
        var deadline = System.nanoTime() + TestClient.DEADLINE.toNanos();
        var found = find(regex);
        while (!found.isEmpty() && System.nanoTime() < deadline) found = find(regex);
        assertEquals(Set.of(), found, "threads are still there");
    }
}
