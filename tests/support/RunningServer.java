import module java.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// A server of a lesson, running on a free port of the loopback in a thread of its own.
///
/// @param port where it listens
/// @param stop closes it
/// @param loop the thread in which it serves
/// @param crash what it threw, if it threw
record RunningServer(int port, Runnable stop, Thread loop, AtomicReference<Throwable> crash)
        implements AutoCloseable {

    static final InetSocketAddress FREE_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// What a server does until it is closed.
    interface Loop {
        void serve() throws Exception;
    }

    static RunningServer start(int port, Runnable stop, Loop serving) {
        var crash = new AtomicReference<Throwable>();
        var loop = Thread.ofPlatform().name("server under test").start(() -> {
            try {
                serving.serve();
            } catch (Throwable e) {
                crash.set(e);
            }
        });
        return new RunningServer(port, stop, loop, crash);
    }

    /// Closes the server, and fails unless it then ends in time and in peace.
    @Override
    public void close() {
        stop.run();
        try {
            assertTrue(loop.join(TestClient.DEADLINE), "closed, but its thread goes on");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while the server ended", e);
        }
        if (crash.get() != null) {
            throw new AssertionError("the server died: " + crash.get(), crash.get());
        }
    }
}
