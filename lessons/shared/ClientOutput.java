//SOURCES Printable.java

package shared;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The standard output of a client that shows what a server has sent.
///
/// A pipe or a file gets it byte for byte. A terminal gets nothing that could do more
/// than be read: text in UTF-8 is shown as it is, with what is invisible escaped as in a
/// log, but for line ends and tabs. Bytes that are no UTF-8 become `\x9b`. A character
/// whose bytes come in two writes is shown when it is complete.
public final class ClientOutput extends OutputStream {

    /// How many characters are shown at a time: escaped, each can be twelve.
    private static final int PIECE = 8192;

    private final PrintStream output;
    private final boolean terminal;
    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private ByteBuffer incomplete = ByteBuffer.allocate(0);

    /// @param output where to show it; stays open
    /// @param terminal whether somebody sees it
    public ClientOutput(PrintStream output, boolean terminal) {
        this.output = output;
        this.terminal = terminal;
    }

    /// Standard output.
    public static ClientOutput standard() {
        return new ClientOutput(System.out, isTerminal());
    }

    /// Java only tells whether standard input *and* output are a terminal
    /// ([Console#isTerminal()]), and a client often gets its input from a pipe. The
    /// shell's `test -t 1` knows more. Windows has no such program.
    private static boolean isTerminal() {
        try {
            return new ProcessBuilder("test", "-t", "1")
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return System.console() != null && System.console().isTerminal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true; // the careful answer
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /// Also flushes.
    ///
    /// @throws IOException if nobody can read the output any more
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (terminal) {
            showText(ByteBuffer.allocate(incomplete.remaining() + length)
                    .put(incomplete).put(bytes, offset, length).flip(),
                    ClientOutput::lines);
        } else {
            output.write(bytes, offset, length);
        }
        flush();
    }

    /// Shows a message as one line. On a terminal a line end *inside* it is escaped, as
    /// everything else that is invisible, or it would look like two messages. It may take
    /// a [#flush()] until it is out.
    public void writeLine(byte[] bytes, int offset, int length) {
        if (terminal) {
            showText(ByteBuffer.wrap(bytes, offset, length), Printable::line);
            showBytes(incomplete, incomplete.remaining());
            output.print('\n');
        } else {
            output.write(bytes, offset, length);
            output.write('\n');
        }
    }

    /// @throws IOException if nobody can read the output any more
    @Override
    public void flush() throws IOException {
        if (output.checkError()) throw new IOException("nobody reads our output");
    }

    private void showText(ByteBuffer bytes, UnaryOperator<String> shown) {
        var text = CharBuffer.allocate(Math.min(bytes.remaining(), PIECE));
        while (true) {
            var result = decoder.decode(bytes, text, false);
            output.print(shown.apply(text.flip().toString()));
            text.clear();
            if (result.isUnderflow()) break;
            if (result.isError()) showBytes(bytes, result.length());
        }
        incomplete = bytes;
    }

    private static String lines(String text) {
        return Stream.of(text.split("\n", -1)).map(Printable::line)
                .collect(Collectors.joining("\n"));
    }

    private void showBytes(ByteBuffer bytes, int count) {
        for (int i = 0; i < count; i++) output.print("\\x%02x".formatted(bytes.get()));
    }

    /// Shows what is left of an incomplete character. Standard output stays open.
    @Override
    public void close() {
        showBytes(incomplete, incomplete.remaining());
        output.flush();
    }
}
