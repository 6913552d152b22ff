import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import conformance.Bytes;

/// What a client says, and, byte by byte, whether it is answered right.
///
/// All clients say letters of one long sequence, each from a place of its own. So a byte that is
/// lost, doubled, changed, or another client's, is a wrong letter, or one of the next is.
abstract sealed class Dialogue {

    /// What the servers put before each answer: their default.
    private static final byte[] PREFIX = "echo ".getBytes(US_ASCII); // no capital letter in it

    private static final int SHOWN = 24;
    private static final AtomicLong PLACES = new AtomicLong();

    private final long place = PLACES.getAndAdd(1L << 40);
    private long right;
    long said; // letters
    long heard;

    /// The next message, of so many letters, as it goes over the wire.
    abstract ByteBuffer say(int letters);

    /// @return whether the next byte of the reply may be this one; if so, it counts as heard
    abstract boolean hear(byte next);

    /// The bytes that were due next, a few of them.
    abstract byte[] due();

    /// Whether everything that was said has been answered.
    abstract boolean isComplete();

    /// Takes the next bytes of the reply.
    ///
    /// @throws WrongReply at the first that is not right
    final void hear(byte[] reply, int count) throws WrongReply {
        for (int i = 0; i < count; i++) {
            if (!hear(reply[i])) {
                var came = Arrays.copyOfRange(reply, i, Math.min(count, i + SHOWN));
                throw new WrongReply(where() + " came " + Bytes.show(came));
            }
            right++;
        }
    }

    /// How far it is, for a complaint.
    final String where() {
        var due = due();
        return "after %,d right bytes, where %s was due,".formatted(
                right, due.length == 0 ? "the end" : Bytes.show(due));
    }

    /// As good as random, and always the same: its number, well mixed.
    final byte letter(long number) {
        var mixed = (place + number) * 0x9E37_79B9_7F4A_7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return (byte) ('A' + (mixed >>> 40) % 26);
    }

    final void putLetters(int letters, ByteBuffer into) {
        for (int i = 0; i < letters; i++) into.put(letter(said++));
    }

    /// The letters due next, a few of them.
    final void putLettersDue(long end, ByteArrayOutputStream into) {
        for (var i = heard; i < end && into.size() < SHOWN; i++) into.write(letter(i));
    }

    @SuppressWarnings("serial")
    static final class WrongReply extends IOException {
        WrongReply(String message) {
            super(message);
        }
    }

    /// Every read of the server's is answered with the prefix and its bytes. How the letters fall
    /// into reads is up to the network: before any of them there may be a prefix, before the first
    /// there must be, and behind each comes at least one letter.
    static final class Echo extends Dialogue {

        private int inPrefix; // behind it: PREFIX.length, and then one more when a letter has come

        @Override
        ByteBuffer say(int letters) {
            var message = ByteBuffer.allocate(letters);
            putLetters(letters, message);
            return message.flip();
        }

        @Override
        boolean hear(byte next) {
            if (inPrefix > PREFIX.length && next == PREFIX[0]) inPrefix = 0;
            if (inPrefix < PREFIX.length) {
                if (next != PREFIX[inPrefix]) return false;
                inPrefix++;
                return true;
            }
            if (heard == said || next != letter(heard)) return false;
            heard++;
            inPrefix = PREFIX.length + 1;
            return true;
        }

        @Override
        byte[] due() {
            var due = new ByteArrayOutputStream();
            if (inPrefix < PREFIX.length) due.write(PREFIX, inPrefix, PREFIX.length - inPrefix);
            putLettersDue(said, due);
            return due.toByteArray();
        }

        @Override
        boolean isComplete() {
            return heard == said && (said == 0 || inPrefix > PREFIX.length);
        }
    }

    /// Every frame is answered with a frame: the prefix and its payload.
    static final class Frames extends Dialogue {

        private final Deque<Integer> unanswered = new ArrayDeque<>(); // lengths of payloads
        private byte[] start = {}; // of the answer to the first of these: header and prefix
        private int inAnswer;

        @Override
        ByteBuffer say(int letters) {
            unanswered.add(letters);
            if (unanswered.size() == 1) expectAnswer();
            var frame = ByteBuffer.allocate(FrameCodec.HEADER_LENGTH + letters);
            FrameCodec.putHeader(letters, frame);
            putLetters(letters, frame);
            return frame.flip();
        }

        private void expectAnswer() {
            var buffer = ByteBuffer.allocate(FrameCodec.HEADER_LENGTH + PREFIX.length);
            FrameCodec.putHeader(PREFIX.length + unanswered.getFirst(), buffer);
            start = buffer.put(PREFIX).array();
            inAnswer = 0;
        }

        @Override
        boolean hear(byte next) {
            if (unanswered.isEmpty()) return false;
            if (inAnswer < start.length) {
                if (next != start[inAnswer]) return false;
            } else if (next != letter(heard)) {
                return false;
            } else {
                heard++;
            }
            if (++inAnswer == start.length + unanswered.getFirst()) {
                unanswered.removeFirst();
                if (!unanswered.isEmpty()) expectAnswer();
            }
            return true;
        }

        @Override
        byte[] due() {
            if (unanswered.isEmpty()) return new byte[0];
            var due = new ByteArrayOutputStream();
            if (inAnswer < start.length) due.write(start, inAnswer, start.length - inAnswer);
            var lettersHeard = Math.max(0, inAnswer - start.length);
            putLettersDue(heard + unanswered.getFirst() - lettersHeard, due);
            return due.toByteArray();
        }

        @Override
        boolean isComplete() {
            return unanswered.isEmpty();
        }
    }
}
