package recorder;

import module java.base;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import recorder.Happening.Role;

/// Which sockets of this program are which ends of which connections. The two ends of one
/// connection, if both are here, know each other by their addresses.
final class Ends {

    /// Of the oldest connections only the totals go on counting.
    private static final int MOST = 10_000;

    /// Which socket, and nothing that keeps it: one that the program forgets is closed by the JDK.
    private static final class Key extends WeakReference<Object> {

        private final int hash;

        Key(Object socket, ReferenceQueue<Object> gone) {
            super(socket, gone);
            hash = System.identityHashCode(socket);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) return true;
            var socket = get();
            return socket != null && other instanceof Key key && key.refersTo(socket);
        }
    }

    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
    private final Map<Key, End> bySocket = new HashMap<>();

    /// Of connections of which one end is known. It may be closed before the other is accepted.
    private final Map<String, Integer> halves = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST;
        }
    };
    private final Map<String, Deque<Integer>> unixHalves = new HashMap<>();
    private final List<End> all = new ArrayList<>();
    private int connections;

    /// The end that a socket is; null if nothing is known of it.
    synchronized End of(Object socket) {
        return bySocket.get(new Key(socket, null));
    }

    /// Every end that there was, in the order of its coming.
    synchronized List<End> all() {
        return List.copyOf(all);
    }

    /// The next connection is the first again. Sockets that are open now are not known any more.
    synchronized void forget() {
        bySocket.clear();
        halves.clear();
        unixHalves.clear();
        all.clear();
        connections = 0;
    }

    /// A socket without a connection.
    synchronized End single(Object socket, Role role, String local) {
        var known = bySocket.get(new Key(socket, null));
        if (known != null) return known;
        return add(socket, new End(socket,
                role == Role.LISTENER ? 0 : ++connections, role, local, ""));
    }

    /// An end of a connection that is there now.
    synchronized End connected(Object socket, Role role, String local, String remote) {
        var known = bySocket.get(new Key(socket, null));
        if (known != null) return known;
        return add(socket, new End(socket,
                number(role, local, remote), role, local, remote));
    }

    private int number(Role role, String local, String remote) {
        var isClient = role == Role.CLIENT;
        if (local.isEmpty() || remote.isEmpty()) { // a Unix socket: the client has no address
            var halves = unixHalves.computeIfAbsent(local + remote, _ -> new ArrayDeque<>());
            if (!isClient && !halves.isEmpty()) return halves.remove();
            if (isClient) halves.add(connections + 1);
            return ++connections;
        }
        var other = (isClient ? "server " : "client ") + remote + " " + local;
        var number = halves.remove(other);
        if (number != null) return number;
        halves.put((isClient ? "client " : "server ") + local + " " + remote, ++connections);
        return connections;
    }

    private End add(Object socket, End end) {
        for (Reference<?> key; (key = gone.poll()) != null; ) bySocket.remove(key);
        bySocket.put(new Key(socket, gone), end);
        if (all.size() < MOST) all.add(end);
        return end;
    }

    /// The socket is closed.
    ///
    /// @return null if it was before
    synchronized End close(Object socket) {
        return bySocket.remove(new Key(socket, null));
    }
}
