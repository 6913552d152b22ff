package gallery;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// A chat server of which the wrong ones of the gallery change a part each. As far as they do not,
/// it is right: a thread reads from each guest, another writes what is in its outbox.
class ChatRooms implements GalleryServer.Serving {

    private static final int OUTBOX = 1000; // lines
    private static final int READ_LIMIT = 4096; // bytes

    private ThreadFactory threads;
    final List<Guest> guests = new ArrayList<>(); // guarded by itself

    /// A connection, and what was read of its next line.
    final class Guest {

        final SocketChannel channel;
        final BlockingQueue<String> outbox = new ArrayBlockingQueue<>(OUTBOX);
        final ByteBuffer in = ByteBuffer.allocate(READ_LIMIT).flip();
        String name;
        boolean dead;

        Guest(SocketChannel channel) {
            this.channel = channel;
        }

        /// @return whether there was more
        boolean read() throws IOException {
            var count = channel.read(in.clear());
            in.flip();
            return count != -1;
        }

        void write(String line) throws IOException {
            EchoLoops.writeAll(channel, UTF_8.encode(line + "\n"));
        }

        private void writeOutbox() {
            try {
                while (true) write(outbox.take());
            } catch (IOException | InterruptedException e) {
                close(this);
            }
        }
    }

    @Override
    public final void serve(ServerSocketChannel listener, ThreadFactory threads)
            throws IOException {
        this.threads = threads;
        while (true) {
            var guest = new Guest(listener.accept());
            guest.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            threads.newThread(() -> attend(guest)).start();
        }
    }

    private void attend(Guest guest) {
        var writer = threads.newThread(guest::writeOutbox);
        writer.start();
        try {
            post(guest, "* welcome; what is your name?");
            if (introduce(guest)) converse(guest);
        } catch (IOException e) {
            failed(guest);
        } finally {
            close(guest);
            writer.interrupt();
        }
    }

    private boolean introduce(Guest guest) throws IOException {
        var name = nextLine(guest);
        if (name == null) return false;
        synchronized (guests) {
            if (!accepts(name)) return false;
            guest.name = name;
            post(guest, "* here: "
                    + guests.stream().map(each -> each.name).collect(Collectors.joining(", ")));
            tell(guest, "* " + name + " has joined");
            guests.add(guest);
        }
        return true;
    }

    private void converse(Guest guest) throws IOException {
        for (String line; (line = nextLine(guest)) != null; ) {
            synchronized (guests) {
                tell(guest, "[" + guest.name + "] " + clean(line));
            }
        }
        leave(guest);
    }

    // ---- what may be wrong ----

    /// @return null at the end
    String nextLine(Guest guest) throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            if (!guest.in.hasRemaining() && !guest.read()) return atTheEnd(line);
            var next = guest.in.get();
            if (next == '\n') return line.toString(UTF_8).stripTrailing();
            line.write(next);
        }
    }

    /// @param begun of a line
    String atTheEnd(ByteArrayOutputStream begun) {
        return null;
    }

    boolean accepts(String name) {
        return name.matches("[\\p{L}\\p{Nd}]{1,32}")
                && guests.stream().noneMatch(each -> each.name.equals(name));
    }

    String clean(String line) {
        return line.replaceAll("\\p{C}", "");
    }

    /// Guarded by the guests.
    void tell(Guest speaker, String line) throws IOException {
        for (var guest : guests) if (guest != speaker) post(guest, line);
    }

    void post(Guest guest, String line) throws IOException {
        if (!guest.outbox.offer(line)) close(guest);
    }

    /// An exception while it was read from.
    void failed(Guest guest) {
        try {
            leave(guest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void leave(Guest guest) throws IOException {
        synchronized (guests) {
            if (guests.remove(guest)) tell(guest, "* " + guest.name + " has left");
        }
    }

    private static void close(Guest guest) {
        try {
            guest.channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
