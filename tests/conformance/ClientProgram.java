package conformance;

import module java.base;

/// A client that is to be judged: a program with a keyboard and a screen, which can be started as
/// often as that needs.
public interface ClientProgram {

    /// Starts it.
    ///
    /// @param server where it has to connect to
    /// @throws IOException if it does not start; the message is for people
    Running start(InetSocketAddress server) throws IOException;

    /// The port where its server has to listen; 0 if it is told one each time, so that several can
    /// run at once.
    default int port() {
        return 0;
    }

    /// A client that is running.
    interface Running extends AutoCloseable {

        /// Its standard input.
        OutputStream keyboard();

        /// Its standard output.
        InputStream screen();

        /// @return whether it has ended within this time
        boolean awaitEnd(Duration time) throws InterruptedException;

        /// How it has ended, for people, such as `exit code 1`.
        String ending();

        /// The last lines that it has written elsewhere than on its standard output.
        List<String> lastWords();

        /// How much processor time it has used, as far as we can know.
        Optional<Duration> cpuTime();

        @Override
        void close();
    }
}
