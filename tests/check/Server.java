package check;

import module java.base;

/// A server that is to be judged, and can be started as often as that needs.
public interface Server {

    /// Starts it, or finds it where it is.
    ///
    /// @throws IOException if it does not start, or does not listen; the message is for people
    Running start() throws IOException;

    /// Whether several can run at the same time.
    boolean runsSideBySide();

    /// A server that is running.
    interface Running extends AutoCloseable {

        SocketAddress address();

        /// Whether it has ended by itself, and what it said last: as far as we can know.
        Optional<Death> death();

        @Override
        void close();
    }

    /// @param exitCode if it was a process of ours
    /// @param lastWords its last lines of output
    record Death(OptionalInt exitCode, List<String> lastWords) {}

    /// A server that somebody else has started. Nobody can start it again.
    record Found(SocketAddress address, Transport transport) implements Server, Running {

        @Override
        public Running start() throws IOException {
            if (isThere()) return this;
            throw new IOException("nobody listens on " + Transport.shown(address));
        }

        private boolean isThere() {
            return transport.listens(address);
        }

        @Override
        public boolean runsSideBySide() {
            return false;
        }

        @Override
        public Optional<Death> death() {
            return isThere() ? Optional.empty()
                    : Optional.of(new Death(OptionalInt.empty(), List.of()));
        }

        @Override
        public void close() {}
    }
}
