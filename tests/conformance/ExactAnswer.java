package conformance;

import module java.base;

/// Expects certain bytes, whatever is said.
public final class ExactAnswer implements Answer {

    private final ByteBuffer due;

    public ExactAnswer(byte[] due) {
        this.due = ByteBuffer.wrap(due);
    }

    @Override
    public void said(byte[] bytes) {}

    @Override
    public void take(ByteBuffer bytes) {
        while (bytes.hasRemaining() && due.hasRemaining()
                && bytes.get(bytes.position()) == due.get(due.position())) {
            bytes.get();
            due.get();
        }
    }

    @Override
    public boolean isComplete() {
        return !due.hasRemaining();
    }

    @Override
    public int answered() {
        return 0;
    }

    @Override
    public byte[] due() {
        return Arrays.copyOfRange(due.array(), due.position(), due.limit());
    }
}
