///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 06a: a loop that nothing leaves but the end of the server.
class Workers {

    /// Code that the server does not know.
    interface Handler {
        void handle(Socket client) throws Exception;
    }

    // ---- yours: from here ----

    /// What each of the workers does, for ever.
    static void work(BlockingQueue<Socket> accepted, Handler handler)
            throws InterruptedException {
        while (true) {
            var client = accepted.take();
            try (client) {
                handler.handle(client);
            } catch (Exception | StackOverflowError e) { // whatever a handler can do
                System.err.println("a handler failed: " + e);
            }
        }
    }

    // ---- yours: to here ----

    static final int WORKERS = 4;
    static final int BACKLOG = 50; // connections that may wait for a worker

    static void echoLines(Socket client) throws Exception {
        client.setSoTimeout(10_000);
        var in = new BufferedReader(new InputStreamReader(client.getInputStream()));
        for (String line; (line = in.readLine()) != null; ) {
            switch (line) {
                case "divide" -> throw new ArithmeticException("/ by zero");
                case "fail" -> throw new IOException("the disk is full");
                case "recurse" -> recurse(1);
                default -> client.getOutputStream().write((line + "\n").getBytes());
            }
        }
    }

    static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    static void main(String[] args) throws Exception {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        var accepted = new ArrayBlockingQueue<Socket>(BACKLOG);
        for (int i = 0; i < WORKERS; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    work(accepted, Workers::echoLines);
                } catch (Throwable e) {
                    System.err.println("a worker has ended: " + e);
                }
            });
        }
        try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
            while (true) accepted.put(listener.accept());
        }
    }
}
