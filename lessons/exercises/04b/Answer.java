///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 04b: a thread for each direction; the one that listens decides when it is over.
class HalfClose {

    // ---- yours: from here ----

    /// Sends what is typed, and shows what the server sends, both at the same time, until the
    /// server closes.
    static void talk(Socket server) throws IOException {
        Thread.startVirtualThread(() -> sendTyped(server));
        copy(server.getInputStream(), System.out);
    }

    static void sendTyped(Socket server) {
        try {
            copy(System.in, server.getOutputStream());
            server.shutdownOutput(); // nothing more will come; and now we listen
        } catch (IOException e) {
            System.err.println("cannot send: " + e.getMessage());
        }
    }

    // ---- yours: to here ----

    static void copy(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[8192];
        for (int count; (count = from.read(buffer)) != -1; ) {
            to.write(buffer, 0, count);
            to.flush();
        }
    }

    static void main(String[] args) {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        try (var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            talk(server);
        } catch (IOException e) {
            System.err.println("it is over: " + e.getMessage());
            System.exit(1);
        }
    }
}
