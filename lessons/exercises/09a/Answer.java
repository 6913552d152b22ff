///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 09a: two clients take turns, with bytes of any kind, and in the end nothing may
/// be left over.
class OwnProperty {

    // ---- yours: from here ----

    /// Something that is true of every echo server.
    ///
    /// @param random decides what is sent
    /// @throws AssertionError if it is not true of this one; so does an IOException
    static void property(Random random, InetSocketAddress server) throws IOException {
        try (var a = connect(server); var b = connect(server)) {
            var rounds = 2 + random.nextInt(3);
            for (int i = 0; i < rounds; i++) {
                say(message(random), a);
                say(message(random), b);
            }
            finish(a);
            finish(b);
        }
    }

    static void say(byte[] message, Socket client) throws IOException {
        client.getOutputStream().write(message);
        var answer = client.getInputStream().readNBytes(message.length);
        check(Arrays.equals(message, answer), "not what was sent, after " + message.length);
    }

    static void finish(Socket client) throws IOException {
        client.shutdownOutput();
        check(client.getInputStream().read() == -1, "more comes back than was sent");
    }

    /// Any bytes, not only text; short ones and long ones.
    static byte[] message(Random random) {
        var message = new byte[1 + random.nextInt(random.nextBoolean() ? 10 : 4000)];
        random.nextBytes(message);
        return message;
    }

    // ---- yours: to here ----

    static Socket connect(InetSocketAddress server) throws IOException {
        var socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(250);
        return socket;
    }

    static void check(boolean isTrue, String otherwise) {
        if (!isTrue) throw new AssertionError(otherwise);
    }

    static void main(String[] args) throws IOException {
        try (var own = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(own));
            var port = args.length == 0 ? own.getLocalPort() : Integer.parseInt(args[0]);
            for (int seed = 0; seed < 100; seed++) {
                try {
                    property(new Random(seed), new InetSocketAddress("127.0.0.1", port));
                } catch (AssertionError | IOException e) {
                    System.out.println("broken with seed " + seed + ": " + e.getMessage());
                    return;
                }
            }
            System.out.println("kept, 100 times");
        }
    }

    static void serve(ServerSocket listener) {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> echo(client));
            }
        } catch (IOException e) {
            System.err.println("the server ends: " + e.getMessage());
        }
    }

    static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
        }
    }
}
