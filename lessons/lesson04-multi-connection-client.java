///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 04: one thread, one selector, many connections to a server

import module java.base;

import static java.nio.channels.SelectionKey.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 04: the multi-connection client
///
/// The selector from the other side: one thread opens many connections at once, sends a few
/// messages on each, and shows what comes back on which.
///
/// Start `jbang lesson03-selector-server.java` in a second terminal, then this. Look for:
///
/// - A non-blocking connect returns before there is a connection; Python's `connect_ex` then says
///   EINPROGRESS. The selector reports CONNECT when the handshake is over *or has failed*, and
///   `finishConnect` tells which: try a port where nobody listens.
/// - The two messages of a connection leave one right after the other, and the server may see them
///   in one read and answer them as one. Run it a few times: both happen. A stream has no messages.
/// - `jbang lesson04-multi-connection-client.java 127.0.0.1 5678 10000 --quiet`: 10,000
///   connections, and still one thread at each end.
///
/// The article's client hangs up after the first bytes that come, and loses the second answer if
/// the server sent them apart; its last act is a reset which, as often as not, kills the article's
/// server. Here we half-close when all is sent, and read until the server closes too.
///
/// What is still wrong: we read to the end of the stream because nothing else says where an answer
/// ends. A connection that is to be used again needs a header: lesson 05.
class MultiConnectionClient {

    private final InetSocketAddress server;
    private final int connections;
    private final List<String> messages;
    private final boolean quiet;
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);
    private int open;
    private int failed;

    /// @param server where to connect to
    /// @param connections how many connections to open, at least one
    /// @param messages what to send on each, in this order, each with a write of its own
    /// @param quiet no line per message
    MultiConnectionClient(
            InetSocketAddress server, int connections, List<String> messages, boolean quiet) {
        this.server = server;
        this.connections = connections;
        this.messages = List.copyOf(messages);
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
            // Not `while (!selector.keys().isEmpty())`: a closed channel's key stays in there until
            // the next select, and that select would never return.
            while (open > 0) {
                selector.select(key -> ((Connection) key.attachment()).ready());
            }
        }
        return failed;
    }

    /// One connection: connecting, then sending and receiving, then only receiving, then closed.
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
                if (channel.connect(server)) {
                    connected();
                }
            } catch (IOException e) {
                fail(e.getMessage());
            }
        }

        void ready() {
            try {
                if (key.isConnectable()) {
                    channel.finishConnect(); // throws if the handshake failed
                    connected();
                    return;
                }
                if (key.isReadable()) receive();
                if (key.isValid() && key.isWritable()) send(); // receive() may have closed it
            } catch (IOException e) {
                fail(e.getMessage());
            }
        }

        private void connected() {
            say("connected from " + channel.socket().getLocalPort());
            key.interestOps(OP_READ | OP_WRITE);
        }

        /// Sends one message, or as much of it as the kernel takes. WRITE is in the interest set
        /// only until the last byte has gone: a socket with nothing to send is writable all the
        /// time, and would wake us all the time.
        private void send() throws IOException {
            if (!sending.hasRemaining() && unsent.hasNext()) {
                sending = UTF_8.encode(unsent.next());
                if (!quiet) say("sends " + describe(sending));
            }
            channel.write(sending);
            if (sending.hasRemaining() || unsent.hasNext()) return;
            key.interestOps(OP_READ);
            channel.shutdownOutput(); // half-close: "that was all", and still listening
        }

        private void receive() throws IOException {
            received.clear();
            var count = channel.read(received);
            if (count == -1) {
                if (sending.hasRemaining() || unsent.hasNext()) {
                    fail("the server closed it before everything was sent");
                } else {
                    end("closed by the server");
                }
            } else if (!quiet) {
                say("receives " + describe(received.flip()));
            }
        }

        private void fail(String why) {
            failed++;
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
            IO.println("connection " + number + " " + what);
        }
    }

    private static String describe(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes.length + " bytes: " + readable(bytes);
    }

    /// The bytes as text if they are UTF-8, else in hex. Control characters become `?`: a server
    /// must not write escape sequences to our terminal.
    private static String readable(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        return text.contains("\uFFFD")
                ? "%.60s".formatted(HexFormat.ofDelimiter(" ").formatHex(bytes))
                : "\"%.60s\"".formatted(text.replace("\n", "\\n").replaceAll("\\p{C}", "?"));
    }

    @Command(name = "lesson04-multi-connection-client.java", description =
            "Opens many connections at once, sends messages on each, shows the answers.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "where the server is (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "its port (default: ${DEFAULT-VALUE})")
        int port;

        @Parameters(arity = "0..1", defaultValue = "2", paramLabel = "CONNECTIONS",
                description = "how many to open (default: ${DEFAULT-VALUE})")
        int connections;

        @Parameters(index = "3..*", arity = "0..*", paramLabel = "MESSAGE",
                description = "what to send on each (default: two messages)")
        List<String> messages = List.of("Message 1 from client", "Message 2 from client");

        @Option(names = "--quiet", description = "no line per message")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            if (port < 1 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            if (connections < 1) {
                throw new ParameterException(spec.commandLine(), "at least one connection, please");
            }
            try {
                var server = new InetSocketAddress(InetAddress.getByName(host), port);
                var failed = new MultiConnectionClient(server, connections, messages, quiet).run();
                IO.println(connections + " connections, " + failed + " failed");
                return failed == 0 ? 0 : 1;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot select: " + e.getMessage());
            }
        }

        private static int fail(String why) {
            System.err.println(why);
            return 1;
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
