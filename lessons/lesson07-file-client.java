///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//SOURCES lesson07-file-server.java
//MAIN FileClient
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 07: sends files, with a progress bar, and goes on where it was interrupted

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 07: the file client
///
/// Sends files. Start `jbang lesson07-file-server.java` first, whose comment is the protocol, then
/// try these in a second terminal (the first sends a large file that everybody has: the classes of
/// the JDK itself):
///
/// ```
/// jbang lesson07-file-client.java --rate 20
/// jbang lesson07-file-client.java 127.0.0.1 5678 photo.jpg film.mp4
/// ```
///
/// Look for:
///
/// - Press Ctrl-C at half of the bar, and start it again: the bar begins at half. The client does
///   not trust the half that is there, but compares its checksum with that of its own first bytes.
///   Change one of them in between, and it begins anew.
/// - `--no-checksum`: the bytes need not be looked at, and so never come to us. `transferTo` has
///   the kernel move them from its page cache to the socket (sendfile(2) on Linux). That spares
///   the sender most of its work; the receiver, who has to copy, goes on setting the pace.
/// - Append to a file while it is sent: the client notices, and does not call it sent.
///
/// The bar counts bytes that the kernel has taken, not those that have arrived: it can be ahead by
/// the size of the socket's buffers. Only the server's last word says that a file is in place.
///
/// What is still wrong: a folder goes as many files, over one connection each; and a server that
/// stops reading stops us too, until you lose patience.
class FileClient {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long CHUNK_BYTES = 8 * 1024 * 1024;
    private static final int MAX_REASON = 10_000; // bytes

    private final InetSocketAddress server;
    private final boolean checked;
    private final long rate;
    private final boolean quiet;

    /// @param server where to send files
    /// @param checked whether both sides compute checksums; without, an upload always begins anew
    /// @param rate at most so many bytes per second
    /// @param quiet no progress bars
    FileClient(InetSocketAddress server, boolean checked, long rate, boolean quiet) {
        this.server = server;
        this.checked = checked;
        this.rate = rate;
        this.quiet = quiet;
    }

    /// Sends one file.
    ///
    /// @return how many of its first bytes were there already
    /// @throws FileServer.Refusal if the server does not want it
    /// @throws ConnectException if there is no server
    /// @throws IOException if the file cannot be read or changes, or the connection breaks
    long send(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new FileSystemException(path.toString(), null, "it is a folder or a device");
        }
        try (var file = FileChannel.open(path); var channel = connect()) {
            return new Upload(path, file, channel).send();
        } catch (EOFException e) {
            throw new EOFException("the server hung up");
        }
    }

    private SocketChannel connect() throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.socket().connect(server, (int) PATIENCE.toMillis());
            channel.socket().setTcpNoDelay(true);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new ConnectException(e.getMessage());
        }
    }

    private class Upload {

        private final Path path;
        private final FileChannel file;
        private final SocketChannel channel;
        private final DataInputStream answers;
        private final long size;
        private final FileTime modified;
        private CRC32C checksum = new CRC32C();

        Upload(Path path, FileChannel file, SocketChannel channel) throws IOException {
            this.path = path;
            this.file = file;
            this.channel = channel;
            size = file.size();
            modified = Files.getLastModifiedTime(path);
            var wait = PATIENCE.plus(FileServer.timeToRead(size)); // for what it has of the file
            channel.socket().setSoTimeout((int) Math.min(wait.toMillis(), Integer.MAX_VALUE));
            answers = new DataInputStream(channel.socket().getInputStream());
        }

        long send() throws IOException {
            var name = path.getFileName().toString();
            write(new FileServer.Header(name, size, checked).bytes());
            var start = whereToBegin();
            write(number(start));
            try (var bar = quiet ? null : FileServer.barOnTerminal(name, start, size)) {
                sendContent(start, bar);
            }
            if (answers.available() == 0) {
                checkThatItIsTheSame();
                write(number(checksum.getValue()));
            }
            if (answer() != size) throw new ProtocolException("the server lost count");
            return start;
        }

        /// After the bytes the server has, if they are ours; else at 0.
        private long whereToBegin() throws IOException {
            var there = answer();
            var theirs = answers.readLong();
            if (there == 0 || there > size) return 0;
            checksum = FileServer.checksum(file, there);
            if (checksum.getValue() == theirs) return there;
            checksum.reset();
            return 0;
        }

        /// Stops as soon as the server says something: at this time it can only be a refusal.
        private void sendContent(long start, ProgressBar bar) throws IOException {
            var began = System.nanoTime();
            try (var arena = Arena.ofConfined()) {
                var buffer = arena.allocate(FileServer.BUFFER_BYTES).asByteBuffer();
                for (var at = start; at < size && answers.available() == 0; ) {
                    var chunk = Math.min(size - at, Math.clamp(rate / 10, 1, CHUNK_BYTES));
                    var count = checked ? copy(at, chunk, buffer)
                            : file.transferTo(at, chunk, channel);
                    if (count <= 0) throw new IOException("it became shorter while it was sent");
                    at += count;
                    if (bar != null) bar.stepTo(at);
                    waitForRate(began, at - start);
                }
            }
        }

        private long copy(long at, long chunk, ByteBuffer buffer) throws IOException {
            var count = file.read(buffer.clear().limit(FileServer.atMost(chunk)), at);
            checksum.update(buffer.flip());
            write(buffer.flip());
            return count;
        }

        private void waitForRate(long began, long sent) throws InterruptedIOException {
            var due = began + (long) (1e9 * sent / rate);
            try {
                Thread.sleep(Duration.ofNanos(due - System.nanoTime()));
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }

        /// Half of it may be old and half of it new, and both sides have the same checksum of that.
        private void checkThatItIsTheSame() throws IOException {
            if (file.size() != size || !Files.getLastModifiedTime(path).equals(modified)) {
                throw new IOException("it changed while it was sent");
            }
        }

        /// The server's next number, if it does not refuse.
        private long answer() throws IOException {
            var number = answers.readLong();
            if (number >= 0) return number;
            if (number < -MAX_REASON) throw new ProtocolException("the server talks nonsense");
            var reason = new byte[(int) -number];
            answers.readFully(reason);
            throw new FileServer.Refusal(new String(reason, UTF_8).replaceAll("\\p{C}", "?"));
        }

        private void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) channel.write(bytes);
        }

        private static ByteBuffer number(long number) {
            return ByteBuffer.allocate(8).putLong(number).flip();
        }
    }

    @Command(name = "lesson07-file-client.java", sortOptions = false, description =
            "Sends files to lesson07-file-server.java.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(index = "0", arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "where the server is (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(index = "1", arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "its port (default: ${DEFAULT-VALUE})")
        int port;

        @Parameters(index = "2..*", paramLabel = "FILE",
                description = "what to send (default: a large file of the JDK)")
        List<Path> files = List.of(Path.of(System.getProperty("java.home"), "lib", "modules"));

        @Option(names = "--no-checksum", description = "faster, but unchecked, and not resumed")
        boolean unchecked;

        @Option(names = "--rate", defaultValue = "1000000", paramLabel = "MB",
                description = "at most so many megabytes per second")
        double rate;

        @Option(names = "--quiet", description = "no progress bars, no line per file")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            check(port >= 1 && port <= 65535, "no such port: " + port);
            check(rate >= 0.001, "--rate must be at least 0.001");
            try {
                var server = new InetSocketAddress(InetAddress.getByName(host), port);
                var client = new FileClient(server, !unchecked, (long) (rate * 1e6), quiet);
                var failed = 0;
                for (var file : files) failed += send(client, file);
                return Math.min(failed, 1);
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (ConnectException e) {
                return fail("cannot connect to %s:%d: %s; is the server running?"
                        .formatted(host, port, e.getMessage()));
            }
        }

        /// One file that fails does not keep back the others; a server that is not there does.
        private int send(FileClient client, Path file) throws ConnectException {
            var name = file.toString().replaceAll("\\p{C}", "?");
            try {
                var start = client.send(file);
                var resumed = start > 0 ? ", of which it had %d".formatted(start) : "";
                if (!quiet) FileServer.say(name + ": the server has it" + resumed);
                return 0;
            } catch (ConnectException e) {
                throw e;
            } catch (FileServer.Refusal e) {
                return fail(name + ": refused: " + e.getMessage());
            } catch (NoSuchFileException e) {
                return fail(name + ": there is no such file");
            } catch (FileSystemException e) {
                var why = Objects.requireNonNullElse(e.getReason(), "access denied");
                return fail(name + ": cannot be read: " + why);
            } catch (IOException e) {
                return fail(name + ": " + e.getMessage() + "; run this again to go on");
            }
        }

        private void check(boolean valid, String otherwise) {
            if (!valid) throw new ParameterException(spec.commandLine(), otherwise);
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
