package conformance;

import module java.base;

/// The frames of lesson 05, in the words of the JDK: the length of the payload in four bytes,
/// big-endian, and the payload.
public final class Frames {

    /// Bytes of a header.
    public static final int HEADER = Integer.BYTES;

    /// More than any server accepts: a frame that nobody completes.
    public static final int TOO_LARGE = Integer.MAX_VALUE;

    private Frames() {}

    public static Bytes of(Bytes payload) {
        return join(header(payload.array().length), payload);
    }

    public static Bytes of(List<Bytes> payloads) {
        return new Bytes(Bytes.join(payloads.stream().map(Frames::of).toList()));
    }

    /// @param length as it stands there; more than 31 bits are a negative one
    public static Bytes header(int length) {
        return new Bytes(ByteBuffer.allocate(HEADER).putInt(length).array());
    }

    /// The payloads of the whole frames at the beginning of a stream.
    public static List<Bytes> payloads(byte[] stream) {
        var bytes = ByteBuffer.wrap(stream);
        var payloads = new ArrayList<Bytes>();
        while (bytes.remaining() >= HEADER) {
            var length = bytes.getInt();
            if (length < 0 || length > bytes.remaining()) return payloads;
            var payload = new byte[length];
            bytes.get(payload);
            payloads.add(new Bytes(payload));
        }
        return payloads;
    }

    static Bytes join(Bytes... parts) {
        return new Bytes(Bytes.join(List.of(parts)));
    }

    /// Some of the bytes.
    public static Bytes slice(Bytes bytes, int from, int to) {
        return new Bytes(Arrays.copyOfRange(bytes.array(), from, to));
    }

    /// A stream in pieces of these sizes, again and again.
    public static List<Bytes> cut(Bytes stream, List<Integer> sizes) {
        var pieces = new ArrayList<Bytes>();
        var length = stream.array().length;
        for (int from = 0, i = 0; from < length; i++) {
            var to = (int) Math.min(length, (long) from + sizes.get(i % sizes.size()));
            pieces.add(slice(stream, from, to));
            from = to;
        }
        return pieces;
    }
}
