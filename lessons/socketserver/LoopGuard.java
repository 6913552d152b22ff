package socketserver;

import module java.base;

/// Decides which datagrams are answered, so that no two servers answer each other for
/// ever.
///
/// An echo server sends to whatever address a datagram says it is from. If that is
/// forged, and is the address of another server that answers everything, or our own, then
/// each answer causes the next. Echo (RFC 862) and chargen (RFC 864) services have been
/// turned against each other like that since CERT Advisory CA-1996-01.
public final class LoopGuard {

    /// Below are the ports of well-known services (RFC 6335, section 6), many of which
    /// answer whatever they get: echo 7, daytime 13, qotd 17, chargen 19, time 37. The
    /// system gives higher ones to clients.
    public static final int SYSTEM_PORTS = 1024;

    /// So many answers a peer can have at once, and so many more each second. A loop with
    /// a server on any other port has used them up in a moment; then one answer is not
    /// sent, and that ends it. A loop too slow for that costs no more than this.
    public static final int BURST = 2000;
    public static final int PER_SECOND = 100;

    /// So many peers are remembered, those seen last: forged senders must not fill our
    /// memory.
    private static final int PEERS = 10_000;

    private final int port;
    private final SequencedMap<InetSocketAddress, Allowance> allowances =
            new LinkedHashMap<>(16, 0.75f, true); // in the order of access

    /// @param port our own
    public LoopGuard(int port) {
        this.port = port;
    }

    /// Asks for one answer.
    ///
    /// @param now as of [System#nanoTime()]
    /// @return why there must be none, or nothing if it may be sent
    public synchronized Optional<String> objection(InetSocketAddress sender, long now) {
        if (sender.getPort() == port && isOurs(sender.getAddress())) {
            return Optional.of("it would be ourselves");
        }
        if (sender.getPort() < SYSTEM_PORTS) {
            return Optional.of("port " + sender.getPort() + " belongs to a service");
        }
        return allowanceOf(sender, now).take(now)
                ? Optional.empty() : Optional.of("it has had too many");
    }

    private Allowance allowanceOf(InetSocketAddress sender, long now) {
        var allowance = allowances.computeIfAbsent(sender, _ -> new Allowance(now));
        if (allowances.size() > PEERS) allowances.pollFirstEntry();
        return allowance;
    }

    /// What a peer may still have: a token bucket.
    private static final class Allowance {

        private double answers = BURST;
        private long since;

        Allowance(long now) {
            since = now;
        }

        boolean take(long now) {
            answers = Math.min(BURST, answers + (now - since) * 1e-9 * PER_SECOND);
            since = now;
            if (answers < 1) return false;
            answers--;
            return true;
        }
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return address.isLoopbackAddress() // all of 127.0.0.0/8, not only 127.0.0.1
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // when in doubt, silence
        }
    }
}
