///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES shared/ServerCommand.java epoll/Kernel.java
//COMPILE_OPTIONS -Xlint:all
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//DESCRIPTION Lesson 03: the selector server once more, on Linux's own epoll

import module java.base;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import epoll.Kernel;
import shared.*;

/// # Lesson 03: the epoll server
///
/// The selector server, one floor below. On Linux a `Selector` is made of epoll; here the
/// same calls are made as a C program makes them, through `java.lang.foreign`. What C has
/// in its headers, functions, structures and numbers, is in `epoll/Kernel.java`.
///
/// Start it with `jbang lesson03-epoll-server.java` on Linux, and clients as for the
/// selector server; they cannot tell the two apart. Look for:
///
/// - `strace -f -e trace=network,epoll_wait,epoll_ctl -p PID` shows the code below call
///   by call. A message is `epoll_wait`, `recvfrom`, `sendto`.
/// - What a `Selector` adds: a key for each connection, a map that finds it, a lock
///   around each read and each write. Here the number of a descriptor is an index into an
///   array. With 64 clients on two quiet cores, a message of 64 bytes takes the selector
///   server 1 to 3 % more processor time: `jbang bench --only selector --against epoll`.
/// - `--edge`. By default epoll is *level-triggered*: as long as there is something to
///   read, `epoll_wait` says so. *Edge-triggered* it says once that something has come.
///   Then we have to read until the kernel answers EAGAIN, which costs one call more for
///   each message.
///
/// See what goes wrong without that loop: write `if` for `while` in `onEdge`, start it
/// with `--edge`, and type `printf '%0100000d\n' 1 | jbang lesson01-echo-client.java`.
/// One read takes 65,536 bytes, and they are answered. The rest has arrived as well, but
/// nothing more is reported: the client waits for its answer, the server for the client.
///
/// What is still wrong: nobody checks what we do. A wrong length or a wrong structure is
/// no exception, it overwrites memory. And all of this is Linux's alone.
class EpollServer implements Server {

    /// In bytes, for one read. We hold at most one answer to it for a slow client.
    private static final int READ_LIMIT = 64 * 1024;
    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final int MOST_EVENTS = 512; // of one epoll_wait
    private static final int MOST_STEPS = 16; // of one client, while others wait
    private static final int ACCEPT_RETRY_MILLIS = 1000;
    private static final long ACCEPT_RETRY_NANOS = ACCEPT_RETRY_MILLIS * 1_000_000L;

    private final Kernel kernel;
    private final int epoll;
    private final int listener;
    private final int port;
    private final int wakeup; // an eventfd: readable once something was written to it
    private final MemorySegment buffer; // begins with the prefix
    private final MemorySegment input; // the buffer behind the prefix
    private final MemorySegment restBuffer; // for the rest of an answer, as it is sent
    private final ByteBuffer bufferForLog;
    private final int prefixLength;
    private final boolean edge;
    private final Narrator log;

    /// What to do when a descriptor is ready, by its number. The kernel always gives the
    /// lowest number that is free, so that the array has hardly a gap.
    private Callback[] callbacks = new Callback[64];
    private boolean paused; // the listener is not watched
    private long pausedAt; // when accept failed last
    private volatile boolean closing;
    private final Object loop = new Object(); // locked as long as the loop runs

    /// Opens the listening socket, and the epoll instance that watches it.
    ///
    /// @param address where to listen, IPv4; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read; may be empty
    /// @param edge whether connections are watched edge-triggered
    /// @throws IOException if the address is in use, or does not belong to this machine,
    ///         or the system is not Linux
    EpollServer(InetSocketAddress address, String prefix, Narrator log, boolean edge)
            throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IOException("only Linux has epoll; the selector server runs here");
        }
        if (!(address.getAddress() instanceof Inet4Address)) {
            throw new IOException("this server knows only IPv4; try 127.0.0.1");
        }
        this.log = log;
        this.edge = edge;
        var prefixBytes = prefix.getBytes(UTF_8);
        prefixLength = prefixBytes.length;
        // Outside the heap, where the garbage collector moves nothing.
        var memory = Arena.ofAuto();
        buffer = memory.allocate(prefixLength + READ_LIMIT);
        restBuffer = memory.allocate(prefixLength + READ_LIMIT);
        input = buffer.asSlice(prefixLength);
        bufferForLog = buffer.asByteBuffer();
        MemorySegment.copy(prefixBytes, 0, buffer, JAVA_BYTE, 0, prefixLength);
        kernel = new Kernel(memory, MOST_EVENTS);
        try {
            epoll = open(kernel.epoll(), () -> {});
            wakeup = open(kernel.eventfd(), () -> {});
            listener = open(kernel.tcpSocket(), this::accept);
            kernel.bind(listener, address);
            kernel.listen(listener, BACKLOG);
            port = kernel.localAddress(listener).getPort();
            watch(Kernel.ADD, wakeup, Kernel.READ);
            watch(Kernel.ADD, listener, Kernel.READ);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private interface Callback {
        void ready() throws IOException;
    }

    private int open(int descriptor, Callback callback) {
        if (descriptor >= callbacks.length) {
            callbacks = Arrays.copyOf(callbacks, 2 * descriptor);
        }
        callbacks[descriptor] = callback;
        return descriptor;
    }

    /// Epoll forgets a descriptor that is closed. Its number may be the next client's.
    private void close(int descriptor) throws IOException {
        callbacks[descriptor] = null;
        kernel.close(descriptor);
    }

    private void watch(int change, int descriptor, int interest) throws IOException {
        kernel.control(epoll, change, descriptor, interest);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void serve() throws IOException {
        synchronized (loop) {
            while (!closing) {
                var timeout = paused ? ACCEPT_RETRY_MILLIS : Kernel.FOREVER;
                var count = kernel.await(epoll, timeout);
                for (int i = 0; i < count; i++) {
                    callbacks[kernel.ready(i)].ready();
                }
                if (paused && System.nanoTime() - pausedAt >= ACCEPT_RETRY_NANOS) {
                    acceptAgain();
                }
            }
        }
    }

    private void accept() throws IOException {
        try {
            int descriptor;
            while ((descriptor = kernel.accept(listener)) != Kernel.NOT_NOW) {
                welcome(descriptor);
            }
        } catch (IOException e) {
            // Most likely there are no descriptors left. The listener stays ready, so
            // that epoll_wait would return at once, again and again. So it is not watched
            // until a client has left, or a second has passed.
            log.say("cannot accept: " + e.getMessage() + "; new clients wait");
            paused = true;
            pausedAt = System.nanoTime();
            watch(Kernel.CHANGE, listener, 0);
        }
    }

    private void acceptAgain() throws IOException {
        if (!paused) return;
        paused = false;
        watch(Kernel.CHANGE, listener, Kernel.READ);
    }

    private void welcome(int descriptor) throws IOException {
        open(descriptor, new Connection(descriptor, Narrator.nameOf(kernel.told())));
        try {
            kernel.noDelay(descriptor);
            watch(Kernel.ADD, descriptor, edge ? Kernel.EDGES : Kernel.READ);
        } catch (IOException e) {
            log.say("cannot watch a client: " + e.getMessage());
            close(descriptor);
        }
    }

    /// One client, in one of two states: we read from it (`rest` is null), or it still
    /// has to take the rest of an answer.
    private final class Connection implements Callback {

        private final int descriptor;
        private final String who;
        private byte[] rest; // null unless the client is slower than we are

        Connection(int descriptor, String who) {
            this.descriptor = descriptor;
            this.who = who;
            log.connected(who);
        }

        @Override
        public void ready() throws IOException {
            try {
                if (edge) onEdge();
                else step();
            } catch (IOException e) {
                log.lost(who, e);
                disconnect();
            }
        }

        /// Once is enough if we are level-triggered: what is left over is reported again.
        ///
        /// @return false if there is nothing to do until the kernel says so
        private boolean step() throws IOException {
            return rest == null ? echo() : writeRest();
        }

        /// A client that sends all the time must not keep us here. To register a
        /// descriptor anew makes the kernel report what is there already.
        private void onEdge() throws IOException {
            var steps = 0;
            while (step()) {
                if (++steps == MOST_STEPS) {
                    watch(Kernel.CHANGE, descriptor, Kernel.EDGES);
                    return;
                }
            }
        }

        /// As the selector server does it: one buffer for all, one read behind the
        /// prefix, one write of both.
        private boolean echo() throws IOException {
            var count = kernel.receive(descriptor, input);
            if (count == Kernel.NOT_NOW) return false;
            if (count == 0) {
                log.left(who);
                disconnect();
                return false;
            }
            var length = prefixLength + count;
            log.received(who, bufferForLog, prefixLength, length);
            var sent = kernel.send(descriptor, buffer, length);
            if (sent == Kernel.NOT_NOW) sent = 0;
            log.sent(who, bufferForLog, 0, sent);
            if (sent < length) {
                rest = buffer.asSlice(sent, length - sent).toArray(JAVA_BYTE); // rare
                watchLevel(Kernel.WRITE);
            }
            return true;
        }

        private boolean writeRest() throws IOException {
            MemorySegment.copy(rest, 0, restBuffer, JAVA_BYTE, 0, rest.length);
            var sent = kernel.send(descriptor, restBuffer, rest.length);
            if (sent == Kernel.NOT_NOW) return false;
            rest = Arrays.copyOfRange(rest, sent, rest.length);
            if (rest.length > 0) return true;
            rest = null;
            watchLevel(Kernel.READ);
            return true;
        }

        /// Edge-triggered, both are watched all the time: a socket *becomes* writable
        /// only after it was not.
        private void watchLevel(int interest) throws IOException {
            if (!edge) watch(Kernel.CHANGE, descriptor, interest);
        }

        private void disconnect() throws IOException {
            close(descriptor);
            acceptAgain();
        }
    }

    /// Wakes the loop, waits for it to end, and closes everything. Only once: afterwards
    /// the numbers may belong to somebody else.
    @Override
    public synchronized void close() {
        if (closing) return;
        closing = true;
        try {
            if (wakeup > 0) Kernel.wake(wakeup);
            synchronized (loop) { // held by serve() while it runs
                for (int descriptor = 0; descriptor < callbacks.length; descriptor++) {
                    if (callbacks[descriptor] != null) close(descriptor);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int run(String... args) {
        var command = new ServerCommand("lesson03-epoll-server.java",
                "An echo server with one thread and Linux's epoll; Ctrl-C ends it.");
        var prefix = command.prefix();
        var edge = command.flag("--edge", "watch connections edge-triggered");
        return command.run(args, (address, log) ->
                new EpollServer(address, prefix.get(), log, edge.get()));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
