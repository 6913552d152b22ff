///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//DEPS org.jline:jline-terminal:4.6.0
//DEPS org.jline:jline-terminal-ffm:4.6.0
//DEPS org.jline:jline-reader:4.6.0
//COMPILE_OPTIONS -Xlint:all
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//DESCRIPTION Lesson 08: a chat client with a line editor, in which nothing tears what you type

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 08: the chat client
///
/// Start `jbang lesson08-chat-server.java` first, then this in two more terminals. It asks for a
/// name, and from then on what you type goes to all others. `/who` tells who is there; `/quit`,
/// Ctrl-D or Ctrl-C leaves.
///
/// Look for:
///
/// - `nc` would do, until somebody speaks while you type: then his line lands in the middle of
///   yours. Here it appears above, and what you have typed stays as it is. That takes a terminal
///   that hands over every key instead of whole lines, and so a line editor:
///   [JLine](https://jline.org), which also brings the arrow keys and a history.
/// - `printf 'ann\nhello\n' | jbang lesson08-chat-client.java`: no terminal, no editor; it sends
///   all, half-closes, shows what still comes, and ends.
/// - Stop the server while you are typing: the client says so and ends, and the terminal is in
///   order again.
///
/// As in lesson 01, one thread sends and another receives, and neither waits for the other. The
/// client knows next to nothing of the rules; they are the server's.
class ChatClient {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    /// A longer line, in characters, is taken in pieces, so that no stranger can fill our memory.
    private static final int LINE_LIMIT = 1 << 18;

    /// What could move the cursor, turn the direction of writing, or worse. A server should not
    /// send it, but who knows what we are connected to.
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\x{2028}-\\x{202E}\\x{2066}-\\x{2069}&&[^\t]]");

    /// Where lines are typed, and others shown.
    interface Screen {

        /// The next line, without its end, or null if there is no more.
        String readLine() throws IOException;

        /// Shows a line that has arrived, also while another is being typed.
        void show(String line);
    }

    /// A terminal, and somebody in front of it.
    record Editor(LineReader lines) implements Screen {

        /// JLine's history would take a `!` for the name of an earlier line.
        Editor(Terminal terminal) {
            this(LineReaderBuilder.builder().terminal(terminal)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build());
        }

        @Override
        public String readLine() {
            try {
                return lines.readLine("> ");
            } catch (EndOfFileException | UserInterruptException e) {
                return null; // Ctrl-D, Ctrl-C, or the thread was interrupted
            }
        }

        @Override
        public void show(String line) {
            lines.printAbove(line);
        }
    }

    /// No terminal: files, or other programs.
    record Pipe(Reader input, PrintStream output) implements Screen {

        Pipe(InputStream input, OutputStream output) {
            this(new BufferedReader(new InputStreamReader(input, UTF_8)),
                    new PrintStream(output, true, UTF_8));
        }

        @Override
        public String readLine() throws IOException {
            return nextLine(input);
        }

        @Override
        public void show(String line) {
            output.println(line);
        }
    }

    private final Socket server;
    private final Screen screen;
    private volatile boolean allSent;
    private volatile IOException sendFailure;

    /// @param server a connected socket; closing it is the caller's business
    ChatClient(Socket server, Screen screen) {
        this.server = server;
        this.screen = screen;
    }

    /// Sends what is typed and shows what arrives, until the server closes.
    ///
    /// @return true if the server closed when it had everything from us, false if before
    /// @throws IOException if the connection breaks
    boolean talk() throws IOException, InterruptedException {
        var sender = Thread.startVirtualThread(this::send);
        try {
            receive();
            if (sendFailure != null) throw sendFailure;
            return allSent;
        } finally {
            sender.interrupt(); // an editor puts the terminal in order, a pipe takes no notice
            sender.join(Duration.ofMillis(300));
        }
    }

    private void send() {
        try {
            try {
                var out = server.getOutputStream();
                for (String line; (line = screen.readLine()) != null && !line.equals("/quit"); ) {
                    out.write((line + "\n").getBytes(UTF_8));
                }
                allSent = true;
            } finally {
                server.shutdownOutput(); // half-close: "that was all", and still listening
            }
        } catch (IOException e) {
            sendFailure = e; // told by the receiver, who comes to the end of the same connection
        }
    }

    /// The reader keeps the first bytes of a character until the others have come.
    private void receive() throws IOException {
        var in = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
        for (String line; (line = nextLine(in)) != null; ) {
            screen.show(UNPRINTABLE.matcher(line).replaceAll(""));
        }
    }

    /// The next line without its `\n`; the last one may lack it.
    private static String nextLine(Reader in) throws IOException {
        var line = new StringBuilder();
        for (int next; line.length() < LINE_LIMIT && (next = in.read()) != '\n'; ) {
            if (next == -1) return line.isEmpty() ? null : line.toString();
            line.append((char) next);
        }
        return line.toString();
    }

    @Command(name = "lesson08-chat-client.java", description =
            "Talks to everybody else in the room; /who tells who is there, /quit leaves.")
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
        public Integer call() throws InterruptedException {
            if (port < 1 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            try (var server = new Socket()) {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                server.connect(address, CONNECT_TIMEOUT_MILLIS);
                System.err.println("connected to " + host + ":" + port);
                return talk(server) ? 0 : fail("the server closed the connection");
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (ConnectException | SocketTimeoutException e) {
                return fail("cannot connect to %s:%d: %s; is the server running?"
                        .formatted(host, port, e.getMessage()));
            } catch (IOException e) {
                return fail("the connection broke: " + e.getMessage());
            }
        }

        private static boolean talk(Socket server) throws IOException, InterruptedException {
            if (System.console() == null || !System.console().isTerminal()) {
                return new ChatClient(server, new Pipe(System.in, System.out)).talk();
            }
            try (var terminal = TerminalBuilder.builder().dumb(true)
                    .stdinEncoding(UTF_8).stdoutEncoding(UTF_8).build()) {
                return new ChatClient(server, new Editor(terminal)).talk();
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
