///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 01b: what goes wrong with a client ends in the loop's body, and not outside it.
class SurvivesResets {

    // ---- yours: from here ----

    /// Serves one client after the other, for ever.
    ///
    /// @throws IOException if accept fails: that is about the server, and no client
    static void serve(ServerSocket listener) throws IOException {
        while (true) {
            try (var client = listener.accept()) {
                talkWith(client);
            }
        }
    }

    /// Serves a client, to its end. Whatever goes wrong in here is the end of this client only.
    static void talkWith(Socket client) {
        try {
            echo(client);
            System.err.println("a client has left");
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
        }
    }

    // ---- yours: to here ----

    private static final byte[] PREFIX = "echo ".getBytes(StandardCharsets.US_ASCII);

    /// Answers each read, until the client has finished.
    ///
    /// @throws IOException if the client has reset the connection
    static void echo(Socket client) throws IOException {
        var in = client.getInputStream();
        var out = client.getOutputStream();
        var buffer = Arrays.copyOf(PREFIX, PREFIX.length + 1024);
        int count;
        while ((count = in.read(buffer, PREFIX.length, 1024)) != -1) {
            out.write(buffer, 0, PREFIX.length + count);
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
