///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java shared/Seats.java shared/VirtualThreads.java
//SOURCES upload/Connection.java upload/FileName.java upload/Folder.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 07: receives files, checks them, and lets interrupted uploads go on

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;
import upload.*;

/// # Lesson 07: the file server
///
/// A file is a message that may be larger than the memory. As in lesson 05 a header comes
/// first and then the content; but the content is passed on while it comes, and may break
/// off anywhere.
///
/// ```
/// the client sends                     the server sends
/// the header, see Header
///                                      8      how many bytes of it are here already
///                                      8      their checksum
/// 8      so many, to go on from there,
///        or 0, to begin anew
///        the rest of the file
/// 8      checksum of the whole file
///                                      8      its size: now it has its name
/// ```
///
/// Numbers are big-endian, text is UTF-8. Instead of any of its numbers, and also while
/// the content comes, the server may send -n in 8 bytes and in n bytes why it refuses.
/// Then it closes.
///
/// In a second terminal type `jbang lesson07-file-client.java --rate 20`, and look for:
///
/// - Stop either side half-way, even with `kill -9`, and start it again: the upload goes
///   on where it was. Until it is complete and checked it is a hidden file, which then
///   gets its name in one step: [Folder]. So nobody ever sees half of a file under its
///   name.
/// - The name is the client's word, like the length in lesson 05. `../../.bashrc` must
///   not leave the folder, nor replace what is there, and `-rf` is a trap for whoever
///   works in it: [FileName].
/// - There are 64 seats, see [Seats]. A client that waits for us, while we compute the
///   checksum of what is here, is not silent.
///
/// This file has the protocol, in its order; [Connection] is one client and its deadline,
/// and [Content] says why the checksum is CRC32C.
///
/// What is still wrong: anybody who can connect can fill the disk. And a file in place
/// has survived the end of the server, but not a power failure: that takes
/// `FileChannel.force`, and its time.
class FileServer implements Server {

    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration ACCEPT_RETRY = Duration.ofMillis(200);
    private static final Duration TOLD = Duration.ofSeconds(1);

    /// What the server accepts.
    ///
    /// @param seats how many clients are served at once; the others wait
    /// @param seat for how long silent clients are watched while others wait
    /// @param patience the time a client has for the header, and for each 512 KB of the
    ///        content
    record Limits(int seats, Duration seat, Duration patience) {

        static final Limits DEFAULT = new Limits(64, Duration.ofSeconds(2), PATIENCE);
    }

    private final ServerSocketChannel listener;
    private final Folder folder;
    private final Limits limits;
    private final Narrator log;
    private final Seats seats;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @throws IOException if the address is taken, or not ours
    FileServer(InetSocketAddress address, Folder folder, Limits limits, Narrator log)
            throws IOException {
        VirtualThreads.waitOnce();
        this.folder = folder;
        this.limits = limits;
        this.log = log;
        seats = new Seats(limits.seats(), limits.seat(), log);
        listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    @Override
    public int port() {
        return listener.socket().getLocalPort();
    }

    /// Receives files, each in a virtual thread of its own.
    @Override
    public void serve() throws InterruptedException {
        while (listener.isOpen()) {
            try {
                welcome(listener.accept());
            } catch (IOException e) {
                if (!listener.isOpen()) return;
                // Most likely there are no file descriptors left. To try again at once
                // would be a busy loop.
                log.say("cannot accept: " + e.getMessage() + "; new clients wait");
                Thread.sleep(ACCEPT_RETRY);
            }
        }
    }

    private void welcome(SocketChannel channel) throws IOException, InterruptedException {
        var client = new Client(channel);
        client.seat = seats.take(client.connection.who(), channel, client::isWaitedFor);
        if (client.seat == null) { // the server closes
            channel.close();
            return;
        }
        client.connection.mayTake(limits.patience()); // it had to wait for us
        clients.add(client);
        if (!listener.isOpen()) client.connection.close(); // close() missed this one
        Thread.startVirtualThread(client::run);
    }

    /// One client, from accept to close. Whatever goes wrong in here concerns it alone.
    private final class Client {

        private final Connection connection;
        private Seats.Seat seat;
        private volatile boolean reading; // from our disk

        Client(SocketChannel channel) throws IOException {
            connection = new Connection(channel, limits.patience(), this::received);
        }

        private void received(int bytes) {
            seat.received(bytes);
        }

        private boolean isWaitedFor() {
            return reading;
        }

        void run() {
            var alarm = Thread.startVirtualThread(connection::closeWhenLate);
            try {
                connection.end(verdict());
            } catch (IOException e) {
                if (listener.isOpen()) {
                    log.say(connection.who() + ": " + connection.whatHappened(e));
                }
            } finally {
                alarm.interrupt();
                connection.close();
                clients.remove(this);
                seat.close();
            }
        }

        /// What the client is told in the end; but not where on our disk its file would
        /// be.
        private ByteBuffer verdict() throws IOException {
            try {
                return number(upload());
            } catch (IOException e) {
                if (connection.isLost()) throw e;
                var refusal = e instanceof Refusal
                        ? e : new Refusal("the server cannot store it");
                log.say("%s: refused: %s".formatted(
                        connection.who(), Printable.line(Folder.inWords(e))));
                var reason = refusal.getMessage().getBytes(UTF_8);
                return ByteBuffer.allocate(8 + reason.length)
                        .putLong(-reason.length).put(reason).flip();
            }
        }

        private long upload() throws IOException {
            var header = Header.receive(connection);
            var name = FileName.safe(header.name());
            try (var arrival = folder.arrive(
                    name, header.size(), limits.patience().dividedBy(10))) {
                var checksum = receive(header, arrival, name);
                connection.mayTake(limits.patience());
                if (connection.receive(8).getLong() != checksum) {
                    arrival.discard();
                    throw new Refusal("the checksum is wrong; send it again");
                }
                arrival.publish();
            }
            log.detail("%s: %s, %d bytes"
                    .formatted(connection.who(), name, header.size()));
            return header.size();
        }

        /// Agrees with the client where to begin, and receives everything from there on.
        ///
        /// @return the checksum of the whole file
        private long receive(Header header, Folder.Arrival arrival, String name)
                throws IOException {
            var file = arrival.file();
            var here = header.checked() && file.size() <= header.size() ? file.size() : 0;
            var checksum = checksumOf(file, here);
            connection.send(ByteBuffer.allocate(16)
                    .putLong(here).putLong(checksum.getValue()).flip());
            connection.mayTake(limits.patience().plus(Content.timeToRead(here)));
            var start = connection.receive(8).getLong();
            if (start != here && start != 0) {
                throw new Refusal("cannot begin at byte " + start);
            }
            if (start == 0) checksum.reset();
            file.truncate(start).position(start);
            connection.mayTake(limits.patience());
            receiveContent(header, arrival, name, checksum);
            return checksum.getValue();
        }

        private CRC32C checksumOf(FileChannel file, long here) throws IOException {
            reading = true;
            try {
                connection.mayTake(limits.patience().plus(Content.timeToRead(here)));
                return Content.checksum(file, here);
            } finally {
                reading = false;
            }
        }

        /// Off the heap, where the kernel can read and write without another copy.
        private void receiveContent(Header header, Folder.Arrival arrival, String name,
                CRC32C checksum) throws IOException {
            var told = System.nanoTime();
            try (var arena = Arena.ofConfined()) {
                var buffer = arena.allocate(Content.BUFFER_BYTES).asByteBuffer();
                long at;
                while ((at = arrival.file().position()) < header.size()) {
                    var count = Content.atMost(header.size() - at);
                    connection.read(buffer.clear().limit(count));
                    if (header.checked()) checksum.update(buffer.flip());
                    arrival.write(buffer.flip());
                    if (System.nanoTime() - told < TOLD.toNanos()) continue;
                    told = System.nanoTime();
                    log.detail("%s: %s, %d %%".formatted(
                            connection.who(), name, 100 * at / header.size()));
                }
            }
        }
    }

    private static ByteBuffer number(long number) {
        return ByteBuffer.allocate(8).putLong(number).flip();
    }

    /// Stops listening, disconnects all clients, and waits until their threads have
    /// ended.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        seats.close();
        clients.forEach(client -> client.connection.close());
        try {
            seats.awaitAllFree();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the clients are disconnected
        }
    }

    static int run(String... args) {
        var command = new ServerCommand("lesson07-file-server.java",
                "Receives files into a folder; Ctrl-C ends it.");
        command.keepOrder();
        command.quiet("no line per file");
        var folder = command.text("--dir", "FOLDER", "received",
                "where files go; created on demand (default: ${DEFAULT-VALUE})");
        var force = command.flag("--force", "replace files that exist");
        var maxSize = command.bytes("--max-size", Long.MAX_VALUE,
                "largest file (default: what the disk has room for)");
        return command.run(args, (address, log) -> new FileServer(address,
                new Folder(Path.of(folder.get()), force.get(), maxSize.get()),
                Limits.DEFAULT, log));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
