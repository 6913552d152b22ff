import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Knows which replies of an echo server are right.
///
/// The server answers every *read* with the prefix and the bytes read, and how the bytes fall into
/// reads is up to the network. So many replies are right: those that can be cut into pieces, each
/// the prefix and at least one byte, whose bytes put together are what was sent.
record EchoOracle(byte[] prefix) {

    EchoOracle(String prefix) {
        this(prefix.getBytes(UTF_8));
    }

    /// Whether `reply` is a right and complete reply to `sent`.
    ///
    /// The payload may itself look like a prefix, so there can be several ways to read a reply.
    /// This walks along it with all of them at once: a way is the number of prefixes so far, and
    /// whether the piece at hand has a byte yet.
    boolean explains(byte[] reply, byte[] sent) {
        if (prefix.length == 0) return Arrays.equals(reply, sent);
        var ways = new TreeMap<Integer, Set<Way>>();
        ways.put(0, new HashSet<>(Set.of(new Way(0, true))));
        while (!ways.isEmpty()) {
            var next = ways.pollFirstEntry();
            int at = next.getKey();
            for (var way : next.getValue()) {
                int taken = at - way.prefixes * prefix.length;
                if (at == reply.length && taken == sent.length && way.whole) return true;
                if (at < reply.length && way.prefixes > 0 && taken < sent.length
                        && reply[at] == sent[taken]) {
                    step(ways, at + 1, new Way(way.prefixes, true));
                }
                if (way.whole && prefixAt(reply, at)) {
                    step(ways, at + prefix.length, new Way(way.prefixes + 1, false));
                }
            }
        }
        return false;
    }

    private record Way(int prefixes, boolean whole) {}

    private static void step(Map<Integer, Set<Way>> ways, int at, Way way) {
        ways.computeIfAbsent(at, _ -> new HashSet<>()).add(way);
    }

    private boolean prefixAt(byte[] reply, int at) {
        return at + prefix.length <= reply.length
                && Arrays.equals(reply, at, at + prefix.length, prefix, 0, prefix.length);
    }

    /// Fails, and shows the bytes, unless the reply is right.
    void check(byte[] reply, byte[] sent) {
        if (!explains(reply, sent)) {
            throw new AssertionError("sent " + Bytes.show(sent) + ", but the reply was "
                    + Bytes.show(reply) + " with the prefix " + Bytes.show(prefix));
        }
    }
}
