///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 03c. The code waits in `read` and `write` as it always has: while a virtual
/// thread waits, the thread of the system that carried it carries others.
class VirtualThreads {

    // ---- yours: from here ----

    /// Serves each client in a virtual thread of its own.
    static void serve(ServerSocket listener) throws IOException {
        while (true) {
            var client = listener.accept();
            Thread.ofVirtual().start(() -> talkWith(client));
        }
    }

    // ---- yours: to here ----

    private static final byte[] PREFIX = "echo ".getBytes(StandardCharsets.US_ASCII);

    /// Serves a client, to its end, and closes its socket. Whatever goes wrong ends this client
    /// only.
    static void talkWith(Socket client) {
        try (client) {
            var in = client.getInputStream();
            var out = client.getOutputStream();
            var buffer = Arrays.copyOf(PREFIX, PREFIX.length + 1024);
            int count;
            while ((count = in.read(buffer, PREFIX.length, 1024)) != -1) {
                out.write(buffer, 0, PREFIX.length + count);
            }
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
        }
    }

    static void main(String[] args) throws IOException {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
            serve(listener);
        }
    }
}
