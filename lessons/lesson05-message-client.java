///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES lesson05-typed-header.java shared/ClientCommand.java
//MAIN MessageClient
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: sends one message with a header, and shows the answer

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;

/// # Lesson 05: the message client
///
/// Asks one question and shows the answer. Start `jbang lesson05-message-server.java`
/// first, then try these in a second terminal:
///
/// ```
/// jbang lesson05-message-client.java
/// jbang lesson05-message-client.java 127.0.0.1 5678 search ring
/// jbang lesson05-message-client.java 127.0.0.1 5678 double 2
/// ```
///
/// Look for:
///
/// - The header says where the answer ends. So the client knows when it has all of it,
///   need not wait for the end of the stream (compare lesson 01), and recognizes an
///   answer that was cut short: it says after how many bytes.
/// - The action `search` goes as JSON, any other as bare bytes, and the content-type
///   tells the server which it is. It counts bytes: a rabbit is four of them.
/// - It trusts the server no more than the server trusts it. There is a deadline for the
///   whole answer, and a limit to its length, which fits the memory (see
///   [Message#CONTENT_LIMIT]).
///
/// What is still wrong: one connection for each question. A protocol that keeps the
/// connection is only a loop away; what to do with an answer that nobody waits for any
/// more is the hard part.
class MessageClient {

    private static final Duration NOTICE = Duration.ofSeconds(5);

    private final InetSocketAddress server;
    private final int maxContent;
    private final Duration deadline;

    /// @param server where to ask
    /// @param maxContent the longest content of an answer to accept, in bytes
    /// @param deadline for connecting, and again for asking and being answered
    MessageClient(InetSocketAddress server, int maxContent, Duration deadline) {
        this.server = server;
        this.maxContent = maxContent;
        this.deadline = deadline;
    }

    /// Sends the request and returns the answer, as soon as its last byte is here.
    ///
    /// @throws ConnectException if nobody listens there
    /// @throws SocketTimeoutException if time was up
    /// @throws EOFException if the server closes before the answer is complete
    /// @throws ProtocolException if it is no answer, or too long
    /// @throws IOException if the connection breaks
    Message ask(Message request) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(server, (int) deadline.toMillis());
            socket.setTcpNoDelay(true);
            return Message.within(deadline, socket, () -> {
                request.write(socket.getOutputStream());
                return receive(socket.getInputStream());
            });
        }
    }

    private Message receive(InputStream in) throws IOException {
        var notice = Thread.startVirtualThread(MessageClient::tellThatWeWait);
        try {
            return Message.read(in, maxContent);
        } finally {
            notice.interrupt();
        }
    }

    private static void tellThatWeWait() {
        try {
            Thread.sleep(NOTICE);
            System.err.println(
                    "no whole answer for " + NOTICE.toSeconds() + " s, still waiting");
        } catch (InterruptedException e) {
            return; // it is here
        }
    }

    /// Shows the answer on a line: JSON as the text that is its result, all others as
    /// they are. In a terminal the server's text cannot do anything but be read.
    ///
    /// @throws ProtocolException if it is JSON, but has no text as its result
    static void show(Message answer, ClientOutput output) throws IOException {
        var json = answer.type().equals(Message.JSON);
        var start = (json ? "Got result: " : "Got response: ").getBytes(UTF_8);
        var rest = json ? result(answer).getBytes(UTF_8) : answer.content();
        var line = ByteBuffer.allocate(start.length + rest.length).put(start).put(rest);
        output.writeLine(line.array(), 0, line.capacity());
        output.flush();
    }

    private static String result(Message answer) throws ProtocolException {
        var result = answer.object().path("result");
        if (!result.isString()) throw new ProtocolException("it has no result");
        return result.stringValue();
    }

    private int askAndShow(Message request) throws IOException {
        try (var output = ClientOutput.standard()) {
            show(ask(request), output);
            return 0;
        } catch (SocketTimeoutException e) {
            return ClientCommand.fail("no answer from %s: %s; try a longer --deadline"
                    .formatted(ClientCommand.nameOf(server), e.getMessage()));
        } catch (EOFException e) {
            return ClientCommand.fail("the server " + e.getMessage());
        } catch (ProtocolException e) {
            return ClientCommand.fail("bad answer: " + e.getMessage());
        }
    }

    static int run(String... args) {
        var command = new ClientCommand("lesson05-message-client.java",
                "Asks a message server one question and shows the answer.");
        command.keepOrder();
        var action = command.argument("ACTION", "search",
                "search, or anything else (default: ${DEFAULT-VALUE})");
        var value = command.argument("VALUE", "morpheus",
                "what to search for (default: ${DEFAULT-VALUE})");
        var maxContent = command.number("--max-content", "BYTES",
                Message.DEFAULT_MAX_CONTENT, 0, Message.CONTENT_LIMIT,
                "longest content of an answer (default: ${DEFAULT-VALUE})");
        var deadline = command.seconds("--deadline", 10,
                "for the whole answer (default: ${DEFAULT-VALUE})");
        return command.run(args, server ->
                new MessageClient(server, maxContent.get(), deadline.get())
                        .askAndShow(Message.request(action.get(), value.get())));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
