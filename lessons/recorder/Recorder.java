package recorder;

import module java.base;
import module java.instrument;

import recorder.Happening.Kind;
import recorder.Happening.Role;

/// Makes [Happening]s of what the sockets tell, and counts what happens in vain.
public final class Recorder {

    private static final StackWalker STACK =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final Sockets sockets;
    private final Consumer<Happening> listener;
    private final Ends ends = new Ends();
    private final long start = System.nanoTime();
    private final LongAdder failures = new LongAdder();
    private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);

    /// The time before a call, and where its buffers stood.
    private record Before(long at, int[] positions, int room) {}

    private final int most;
    private final boolean withPlaces;

    /// @param most how many bytes of a read or write are kept
    /// @param withPlaces whether to look for the line of the program: that takes some µs
    Recorder(Instrumentation instrumentation, int most, boolean withPlaces,
            Consumer<Happening> listener) {
        sockets = new Sockets(instrumentation);
        this.most = most;
        this.withPlaces = withPlaces;
        this.listener = listener;
        Tap.install();
        SocketWeaver.weave(instrumentation);
    }

    /// Records from now on.
    public void begin() {
        Tap.connect(this::told);
    }

    /// Records no more, for nearly nothing.
    public void pause() {
        Tap.connect(null);
    }

    /// A recorder that fails must not harm the program.
    private Object told(Object[] call) {
        try {
            switch (call.length) {
                case Tap.BEFORE_LENGTH -> {
                    return before(call[1]);
                }
                case Tap.AFTER_LENGTH -> {
                    if (call[0] != null) after((String) call[3], call[1], (Before) call[0],
                            call[2], (int) call[4], (int) call[5], (long) call[6], call[7]);
                }
                default -> {
                    if (call[0] != null) failed((String) call[3], call[1], (Before) call[0],
                            (Throwable) call[4]);
                }
            }
        } catch (RuntimeException e) {
            failures.increment();
        }
        return null;
    }

    /// Forgets all connections; the next is the first again.
    public void forget() {
        ends.forget();
    }

    /// How often the recorder itself has failed.
    public long failures() {
        return failures.sum();
    }

    /// Every end of a connection that there was, and every listener.
    public List<End> ends() {
        return ends.all();
    }

    /// Which end of which connection a socket or channel of the program is, if it was seen.
    public Optional<End> end(Object socket) {
        var isKnown = socket instanceof Socket || socket instanceof SocketChannel
                || socket instanceof DatagramSocket || socket instanceof DatagramChannel;
        if (!isKnown) return Optional.empty();
        var inner = sockets.inner(socket);
        return ends.all().stream().filter(end -> end.socket.refersTo(inner)).findFirst();
    }

    // ---- before a call ----

    private Before before(Object data) {
        if (inside.get()) return null;
        return new Before(System.nanoTime(), positions(data), room(data));
    }

    private static int[] positions(Object data) {
        return switch (data) {
            case ByteBuffer buffer -> new int[] {buffer.position()};
            case ByteBuffer[] buffers -> Stream.of(buffers).mapToInt(Buffer::position).toArray();
            case null, default -> null;
        };
    }

    private static int room(Object data) {
        return switch (data) {
            case ByteBuffer buffer -> buffer.remaining();
            case ByteBuffer[] buffers -> Stream.of(buffers).mapToInt(Buffer::remaining).sum();
            case DatagramPacket packet -> packet.getLength();
            case null, default -> 0;
        };
    }

    // ---- after it ----

    private void after(String call, Object socket, Before then, Object data, int from,
            int length, long result, Object object) {
        inside.set(true);
        try {
            switch (call) {
                case "read" -> read(socket, then, data, from, length, (int) result);
                case "write" -> write(socket, then, data, from, length, (int) result);
                case "connect", "finishConnect" -> connect(socket, then);
                case "accept" -> accept(socket, then, data, object);
                case "shutdownOutput" -> simple(socket, then, Kind.HALF_CLOSE);
                case "close" -> close(socket, then);
                case "receive" -> receive(socket, then, data, result, object);
                case "send" -> send(socket, then, data, result, object);
                default -> { } // shutdownInput: nothing crosses the wire
            }
        } finally {
            inside.set(false);
        }
    }

    private End end(Object socket, Role otherwise) {
        var end = ends.of(socket);
        if (end != null) return end;
        return ends.connected(socket, otherwise, sockets.local(socket), sockets.remote(socket));
    }

    private void read(Object socket, Before before, Object data, int from, int length,
            int count) {
        var end = end(socket, Role.CLIENT);
        var room = data instanceof byte[] ? length : before.room;
        if (count == 0) {
            if (room > 0) end.vainReads.increment();
            return;
        }
        waited(end, before);
        if (count < 0) {
            tell(end, Kind.END, before, 0, room, end.bytesRead(), new byte[0], "");
            return;
        }
        end.reads.increment();
        end.smallestRead.accumulate(count);
        end.largestRead.accumulate(count);
        tell(end, Kind.READ, before, count, room, end.bytesRead.getAndAdd(count),
                bytes(data, from, before.positions, count), "");
    }

    private void write(Object socket, Before before, Object data, int from, int length,
            int count) {
        var end = end(socket, Role.CLIENT);
        if (data instanceof byte[]) count = length; // such a write returns when all is written
        var asked = data instanceof byte[] ? length : before.room;
        if (count == 0) {
            if (asked > 0) end.vainWrites.increment();
            return;
        }
        waited(end, before);
        end.writes.increment();
        tell(end, Kind.WRITE, before, count, asked, end.bytesWritten.getAndAdd(count),
                bytes(data, from, before.positions, count), "");
    }

    private static void waited(End end, Before before) {
        end.nanosWaited.add(System.nanoTime() - before.at);
    }

    private byte[] bytes(Object data, int from, int[] positions, int count) {
        var bytes = new byte[Math.min(count, most)];
        switch (data) {
            case byte[] array -> System.arraycopy(array, from, bytes, 0, bytes.length);
            case ByteBuffer buffer -> buffer.duplicate().limit(positions[0] + bytes.length)
                    .get(positions[0], bytes);
            case ByteBuffer[] buffers -> {
                var to = ByteBuffer.wrap(bytes);
                for (int i = from; i < buffers.length && to.hasRemaining(); i++) {
                    var moved = buffers[i].position() - positions[i];
                    to.put(buffers[i].duplicate().position(positions[i])
                            .limit(positions[i] + Math.min(moved, to.remaining())));
                }
            }
            default -> { }
        }
        return bytes;
    }

    private void connect(Object socket, Before before) {
        var isChannel = socket instanceof SocketChannel;
        if (isChannel && !((SocketChannel) socket).isConnected()) return; // it goes on
        if (ends.of(socket) != null) return; // finishConnect after connect
        var end = end(socket, Role.CLIENT);
        tell(end, Kind.CONNECT, before, 0, 0, 0, new byte[0], end.remote);
    }

    private void accept(Object listener, Before before, Object data, Object object) {
        var own = ends.of(listener);
        if (own == null) own = ends.single(listener, Role.LISTENER, sockets.local(listener));
        var accepted = data instanceof SocketImpl ? data : object;
        if (accepted == null) {
            own.vainAccepts.increment();
            return;
        }
        waited(own, before);
        var end = ends.connected(
                accepted, Role.SERVER, sockets.local(accepted), sockets.remote(accepted));
        tell(end, Kind.ACCEPT, before, 0, 0, 0, new byte[0], end.remote);
    }

    private void simple(Object socket, Before before, Kind kind) {
        tell(end(socket, Role.CLIENT), kind, before, 0, 0, 0, new byte[0], "");
    }

    private void close(Object socket, Before before) {
        var end = ends.close(socket);
        if (end == null || end.role == Role.LISTENER) return;
        tell(end, Kind.CLOSE, before, 0, 0, 0, new byte[0], "");
    }

    private void receive(Object socket, Before before, Object data, long result,
            Object object) {
        var end = ends.single(socket, Role.DATAGRAM, sockets.local(socket));
        var from = data instanceof DatagramPacket packet ? packet.getSocketAddress()
                : (SocketAddress) object;
        if (from == null && result == 0) {
            end.vainReads.increment();
            return;
        }
        waited(end, before);
        var bytes = data instanceof DatagramPacket packet ? Arrays.copyOfRange(packet.getData(),
                packet.getOffset(), packet.getOffset() + packet.getLength())
                : bytes(data, 0, before.positions,
                        ((ByteBuffer) data).position() - before.positions[0]);
        end.reads.increment();
        end.smallestRead.accumulate(bytes.length);
        end.largestRead.accumulate(bytes.length);
        tell(end, Kind.RECEIVE, before, bytes.length, before.room,
                end.bytesRead.getAndAdd(bytes.length), bytes, Sockets.name(from));
    }

    private void send(Object socket, Before before, Object data, long result, Object target) {
        var end = ends.single(socket, Role.DATAGRAM, sockets.local(socket));
        var bytes = bytes(data, 0, before.positions, (int) result);
        end.writes.increment();
        tell(end, Kind.SEND, before, (int) result, before.room,
                end.bytesWritten.getAndAdd(result), bytes,
                target instanceof SocketAddress address ? Sockets.name(address) : "");
    }

    // ---- when it fails ----

    private void failed(String call, Object socket, Before then, Throwable why) {
        inside.set(true);
        try {
            var kind = kindOf(why);
            var end = ends.of(socket);
            if (end == null && (kind == Kind.TIMEOUT || call.contains("onnect"))) {
                end = new End(socket, 0, call.equals("accept") ? Role.LISTENER : Role.CLIENT,
                        sockets.local(socket), "");
            }
            if (end == null) return; // closed, by this program
            waited(end, then);
            if (end.role == Role.LISTENER && kind != Kind.TIMEOUT) return; // closed as it waited
            tell(end, kind, then, 0, 0, 0, new byte[0], call + ": " + why.getMessage());
        } finally {
            inside.set(false);
        }
    }

    private static Kind kindOf(Throwable why) {
        if (why instanceof SocketTimeoutException) return Kind.TIMEOUT;
        var message = String.valueOf(why.getMessage());
        return message.contains("reset") || message.contains("Broken pipe")
                ? Kind.RESET : Kind.FAILED;
    }

    // ---- telling ----

    private void tell(End end, Kind kind, Before before, int count, int asked, long offset,
            byte[] bytes, String detail) {
        var now = System.nanoTime();
        listener.accept(new Happening(now - start, end.connection, end.role, kind, count, asked,
                offset, bytes, now - before.at, thread(), withPlaces ? place() : "", detail));
    }

    private static String thread() {
        var thread = Thread.currentThread();
        return thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName();
    }

    /// The first line on the stack that is neither the JDK's nor ours.
    private static String place() {
        return STACK.walk(frames -> frames
                .filter(frame -> !frame.getDeclaringClass().getModule().isNamed()
                        && !frame.getClassName().startsWith("recorder."))
                .findFirst()
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber()).orElse(""));
    }
}
