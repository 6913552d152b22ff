//SOURCES Printable.java

package shared;

import module java.base;

/// Tells on standard output what a server and its clients do, in bytes.
///
/// A server must never wait for its log. A pipe that nobody reads, a terminal stopped
/// with Ctrl-S, a full disk: the next `println` blocks, for ever. So lines go into a
/// queue, and one thread prints them. When the queue is full, whole lines are dropped and
/// counted, and the count is printed as soon as printing goes on.
public final class Narrator {

    /// How many lines may wait to be printed.
    private static final int CAPACITY = 1024;

    /// The lines of all narrators, and the thread that prints them: there is one standard
    /// output. `waiting` also counts the line that is being printed.
    private static final Queue<String> LINES = new ArrayDeque<>(); // guards all three
    private static int waiting;
    private static long dropped;

    static {
        Thread.ofPlatform().daemon().name("narrator").start(Narrator::print);
    }

    private final boolean quiet;

    /// @param quiet no lines about messages; connections are logged all the same
    public Narrator(boolean quiet) {
        this.quiet = quiet;
    }

    public boolean isQuiet() {
        return quiet;
    }

    /// The name of a client in the log: its address and port.
    public static String nameOf(SocketAddress address) {
        return address.toString().substring(1); // after the slash
    }

    public void connected(String who) {
        say(who + " connected");
    }

    /// `who sent us 6 bytes: "hello\n"`
    ///
    /// @param from index of the first byte
    /// @param to index after the last byte
    public void received(String who, byte[] bytes, int from, int to) {
        if (!quiet) tell(who, "sent us", bytes, from, to);
    }

    /// The same; position and limit of the buffer do not matter, and stay.
    public void received(String who, ByteBuffer bytes, int from, int to) {
        if (!quiet) tell(who, "sent us", copy(bytes, from, to), 0, to - from);
    }

    /// `who gets back 11 bytes: "echo hello\n"`
    public void sent(String who, byte[] bytes, int from, int to) {
        if (!quiet) tell(who, "gets back", bytes, from, to);
    }

    /// The same; position and limit of the buffer do not matter, and stay.
    public void sent(String who, ByteBuffer bytes, int from, int to) {
        if (!quiet) tell(who, "gets back", copy(bytes, from, to), 0, to - from);
    }

    /// `who sent us a frame of 5 bytes: "hello"`
    ///
    /// Servers of frames tell payloads, in both directions, and never headers: whatever
    /// its header looks like, a message has the same line in the log.
    ///
    /// @param from index of the first byte of the payload
    /// @param to index after its last byte
    public void receivedFrame(String who, ByteBuffer bytes, int from, int to) {
        if (quiet) return;
        tell(who, "sent us a frame of", copy(bytes, from, to), 0, to - from);
    }

    /// `who gets back a frame of 10 bytes: "echo hello"`
    public void sentFrame(String who, ByteBuffer bytes, int from, int to) {
        if (quiet) return;
        tell(who, "gets back a frame of", copy(bytes, from, to), 0, to - from);
    }

    private static byte[] copy(ByteBuffer bytes, int from, int to) {
        var copy = new byte[to - from];
        bytes.get(from, copy);
        return copy;
    }

    private void tell(String who, String what, byte[] bytes, int from, int to) {
        say(who + " " + what + " " + (to - from) + " bytes: "
                + Printable.start(bytes, from, to));
    }

    /// The client has closed the connection.
    public void left(String who) {
        say(who + " has left");
    }

    /// The connection broke.
    public void lost(String who, Throwable why) {
        say(who + " is gone: " + why.getMessage());
    }

    /// A line about a message: not printed if quiet.
    public void detail(String line) {
        if (!quiet) say(line);
    }

    /// Prints a line, and never waits. What a peer wrote has to be escaped before:
    /// [Printable].
    public void say(String line) {
        synchronized (LINES) {
            if (dropped > 0 || LINES.size() == CAPACITY) {
                dropped++; // until the printer has caught up
                return;
            }
            LINES.add(line);
            waiting++;
            LINES.notifyAll();
        }
    }

    private static void print() {
        try {
            while (true) {
                var line = next();
                System.out.println(line);
                synchronized (LINES) {
                    waiting--;
                    LINES.notifyAll();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private static String next() throws InterruptedException {
        synchronized (LINES) {
            while (LINES.isEmpty()) {
                if (dropped > 0) return notice();
                LINES.wait();
            }
            return LINES.remove();
        }
    }

    private static String notice() {
        var notice = "(" + dropped + " lines left out: nobody read them in time)";
        dropped = 0;
        waiting++;
        return notice;
    }

    /// Waits until all lines are printed, and how many were left out, but no longer than
    /// so.
    public static void flush(Duration patience) throws InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        synchronized (LINES) {
            while (waiting > 0 || dropped > 0) {
                var millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (millis <= 0) return;
                LINES.wait(millis);
            }
        }
    }
}
