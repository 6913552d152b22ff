///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ClientCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 01: a client for every echo server of the workbook

import module java.base;

import shared.*;

/// # Lesson 01: the echo client
///
/// Sends what you type, line by line, and shows what comes back. Start `jbang
/// lesson01-echo-server.java` first, this one in a second terminal, and type a few lines;
/// Ctrl-D ends the input.
///
/// The article's client sends a line, reads once, and takes what it got for the answer.
/// But a stream has no answers, only bytes. From 1,020 bytes on the reply does not fit
/// into that one read, and its rest is shown as the answer to the next line; a blank line
/// sends nothing, and the client waits for an answer that never comes. So this client
/// does not count answers at all: one thread sends, another receives, and neither waits
/// for the other.
///
/// Look for:
///
/// - `printf 'one\n\ntwo\n' | jbang lesson01-echo-client.java` ends by itself and loses
///   nothing. At the end of the input it closes *its half* of the connection, and goes on
///   reading until the server has closed the other half.
/// - Stop the server while the client waits: it says so at once, and its exit code is 1.
/// - A server can send escape sequences that reprogram a terminal. [ClientOutput] shows
///   them as text; a pipe or a file gets every byte as it came.
///
/// What is still wrong: it cannot tell where one answer ends and the next begins. Nobody
/// can until both sides agree on a frame, and that is lesson 05.
class EchoClient {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final Socket server;
    private volatile boolean allSent;
    private volatile IOException sendFailure;

    /// @param server a connected socket; closing it is the caller's business
    EchoClient(Socket server) {
        this.server = server;
    }

    /// Sends all of `input` to the server and copies all it sends to `output`, until it
    /// closes.
    ///
    /// @return true if the server closed when it had everything from us, false if before
    /// @throws IOException if the connection breaks
    boolean talk(InputStream input, OutputStream output) throws IOException {
        Thread.startVirtualThread(() -> send(input)); // may wait for the keyboard
        receive(output);
        if (sendFailure != null) throw sendFailure;
        return allSent;
    }

    /// A terminal hands over a line at a time, a pipe as much as it has. Both go out as
    /// read.
    private void send(InputStream input) {
        try {
            input.transferTo(server.getOutputStream());
            allSent = true;
        } catch (IOException e) {
            sendFailure = e; // the receiving thread reports it when the connection ends
        }
        halfClose();
    }

    /// The server reads the end of the stream, and can still answer.
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

    private static int connectAndTalk(InetSocketAddress address) throws IOException {
        try (var server = new Socket(); var output = ClientOutput.standard()) {
            server.connect(address, CONNECT_TIMEOUT_MILLIS);
            System.err.println("connected to " + ClientCommand.nameOf(address));
            return new EchoClient(server).talk(System.in, output)
                    ? 0 : ClientCommand.fail("the server closed the connection");
        }
    }

    static int run(String... args) {
        return new ClientCommand("lesson01-echo-client.java",
                "Sends each line you type and shows what comes back; Ctrl-D ends it.")
                .run(args, EchoClient::connectAndTalk);
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
