import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import shared.ClientOutput;

/// What a client shows of what a server sends.
class ClientOutputTest {

    @Property(tries = 200)
    void aPipeGetsEveryByte(@ForAll("bytes") Bytes sent, @ForAll("sizes") List<Integer> sizes)
            throws IOException {
        assertEquals(sent, new Bytes(written(sent, sizes, false)));
    }

    @Property(tries = 200)
    void aTerminalGetsNothingThatItCouldObey(
            @ForAll("bytes") Bytes sent, @ForAll("sizes") List<Integer> sizes) throws IOException {
        var shown = new String(written(sent, sizes, true), UTF_8);
        assertFalse(PrintableTest.UNSEEN.matcher(shown.replaceAll("[\n\t]", "")).find(), shown);
    }

    /// Also where a character is cut in two.
    @Property(tries = 200)
    void howTheBytesWereCutCannotBeSeen(
            @ForAll("bytes") Bytes sent, @ForAll("sizes") List<Integer> sizes) throws IOException {
        assertEquals(new String(written(sent, List.of(1000), true), UTF_8),
                new String(written(sent, sizes, true), UTF_8));
    }

    @Property(tries = 50)
    void textIsShownAsItIs(@ForAll("texts") String text, @ForAll("sizes") List<Integer> sizes)
            throws IOException {
        var shown = written(new Bytes(text.getBytes(UTF_8)), sizes, true);
        assertEquals(text, new String(shown, UTF_8));
    }

    /// A message is one line, whatever is in it, and whatever the one before ended with.
    @Property(tries = 200)
    void aMessageIsOneLineOfATerminal(@ForAll("messages") List<Bytes> messages)
            throws IOException {
        var shown = writtenAsLines(messages, true);
        var lines = new String(shown, UTF_8).split("\n", -1);
        assertEquals(messages.size() + 1, lines.length);
        for (int i = 0; i < messages.size(); i++) {
            assertFalse(PrintableTest.UNSEEN.matcher(lines[i].replace("\t", "")).find(), lines[i]);
            assertEquals(new String(writtenAsLines(List.of(messages.get(i)), true), UTF_8),
                    lines[i] + "\n");
        }
    }

    @Property(tries = 200)
    void aPipeGetsEveryByteOfAMessageAndALineEnd(@ForAll("messages") List<Bytes> messages)
            throws IOException {
        var expected = messages.stream().flatMap(each -> Stream.of(each, Bytes.of("\n"))).toList();
        assertEquals(new Bytes(Bytes.join(expected)), new Bytes(writtenAsLines(messages, false)));
    }

    private static byte[] writtenAsLines(List<Bytes> messages, boolean terminal)
            throws IOException {
        var written = new ByteArrayOutputStream();
        try (var output = new ClientOutput(new PrintStream(written, false, UTF_8), terminal)) {
            for (var each : messages) output.writeLine(each.array(), 0, each.array().length);
            output.flush();
        }
        return written.toByteArray();
    }

    /// More than is shown at a time, and a character across every edge.
    @Property(tries = 30)
    void aLongTextIsShownAsItIs(@ForAll @IntRange(max = 9000) int before) throws IOException {
        var text = "a".repeat(before) + "\ud83d\udc30".repeat(9000) + "\n\u4f60";
        assertEquals(text, new String(
                written(new Bytes(text.getBytes(UTF_8)), List.of(Integer.MAX_VALUE), true), UTF_8));
    }

    /// Behind `| head -1`, say: or a client would go on for ever for nobody.
    @Example
    void anOutputThatNobodyCanReadIsAFailure() {
        var broken = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        for (var terminal : List.of(true, false)) {
            assertThrows(IOException.class,
                    () -> new ClientOutput(broken, terminal).write(new byte[] {'A'}));
        }
    }

    private static byte[] written(Bytes bytes, List<Integer> sizes, boolean terminal)
            throws IOException {
        var written = new ByteArrayOutputStream();
        try (var output = new ClientOutput(new PrintStream(written, false, UTF_8), terminal)) {
            var at = 0;
            for (int i = 0; at < bytes.array().length; i++) {
                var count = Math.min(sizes.get(i % sizes.size()), bytes.array().length - at);
                output.write(bytes.array(), at, count);
                at += count;
            }
        }
        return written.toByteArray();
    }

    @Provide
    Arbitrary<Bytes> bytes() {
        var parts = Arbitraries.of("A", "\n", "\t", "\r", "\u001b]0;x\u0007", "\u009b", "\u202e",
                "\u4f60", "\ud83d\udc30").map(text -> text.getBytes(UTF_8));
        var raw = Arbitraries.bytes().array(byte[].class).ofMaxSize(3);
        return Arbitraries.oneOf(parts, raw).map(Bytes::new).list().ofMaxSize(20)
                .map(all -> new Bytes(Bytes.join(all)));
    }

    @Provide
    Arbitrary<List<Bytes>> messages() {
        return bytes().list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("A", "\n", "\t", "\u00e9", "\u4f60", "\ud83d\udc30").list()
                .ofMaxSize(20).map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 10).list().ofMinSize(1).ofMaxSize(5);
    }
}
