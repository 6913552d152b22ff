///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//SOURCES lesson05-typed-header.java
//MAIN MessageClient
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: sends one message with a header, and shows the answer

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 05: the message client
///
/// Asks one question and shows the answer. Start `jbang lesson05-message-server.java` first, then
/// try these in a second terminal:
///
/// ```
/// jbang lesson05-message-client.java
/// jbang lesson05-message-client.java 127.0.0.1 5678 search ring
/// jbang lesson05-message-client.java 127.0.0.1 5678 double 2
/// ```
///
/// Look for:
///
/// - The header says where the answer ends. Now the client knows when it has all of it, need not
///   wait for the end of the stream (compare lesson 01), and can tell an answer that was cut short:
///   stop the server in mid-sentence, and it says after how many bytes.
/// - The action `search` goes as JSON, any other as bare bytes, and the content-type tells the
///   server which it is. It counts bytes: a rabbit is four of them.
/// - It trusts the server no more than the server trusts it: there is a deadline, and a limit.
///
/// What is still wrong: one connection for each question. A protocol that keeps the connection is
/// only a loop away; what to do with an answer that nobody waits for any more is the hard part.
class MessageClient {

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
                return Message.read(socket.getInputStream(), maxContent);
            });
        }
    }

    /// The answer for a person to read. Control characters become `?`: a server must not let
    /// escape sequences loose on our terminal.
    ///
    /// @throws ProtocolException if it is JSON, but has no text as its result
    static String show(Message answer) throws ProtocolException {
        if (!answer.type().equals(Message.JSON)) {
            return "Got response: " + Message.readable(answer.content());
        }
        var result = answer.object().path("result");
        if (!result.isString()) throw new ProtocolException("it has no result");
        return "Got result: " + result.stringValue().replaceAll("\\p{Cc}", "?");
    }

    @Command(name = "lesson05-message-client.java", sortOptions = false, description =
            "Asks a message server one question and shows the answer.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "where the server is (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "its port (default: ${DEFAULT-VALUE})")
        int port;

        @Parameters(arity = "0..1", defaultValue = "search", paramLabel = "ACTION",
                description = "search, or anything else (default: ${DEFAULT-VALUE})")
        String action;

        @Parameters(arity = "0..1", defaultValue = "morpheus", paramLabel = "VALUE",
                description = "what to search for (default: ${DEFAULT-VALUE})")
        String value;

        @Option(names = "--max-content", defaultValue = "67108864", paramLabel = "BYTES",
                description = "longest content of an answer (default: ${DEFAULT-VALUE})")
        int maxContent;

        @Option(names = "--deadline", defaultValue = "10", paramLabel = "SECONDS",
                description = "for the whole answer (default: ${DEFAULT-VALUE})")
        int deadline;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            check(port > 0 && port <= 65535, "no such port: " + port);
            check(maxContent >= 0, "--max-content must not be negative");
            check(deadline > 0 && deadline <= 86_400, "--deadline must be from 1 to 86400");
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                var client = new MessageClient(address, maxContent, Duration.ofSeconds(deadline));
                IO.println(show(client.ask(Message.request(action, value))));
                return 0;
            } catch (IOException e) {
                System.err.println(explain(e));
                return 1;
            }
        }

        private String explain(IOException failure) {
            var what = String.valueOf(failure.getMessage()).replaceAll("\\p{Cc}", "?");
            return switch (failure) {
                case UnknownHostException _ -> "unknown host " + host + "; try 127.0.0.1";
                case ConnectException _ -> "cannot connect to %s:%d: %s; is the server running?"
                        .formatted(host, port, what);
                case SocketTimeoutException _ -> "no answer from %s:%d: %s; try a longer --deadline"
                        .formatted(host, port, what);
                case EOFException _ -> "the server " + what;
                case ProtocolException _ -> "bad answer: " + what;
                default -> "the connection broke: " + what;
            };
        }

        private void check(boolean valid, String otherwise) {
            if (!valid) throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    static void main(String[] args) {
        // An argument is what it is, even if it starts with @ and a file of that name exists.
        System.exit(new CommandLine(new Arguments()).setExpandAtFiles(false).execute(args));
    }
}
