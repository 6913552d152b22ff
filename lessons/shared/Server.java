package shared;

import module java.base;

/// What [ServerCommand] has to know of the server of a lesson.
public interface Server extends AutoCloseable {

    /// The port on which it listens.
    int port();

    /// Serves clients until [#close()].
    ///
    /// @throws IOException if it cannot go on
    /// @throws InterruptedException if the thread is interrupted while it waits
    void serve() throws IOException, InterruptedException;

    /// Stops listening and closes all connections. Idempotent, from any thread.
    @Override
    void close();
}
