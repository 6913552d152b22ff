import module java.base;

/// Ports that nobody has, while other programs (these tests in another process, too) take and leave
/// theirs.
final class FreePort {

    /// Below where the systems take those from that they choose themselves.
    private static final int FIRST = 10_000;
    private static final int LAST = 32_000;

    private FreePort() {}

    /// Where a server will listen that has to be told a number; nobody is given it by chance.
    static int number() throws IOException {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (var tcp = new ServerSocket(port); var udp = new DatagramSocket(port)) {
                if (tcp.isBound() && udp.isBound()) return port;
            } catch (BindException e) {
                continue; // somebody's
            }
        }
    }

    interface Check {

        void run() throws Exception;
    }

    /// For checks that the port of a closed server is free. Another program may be given it in the
    /// moment between; the check is then made with another server. Three times in a row is no
    /// accident.
    static void afterClose(Check check) throws Exception {
        for (int left = 2; ; left--) {
            try {
                check.run();
                return;
            } catch (BindException e) {
                if (left == 0) throw e;
            }
        }
    }

    /// @throws BindException if somebody has the port
    static void bind(int port) throws IOException {
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
}
