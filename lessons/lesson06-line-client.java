///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 06: asks the socket server over TCP, UDP or a Unix socket

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.ExecutionException; // picocli has one, too
import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 06: a client for the socket server
///
/// Sends each line you type and waits for the answer to it; Ctrl-D ends it. Start
/// `jbang lesson06-socketserver.java` first, and give both the same transport: nothing,
/// `--udp`, or `--unix PATH`.
///
/// In lesson 01 the client could not tell where an answer ends. The socket server answers
/// a line with a line, so this client sends, waits, and shows, one line after the other.
///
/// Look for:
///
/// - With `--unix` only the address differs: the same channel, the same stream of bytes.
/// - With `--udp` there is no connection. The client starts although nobody listens, and
///   learns of it only when the other end reports that the port is closed.
/// - Stop the UDP server with Ctrl-Z: the datagram is sent, and no answer comes. We give
///   up that line, not the server: the next datagram depends on nothing before it.
///
/// What is still wrong: an answer that comes after [#PATIENCE] is taken for the answer to
/// the next datagram. Protocols on UDP put a number into each request for that, as DNS
/// does (RFC 1035, 4.1.1).
class LineClient {

    /// How long a line may wait for its answer, and a connection for its handshake.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// The longest line and the longest answer, in bytes without their ends. A datagram
    /// over IPv4 holds at most 65,507 (RFC 768, RFC 791).
    static final int LIMIT = 65_000;

    /// Where the server is.
    sealed interface Address {
        record Tcp(InetSocketAddress address) implements Address {}
        record Udp(InetSocketAddress address) implements Address {}
        record Unix(Path path) implements Address {}
    }

    /// A way to the server: a line goes there, an answer comes back.
    interface Exchange extends Closeable {

        /// @param line without its end
        /// @return the answer without its end; null if the server has closed the stream
        /// @throws SocketTimeoutException if there is no answer in time
        byte[] ask(byte[] line) throws IOException;
    }

    /// TCP and Unix sockets: a stream in each direction.
    static final class Connection implements Exchange {

        private final SocketChannel channel;
        private final InputStream in;
        private final OutputStream out;
        private final Duration patience;

        Connection(SocketAddress server, Duration patience) throws IOException {
            this.patience = patience;
            channel = server instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            in = new BufferedInputStream(Channels.newInputStream(channel));
            out = Channels.newOutputStream(channel);
            inTime(() -> channel.connect(server), "no connection");
        }

        @Override
        public byte[] ask(byte[] line) throws IOException {
            return inTime(() -> {
                out.write(withEnd(line));
                return readLine(in);
            }, "no answer");
        }

        /// A channel has no timeout. But closing it frees the thread that waits for it.
        private <T> T inTime(Callable<T> call, String otherwise) throws IOException {
            var task = new FutureTask<>(call);
            Thread.startVirtualThread(task);
            try {
                return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                close();
                throw new SocketTimeoutException(otherwise + within(patience));
            } catch (ExecutionException e) {
                close();
                if (e.getCause() instanceof IOException cause) throw cause;
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                close();
                throw new InterruptedIOException("interrupted");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// UDP: a datagram there, a datagram back.
    static final class Datagrams implements Exchange {

        private final DatagramSocket socket = new DatagramSocket();
        private final Duration patience;

        /// Sends nothing, so it cannot tell whether there is a server. `connect` only
        /// says with whom we speak: the kernel drops datagrams of others, and a closed
        /// port becomes an exception.
        Datagrams(SocketAddress server, Duration patience) throws IOException {
            this.patience = patience;
            socket.connect(server);
            socket.setSoTimeout((int) patience.toMillis());
        }

        @Override
        public byte[] ask(byte[] line) throws IOException {
            var request = withEnd(line);
            var answer = new DatagramPacket(new byte[65_535], 65_535);
            try {
                socket.send(new DatagramPacket(request, request.length));
                socket.receive(answer);
            } catch (SocketTimeoutException e) {
                throw new SocketTimeoutException("no answer" + within(patience)
                        + ": the question is lost, or the answer, or the server is busy");
            }
            return withoutEnd(Arrays.copyOf(answer.getData(), answer.getLength()));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /// Connects, if the transport knows connections.
    ///
    /// @param patience as in [#PATIENCE]
    static Exchange open(Address address, Duration patience) throws IOException {
        return switch (address) {
            case Address.Tcp(var at) -> new Connection(at, patience);
            case Address.Udp(var at) -> new Datagrams(at, patience);
            case Address.Unix(var path) ->
                    new Connection(UnixDomainSocketAddress.of(path), patience);
        };
    }

    private static String within(Duration patience) {
        return " within %.1f s".formatted(patience.toMillis() / 1e3);
    }

    // ---- lines ----

    private static byte[] withEnd(byte[] line) {
        var all = Arrays.copyOf(line, line.length + 1);
        all[line.length] = '\n';
        return all;
    }

    /// @return the next line without LF or CR LF, or null after the last
    /// @throws IOException if it is longer than [#LIMIT]
    static byte[] readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) != -1; ) {
            line.write(next);
            if (next == '\n') return withoutEnd(line.toByteArray());
            if (line.size() > LIMIT) {
                throw new IOException("a line longer than " + LIMIT + " bytes");
            }
        }
        return line.size() == 0 ? null : line.toByteArray();
    }

    private static byte[] withoutEnd(byte[] line) {
        var end = line.length;
        if (end > 0 && line[end - 1] == '\n') end--;
        if (end < line.length && end > 0 && line[end - 1] == '\r') end--;
        return Arrays.copyOf(line, end);
    }

    // ---- the program ----

    @Command(name = "lesson06-line-client.java", description =
            "Sends each line you type and shows the answer to it; Ctrl-D ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "where the server is (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "its port (default: ${DEFAULT-VALUE})")
        int port;

        @ArgGroup Transport transport = new Transport();

        static class Transport {
            @Option(names = "--udp",
                    description = "datagrams instead of a TCP connection")
            boolean udp;

            @Option(names = "--unix", paramLabel = "PATH",
                    description = "the Unix socket there; HOST and PORT do not matter")
            Path unix;
        }

        @Option(names = {"-h", "--help"}, usageHelp = true,
                description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            if (port < 1 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            Exchange exchange;
            try {
                exchange = open(address(), PATIENCE);
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot connect to %s: %s; is the server running?"
                        .formatted(server(), e.getMessage()));
            }
            try (exchange) {
                System.err.println((transport.udp ? "datagrams go to " : "connected to ")
                        + server());
                return talk(exchange, System.in, System.out) ? 0 : 1;
            } catch (IOException e) {
                return fail(e.getMessage());
            }
        }

        private Address address() throws UnknownHostException {
            if (transport.unix != null) return new Address.Unix(transport.unix);
            var address = new InetSocketAddress(InetAddress.getByName(host), port);
            return transport.udp ? new Address.Udp(address) : new Address.Tcp(address);
        }

        private String server() {
            return transport.unix != null ? transport.unix.toString() : host + ":" + port;
        }

        /// @return whether every line has been answered
        private boolean talk(Exchange exchange, InputStream in, PrintStream out)
                throws IOException {
            var allAnswered = true;
            for (byte[] line; (line = readLine(in)) != null; ) {
                try {
                    var answer = exchange.ask(line);
                    if (answer == null) {
                        throw new IOException("the server closed the connection");
                    }
                    show(answer, out);
                } catch (SocketTimeoutException e) {
                    if (!transport.udp) throw e;
                    System.err.println(e.getMessage());
                    allAnswered = false;
                } catch (PortUnreachableException e) {
                    throw new IOException("nobody listens on " + server()
                            + "; is the server running, with --udp?", e);
                }
            }
            return allAnswered;
        }

        /// To a file or a pipe byte for byte. To a terminal nothing that controls it.
        private static void show(byte[] answer, PrintStream out) {
            if (System.console() != null && System.console().isTerminal()) {
                out.println(new String(answer, UTF_8).replaceAll("\\p{C}", "?"));
            } else {
                out.writeBytes(withEnd(answer));
            }
            out.flush();
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
