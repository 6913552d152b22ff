///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ClientCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 06: asks the socket server over TCP, UDP or a Unix socket

import module java.base;

import shared.*;

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

    /// Asks line by line.
    ///
    /// @param server its name, for messages
    /// @return the exit code: 0 if every line has been answered
    private static int talk(Exchange exchange, String server, InputStream in,
            OutputStream out) throws IOException {
        var status = 0;
        for (byte[] line; (line = readLine(in)) != null; ) {
            try {
                var answer = exchange.ask(line);
                if (answer == null) throw new EOFException();
                out.write(withEnd(answer));
            } catch (EOFException e) {
                return ClientCommand.fail("the server closed the connection");
            } catch (PortUnreachableException e) {
                return ClientCommand.fail("nobody listens on " + server
                        + "; is the server running, with --udp?");
            } catch (SocketTimeoutException e) {
                status = ClientCommand.fail(e.getMessage());
                if (exchange instanceof Connection) return status; // it is closed
            }
        }
        return status;
    }

    private static int connectAndTalk(Address address, String server) throws IOException {
        Exchange opened;
        try {
            opened = open(address, PATIENCE);
        } catch (IOException e) {
            return ClientCommand.fail("cannot connect to %s: %s; is the server running?"
                    .formatted(server, e.getMessage()));
        }
        try (var exchange = opened; var out = ClientOutput.standard()) {
            System.err.println((exchange instanceof Connection
                    ? "connected to " : "datagrams go to ") + server);
            return talk(exchange, server, System.in, out);
        }
    }

    static int run(String... args) {
        var command = new ClientCommand("lesson06-line-client.java",
                "Sends each line you type and shows the answer to it; Ctrl-D ends it.");
        var transport = command.oneOf();
        var udp = transport.flag("--udp", "datagrams instead of a TCP connection");
        var unix = transport.text("--unix", "PATH",
                "the Unix socket there; HOST and PORT do not matter");
        return command.run(args, server -> {
            if (unix.get() != null) {
                return connectAndTalk(new Address.Unix(Path.of(unix.get())), unix.get());
            }
            var address = udp.get() ? new Address.Udp(server) : new Address.Tcp(server);
            return connectAndTalk(address, ClientCommand.nameOf(server));
        });
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
