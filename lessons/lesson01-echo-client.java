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

    private EchoClient() {}

    /// Sends all of `input` to the server and copies all it sends to `output`, until it closes.
    ///
    /// @return true if the server closed because we had sent everything, false if it went away
    ///     before that
    /// @throws IOException if the connection breaks
    static boolean talk(Socket server, InputStream input, OutputStream output) throws IOException {
        var sender = new FutureTask<Void>(() -> send(input, server), null);
        Thread.startVirtualThread(sender); // a daemon: waiting for the keyboard must not hold us up
        receive(server, output);
        return sender.state() == Future.State.SUCCESS;
    }
}
