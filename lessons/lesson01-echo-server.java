///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 01: a blocking echo server, one client at a time

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 01: the echo server
///
/// The smallest server there is: open, accept, read, write, close. It answers every read
/// with `echo ` and the bytes it has just read, whatever they are.
///
/// Start it with `jbang lesson01-echo-server.java`. In a second terminal type
/// `jbang lesson01-echo-client.java` (or `nc 127.0.0.1 5678`), then a few lines. Look
/// for:
///
/// - The log shows bytes, not messages. TCP carries a stream: type a line of 3,000
///   letters, and each read takes at most 1,024 of them and gets an `echo ` of its own.
/// - Start a second client while the first is there. It *connects at once*: the kernel
///   completes the handshake and queues the connection. Only its answers have to wait.
/// - End a client with Ctrl-C or `kill -9`: the server logs it and serves the next one.
///
/// [ServerCommand] reads the arguments, and calls [#close()] on Ctrl-C; [Narrator] writes
/// the log. Everything about sockets is in this file.
///
/// What is still wrong: one client that says nothing, or never reads its answers, keeps
/// all the others waiting for ever. Lesson 02 serves them together.
class EchoServer implements Server {

    private static final int READ_LIMIT = 1024; // bytes
    private static final int BACKLOG = 50; // connections that may wait for accept

    private final ServerSocket listener;
    private final byte[] prefix;
    private final Narrator log;
    private volatile Socket current; // set by serve(), closed by close() on Ctrl-C

    /// Opens the listening socket; from here on clients can connect, and wait in the
    /// backlog.
    ///
    /// SO_REUSEADDR, which the Python article beside this course sets by hand, is on by
    /// default in Java on Unix: the port can be bound again while connections of an
    /// earlier server are in TIME_WAIT (RFC 9293, section 3.6).
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read; with an empty one this is the
    ///        echo service of RFC 862
    /// @throws IOException if the address is in use, or does not belong to this machine
    EchoServer(InetSocketAddress address, String prefix, Narrator log)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.log = log;
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    /// Serves one client after the other.
    @Override
    public void serve() throws IOException {
        while (!listener.isClosed()) {
            try (var accepted = listener.accept()) {
                current = accepted;
                if (!listener.isClosed()) talkWith(accepted); // or close() missed it
            } catch (SocketException e) {
                if (!listener.isClosed()) throw e;
            }
        }
    }

    /// Whatever goes wrong in here ends this connection, and not the server.
    private void talkWith(Socket client) {
        var who = Narrator.nameOf(client.getRemoteSocketAddress());
        log.connected(who);
        try {
            client.setTcpNoDelay(true); // or an answer waits for the ACK of the last one
            echo(client, who);
            log.left(who);
        } catch (IOException e) {
            log.lost(who, e);
        }
    }

    /// Each read goes behind the prefix, so that one write sends both. The bytes are
    /// never decoded. But a read can end inside a character, and then the next prefix
    /// comes between its bytes: only an empty prefix leaves every text as it was.
    private void echo(Socket client, String who) throws IOException {
        var in = client.getInputStream();
        var out = client.getOutputStream();
        var buffer = Arrays.copyOf(prefix, prefix.length + READ_LIMIT);
        int count;
        while ((count = in.read(buffer, prefix.length, READ_LIMIT)) != -1) {
            var end = prefix.length + count;
            log.received(who, buffer, prefix.length, end);
            out.write(buffer, 0, end); // blocks until the kernel has taken all of it
            log.sent(who, buffer, 0, end);
        }
    }

    /// A thread blocked in `accept`, `read` or `write` gets a [SocketException].
    @Override
    public void close() {
        try {
            listener.close();
            var client = current;
            if (client != null) client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Apart from `main`, so that tests can call it.
    static int run(String... args) {
        return new ServerCommand("lesson01-echo-server.java",
                "A blocking echo server, one client at a time; Ctrl-C ends it.")
                .runEcho(args, EchoServer::new);
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
