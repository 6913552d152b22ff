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
///   Suspend the server with Ctrl-Z instead: the connection stays, nothing comes, and
///   only a time-out can tell. After five seconds the client says what it waits for;
///   after the end of the input it gives up at a `--deadline`.
/// - A server can send escape sequences that reprogram a terminal. [ClientOutput] shows
///   them as text; a pipe or a file gets every byte as it came.
///
/// What is still wrong: it cannot tell where one answer ends and the next begins. Nobody
/// can until both sides agree on a frame, and that is lesson 05.
class EchoClient {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final Duration NOTICE = Duration.ofSeconds(5);
    private static final int LOOK_MILLIS = 200;

    private final Socket server;
    private final Duration deadline;
    private volatile boolean waiting; // for an answer
    private volatile long silentSince = System.nanoTime();
    private volatile boolean allSent;
    private volatile IOException sendFailure;

    /// @param server a connected socket; closing it is the caller's business
    /// @param deadline how long the server may be silent after the end of the input
    EchoClient(Socket server, Duration deadline) {
        this.server = server;
        this.deadline = deadline;
    }

    /// Sends all of `input` to the server and copies all it sends to `output`, until it
    /// closes.
    ///
    /// @return true if the server closed when it had everything from us, false if before
    /// @throws InterruptedIOException if the server is silent for too long
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
            var out = server.getOutputStream();
            var buffer = new byte[8192];
            int count;
            while ((count = input.read(buffer)) != -1) {
                if (!waiting) silentSince = System.nanoTime();
                waiting = true;
                out.write(buffer, 0, count);
            }
            silentSince = System.nanoTime();
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
        while ((count = read(in, buffer)) != -1) {
            output.write(buffer, 0, count);
            output.flush();
        }
    }

    /// A read waits for ever, unless SO_TIMEOUT is set: then it fails after that time,
    /// and the connection stays as it is.
    private int read(InputStream in, byte[] buffer) throws IOException {
        server.setSoTimeout(LOOK_MILLIS);
        while (true) {
            try {
                var count = in.read(buffer);
                silentSince = System.nanoTime();
                waiting = false;
                return count;
            } catch (SocketTimeoutException e) {
                endure(Duration.ofNanos(System.nanoTime() - silentSince));
            }
        }
    }

    private void endure(Duration silence) throws InterruptedIOException {
        var seconds = silence.toSeconds();
        var inputEnded = allSent || sendFailure != null;
        if (inputEnded && silence.compareTo(deadline) > 0) {
            throw new InterruptedIOException("nothing came for " + seconds + " s");
        }
        if (waiting && silence.compareTo(NOTICE) > 0) {
            waiting = false; // say it once
            System.err.println("no answer for " + seconds + " s, still waiting");
        }
    }

    private static int connectAndTalk(InetSocketAddress address, Duration deadline)
            throws IOException {
        try (var server = new Socket(); var output = ClientOutput.standard()) {
            server.connect(address, CONNECT_TIMEOUT_MILLIS);
            System.err.println("connected to " + ClientCommand.nameOf(address));
            return new EchoClient(server, deadline).talk(System.in, output)
                    ? 0 : ClientCommand.fail("the server closed the connection");
        }
    }

    static int run(String... args) {
        var command = new ClientCommand("lesson01-echo-client.java",
                "Sends each line you type and shows what comes back; Ctrl-D ends it.");
        var deadline = command.seconds("--deadline", 30,
                "after the end of input give up on",
                "a server silent for so long (default: ${DEFAULT-VALUE})");
        return command.run(args, server -> connectAndTalk(server, deadline.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
