//SOURCES Header.java Refusal.java

package upload;

import module java.base;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

/// Where files arrive. What is not complete yet is a hidden file, `.NAME.part`; it gets
/// its name in one step, so that nobody ever sees half of a file under its name.
public final class Folder {

    private final Path path;
    private final boolean force;
    private final long maxSize;
    private final Set<String> arriving = new HashSet<>();

    /// @param path of the folder; it is created when the first file comes
    /// @param force replace files that exist
    /// @param maxSize of a file, in bytes
    public Folder(Path path, boolean force, long maxSize) {
        this.path = path;
        this.force = force;
        this.maxSize = maxSize;
    }

    /// A file that is arriving. To be closed, whether it is complete or not; then its
    /// part stays for the next attempt.
    public final class Arrival implements AutoCloseable {

        private final String name;
        private final Path part;
        private final Path target;
        private final FileChannel file;

        private Arrival(String name, long size) throws IOException {
            this.name = name;
            part = inFolder("." + name + ".part");
            target = inFolder(name);
            refuseToReplace(target);
            if (Files.exists(part, NOFOLLOW_LINKS)
                    && !Files.isRegularFile(part, NOFOLLOW_LINKS)) {
                throw new Refusal(part.getFileName() + " is in the way, and is no file");
            }
            Files.createDirectories(path);
            refuseIfTooLarge(size, Files.exists(part) ? Files.size(part) : 0);
            file = FileChannel.open(part, CREATE, READ, WRITE, NOFOLLOW_LINKS);
        }

        /// Locks the part: another server may receive into the same folder.
        private Arrival locked() throws IOException {
            try {
                if (file.tryLock() != null) return this;
                file.close();
                throw new Refusal("another server is receiving it");
            } catch (OverlappingFileLockException e) {
                file.close();
                throw new Refusal("it is just arriving, under a similar name");
            }
        }

        /// The part: its size is what is here already.
        public FileChannel file() {
            return file;
        }

        /// @throws Refusal if it does not fit
        public void write(ByteBuffer bytes) throws Refusal {
            try {
                while (bytes.hasRemaining()) file.write(bytes);
            } catch (IOException e) {
                throw new Refusal("the server cannot store it: " + inWords(e));
            }
        }

        /// Throws the part away: it is known to be wrong.
        public void discard() throws IOException {
            Files.delete(part);
        }

        /// The file is complete, and gets its name. An atomic move replaces what is there
        /// without asking. So we look again before it: somebody may have been faster.
        public void publish() throws IOException {
            synchronized (Folder.this) {
                refuseToReplace(target);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                file.close();
            } finally {
                release(name);
            }
        }
    }

    /// Reserves the name, and opens what has come of the file.
    ///
    /// @param name a safe one, see [FileName]
    /// @param patience how long another upload of that name may take to go away
    /// @throws Refusal if it cannot be accepted: better now than after ten gigabytes
    public Arrival arrive(String name, long size, Duration patience) throws IOException {
        reserve(name, patience);
        try {
            if (size > maxSize) {
                throw new Refusal("%d bytes are more than the %d allowed here"
                        .formatted(size, maxSize));
            }
            return new Arrival(name, size).locked();
        } catch (IOException | RuntimeException e) {
            release(name);
            throw e;
        }
    }

    /// Two uploads of one name would spoil each other. But an interrupted client is often
    /// back before we have noticed that it left, so the second one waits a little.
    private synchronized void reserve(String name, Duration patience) throws IOException {
        var end = System.nanoTime() + patience.toNanos();
        try {
            while (!arriving.add(name)) {
                var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new Refusal(name + " is just arriving; try again later");
                }
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

    private Path inFolder(String name) throws Refusal {
        try {
            return path.resolve(name);
        } catch (InvalidPathException e) {
            throw new Refusal(
                    "the server's system has no such letters: " + e.getReason());
        }
    }

    /// @param here how many bytes of it are here already
    private void refuseIfTooLarge(long size, long here) throws IOException {
        var room = here + Files.getFileStore(path).getUsableSpace();
        if (size > room) {
            throw new Refusal("%d bytes do not fit into the %d that are free"
                    .formatted(size, room));
        }
    }

    private void refuseToReplace(Path target) throws Refusal {
        if (!Files.exists(target, NOFOLLOW_LINKS)) return;
        if (!force) throw new Refusal(target.getFileName() + " exists already");
        if (!Files.isRegularFile(target, NOFOLLOW_LINKS)) {
            throw new Refusal(target.getFileName() + " exists, and is no file");
        }
    }

    /// What went wrong with a file, without the names of Java's classes.
    public static String inWords(IOException failure) {
        return switch (failure) {
            case AccessDeniedException e -> e.getFile() + " may not be written";
            case NoSuchFileException e -> e.getFile() + " does not exist";
            case FileAlreadyExistsException e -> e.getFile() + " is in the way";
            case FileSystemException e -> e.getFile() + ": "
                    + Objects.requireNonNullElse(e.getReason(), "cannot be used");
            default -> failure.getMessage();
        };
    }
}
