///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 08a: a bounded queue, and a thread of its own that may wait.
class Chat {

    // ---- yours: from here ----

    /// What waits for a guest. Many threads post, one at a time.
    static final class Outbox {

        private static final byte[] END = {};

        private final Socket socket;
        private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(LIMIT);

        Outbox(Socket socket) {
            this.socket = socket;
            Thread.startVirtualThread(this::write);
        }

        /// Sends a line, with its end, some time. Never waits.
        void post(byte[] line) {
            if (!lines.offer(line)) closeQuietly(socket); // it has not read for too long
        }

        /// Comes last: sends what still waits, and closes the socket.
        void close() {
            post(END);
        }

        private void write() {
            try (socket) {
                var out = socket.getOutputStream();
                for (byte[] line; (line = lines.take()) != END; ) out.write(line);
            } catch (IOException | InterruptedException e) {
                System.err.println("a guest does not take its lines: " + e.getMessage());
            }
        }
    }

    // ---- yours: to here ----

    static final int LIMIT = 100; // lines that may wait for a guest
    static final int LINE = 4096; // bytes of a line at most
    static final int SEND_BUFFER = 64 * 1024; // bytes that the kernel may hold for a guest
    static final Map<String, Outbox> ROOM = new LinkedHashMap<>(); // guarded by itself

    static void main(String[] args) throws IOException {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
            while (true) {
                var socket = listener.accept();
                Thread.startVirtualThread(() -> serve(socket));
            }
        }
    }

    static void serve(Socket socket) {
        String name = null;
        Outbox outbox = null;
        try {
            socket.setSendBufferSize(SEND_BUFFER);
            var in = new BufferedInputStream(socket.getInputStream());
            outbox = new Outbox(socket);
            tell(outbox, "* welcome; what is your name?");
            name = join(readLine(in), outbox);
            if (name != null) listen(in, name);
        } catch (IOException e) {
            System.err.println("a guest is gone: " + e.getMessage());
        } finally {
            leave(name, outbox);
            if (outbox == null) closeQuietly(socket);
        }
    }

    /// @return the name; null if it is none, or taken
    static String join(String name, Outbox outbox) {
        synchronized (ROOM) {
            if (name == null || !name.matches("[a-zA-Z0-9]{1,32}") || ROOM.containsKey(name)) {
                tell(outbox, "* this is no name, or it is taken");
                return null;
            }
            tell(outbox, ROOM.isEmpty() ? "* nobody else is here"
                    : "* here: " + String.join(", ", ROOM.keySet()));
            tellOthers(name, "* " + name + " has joined");
            ROOM.put(name, outbox);
            return name;
        }
    }

    static void listen(InputStream in, String name) throws IOException {
        var due = System.nanoTime();
        for (String line; (line = readLine(in)) != null; ) {
            tellOthers(name, "[" + name + "] " + line);
            // Nobody types a line in each millisecond: so those who read can keep up.
            var now = System.nanoTime();
            due = Math.max(due, now - 50_000_000) + 1_000_000;
            LockSupport.parkNanos(due - now);
        }
    }

    static void leave(String name, Outbox outbox) {
        synchronized (ROOM) {
            if (name != null) {
                ROOM.remove(name);
                tellOthers(name, "* " + name + " has left");
            }
            if (outbox != null) outbox.close();
        }
    }

    static void tellOthers(String speaker, String line) {
        synchronized (ROOM) {
            ROOM.forEach((name, outbox) -> {
                if (!name.equals(speaker)) tell(outbox, line);
            });
        }
    }

    static void tell(Outbox outbox, String line) {
        synchronized (ROOM) {
            outbox.post((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /// @return a line without its end, or null at the end of the stream
    static String readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) != '\n'; ) {
            if (next == -1) return null;
            if (line.size() == LINE) throw new ProtocolException("a line is too long");
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "");
    }

    /// Ends the connection at once, from any thread: reads and writes get an exception.
    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.err.println("it does not close: " + e.getMessage());
        }
    }
}
