package recorder;

import module java.base;

import recorder.Happening.Kind;
import recorder.Happening.Role;
import wire.Link;
import wire.Link.Direction;

/// What passes a [Link], as happenings at its two ends: what comes was written there, what is
/// passed on is read there, or soon will be. For a page; the first ten thousand.
public final class LinkLog implements Link.Observer {

    private static final int MOST = 10_000;
    private static final int BYTES = 256; // of each

    private final long start = System.nanoTime();
    private final List<Happening> happenings = Collections.synchronizedList(new ArrayList<>());

    public List<Happening> happenings() {
        synchronized (happenings) {
            return List.copyOf(happenings);
        }
    }

    private void add(int number, Role role, Kind kind, ByteBuffer bytes, String detail) {
        if (happenings.size() >= MOST) return;
        var kept = new byte[Math.min(bytes.remaining(), BYTES)];
        bytes.get(bytes.position(), kept);
        happenings.add(new Happening(System.nanoTime() - start, number, role, kind,
                bytes.remaining(), bytes.remaining(), 0, kept, 0, "", "", detail));
    }

    private void add(int number, Role role, Kind kind, String detail) {
        add(number, role, kind, ByteBuffer.allocate(0), detail);
    }

    @Override
    public void connected(int number, SocketAddress client) {
        add(number, Role.CLIENT, Kind.CONNECT, "");
    }

    @Override
    public void refused(int number, SocketAddress client) {
        add(number, Role.CLIENT, Kind.RESET, "");
    }

    @Override
    public void unreachable(int number, IOException why) {
        add(number, Role.SERVER, Kind.FAILED, String.valueOf(why.getMessage()));
    }

    @Override
    public void came(int number, Direction direction, ByteBuffer bytes) {
        add(number, direction == Direction.UP ? Role.CLIENT : Role.SERVER, Kind.WRITE, bytes, "");
    }

    @Override
    public void passed(int number, Direction direction, ByteBuffer bytes) {
        add(number, direction == Direction.UP ? Role.SERVER : Role.CLIENT, Kind.READ, bytes, "");
    }

    @Override
    public void ended(int number, Direction direction) {
        add(number, direction == Direction.UP ? Role.SERVER : Role.CLIENT, Kind.END, "");
    }

    @Override
    public void closed(int number, boolean reset) {
        if (reset) add(number, Role.SERVER, Kind.RESET, "");
    }
}
