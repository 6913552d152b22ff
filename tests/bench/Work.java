package bench;

import module java.base;

/// A kind of work for a server: so many connections, each with so many messages of so many bytes
/// under way at any time.
///
/// @param connections how many clients at once
/// @param bytes the length of a message
/// @param inFlight how many messages a client sends before it waits for the first answer
record Work(int connections, int bytes, int inFlight) {

    static final Work PING_PONG = new Work(1, 64, 1);
    static final Work SMALL = new Work(64, 64, 1);
    static final Work CROWD = new Work(1000, 64, 1);
    static final Work LARGE = new Work(64, 16 * 1024, 1);
    static final Work PIPELINED = new Work(64, 64, 16);

    static final List<Work> ALL = List.of(PING_PONG, SMALL, CROWD, LARGE, PIPELINED);

    /// For `--against`.
    static final List<Work> PAIRED = List.of(SMALL, LARGE);

    /// For `--quick`.
    static final List<Work> FEW = List.of(PING_PONG, SMALL);

    /// What it is that this measures.
    String what() {
        if (connections == 1) {
            return "Ping-pong: mostly the time it takes to wake the other side.";
        }
        if (inFlight > 1) return "One read of the server can find several messages.";
        if (bytes > 1024) return "Many bytes: small buffers mean more system calls.";
        return connections < 1000 ? "The cost of a request and its answer."
                : "The same with a crowd: threads have to take turns.";
    }

    @Override
    public String toString() {
        var size = bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB";
        var depth = inFlight == 1 ? "" : ", %d in flight".formatted(inFlight);
        return "%,d x %s%s".formatted(connections, size, depth);
    }
}
