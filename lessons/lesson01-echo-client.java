///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 01: a client for every echo server of the workbook

import module java.base;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 01: the echo client
///
/// Sends what you type, line by line, and shows what comes back. Start
/// `jbang lesson01-echo-server.java` first, this one in a second terminal, and type a few lines;
/// Ctrl-D ends the input.
///
/// The article's client sends a line, reads once, and takes what it got for the answer. But a
/// stream knows no answers. From 1,020 bytes on the reply does not fit into that one read, and its
/// rest is shown as the answer to the next line; a blank line sends nothing, and is waited for in
/// vain. So this client does not count answers at all: one thread sends, another receives, and
/// neither waits for the other.
///
/// Look for:
///
/// - `printf 'one\n\ntwo\n' | jbang lesson01-echo-client.java` ends by itself and loses nothing.
///   At the end of the input it closes *its half* of the connection, and goes on reading until the
///   server has closed the other half.
/// - Stop the server while the client waits: it says so at once, and its exit code is 1.
///
/// What is still wrong: it cannot tell where one answer ends and the next begins. Nobody can until
/// both sides agree on a frame, and that is lesson 05.
class EchoClient {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final Socket server;
    private volatile boolean allSent;
    private volatile IOException sendFailure;

    /// @param server a connected socket; closing it is the caller's business
    EchoClient(Socket server) {
        this.server = server;
    }

    /// Sends all of `input` to the server and copies all it sends to `output`, until it closes.
    ///
    /// @return true if the server closed when it had everything from us, false if before
    /// @throws IOException if the connection breaks
    boolean talk(InputStream input, OutputStream output) throws IOException {
        Thread.startVirtualThread(() -> send(input)); // nobody waits for a keyboard to finish
        receive(output);
        if (sendFailure != null) {
            throw sendFailure;
        }
        return allSent;
    }

    /// A terminal hands over a line at a time, a pipe as much as it has: we pass on what we get.
    private void send(InputStream input) {
        try {
            input.transferTo(server.getOutputStream());
            allSent = true;
        } catch (IOException e) {
            sendFailure = e; // told by the receiver, who comes to the end of the same connection
        }
        halfClose();
    }

    /// "That was all", and still listening.
    private void halfClose() {
        try {
            server.shutdownOutput();
        } catch (IOException e) {
            if (sendFailure == null) sendFailure = e;
        }
    }

    private void receive(OutputStream output) throws IOException {
        var in = server.getInputStream();
        var buffer = new byte[8192];
        int count;
        while ((count = in.read(buffer)) != -1) {
            output.write(buffer, 0, count);
            output.flush();
        }
    }

    @Command(name = "lesson01-echo-client.java", description =
            "Sends each line you type and shows what comes back; Ctrl-D ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "where the server is (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "its port (default: ${DEFAULT-VALUE})")
        int port;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            if (port < 1 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            try (var server = new Socket()) {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                server.connect(address, CONNECT_TIMEOUT_MILLIS);
                System.err.println("connected to " + host + ":" + port);
                return new EchoClient(server).talk(System.in, System.out)
                        ? 0
                        : fail("the server closed the connection");
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (ConnectException | SocketTimeoutException e) {
                return fail("cannot connect to %s:%d: %s; is the server running?"
                        .formatted(host, port, e.getMessage()));
            } catch (IOException e) {
                return fail("the connection broke: " + e.getMessage());
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
