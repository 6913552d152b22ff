//SOURCES Request.java LoopGuard.java ../shared/Narrator.java

package socketserver;

import module java.base;

import shared.Narrator;

/// A request that came as a datagram, with all there is to read. What the handler writes
/// leaves as one datagram; if it writes nothing, none does.
///
/// Beware: the address of a sender is easily forged, and then our answers go to somebody
/// who never asked. At worst that is a server that answers, too: [LoopGuard].
final class Datagram extends Request {

    private final InetSocketAddress sender;
    private final DatagramChannel channel;
    private final LoopGuard guard;
    private final Narrator log;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final Peer peer;

    /// @param channel sends the answer
    Datagram(InetSocketAddress sender, byte[] bytes, DatagramChannel channel,
            LoopGuard guard, Narrator log) {
        this.sender = sender;
        this.channel = channel;
        this.guard = guard;
        this.log = log;
        peer = new Peer(Narrator.nameOf(sender), new ByteArrayInputStream(bytes), answer);
        log.received(peer.name(), bytes, 0, bytes.length);
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    boolean isAtWork() {
        return true; // its sender has done its part
    }

    @Override
    public void complete() throws IOException {
        if (answer.size() == 0) return;
        var objection = guard.objection(sender, System.nanoTime());
        if (objection.isPresent()) {
            log.detail(peer.name() + " gets no answer: " + objection.get());
            return;
        }
        var bytes = answer.toByteArray();
        channel.send(ByteBuffer.wrap(bytes), sender);
        log.sent(peer.name(), bytes, 0, bytes.length);
    }

    @Override
    public void fail(IOException why) {
        answer.reset();
        if (!channel.isOpen()) return; // the server has been closed
        log.say(peer.name() + " gets no answer: " + why.getMessage());
    }
}
