package shared;

import module java.base;

/// What a server on virtual threads has to do before it has clients.
public final class VirtualThreads {

    private VirtualThreads() {}

    /// Lets one virtual thread wait for a socket, for nothing. The JDK opens its poller
    /// when a virtual thread waits for a socket for the first time, and never again if
    /// that fails, as it does when clients have taken the last file descriptor.
    ///
    /// @throws IOException if virtual threads cannot wait in this process
    public static void waitOnce() throws IOException {
        try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var waiting = new FutureTask<>(nobody::accept);
            var thread = Thread.startVirtualThread(waiting);
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
                Thread.yield();
            }
            if (waiting.state() == Future.State.FAILED) {
                throw new IOException(
                        "virtual threads cannot wait: " + waiting.exceptionNow());
            }
        } // closing it ends the wait
    }
}
