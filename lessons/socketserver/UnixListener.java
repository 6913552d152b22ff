//SOURCES Listener.java Connection.java ../shared/Narrator.java

package socketserver;

import module java.base;

import shared.Narrator;

/// Each connection to a Unix socket is a request. Its address is a file.
public final class UnixListener extends Listener {

    /// Whether a file can be asked for what it is, and who may use it: not on Windows.
    private static final boolean UNIX_FILES =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private static final int FILE_TYPE = 0170000; // the bits of a file's mode, inode(7)
    private static final int SOCKET = 0140000;

    private final ServerSocketChannel channel;
    private final Path path;
    private final Duration idle;
    private final Narrator log;
    private int clients;

    /// @param path of the file, at most about 100 bytes long
    /// @param idle so long a client may neither send nor read anything
    /// @throws IOException if there is such a file, unless it is a socket on which nobody
    ///         listens
    public UnixListener(Path path, Duration idle, Narrator log) throws IOException {
        this.path = path;
        this.idle = idle;
        this.log = log;
        var address = UnixDomainSocketAddress.of(path);
        deleteIfStale(address);
        channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(address, BACKLOG);
            reserveForOwner();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// The file outlives a server that is killed, and then nobody can listen there again.
    /// So it is deleted if nobody answers; but only a socket is, never another file.
    private static void deleteIfStale(UnixDomainSocketAddress address)
            throws IOException {
        if (!UNIX_FILES || !isSocket(address.getPath())) return;
        try {
            SocketChannel.open(address).close();
        } catch (ConnectException nobodyListens) {
            Files.deleteIfExists(address.getPath());
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return false;
        var mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_TYPE) == SOCKET;
    }

    /// Whoever may write to the file, may connect.
    private void reserveForOwner() throws IOException {
        if (!UNIX_FILES) return;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    /// The clients have no address by which we could name them.
    @Override
    Request accept() throws IOException {
        var client = channel.accept();
        return new Connection("client " + ++clients, client, idle, log);
    }

    @Override
    public int port() {
        return 0;
    }

    @Override
    void closeSocket() throws IOException {
        if (!channel.isOpen()) return;
        channel.close();
        Files.deleteIfExists(path);
    }
}
