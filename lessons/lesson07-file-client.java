///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ClientCommand.java
//SOURCES upload/Content.java upload/Header.java upload/ProgressBar.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 07: sends files with a progress bar, and resumes interrupted ones

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;
import upload.*;

/// # Lesson 07: the file client
///
/// Sends files. Start `jbang lesson07-file-server.java` first, whose comment is the
/// protocol, then try these in a second terminal (the first sends a large file that
/// everybody has: the classes of the JDK itself):
///
/// ```
/// jbang lesson07-file-client.java --rate 20
/// jbang lesson07-file-client.java 127.0.0.1 5678 photo.jpg film.mp4
/// ```
///
/// Look for:
///
/// - Press Ctrl-C at half of the bar, and start it again: the bar begins at half. The
///   client does not trust the half that is there, but compares its checksum with that of
///   its own first bytes. Change one of them in between, and it begins anew.
/// - `--no-checksum`: the bytes need not be looked at, and so never come to us.
///   `transferTo` has the kernel move them from its page cache to the socket (sendfile(2)
///   on Linux). That saves the sender most of its work; the receiver, which has to copy,
///   still sets the pace.
/// - Append to a file while it is sent: the client notices, and does not call it sent.
///
/// The bar counts bytes that the kernel has taken, not those that have arrived: it can be
/// ahead by the size of the socket's buffers. Only the server's last number says that a
/// file is in place.
///
/// What is still wrong: a folder goes as many files, over one connection each.
class FileClient {

    private static final Duration NOTICE = Duration.ofSeconds(5);
    private static final long CHUNK_BYTES = 8 * 1024 * 1024;
    private static final int MAX_REASON = 10_000; // bytes

    private final InetSocketAddress server;
    private final boolean checked;
    private final long rate;
    private final Duration deadline;
    private final boolean quiet;

    /// @param server where to send files
    /// @param checked whether both sides compute checksums; without, an upload always
    ///        begins anew
    /// @param rate at most so many bytes per second
    /// @param deadline how long the server may neither read nor answer
    /// @param quiet no progress bars
    FileClient(InetSocketAddress server, boolean checked, long rate, Duration deadline,
            boolean quiet) {
        this.server = server;
        this.checked = checked;
        this.rate = rate;
        this.deadline = deadline;
        this.quiet = quiet;
    }

    /// Sends one file.
    ///
    /// @return how many of its first bytes were there already
    /// @throws Refusal if the server does not want it
    /// @throws ConnectException if there is no server
    /// @throws IOException if the file cannot be read or changes, or the connection
    ///        breaks
    long send(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new FileSystemException(
                    path.toString(), null, "it is a folder or a device");
        }
        try (var file = FileChannel.open(path); var channel = connect();
                var patience = new Patience(channel)) {
            try {
                return new Upload(path, file, channel, patience).send();
            } catch (EOFException e) {
                throw new EOFException("the server closed the connection");
            } catch (IOException e) {
                throw patience.atItsEnd
                        ? new IOException("the server neither reads nor answers") : e;
            }
        }
    }

    private SocketChannel connect() throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.socket().connect(server, (int) deadline.toMillis());
            channel.socket().setTcpNoDelay(true);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new ConnectException(e.getMessage());
        }
    }

    /// Watches an upload. A read could have a timeout, a write to a server that stops
    /// reading has none in Java; but closing the channel ends both.
    private final class Patience implements AutoCloseable {

        private final SocketChannel channel;
        private final Thread watch;
        private volatile long lastMove = System.nanoTime();
        private volatile Duration extra = Duration.ZERO;
        private volatile boolean atItsEnd;

        Patience(SocketChannel channel) {
            this.channel = channel;
            watch = Thread.startVirtualThread(this::watch);
        }

        /// Something has been sent or received.
        void moved() {
            lastMove = System.nanoTime();
        }

        /// The server may be busy for so much longer.
        void allow(Duration time) {
            extra = time;
            moved();
        }

        private void watch() {
            var told = 0L;
            try {
                while (true) {
                    Thread.sleep(100);
                    var since = lastMove;
                    var silence = Duration.ofNanos(System.nanoTime() - since);
                    if (silence.compareTo(deadline.plus(extra)) > 0) break;
                    if (silence.compareTo(NOTICE) > 0 && told != since) {
                        told = since;
                        System.err.println("waiting for the server: nothing moved for "
                                + silence.toSeconds() + " s");
                    }
                }
                atItsEnd = true;
                channel.close();
            } catch (InterruptedException e) {
                return; // the upload has ended
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            watch.interrupt();
        }
    }

    private final class Upload {

        private final Path path;
        private final FileChannel file;
        private final SocketChannel channel;
        private final DataInputStream answers;
        private final long size;
        private final FileTime modified;
        private final Patience patience;
        private CRC32C checksum = new CRC32C();

        Upload(Path path, FileChannel file, SocketChannel channel, Patience patience)
                throws IOException {
            this.path = path;
            this.file = file;
            this.channel = channel;
            this.patience = patience;
            size = file.size();
            modified = Files.getLastModifiedTime(path);
            answers = new DataInputStream(channel.socket().getInputStream());
        }

        long send() throws IOException {
            var name = path.getFileName().toString();
            write(new Header(name, size, checked).bytes());
            patience.allow(Content.timeToRead(size)); // for what it has of the file
            var start = whereToBegin();
            patience.allow(Duration.ZERO);
            write(number(start));
            var screen = quiet || !isTerminal() ? null : System.out;
            try (var bar = new ProgressBar(screen, Printable.line(name), start, size)) {
                sendContent(start, bar);
            }
            if (answers.available() == 0) {
                checkThatItIsTheSame();
                write(number(checksum.getValue()));
            }
            if (answer() != size) {
                throw new ProtocolException("the server has counted other bytes");
            }
            return start;
        }

        /// After the bytes the server has, if they are ours; else at 0.
        private long whereToBegin() throws IOException {
            var there = answer();
            var theirs = answers.readLong();
            if (there == 0 || there > size) return 0;
            checksum = Content.checksum(file, there);
            if (checksum.getValue() == theirs) return there;
            checksum.reset();
            return 0;
        }

        /// Stops as soon as the server says something: at this time it can only be a
        /// refusal.
        private void sendContent(long start, ProgressBar bar) throws IOException {
            var began = System.nanoTime();
            try (var arena = Arena.ofConfined()) {
                var buffer = arena.allocate(Content.BUFFER_BYTES).asByteBuffer();
                for (var at = start; at < size && answers.available() == 0; ) {
                    var most = Math.min(size - at, CHUNK_BYTES);
                    var chunk = Math.clamp(rate / 10, 1, most);
                    var count = checked ? copy(at, chunk, buffer)
                            : file.transferTo(at, chunk, channel);
                    if (count <= 0) {
                        throw new IOException("it became shorter while it was sent");
                    }
                    at += count;
                    patience.moved();
                    bar.stepTo(at);
                    waitForRate(began, at - start);
                }
            }
        }

        private long copy(long at, long chunk, ByteBuffer buffer) throws IOException {
            var count = file.read(buffer.clear().limit(Content.atMost(chunk)), at);
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

        /// Half of it may be old and half of it new, and both sides have the same
        /// checksum of that.
        private void checkThatItIsTheSame() throws IOException {
            if (file.size() != size
                    || !Files.getLastModifiedTime(path).equals(modified)) {
                throw new IOException("it changed while it was sent");
            }
        }

        /// The server's next number, if it does not refuse.
        private long answer() throws IOException {
            var number = answers.readLong();
            if (number >= 0) return number;
            if (number < -MAX_REASON) {
                throw new ProtocolException("the server has no reason of that length");
            }
            var reason = new byte[(int) -number];
            answers.readFully(reason);
            throw new Refusal(Printable.line(new String(reason, UTF_8)));
        }

        private void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) channel.write(bytes);
            patience.moved();
        }

        private static boolean isTerminal() {
            return System.console() != null && System.console().isTerminal();
        }

        private static ByteBuffer number(long number) {
            return ByteBuffer.allocate(8).putLong(number).flip();
        }
    }

    /// One file that fails does not keep back the others; a server that is not there
    /// does.
    private int sendAll(List<String> files) throws ConnectException {
        var failed = 0;
        for (var file : files) failed += sendAndTell(Path.of(file));
        return Math.min(failed, 1);
    }

    private int sendAndTell(Path file) throws ConnectException {
        try {
            var start = send(file);
            var resumed = start > 0 ? ", of which it had %d".formatted(start) : "";
            var done = file + ": the server has it" + resumed;
            if (!quiet) IO.println(Printable.line(done));
            return 0;
        } catch (ConnectException e) {
            throw e;
        } catch (Refusal e) {
            return ClientCommand.fail(file + ": refused: " + e.getMessage());
        } catch (NoSuchFileException e) {
            return ClientCommand.fail(file + ": there is no such file");
        } catch (FileSystemException e) {
            var why = Objects.requireNonNullElse(e.getReason(), "access denied");
            return ClientCommand.fail(file + ": cannot be read: " + why);
        } catch (IOException e) {
            return ClientCommand.fail(
                    file + ": " + e.getMessage() + "; run this again to go on");
        }
    }

    static int run(String... args) {
        var command = new ClientCommand("lesson07-file-client.java",
                "Sends files to lesson07-file-server.java.");
        command.keepOrder();
        var modules = Path.of(System.getProperty("java.home"), "lib", "modules");
        var files = command.rest("FILE", List.of(modules.toString()),
                "what to send (default: a large file of the JDK)");
        var unchecked = command.flag("--no-checksum",
                "faster, but unchecked, and not resumed");
        var rate = command.decimal("--rate", "MB", "1000000", 0.001,
                "at most so many megabytes per second");
        var deadline = command.seconds("--deadline", 60,
                "give up on a server that does nothing for so long"
                        + " (default: ${DEFAULT-VALUE})");
        var quiet = command.flag("--quiet", "no progress bars, no line per file");
        return command.run(args, server -> new FileClient(
                server, !unchecked.get(), (long) (rate.get() * 1e6), deadline.get(),
                quiet.get()).sendAll(files.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
