import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import wire.Escaped;
import wire.Words;
import workbook.engine.CellEngine;
import workbook.engine.Result;

/// `/wire`: what is drawn of a cell is what it did to its sockets.
@Tag("long")
class WireTest {

    private static final String SETUP = """
            var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
            var ann = new Socket(server.getInetAddress(), server.getLocalPort());
            var atAnn = server.accept();
            ann.setSoTimeout(5000);
            atAnn.setSoTimeout(5000);
            void exactly(Socket socket, int... sizes) throws IOException {
                for (var size : sizes) socket.getInputStream().readNBytes(new byte[size], 0, size);
            }
            """;

    private static final CellEngine ENGINE = new CellEngine();

    @AfterContainer
    static void close() {
        ENGINE.close();
    }

    private static List<String> drawn(String code) {
        var result = ENGINE.run(2, code);
        assertEquals(Result.Outcome.DONE, result.outcome(), result.answer());
        return ENGINE.wire(2, Words.ENGLISH, 79, false);
    }

    private static void setUp() {
        ENGINE.reset();
        var result = ENGINE.run(1, SETUP);
        assertEquals(Result.Outcome.DONE, result.outcome(), result.answer());
    }

    /// Whatever the sizes of writes and reads: each write is a row, and what was not read is told.
    @Property(tries = 15)
    void everyWriteIsARowAndWhatIsUnderWayIsTold(@ForAll("sizes") List<Integer> writes,
            @ForAll("sizes") List<Integer> reads) {
        setUp();
        var written = writes.stream().mapToInt(each -> each).sum();
        var wanted = Math.min(written, reads.stream().mapToInt(each -> each).sum());
        var picture = drawn(writes.stream().map("ann.getOutputStream().write(new byte[%d]);%n"
                ::formatted).collect(Collectors.joining())
                + "atAnn.getInputStream().readNBytes(%d).length".formatted(wanted));
        assertEquals(writes.size(), rows(picture, "write "));
        assertEquals(wanted, sum(picture, "read (\\d+)"), picture.toString());
        assertEquals(written - wanted, sum(picture, "not yet read: (\\d+)"), picture.toString());
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 99).list().ofMinSize(1).ofMaxSize(5);
    }

    private static long rows(List<String> picture, String text) {
        return picture.stream().filter(row -> row.contains(text)).count();
    }

    private static int sum(List<String> picture, String pattern) {
        return Pattern.compile(pattern).matcher(String.join("\n", picture)).results()
                .mapToInt(found -> Integer.parseInt(found.group(1))).sum();
    }

    @Example
    void twoWritesAndOneRead() {
        setUp();
        assertEquals(List.of(
                "ann                                    |  atAnn",
                "write 3  \"one\"                    ---->|",
                "write 3  \"two\"                    ---->|",
                "                                       |---->  read 6  \"onetwo\""
                        + "   from 2 writes"),
                drawn("""
                        ann.getOutputStream().write("one".getBytes());
                        ann.getOutputStream().write("two".getBytes());
                        while (atAnn.getInputStream().available() < 6) Thread.yield();
                        atAnn.getInputStream().read(new byte[10])
                        """));
    }

    /// The line that was read is 4 bytes; what was read from the socket is all there was.
    @Example
    void aBufferedReaderReadsMoreThanALine() {
        setUp();
        var picture = drawn("""
                ann.getOutputStream().write("one\\ntwo\\n".getBytes());
                new BufferedReader(new InputStreamReader(atAnn.getInputStream())).readLine()
                """);
        assertEquals(1, rows(picture, "read 8  \"one\\ntwo\\n\""), picture.toString());
    }

    @Example
    void halfCloseEndTimeOutAndResetAreDrawn() {
        setUp();
        var picture = String.join("\n", drawn("""
                atAnn.setSoTimeout(10);
                try { atAnn.getInputStream().read(); } catch (SocketTimeoutException e) { }
                ann.shutdownOutput();
                atAnn.getInputStream().read();
                atAnn.setSoLinger(true, 0);
                atAnn.close();
                try { ann.getInputStream().read(); } catch (IOException e) { }
                ann.close();
                """));
        var order = List.of("time-out", "half-close", "end of stream", "close", "reset", "close");
        var at = 0;
        for (var each : order) {
            at = picture.indexOf(each, at) + 1;
            assertTrue(at > 0, each + " is missing, or too early:\n" + picture);
        }
    }

    /// Each read takes what its own connection was sent, also in the background.
    @Example
    void severalConnectionsAndThreadsAreToldApart() {
        setUp();
        var picture = drawn("""
                var bob = new Socket(server.getInetAddress(), server.getLocalPort());
                var atBob = server.accept();
                var done = Background.start(() -> atBob.getInputStream().read(new byte[9]));
                bob.getOutputStream().write("from bob".getBytes());
                ann.getOutputStream().write("from ann".getBytes());
                atAnn.getInputStream().read(new byte[9]);
                done.join();
                """);
        for (var name : List.of("ann", "bob")) {
            var own = picture.stream().filter(row -> row.contains("from " + name))
                    .map(row -> row.split(" ")[0]).collect(Collectors.toSet());
            assertEquals(1, own.size(), picture.toString());
            assertEquals(2, rows(picture, "\"from " + name + "\""), picture.toString());
        }
        assertEquals(1, rows(picture, "bob       "), picture.toString());
    }

    @Example
    void whatIsElsewhereIsUnknown() throws Exception {
        ENGINE.reset();
        try (var elsewhere = ChildLesson.start("SelectorServer", "--quiet", "0")) {
            ENGINE.run(1, "var client = new Socket(\"127.0.0.1\", %d);"
                    .formatted(elsewhere.port()));
            var picture = drawn("client.getOutputStream().write(\"hello\".getBytes());");
            assertEquals(1, rows(picture, "not yet read: unknown"), picture.toString());
            assertEquals(1, rows(picture, "(not in this program)"), picture.toString());
        }
    }

    @Example
    void framesHaveTheirHeadersUnderlined() {
        setUp();
        ENGINE.run(2, """
                ann.getOutputStream().write(new byte[] {0, 0, 0, 2, 'h', 'i'});
                """);
        var ruler = ENGINE.bytes(2, Words.ENGLISH, 79, false);
        assertEquals(List.of("     0  00 00 00 02 68 69", "        == == == ==  h  i"),
                ruler.subList(1, 3));
        for (var text : List.of("no frame", "abc")) {
            ENGINE.run(3, "ann.getOutputStream().write(\"%s\".getBytes());".formatted(text));
            var plain = ENGINE.bytes(3, Words.ENGLISH, 79, false);
            assertFalse(String.join("", plain).contains("=="), plain.toString());
        }
    }

    @Example
    void aCellWithoutSocketsHasNoPicture() {
        setUp();
        assertEquals(List.of(), drawn("1 + 1"));
        assertEquals(List.of(), ENGINE.wire(17, Words.ENGLISH, 79, false)); // never ran
    }

    @Property(tries = 10)
    void noRowIsWiderThanTheScreen(@ForAll("widths") int width, @ForAll Words words) {
        if (ENGINE.wire(1, words, 79, false).isEmpty()) setUp();
        ENGINE.run(2, "ann.getOutputStream().write(\"你好，世界 \".repeat(9).getBytes());");
        for (var row : ENGINE.wire(2, words, width, false)) {
            assertTrue(Escaped.columns(row) <= width, row);
        }
    }

    @Provide
    Arbitrary<Integer> widths() {
        return Arbitraries.integers().between(40, 120);
    }
}
