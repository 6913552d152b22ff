///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//DEPS org.jline:jline-terminal:4.6.0
//DEPS me.tongfei:progressbar:0.10.2
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 07: receives files, checks them, and lets interrupted uploads go on

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.*;

import me.tongfei.progressbar.*;
import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 07: the file server
///
/// A file is a message that may be larger than the memory. As in lesson 05 a header comes first and
/// then the content; but the content is passed on while it comes, and may break off anywhere.
///
/// ```
/// the client sends                     the server sends
/// 4      "FUP1"
/// 1      1 with checksums, 0 without
/// 8      size of the file
/// 2 + n  length of its name, its name
///                                      8      how many bytes of it are here already
///                                      8      their checksum
/// 8      so many, to go on from there,
///        or 0, to begin anew
///        the rest of the file
/// 8      checksum of the whole file
///                                      8      its size: now it has its name
/// ```
///
/// Numbers are big-endian, text is UTF-8. Instead of any of its numbers, and also while the content
/// comes, the server may send -n in 8 bytes and in n bytes why it refuses. Then it hangs up.
///
/// In a second terminal type `jbang lesson07-file-client.java --rate 20`, and look for:
///
/// - Stop either side half-way, even with `kill -9`, and start it again: the upload goes on where
///   it was. Until it is complete and checked it is a hidden file, which then gets its name in one
///   step. So nobody ever sees half of a file under its name.
/// - The name is a stranger's word, like the length in lesson 05. `../../.bashrc` must not leave
///   the folder, nor replace what is there. See [#safeName(String)].
///
/// The checksum finds accidents: a file that changed meanwhile, a bad cable. It finds no attack,
/// for whoever can change the content can change the checksum too. So we take CRC32C, which costs
/// next to nothing, and not SHA-256, which would be the slowest part of all.
///
/// What is still wrong: whoever can connect can fill the disk. And a file in place has survived the
/// end of the server, but not a power failure: that takes `FileChannel.force`, and its time.
class FileServer implements AutoCloseable {

    static final int MAGIC = ByteBuffer.wrap("FUP1".getBytes(UTF_8)).getInt();
    static final int BUFFER_BYTES = 512 * 1024;

    private static final int SEATS = 64;
    private static final int BACKLOG = 1024;
    private static final int MAX_NAME_BYTES = 200; // most file systems take 255; we add six
    private static final long SLOW_DISK = 20_000_000; // bytes per second
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration ACCEPT_RETRY = Duration.ofMillis(200);

    /// What the server does, and what it puts up with.
    ///
    /// @param folder where files go; it is created when the first one comes
    /// @param force replace files that exist
    /// @param maxSize of a file, in bytes
    /// @param patience the time a client has for the header, and for each 512 KB of the content
    record Rules(Path folder, boolean force, long maxSize, Duration patience) {}

    /// A reason the client is told too.
    static class Refusal extends IOException {

        private static final long serialVersionUID = 1;

        Refusal(String reason) {
            super(reason);
        }
    }

    private final ServerSocketChannel listener;
    private final Rules rules;
    private final boolean quiet;
    private final Semaphore seats = new Semaphore(SEATS);
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Set<String> arriving = new HashSet<>();

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param quiet no progress bars, no line per file; what goes wrong is told all the same
    /// @throws IOException if the address is taken, or not ours
    FileServer(InetSocketAddress address, Rules rules, boolean quiet) throws IOException {
        this.rules = rules;
        this.quiet = quiet;
        listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /// The port on which the server listens.
    int port() {
        return listener.socket().getLocalPort();
    }

    /// Receives files, each in a virtual thread of its own, until [#close()].
    ///
    /// @throws InterruptedException if interrupted while all seats are taken
    void serve() throws InterruptedException {
        while (listener.isOpen()) {
            seats.acquire();
            try {
                var client = new Client(listener.accept(), rules.patience());
                clients.add(client);
                if (!listener.isOpen()) client.close(); // close() may have missed this one
                Thread.startVirtualThread(() -> serve(client));
            } catch (IOException e) {
                seats.release();
                if (!listener.isOpen()) return;
                say("cannot accept: " + e.getMessage() + "; new clients wait");
                Thread.sleep(ACCEPT_RETRY);
            }
        }
    }

    /// One client from accept to close. Whatever goes wrong in here is its own affair.
    private void serve(Client client) {
        var alarm = Thread.startVirtualThread(client::closeWhenLate);
        try (client) {
            client.channel.socket().setTcpNoDelay(true);
            client.sayGoodbye(verdict(client));
        } catch (IOException e) {
            if (listener.isOpen()) say(client.who + ": " + client.whatHappened(e));
        } finally {
            alarm.interrupt();
            clients.remove(client);
            seats.release();
        }
    }

    /// What the client is told in the end; but not where on our disk its file would have been.
    private ByteBuffer verdict(Client client) throws IOException {
        try {
            return ByteBuffer.allocate(8).putLong(upload(client)).flip();
        } catch (IOException e) {
            if (client.lost) throw e;
            var refusal = e instanceof Refusal ? e : new Refusal("the server cannot store it");
            say("%s: refused: %s".formatted(client.who, e instanceof Refusal ? e.getMessage() : e));
            var reason = refusal.getMessage().getBytes(UTF_8);
            return ByteBuffer.allocate(8 + reason.length)
                    .putLong(-reason.length).put(reason).flip();
        }
    }

    private long upload(Client client) throws IOException {
        var header = Header.receive(client);
        var name = safeName(header.name);
        reserve(name);
        try {
            var part = inFolder("." + name + ".part");
            var target = inFolder(name);
            check(header, part, target);
            store(client, header, part, target);
        } finally {
            release(name);
        }
        if (!quiet) say("%s: %s, %d bytes".formatted(client.who, name, header.size));
        return header.size;
    }

    /// @param name of the file, at most 65,535 bytes in UTF-8
    /// @param size of the file, in bytes
    /// @param checked whether there are checksums; else they are all 0
    record Header(String name, long size, boolean checked) {

        ByteBuffer bytes() {
            var text = name.getBytes(UTF_8);
            return ByteBuffer.allocate(15 + text.length)
                    .putInt(MAGIC).put((byte) (checked ? 1 : 0)).putLong(size)
                    .putShort((short) text.length).put(text).flip();
        }

        private static Header receive(Client client) throws IOException {
            var fixed = client.receive(15);
            if (fixed.getInt() != MAGIC) throw new Refusal("this is no upload");
            var checked = fixed.get() != 0;
            var size = fixed.getLong();
            if (size < 0) throw new Refusal("no file has a size of " + size);
            var name = client.receive(Short.toUnsignedInt(fixed.getShort()));
            return new Header(UTF_8.decode(name).toString(), size, checked);
        }
    }

    private static final Pattern UNSAFE = Pattern.compile("""
            ^ [.\\s] | [.\\s] $                 # hidden; or Windows sees another name
            | [<>:"|?*]                       # pipes, wildcards, streams of NTFS
            | [\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\uFFFD] # control characters, and what was no UTF-8
            | [\\u202A-\\u202E\\u2066-\\u2069]     # letters that run backwards
            | ^ (con|conin\\$|conout\\$|prn|aux|nul|clock\\$|(com|lpt)[0-9\\u00B9\\u00B2\\u00B3])
                \\s* ([.] | $)                 # devices, in every folder of Windows
            """, Pattern.COMMENTS | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);

    /// The last component of a path, if any system can have a file of that name. Both `/` and `\`
    /// separate: what is harmless on our system is not on the next.
    ///
    /// @throws Refusal if it is empty, hidden, longer than 200 bytes, or a trap
    static String safeName(String path) throws Refusal {
        var name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        var length = name.getBytes(UTF_8).length;
        if (length > 0 && length <= MAX_NAME_BYTES && !UNSAFE.matcher(name).find()) return name;
        throw new Refusal("\"%.60s\" is no name to store a file under"
                .formatted(name.replaceAll("\\p{C}|\\p{Zl}|\\p{Zp}", "?")));
    }

    private Path inFolder(String name) throws Refusal {
        try {
            return rules.folder().resolve(name);
        } catch (InvalidPathException e) {
            throw new Refusal("the server's system has no such letters: " + e.getReason());
        }
    }

    /// Two uploads of one name would spoil each other. But an interrupted client is often back
    /// before we have noticed that it left, so the second one waits a little.
    private synchronized void reserve(String name) throws IOException {
        var end = System.nanoTime() + rules.patience().toNanos() / 10;
        try {
            while (!arriving.add(name)) {
                var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) throw new Refusal(name + " is just arriving; try again later");
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private synchronized void release(String name) {
        arriving.remove(name);
        notifyAll();
    }

    /// Better now than after ten gigabytes.
    private void check(Header header, Path part, Path target) throws IOException {
        if (header.size > rules.maxSize()) {
            throw new Refusal("%d bytes are more than the %d allowed here"
                    .formatted(header.size, rules.maxSize()));
        }
        refuseToReplace(target);
        Files.createDirectories(rules.folder());
        var here = Files.exists(part) ? Files.size(part) : 0;
        var room = here + Files.getFileStore(rules.folder()).getUsableSpace();
        if (header.size > room) {
            throw new Refusal("%d bytes do not fit into the %d that are free"
                    .formatted(header.size, room));
        }
    }

    private void refuseToReplace(Path target) throws Refusal {
        if (!Files.exists(target, NOFOLLOW_LINKS)) return;
        if (!rules.force()) throw new Refusal(target.getFileName() + " exists already");
        if (!Files.isRegularFile(target, NOFOLLOW_LINKS)) {
            throw new Refusal(target.getFileName() + " exists, and is no file");
        }
    }

    /// However this ends, the part stays for the next attempt, unless it is known to be wrong. It
    /// is locked, for another server may receive into the same folder.
    private void store(Client client, Header header, Path part, Path target) throws IOException {
        try (var file = FileChannel.open(part, CREATE, READ, WRITE, NOFOLLOW_LINKS);
                var lock = file.tryLock()) {
            if (lock == null) throw new Refusal("another server is receiving it");
            var checksum = receive(client, header, file, target.getFileName().toString());
            client.mayTake(rules.patience());
            if (client.receive(8).getLong() != checksum) {
                Files.delete(part);
                throw new Refusal("the checksum is wrong; send it again");
            }
            publish(part, target);
        } catch (OverlappingFileLockException e) {
            throw new Refusal("it is just arriving, under a similar name");
        }
    }

    /// An atomic move replaces what is there without a word. So we look again before it: somebody
    /// may have been faster.
    private synchronized void publish(Path part, Path target) throws IOException {
        refuseToReplace(target);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Agrees with the client where to begin, and receives everything from there on.
    ///
    /// @return the checksum of the whole file
    private long receive(Client client, Header header, FileChannel file, String name)
            throws IOException {
        var here = header.checked && file.size() <= header.size ? file.size() : 0;
        client.mayTake(rules.patience().plus(timeToRead(here))); // it is we who read
        var checksum = checksum(file, here);
        client.send(ByteBuffer.allocate(16).putLong(here).putLong(checksum.getValue()).flip());
        client.mayTake(rules.patience().plus(timeToRead(here))); // now the client does
        var start = client.receive(8).getLong();
        if (start != here && start != 0) throw new Refusal("cannot begin at byte " + start);
        if (start == 0) checksum.reset();
        file.truncate(start).position(start);
        client.mayTake(rules.patience());
        try (var arena = Arena.ofConfined();
                var bar = quiet ? null : barOnTerminal(name, start, header.size)) {
            var buffer = arena.allocate(BUFFER_BYTES).asByteBuffer(); // the kernel's without a copy
            while (file.position() < header.size) {
                client.read(buffer.clear().limit(atMost(header.size - file.position())));
                if (header.checked) checksum.update(buffer.flip());
                write(buffer.flip(), file);
                if (bar != null) bar.stepTo(file.position());
            }
        }
        return checksum.getValue();
    }

    private static void write(ByteBuffer bytes, FileChannel file) throws Refusal {
        try {
            while (bytes.hasRemaining()) file.write(bytes);
        } catch (IOException e) {
            throw new Refusal("the server cannot store it: " + e.getMessage());
        }
    }

    /// As much of so many bytes as fits into a buffer.
    static int atMost(long bytes) {
        return (int) Math.min(bytes, BUFFER_BYTES);
    }

    /// The checksum of the first `length` bytes of a file.
    static CRC32C checksum(FileChannel file, long length) throws IOException {
        var checksum = new CRC32C();
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(BUFFER_BYTES).asByteBuffer();
            for (long at = 0; at < length; at += buffer.limit()) {
                var count = file.read(buffer.clear().limit(atMost(length - at)), at);
                if (count < 0) throw new EOFException("the file has become shorter");
                checksum.update(buffer.flip());
            }
        }
        return checksum;
    }

    /// How long one may have to wait for somebody who reads so many bytes from a disk.
    static Duration timeToRead(long bytes) {
        return Duration.ofSeconds(bytes / SLOW_DISK);
    }

    /// A progress bar, or null if we do not write to a terminal.
    static ProgressBar barOnTerminal(String name, long start, long size) {
        if (!onTerminal()) return null;
        return new ProgressBarBuilder()
                .setTaskName("%.24s".formatted(name))
                .setInitialMax(size).startsFrom(start, Duration.ZERO)
                .setUnit(" MB", 1_000_000).showSpeed(new DecimalFormat("0.0"))
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(100)
                .setConsumer(new InteractiveConsoleProgressBarConsumer(System.out, 79))
                .build();
    }

    private static boolean onTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /// Prints a line. Bars are redrawn, some lines up, and must know of every line below them. So
    /// on a terminal a line is a bar too, one that is never redrawn.
    static void say(String line) {
        if (!onTerminal()) {
            IO.println(line);
            return;
        }
        try (var bar = new InteractiveConsoleProgressBarConsumer(System.out, Integer.MAX_VALUE)) {
            bar.accept(line);
        }
    }

    /// The other end of a connection, and until when we wait for it. A blocking channel knows no
    /// timeout, but when it is closed, whoever waits in it wakes up with an exception.
    private static class Client implements Closeable {

        final SocketChannel channel;
        final String who;
        private final Duration patience;
        private volatile long deadline;
        private volatile boolean late;
        private boolean lost; // else it is our disk that failed
        private int progress;

        Client(SocketChannel channel, Duration patience) throws IOException {
            this.channel = channel;
            this.patience = patience;
            who = channel.getRemoteAddress().toString().substring(1);
            mayTake(patience);
        }

        /// Sets the deadline anew, to so long from now.
        void mayTake(Duration time) {
            deadline = System.nanoTime() + time.toNanos();
        }

        /// Sleeps until the deadline, but never long: it may be brought forward.
        void closeWhenLate() {
            try {
                for (long left; (left = deadline - System.nanoTime()) > 0; ) {
                    Thread.sleep(Duration.ofNanos(Math.min(left, patience.toNanos())));
                }
                late = true;
                close();
            } catch (InterruptedException e) {
                return; // it was in time
            }
        }

        /// Reads what has come. Only a buffer full of it earns more time: a byte does not.
        int read(ByteBuffer into) throws IOException {
            lost = true;
            var count = channel.read(into);
            if (count < 0) throw new EOFException("hung up too early");
            lost = false;
            progress += count;
            if (progress >= BUFFER_BYTES) {
                progress = 0;
                mayTake(patience);
            }
            return count;
        }

        ByteBuffer receive(int count) throws IOException {
            var bytes = ByteBuffer.allocate(count);
            while (bytes.hasRemaining()) read(bytes);
            return bytes.flip();
        }

        void send(ByteBuffer bytes) throws IOException {
            lost = true;
            while (bytes.hasRemaining()) channel.write(bytes);
            lost = false;
        }

        /// Hangs up our half, and waits for the other: whoever closes with bytes unread, resets
        /// the connection, and a reset can overtake the last words.
        void sayGoodbye(ByteBuffer lastWords) throws IOException {
            mayTake(patience);
            send(lastWords);
            channel.shutdownOutput();
            var ignored = ByteBuffer.allocate(BUFFER_BYTES);
            while (channel.read(ignored.clear()) >= 0) {}
        }

        String whatHappened(IOException e) {
            return late ? "too slow, we hung up" : e.getMessage();
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Stops listening, hangs up on all clients, and waits until their threads are done: then all
    /// seats are free. Idempotent, from any thread but theirs.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        clients.forEach(Client::close);
        seats.acquireUninterruptibly(SEATS);
        seats.release(SEATS);
    }

    @Command(name = "lesson07-file-server.java", sortOptions = false, description =
            "Receives files into a folder; Ctrl-C ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "address to listen on (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
        int port;

        @Option(names = "--dir", defaultValue = "received", paramLabel = "FOLDER",
                description = "where files go; created on demand (default: ${DEFAULT-VALUE})")
        Path folder;

        @Option(names = "--force", description = "replace files that exist")
        boolean force;

        @Option(names = "--max-size", defaultValue = "" + Long.MAX_VALUE, paramLabel = "BYTES",
                description = "largest file (default: what the disk has room for)")
        long maxSize;

        @Option(names = "--quiet", description = "no progress bars, no line per file")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            check(port >= 0 && port <= 65535, "no such port: " + port);
            check(maxSize >= 0, "--max-size must not be negative");
            var rules = new Rules(folder, force, maxSize, PATIENCE);
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new FileServer(address, rules, quiet)) {
                    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                    IO.println("listening on " + host + ":" + server.port());
                    server.serve();
                }
                return 0;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot listen on %s:%d: %s; try another port, 0 picks a free one"
                        .formatted(host, port, e.getMessage()));
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
