///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ClientCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 04: one thread, one selector, many connections to a server

import module java.base;

import static java.nio.channels.SelectionKey.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 04: the multi-connection client
///
/// The selector from the other side: one thread opens many connections at once, sends a
/// few messages on each, and shows what comes back on which.
///
/// Start `jbang lesson03-selector-server.java` in a second terminal, then this. Look for:
///
/// - A non-blocking connect returns before there is a connection; Python's `connect_ex`
///   then says EINPROGRESS. The selector reports CONNECT when the handshake is over *or
///   has failed*, and `finishConnect` tells which: try a port where nobody listens.
/// - The two messages of a connection leave one right after the other, and the server may
///   get them in one read and answer them as one. Run it a few times: both happen. A
///   stream has no messages.
/// - `jbang lesson04-multi-connection-client.java 5678 10000 --quiet`: 10,000
///   connections, and still one thread at each end. Each needs a file descriptor at
///   either end.
///
/// The article's client closes after the first bytes that come, and loses the second
/// answer if the server sent them apart. To close with bytes unread is a reset, which
/// often ends the article's server. Here we half-close when all is sent, and read until
/// the server closes.
///
/// What is still wrong: we read to the end of the stream because nothing else says where
/// an answer ends. A connection that is to be used again needs a header: lesson 05.
class MultiConnectionClient {

    private static final Duration NOTICE = Duration.ofSeconds(5);
    private static final int LOOK_MILLIS = 200;

    private final InetSocketAddress server;
    private final int connections;
    private final List<String> messages;
    private final Duration deadline;
    private final boolean quiet;
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);
    private final Map<String, Integer> failures = new TreeMap<>(); // how many, by reason
    private int open;

    /// @param server where to connect to
    /// @param connections how many connections to open, at least one
    /// @param messages what to send on each, in this order, each with a write of its own
    /// @param deadline after which time without any event the open connections are given
    ///         up
    /// @param quiet no lines about single connections
    MultiConnectionClient(InetSocketAddress server, int connections,
            List<String> messages, Duration deadline, boolean quiet) {
        this.server = server;
        this.connections = connections;
        this.messages = List.copyOf(messages);
        this.deadline = deadline;
        this.quiet = quiet;
    }

    /// Opens all connections, and returns when each has come to its end, good or bad.
    ///
    /// @return how many failed
    /// @throws IOException if the selector itself fails
    int run() throws IOException {
        try (var selector = Selector.open()) {
            for (int number = 1; number <= connections; number++) {
                new Connection(number).connect(selector);
            }
            var lastEvent = System.nanoTime();
            var told = false;
            // Not `while (!selector.keys().isEmpty())`: the key of a closed channel stays
            // in there until the next select, and that select would never return.
            while (open > 0) {
                var ready = selector.select(
                        key -> ((Connection) key.attachment()).ready(), LOOK_MILLIS);
                if (ready > 0) lastEvent = System.nanoTime();
                var silence = Duration.ofNanos(System.nanoTime() - lastEvent);
                if (silence.compareTo(deadline) > 0) giveUp(selector, silence);
                if (silence.compareTo(NOTICE) > 0 && !told) {
                    System.err.println("waiting for " + open + " connections:"
                            + " nothing came for " + silence.toSeconds() + " s");
                }
                told = silence.compareTo(NOTICE) > 0;
            }
        }
        return failed();
    }

    private void giveUp(Selector selector, Duration silence) {
        for (var key : selector.keys()) {
            if (key.isValid()) {
                ((Connection) key.attachment()).fail(
                        "nothing came for " + silence.toSeconds() + " s");
            }
        }
    }

    private int failed() {
        return failures.values().stream().mapToInt(each -> each).sum();
    }

    /// One line: `2 connections, 0 failed`, or how many failed for which reason.
    String summary() {
        var reasons = failures.entrySet().stream()
                .map(each -> each.getValue() + " x " + each.getKey())
                .collect(Collectors.joining(", "));
        return connections + " connections, " + failed() + " failed"
                + (reasons.isEmpty() ? "" : ": " + reasons);
    }

    /// One connection: it connects, then sends and receives, then only receives, then
    /// closes.
    private final class Connection {

        private final int number;
        private final Iterator<String> unsent = messages.iterator();
        private ByteBuffer sending = ByteBuffer.allocate(0);
        private SocketChannel channel;
        private SelectionKey key;

        Connection(int number) {
            this.number = number;
        }

        void connect(Selector selector) {
            open++;
            try {
                channel = SocketChannel.open();
                channel.configureBlocking(false);
                key = channel.register(selector, OP_CONNECT, this);
                if (channel.connect(server)) connected();
            } catch (IOException e) {
                fail(e.getMessage());
            }
        }

        void ready() {
            if (!key.isValid()) return; // select may call twice, see its Javadoc
            try {
                if (key.isConnectable()) {
                    channel.finishConnect(); // throws if the handshake failed
                    connected();
                    return;
                }
                if (key.isReadable()) receive();
                if (key.isValid() && key.isWritable()) send(); // if it is still open
            } catch (IOException e) {
                fail(e.getMessage());
            }
        }

        private void connected() {
            say("connected from " + channel.socket().getLocalPort());
            key.interestOps(OP_READ | OP_WRITE);
        }

        /// Sends one message, or as much of it as the kernel takes. WRITE is in the
        /// interest set only until the last byte has gone: a socket with nothing to send
        /// is nearly always writable, and select would return at once, again and again.
        private void send() throws IOException {
            if (!sending.hasRemaining() && unsent.hasNext()) {
                sending = UTF_8.encode(unsent.next());
                say("sends " + describe(sending));
            }
            channel.write(sending);
            if (sending.hasRemaining() || unsent.hasNext()) return;
            key.interestOps(OP_READ);
            channel.shutdownOutput(); // half-close: the server can still answer
        }

        private void receive() throws IOException {
            received.clear();
            var count = channel.read(received);
            if (count > 0) {
                say("receives " + describe(received.flip()));
            } else if (count == -1 && (sending.hasRemaining() || unsent.hasNext())) {
                fail("the server closed it before everything was sent");
            } else if (count == -1) {
                end("closed by the server");
            }
        }

        private void fail(String why) {
            failures.merge(why, 1, Integer::sum);
            end("failed: " + why);
        }

        private void end(String how) {
            open--;
            say(how);
            try {
                if (channel != null) channel.close(); // cancels the key, too
            } catch (IOException e) {
                say("could not be closed: " + e.getMessage());
            }
        }

        private void say(String what) {
            if (!quiet) IO.println("connection " + number + " " + what);
        }
    }

    private static String describe(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes.length + " bytes: " + Printable.start(bytes, 0, bytes.length);
    }

    private int runAndReport() throws IOException {
        var failed = run();
        IO.println(summary());
        if (failures.containsKey("Too many open files")) {
            System.err.println("each connection needs a file descriptor: raise the limit"
                    + " with `ulimit -n 20000`, in the server's terminal as well");
        }
        return failed == 0 ? 0 : 1;
    }

    static int run(String... args) {
        var command = new ClientCommand("lesson04-multi-connection-client.java",
                "Opens many connections at once, sends messages on each, shows the"
                        + " answers.");
        var connections = command.number("CONNECTIONS", 2, 1,
                "how many to open (default: ${DEFAULT-VALUE})");
        var messages = command.rest("MESSAGE",
                List.of("Message 1 from client", "Message 2 from client"),
                "what to send on each (default: two messages)");
        var deadline = command.seconds("--deadline", 30,
                "give up when nothing came for so long (default: ${DEFAULT-VALUE})");
        var quiet = command.flag("--quiet", "no line per message");
        return command.run(args, server -> new MultiConnectionClient(server,
                connections.get(), messages.get(), deadline.get(), quiet.get())
                .runAndReport());
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
