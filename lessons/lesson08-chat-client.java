///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS org.jline:jline-terminal:4.6.0
//DEPS org.jline:jline-terminal-ffm:4.6.0
//DEPS org.jline:jline-reader:4.6.0
//SOURCES shared/ClientCommand.java
//COMPILE_OPTIONS -Xlint:all
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//DESCRIPTION Lesson 08: a chat client with a line editor below what arrives

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import shared.*;

/// # Lesson 08: the chat client
///
/// Start `jbang lesson08-chat-server.java` first, then this in two more terminals. It
/// asks for a name, and from then on what you type goes to all others. `/who` tells who
/// is there; `/quit`, Ctrl-D or Ctrl-C leaves.
///
/// Look for:
///
/// - `nc` would do, until somebody speaks while you type: then that line lands in the
///   middle of yours. Here it appears above, and what you have typed stays as it is. That
///   takes a terminal that hands over every key instead of whole lines, and so a line
///   editor: [JLine](https://jline.org), which also brings the arrow keys and a history.
/// - Who speaks is always at the left edge. A long line that the terminal wrapped could
///   put `[watch] I agree` there, and nobody said it; so we wrap it ourselves, and
///   indent.
/// - `printf 'ann\nhello\n' | jbang lesson08-chat-client.java`: no terminal, no editor;
///   it sends all, half-closes, shows what still comes, and ends.
/// - Stop the server while you are typing: the client says so and ends, and the terminal
///   is in order again.
///
/// As in lesson 01, one thread sends and another receives, and neither waits for the
/// other. The client knows next to nothing of the rules; they are the server's.
class ChatClient {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final Duration NOTICE = Duration.ofSeconds(5);
    private static final int LOOK_MILLIS = 200;

    /// The longest line, in characters: a server could send one without end.
    private static final int LINE_LIMIT = 1 << 18;

    /// Where lines are typed, and others shown.
    interface Screen {

        /// The next line, without its end, or null if there is no more.
        String readLine() throws IOException;

        /// Shows a line that has arrived, also while another is being typed.
        void show(String line);
    }

    /// A terminal, and somebody in front of it.
    record Editor(LineReader lines) implements Screen {

        private static final String INDENT = "    ";

        /// The editor takes the terminal for one line at a time. Between two of them the
        /// terminal would collect lines itself again, and a Ctrl-D that came then is
        /// lost; so it hands over each key all the time, until it is closed. And JLine's
        /// history would take a `!` for the name of an earlier line.
        Editor(Terminal terminal) {
            terminal.enterRawMode();
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

        /// One column is left free: some terminals wrap when the last one is written.
        @Override
        public void show(String line) {
            var width = lines.getTerminal().getSize().getColumns();
            lines.printAbove(wrapped(Printable.line(line), width < 8 ? 79 : width - 1));
        }

        /// Only the first row begins at the left edge.
        ///
        /// @param width of the terminal, in columns, more than six
        static String wrapped(String line, int width) {
            var rest = new AttributedString(line.replace("\t", INDENT));
            var first = rest.columnSubSequence(0, width);
            var rows = new StringJoiner("\n" + INDENT).add(first);
            rest = rest.subSequence(first.length(), rest.length());
            if (rest.isEmpty()) return first.toString();
            rest.columnSplitLength(width - INDENT.length()).forEach(rows::add);
            return rows.toString();
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
    private final Duration deadline;
    private volatile boolean welcomed;
    private volatile boolean allSent;
    private volatile IOException sendFailure;
    private volatile long silentSince = System.nanoTime();

    /// @param server a connected socket; closing it is the caller's business
    /// @param deadline how long the server may be silent after the end of the input
    ChatClient(Socket server, Screen screen, Duration deadline) {
        this.server = server;
        this.screen = screen;
        this.deadline = deadline;
    }

    /// Sends what is typed and shows what arrives, until the server closes.
    ///
    /// @return true if the server closed when it had everything from us, false if before
    /// @throws InterruptedIOException if the server is silent for too long
    /// @throws IOException if the connection breaks
    boolean talk() throws IOException, InterruptedException {
        var sender = Thread.startVirtualThread(this::send);
        try {
            receive();
            if (sendFailure != null) throw sendFailure;
            return allSent;
        } finally {
            sender.interrupt(); // an editor resets the terminal, a pipe takes no notice
            sender.join(Duration.ofMillis(300));
        }
    }

    private void send() {
        try {
            try {
                var out = server.getOutputStream();
                for (String line; (line = screen.readLine()) != null
                        && !line.equals("/quit"); ) {
                    out.write((line + "\n").getBytes(UTF_8));
                }
                silentSince = System.nanoTime();
                allSent = true;
            } finally {
                server.shutdownOutput(); // half-close: the server can still send
            }
        } catch (IOException e) {
            sendFailure = e; // the receiving thread reports it when the connection ends
        }
    }

    /// The reader keeps the first bytes of a character until the others have come.
    private void receive() throws IOException {
        server.setSoTimeout(LOOK_MILLIS);
        var in = new BufferedReader(new InputStreamReader(new Patient(), UTF_8));
        for (String line; (line = nextLine(in)) != null; ) {
            screen.show(line);
        }
    }

    /// What comes from the server. People are silent for hours, and nothing is wrong; but
    /// a server that does not even say welcome, or does not close when we have, is.
    private final class Patient extends InputStream {

        private final InputStream in = server.getInputStream();
        private boolean told;

        Patient() throws IOException {}

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (true) {
                try {
                    var count = in.read(bytes, offset, length);
                    silentSince = System.nanoTime();
                    welcomed = true;
                    return count;
                } catch (SocketTimeoutException e) {
                    endure(Duration.ofNanos(System.nanoTime() - silentSince));
                }
            }
        }

        private void endure(Duration silence) throws InterruptedIOException {
            if (welcomed && !allSent) return;
            if (allSent && silence.compareTo(deadline) > 0) {
                throw new InterruptedIOException(
                        "nothing came for " + silence.toSeconds() + " s");
            }
            if (!told && silence.compareTo(NOTICE) > 0) {
                told = true;
                System.err.println("the server has said nothing for "
                        + silence.toSeconds() + " s; is it a chat server?");
            }
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) == -1 ? -1 : one[0] & 0xff;
        }
    }

    /// The next line without its `\n`; the last one may lack it.
    ///
    /// @throws IOException if it is longer than [#LINE_LIMIT]
    private static String nextLine(Reader in) throws IOException {
        var line = new StringBuilder();
        for (int next; (next = in.read()) != '\n'; ) {
            if (next == -1) return line.isEmpty() ? null : line.toString();
            if (line.length() == LINE_LIMIT) {
                throw new IOException(
                        "a line of more than " + LINE_LIMIT + " characters");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private static int connectAndTalk(InetSocketAddress address, Duration deadline)
            throws IOException, InterruptedException {
        try (var server = new Socket()) {
            server.connect(address, CONNECT_TIMEOUT_MILLIS);
            System.err.println("connected to " + ClientCommand.nameOf(address));
            return talk(server, deadline)
                    ? 0 : ClientCommand.fail("the server closed the connection");
        }
    }

    private static boolean talk(Socket server, Duration deadline)
            throws IOException, InterruptedException {
        if (System.console() == null || !System.console().isTerminal()) {
            var pipe = new Pipe(System.in, ClientOutput.standard());
            return new ChatClient(server, pipe, deadline).talk();
        }
        try (var terminal = TerminalBuilder.builder().dumb(true)
                .graphemeCluster(false) // asking for it drops what is typed ahead
                .stdinEncoding(UTF_8).stdoutEncoding(UTF_8).build()) {
            return new ChatClient(server, new Editor(terminal), deadline).talk();
        }
    }

    static int run(String... args) {
        var command = new ClientCommand("lesson08-chat-client.java",
                "Talks to everybody else in the room; /who tells who is there,"
                        + " /quit leaves.");
        var deadline = command.seconds("--deadline", 30,
                "after the end of input give up on",
                "a server silent for so long (default: ${DEFAULT-VALUE})");
        return command.run(args, server -> connectAndTalk(server, deadline.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
