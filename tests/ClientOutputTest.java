import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    Arbitrary<String> texts() {
        return Arbitraries.of("A", "\n", "\t", "\u00e9", "\u4f60", "\ud83d\udc30").list()
                .ofMaxSize(20).map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 10).list().ofMinSize(1).ofMaxSize(5);
    }
}
