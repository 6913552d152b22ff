package conformance;

import module java.base;

/// The answer of a framing server: for each whole frame that was said, one frame with the prefix
/// and the payload. There is only one right answer, to the byte.
public final class FrameAnswer implements Answer {

    private static final int DUE = 4096; // bytes, to be shown

    private final byte[] prefix;
    private byte[] said = new byte[0];
    private int length; // of what was said
    private int frame; // where the first frame begins that is not answered
    private int taken; // bytes of its answer
    private int counted; // bytes of frames
    private long total; // bytes of their answers

    public FrameAnswer(byte[] prefix) {
        this.prefix = prefix;
    }

    @Override
    public void said(byte[] bytes) {
        if (length + bytes.length > said.length) {
            said = Arrays.copyOf(said, Math.max(length + bytes.length, 2 * said.length));
        }
        System.arraycopy(bytes, 0, said, length, bytes.length);
        length += bytes.length;
    }

    @Override
    public void take(ByteBuffer bytes) {
        while (bytes.hasRemaining() && isWhole(frame)) {
            if (bytes.get(bytes.position()) != due(frame, taken)) return;
            bytes.get();
            taken++;
            if (taken == answerLength(frame)) {
                frame += Frames.HEADER + payloadLength(frame);
                taken = 0;
            }
        }
    }

    /// Whether all of the frame was said that begins there.
    private boolean isWhole(int from) {
        return from + Frames.HEADER <= length && payloadLength(from) >= 0
                && payloadLength(from) <= length - from - Frames.HEADER;
    }

    private int payloadLength(int from) {
        return ByteBuffer.wrap(said).getInt(from);
    }

    private int answerLength(int from) {
        return Frames.HEADER + prefix.length + payloadLength(from);
    }

    /// A byte of the answer to a frame.
    private byte due(int from, int index) {
        if (index < Frames.HEADER) {
            var announced = prefix.length + payloadLength(from);
            return (byte) (announced >>> 8 * (Frames.HEADER - 1 - index));
        }
        var inPayload = index - Frames.HEADER - prefix.length;
        return inPayload < 0
                ? prefix[index - Frames.HEADER] : said[from + Frames.HEADER + inPayload];
    }

    @Override
    public boolean isComplete() {
        return taken == 0 && !isWhole(frame);
    }

    /// How many bytes the answers to all whole frames have that were said.
    long total() {
        for (; isWhole(counted); counted += Frames.HEADER + payloadLength(counted)) {
            total += answerLength(counted);
        }
        return total;
    }

    @Override
    public int answered() {
        return frame;
    }

    @Override
    public byte[] due() {
        var due = new ByteArrayOutputStream();
        for (int from = frame, index = taken; isWhole(from) && due.size() < DUE; index = 0) {
            for (; index < answerLength(from) && due.size() < DUE; index++) {
                due.write(due(from, index));
            }
            from += Frames.HEADER + payloadLength(from);
        }
        return due.toByteArray();
    }
}
