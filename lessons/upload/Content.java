package upload;

import module java.base;

/// The content of a file on its way, for both sides.
///
/// Its checksum finds accidents: a file that changed meanwhile, a bad cable. It finds no
/// attack, as whoever can change the content can change the checksum too. So it is
/// CRC32C, which costs next to nothing, and not SHA-256, which would be the slowest part
/// of all.
public final class Content {

    /// How much is read and written at once.
    public static final int BUFFER_BYTES = 512 * 1024;

    private static final long SLOW_DISK = 20_000_000; // bytes per second

    private Content() {}

    /// As much of so many bytes as fits into a buffer.
    public static int atMost(long bytes) {
        return (int) Math.min(bytes, BUFFER_BYTES);
    }

    /// The checksum of the first `length` bytes of a file.
    ///
    /// @throws EOFException if it is shorter
    public static CRC32C checksum(FileChannel file, long length) throws IOException {
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

    /// How long the other side may be busy that reads so many bytes from a disk.
    public static Duration timeToRead(long bytes) {
        return Duration.ofSeconds(bytes / SLOW_DISK);
    }
}
