package epoll;

import module java.base;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.*;

/// The calls of the epoll server to Linux, as section 2 of its manual has them (`man 2
/// epoll_wait`). A C program finds prototypes, structures and numbers in the headers;
/// here they are written out, as x86-64 and ARM have them.
///
/// A call that fails throws what `errno` says. But where a blocking socket would wait,
/// EAGAIN, the result is [#NOT_NOW]: with non-blocking sockets that is no failure.
///
/// For one thread at a time, but for [#wake(int)].
public final class Kernel {

    // ---- prototypes

    private static final MethodHandle SOCKET =
            function(JAVA_INT, "socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            function(JAVA_INT, "setsockopt",
                    JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle BIND =
            function(JAVA_INT, "bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            function(JAVA_INT, "getsockname", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle LISTEN =
            function(JAVA_INT, "listen", JAVA_INT, JAVA_INT);
    private static final MethodHandle ACCEPT4 =
            function(JAVA_INT, "accept4", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle RECV =
            function(JAVA_LONG, "recv", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SEND =
            function(JAVA_LONG, "send", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = function(JAVA_INT, "close", JAVA_INT);
    private static final MethodHandle EPOLL_CREATE1 =
            function(JAVA_INT, "epoll_create1", JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            function(JAVA_INT, "epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle EPOLL_WAIT =
            function(JAVA_INT, "epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD =
            function(JAVA_INT, "eventfd", JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD_WRITE =
            function(JAVA_INT, "eventfd_write", JAVA_INT, JAVA_LONG);
    private static final MethodHandle STRERROR = function(ADDRESS, "strerror", JAVA_INT);

    /// A function of the C library. Before its own parameters it has one more: where to
    /// keep `errno`, which the JVM's own calls might change before we can ask for it.
    @SuppressWarnings("restricted") // nobody checks that these are the types that C has
    private static MethodHandle function(
            MemoryLayout result, String name, MemoryLayout... parameters) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, parameters),
                Linker.Option.captureCallState("errno"));
    }

    // ---- structures

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(groupElement("errno"));

    private static final StructLayout SOCKADDR_IN = structLayout(
            JAVA_SHORT.withName("family"),
            JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN).withName("port"), // the network's
            sequenceLayout(4, JAVA_BYTE).withName("address"),
            paddingLayout(8));
    private static final VarHandle FAMILY = SOCKADDR_IN.varHandle(groupElement("family"));
    private static final VarHandle PORT = SOCKADDR_IN.varHandle(groupElement("port"));
    private static final long IP = SOCKADDR_IN.byteOffset(groupElement("address"));

    private static final StructLayout EVENT = event(System.getProperty("os.arch"));
    private static final VarHandle INTEREST =
            EVENT.arrayElementVarHandle(groupElement("events"));
    private static final VarHandle DATA =
            EVENT.arrayElementVarHandle(groupElement("data"));

    /// A `struct epoll_event`: what to watch for, or what has come, and eight bytes of
    /// our own. On x86-64 it is packed, so that 32-bit programs have the same; elsewhere
    /// the eight bytes begin at a multiple of eight.
    ///
    /// @param architecture as the system property `os.arch` has it
    public static StructLayout event(String architecture) {
        return architecture.equals("amd64")
                ? structLayout(JAVA_INT.withName("events"),
                        JAVA_LONG_UNALIGNED.withName("data"))
                : structLayout(JAVA_INT.withName("events"), paddingLayout(4),
                        JAVA_LONG.withName("data"));
    }

    // ---- numbers

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int NONBLOCK = 0x800; // SOCK_NONBLOCK, EFD_NONBLOCK
    private static final int CLOEXEC = 0x80000; // no child process inherits it
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int MSG_NOSIGNAL = 0x4000; // see send()
    private static final int EINTR = 4;
    private static final int EAGAIN = 11; // also called EWOULDBLOCK

    /// What [#control] does: EPOLL_CTL_ADD, EPOLL_CTL_MOD.
    public static final int ADD = 1;
    public static final int CHANGE = 3;

    /// What to watch for: EPOLLIN, EPOLLOUT, and both with EPOLLET, edge-triggered.
    /// Errors are reported in any case.
    public static final int READ = 1;
    public static final int WRITE = 4;
    public static final int EDGES = READ | WRITE | 1 << 31;

    /// As a timeout.
    public static final int FOREVER = -1;

    /// As a result: there is nothing to read, no room to write, nobody to accept.
    public static final int NOT_NOW = -1;

    // ---- calls

    private final MemorySegment state; // errno, after a call
    private final MemorySegment events; // the result of epoll_wait
    private final int mostEvents;
    private final MemorySegment event; // an argument of epoll_ctl
    private final MemorySegment address;
    private final MemorySegment number; // an argument that C passes by its address

    /// @param memory for the structures
    /// @param mostEvents how many descriptors one [#await] can report
    public Kernel(Arena memory, int mostEvents) {
        this.mostEvents = mostEvents;
        state = memory.allocate(STATE);
        events = memory.allocate(EVENT, mostEvents);
        event = memory.allocate(EVENT);
        address = memory.allocate(SOCKADDR_IN);
        number = memory.allocate(JAVA_INT);
    }

    /// socket(2): a non-blocking one, for TCP over IPv4.
    public int tcpSocket() throws IOException {
        return call(SOCKET, AF_INET, SOCK_STREAM | NONBLOCK | CLOEXEC, 0);
    }

    /// bind(2); port 0 picks a free one. SO_REUSEADDR as Java's listeners have it: the
    /// TIME_WAIT of an earlier server is no obstacle.
    public void bind(int socket, InetSocketAddress where) throws IOException {
        set(socket, SOL_SOCKET, SO_REUSEADDR);
        FAMILY.set(address, 0L, (short) AF_INET);
        PORT.set(address, 0L, (short) where.getPort());
        MemorySegment.copy(where.getAddress().getAddress(), 0, address, JAVA_BYTE, IP, 4);
        call(BIND, socket, address, (int) address.byteSize());
    }

    /// listen(2)
    public void listen(int socket, int backlog) throws IOException {
        call(LISTEN, socket, backlog);
    }

    /// getsockname(2): where a socket is bound.
    public InetSocketAddress localAddress(int socket) throws IOException {
        number.set(JAVA_INT, 0, (int) address.byteSize());
        call(GETSOCKNAME, socket, address, number);
        return told();
    }

    /// accept4(2): unlike accept(2), it makes the new socket non-blocking by itself.
    ///
    /// @return its descriptor; whose it is, [#told()] says
    public int accept(int listener) throws IOException {
        number.set(JAVA_INT, 0, (int) address.byteSize());
        return call(ACCEPT4, listener, address, number, NONBLOCK | CLOEXEC);
    }

    /// The address that the last call has told us.
    public InetSocketAddress told() throws UnknownHostException {
        var ip = address.asSlice(IP, 4).toArray(JAVA_BYTE);
        return new InetSocketAddress(InetAddress.getByAddress(ip),
                Short.toUnsignedInt((short) PORT.get(address, 0L)));
    }

    /// TCP_NODELAY
    public void noDelay(int socket) throws IOException {
        set(socket, IPPROTO_TCP, TCP_NODELAY);
    }

    private void set(int socket, int level, int option) throws IOException {
        number.set(JAVA_INT, 0, 1);
        call(SETSOCKOPT, socket, level, option, number, (int) number.byteSize());
    }

    /// epoll_create1(2)
    public int epoll() throws IOException {
        return call(EPOLL_CREATE1, CLOEXEC);
    }

    /// epoll_ctl(2); the descriptor itself is what comes back with the event.
    public void control(int epoll, int change, int descriptor, int interest)
            throws IOException {
        INTEREST.set(event, 0L, 0L, interest);
        DATA.set(event, 0L, 0L, (long) descriptor);
        call(EPOLL_CTL, epoll, change, descriptor, event);
    }

    /// eventfd(2): readable after [#wake(int)].
    public int eventfd() throws IOException {
        return call(EVENTFD, 0, NONBLOCK | CLOEXEC);
    }

    /// eventfd_write(3), from any thread.
    public static void wake(int eventfd) throws IOException {
        new Kernel(Arena.ofAuto(), 1).call(EVENTFD_WRITE, eventfd, 1L);
    }

    /// close(2)
    public void close(int descriptor) throws IOException {
        call(CLOSE, descriptor);
    }

    /// For calls that are rare: it allocates an array, and the numbers in it.
    private int call(MethodHandle function, Object... arguments) throws IOException {
        var all = new ArrayList<Object>(List.of(arguments));
        all.addFirst(state);
        int result;
        try {
            result = (int) function.invokeWithArguments(all);
        } catch (Throwable e) {
            throw new AssertionError(e); // these are not the parameters
        }
        return check(result);
    }

    // ---- the three calls of a message: exactly the types, and nothing is allocated

    /// epoll_wait(2)
    ///
    /// @param millis how long to wait at most
    /// @return how many descriptors are ready, see [#ready(int)]; 0 if the time is over,
    ///         or the process was suspended and goes on
    public int await(int epoll, int millis) throws IOException {
        int count;
        try {
            count = (int) EPOLL_WAIT.invokeExact(
                    state, epoll, events, mostEvents, millis);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return Math.max(0, check(count));
    }

    /// A descriptor that the last [#await] has found ready.
    public int ready(int index) {
        return (int) (long) DATA.get(events, 0L, (long) index);
    }

    /// recv(2)
    ///
    /// @return how many bytes; 0 at the end of the stream; or [#NOT_NOW]
    public int receive(int socket, MemorySegment into) throws IOException {
        long count;
        try {
            count = (long) RECV.invokeExact(state, socket, into, into.byteSize(), 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return check((int) count);
    }

    /// send(2). With MSG_NOSIGNAL, for whoever writes to a connection that is gone gets
    /// the signal SIGPIPE, which ends most programs.
    ///
    /// @return how many bytes the kernel has taken, perhaps not all; or [#NOT_NOW]
    public int send(int socket, MemorySegment from, long length) throws IOException {
        long count;
        try {
            count = (long) SEND.invokeExact(state, socket, from, length, MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return check((int) count);
    }

    private int check(int result) throws IOException {
        if (result >= 0) return result;
        var errno = (int) ERRNO.get(state, 0L);
        if (errno == EAGAIN || errno == EINTR) return NOT_NOW;
        throw new IOException(message(errno));
    }

    @SuppressWarnings("restricted") // where the text ends, only its last byte tells
    private String message(int errno) {
        try {
            var text = (MemorySegment) STRERROR.invokeExact(state, errno);
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
