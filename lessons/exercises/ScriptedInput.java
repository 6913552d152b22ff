package exercises;

import module java.base;

import conformance.Bytes;
import workbook.program.Program;

/// What a peer sends, in pieces, as the stream of a socket: a read returns when a piece is there,
/// and brings no byte of the next. Deterministic: a read that would wait for ever ends at once.
public final class ScriptedInput extends InputStream {

    private static final int PATIENCE = 3; // calls of available, until the next piece comes
    private static final int TOO_OFTEN = 1000; // reads that bring nothing

    /// What follows the last piece.
    public enum End {
        /// The peer closes.
        CLOSES,
        /// The peer waits, for an answer.
        STAYS
    }

    /// Ends the code that reads. No exception, so that it is not caught by accident.
    static final class Halt extends Error {

        private static final long serialVersionUID = 1;

        Halt(String why) {
            super(why);
        }
    }

    private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
    private final End end;
    private int taken;
    private int wanted; // by the read that waits for ever
    private int waitingLine;
    private boolean readsOn;
    private boolean asked; // available
    private int askedInVain;
    private boolean hasCome = true; // the piece that is next
    private int broughtNothing;

    public ScriptedInput(List<Bytes> pieces, End end) {
        for (var each : pieces) {
            if (each.array().length > 0) this.pieces.add(ByteBuffer.wrap(each.array()));
        }
        this.end = end;
    }

    @Override
    public int read() {
        var one = new byte[1];
        return read(one, 0, 1) == -1 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int from, int count) {
        Objects.checkFromIndexSize(from, count, into.length);
        askedInVain = 0;
        if (count == 0) return nothing(0);
        if (pieces.isEmpty()) return atTheEnd(count);
        broughtNothing = 0;
        var some = Math.min(count, pieces.peek().remaining());
        pieces.peek().get(into, from, some);
        taken += some;
        hasCome = pieces.peek().hasRemaining();
        if (!hasCome) pieces.remove();
        return some;
    }

    private int atTheEnd(int count) {
        if (end == End.CLOSES) return nothing(-1);
        var halt = new Halt("waits for ever");
        wanted = count;
        waitingLine = Program.ownLine(halt.getStackTrace());
        throw halt;
    }

    private int nothing(int result) {
        if (++broughtNothing < TOO_OFTEN) return result;
        readsOn = true;
        throw new Halt("reads on");
    }

    /// Who asks again and again lives to see the next piece come.
    @Override
    public int available() {
        asked = true;
        if (pieces.isEmpty()) return ++askedInVain > TOO_OFTEN ? nothing(0) : 0;
        if (++askedInVain > PATIENCE) {
            if (hasCome) joinTheNext();
            hasCome = true;
        }
        return hasCome ? pieces.peek().remaining() : 0;
    }

    private void joinTheNext() {
        if (pieces.size() < 2) return;
        var first = pieces.remove();
        var second = pieces.remove();
        pieces.addFirst(ByteBuffer.allocate(first.remaining() + second.remaining())
                .put(first).put(second).flip());
    }

    /// Takes bytes for somebody else, across pieces.
    void skipBytes(int count) {
        for (int left = count; left > 0 && !pieces.isEmpty(); ) {
            var some = Math.min(left, pieces.peek().remaining());
            pieces.peek().position(pieces.peek().position() + some);
            if (!pieces.peek().hasRemaining()) pieces.remove();
            left -= some;
            taken += some;
        }
    }

    /// How many bytes were read so far.
    public int taken() {
        return taken;
    }

    /// For how many bytes a read waits that nobody sends; 0 if none does.
    public int waitsFor() {
        return wanted;
    }

    /// The line of the program where it waits.
    public int waitingLine() {
        return waitingLine;
    }

    /// Whether it was read again and again after its end, or for no bytes.
    public boolean readsOn() {
        return readsOn;
    }

    /// Whether `available` was called.
    public boolean wasAsked() {
        return asked;
    }
}
