package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Knows which replies of an echo server are right.
///
/// The server answers every *read* with the prefix and the bytes read, and how the bytes fall into
/// reads is up to the network. So many replies are right: those that can be cut into pieces, each
/// the prefix and at least one byte, whose bytes put together are what was sent.
public record EchoOracle(byte[] prefix) {

    public EchoOracle(String prefix) {
        this(prefix.getBytes(UTF_8));
    }

    /// Whether `reply` is a right and complete reply to `sent`.
    public boolean explains(byte[] reply, byte[] sent) {
        var answer = new EchoAnswer(prefix);
        answer.said(sent);
        var bytes = ByteBuffer.wrap(reply);
        answer.take(bytes);
        return !bytes.hasRemaining() && answer.isComplete();
    }

    /// Fails, and shows the bytes, unless the reply is right.
    public void check(byte[] reply, byte[] sent) {
        if (!explains(reply, sent)) {
            throw new AssertionError("sent " + Bytes.show(sent) + ", but the reply was "
                    + Bytes.show(reply) + " with the prefix " + Bytes.show(prefix));
        }
    }
}
