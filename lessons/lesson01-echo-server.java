///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 01: a blocking echo server, one client at a time

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 01: the echo server
///
/// The smallest server there is: open, accept, read, write, close. It answers every read with
/// `echo ` and the bytes it has just read, whatever they are.
///
/// In a second terminal type `jbang lesson01-echo-client.java` (or `nc 127.0.0.1 5678`), then a
/// few lines. Look for:
///
/// - The log shows bytes, not messages. TCP carries a stream: type a line of 3,000 letters, and it
///   comes back in pieces of at most 1,024, each with an `echo ` of its own.
/// - Start a second client while the first is there. It *connects at once*: the kernel finishes
///   the handshake and queues the connection in the backlog. Only its answers have to wait.
/// - Kill a client in any way you like (Ctrl-C, `kill -9`): the server shrugs and takes the next.
///
/// What is still wrong: one client that says nothing, or never reads its answers, keeps all the
/// others waiting for ever. Lesson 02 serves them together.
class EchoServer implements AutoCloseable {

    private static final int READ_LIMIT = 1024;

    /// How many finished handshakes may wait for `accept`. This bounds the queue at the door, not
    /// the number of clients.
    private static final int BACKLOG = 50;

    private final ServerSocket listener;
    private final byte[] prefix;
    private final boolean quiet;
    private volatile Socket client;

    /// Opens the listening socket; from here on clients can connect, and wait in the backlog.
    ///
    /// SO_REUSEADDR, which the article sets by hand, is on by default in Java on Unix: the port can
    /// be bound again while old connections linger in TIME_WAIT (RFC 9293, section 3.6).
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the bytes of every read; an empty one gives RFC 862
    /// @param quiet no line per message
    /// @throws IOException if the address is taken, or not ours
    EchoServer(InetSocketAddress address, String prefix, boolean quiet) throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.quiet = quiet;
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
    }

    /// The port on which the server listens.
    int port() {
        return listener.getLocalPort();
    }

    /// Serves one client after the other, until [#close()].
    ///
    /// @throws IOException if accept fails for any reason but that
    void serve() throws IOException {
        while (!listener.isClosed()) {
            try (var accepted = listener.accept()) {
                client = accepted;
                if (!listener.isClosed()) {
                    talkWith(accepted);
                }
            } catch (SocketException e) {
                if (!listener.isClosed()) {
                    throw e;
                }
            }
        }
    }

    /// Whatever goes wrong in here is this client's end and nobody else's.
    private void talkWith(Socket client) {
        var who = client.getRemoteSocketAddress().toString().substring(1);
        IO.println(who + " connected");
        try {
            client.setTcpNoDelay(true); // or an answer waits until the last one is acknowledged
            echo(client, who);
            IO.println(who + " has left");
        } catch (IOException e) {
            IO.println(who + " is gone: " + e.getMessage());
        }
    }

    /// The bytes are never decoded, so half a character passes through unharmed. The prefix stands
    /// in front of the buffer for good: one read behind it, one write of both.
    private void echo(Socket client, String who) throws IOException {
        var in = client.getInputStream();
        var out = client.getOutputStream();
        var buffer = Arrays.copyOf(prefix, prefix.length + READ_LIMIT);
        int count;
        while ((count = in.read(buffer, prefix.length, READ_LIMIT)) != -1) {
            log(who + " sent us", buffer, prefix.length, prefix.length + count);
            out.write(buffer, 0, prefix.length + count); // blocks until the kernel has taken it all
            log(who + " gets back", buffer, 0, prefix.length + count);
        }
    }

    private void log(String what, byte[] bytes, int from, int to) {
        if (!quiet) {
            IO.println("%s %d bytes: %s".formatted(
                    what, to - from, readable(Arrays.copyOfRange(bytes, from, to))));
        }
    }

    /// The bytes as text if they are UTF-8, else in hex. Control characters become `?`: a log must
    /// not let a stranger write escape sequences to our terminal.
    private static String readable(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        return text.contains("\uFFFD")
                ? "%.60s".formatted(HexFormat.ofDelimiter(" ").formatHex(bytes))
                : "\"%.60s\"".formatted(text.replace("\n", "\\n").replaceAll("\\p{C}", "?"));
    }

    /// Stops listening and hangs up on the client. Idempotent, from any thread.
    @Override
    public void close() {
        try {
            listener.close();
            var current = client;
            if (current != null) {
                current.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Command(name = "lesson01-echo-server.java", description =
            "A blocking echo server, one client at a time; Ctrl-C ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "address to listen on (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
        int port;

        @Option(names = "--prefix", defaultValue = "echo ", paramLabel = "TEXT",
                description = "goes before each answer (default: '${DEFAULT-VALUE}')")
        String prefix;

        @Option(names = "--quiet", description = "no line per message")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new EchoServer(address, prefix, quiet)) {
                    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                    IO.println("listening on " + host + ":" + server.port());
                    server.serve();
                }
                return 0;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot listen on %s:%d: %s; try another port, 0 picks a free one"
                        .formatted(host, port, e.getMessage()));
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
