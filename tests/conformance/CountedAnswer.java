package conformance;

import module java.base;

/// Takes whatever comes, and knows whether it was too little or too much.
public final class CountedAnswer implements Answer {

    private final FrameAnswer right;
    private long taken;

    /// @param right the answer that is due
    public CountedAnswer(FrameAnswer right) {
        this.right = right;
    }

    /// Negative if bytes are missing.
    public long surplus() {
        return taken - right.total();
    }

    @Override
    public void said(byte[] bytes) {
        right.said(bytes);
    }

    @Override
    public void take(ByteBuffer bytes) {
        taken += bytes.remaining();
        bytes.position(bytes.limit());
    }

    @Override
    public boolean isComplete() {
        return surplus() >= 0;
    }

    @Override
    public int answered() {
        return 0;
    }

    @Override
    public byte[] due() {
        return new byte[0];
    }
}
