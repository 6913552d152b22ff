package conformance;

import module java.base;

/// The answer of a message server: one message to the first whole request, and nothing to a bad
/// one. How the JSON is written is up to the server; what it says is not.
public final class MessageAnswer implements Answer {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private Optional<Messages.Message> expected = Optional.empty();
    private boolean complete;

    @Override
    public void said(byte[] bytes) {
        said.writeBytes(bytes);
        if (expected.isEmpty()) {
            expected = Messages.Message.at(said.toByteArray())
                    .flatMap(request -> Messages.Message.at(Messages.answerTo(request).array()));
        }
    }

    /// What is wrong shows only when the message is whole: then it is its last byte.
    @Override
    public void take(ByteBuffer bytes) {
        while (bytes.hasRemaining() && expected.isPresent() && !complete) {
            taken.write(bytes.get(bytes.position()));
            var answer = Messages.Message.at(taken.toByteArray());
            if (answer.isPresent() && !Messages.areAlike(expected.get(), answer.get())
                    || answer.isEmpty() && !mayGoOn()) return;
            complete = answer.isPresent();
            bytes.get();
        }
    }

    /// Whether a header can still come, or the rest of the content.
    private boolean mayGoOn() {
        var bytes = taken.toByteArray();
        if (bytes.length < Short.BYTES) return true;
        var length = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort());
        if (bytes.length < Short.BYTES + length) return length > 0;
        var header = Arrays.copyOfRange(bytes, Short.BYTES, Short.BYTES + length);
        return JsonText.object(header).filter(Messages.Message::isComplete).isPresent();
    }

    @Override
    public boolean isComplete() {
        return expected.isEmpty() || complete;
    }

    @Override
    public int answered() {
        return complete ? said.size() : 0;
    }

    @Override
    public byte[] due() {
        if (isComplete()) return new byte[0];
        var request = Messages.Message.at(said.toByteArray()).orElseThrow();
        return Messages.answerTo(request).array();
    }
}
