import module java.base;

import com.sun.management.ThreadMXBean;
import conformance.Bytes;
import java.lang.management.ManagementFactory;
import shared.Narrator;

/// Counts what the epoll server allocates for a message. Until its loop is fully compiled there is
/// something, 40 bytes for each `errno`; then nothing.
final class EpollAllocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MESSAGES = 5000;
    private static final int BYTES = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private EpollAllocation() {}

    /// @param args whether the server is edge-triggered
    static void main(String... args) throws Exception {
        var epoll = new EpollServer(RunningServer.FREE_PORT, "echo ", new Narrator(true),
                Boolean.parseBoolean(args[0]));
        try (var server = RunningServer.start(epoll.port(), epoll::close, epoll::serve);
                var client = new TestClient(server.port())) {
            var giveUp = System.nanoTime() + PATIENCE.toNanos();
            long each;
            do {
                each = allocated(server, client) / MESSAGES;
            } while (each > 0 && System.nanoTime() - giveUp < 0);
            IO.println(each + " bytes a message"); // among the lines about the client
        }
    }

    private static long allocated(RunningServer server, TestClient client) throws IOException {
        var before = THREADS.getThreadAllocatedBytes(server.loop().threadId());
        for (int i = 0; i < MESSAGES; i++) {
            client.send(Bytes.letters(BYTES).array());
            client.socket.getInputStream().readNBytes("echo ".length() + BYTES);
        }
        return THREADS.getThreadAllocatedBytes(server.loop().threadId()) - before;
    }
}
