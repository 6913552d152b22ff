import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import wire.Boundaries;
import wire.Boundaries.Kind;
import wire.Boundaries.Stretch;
import wire.Controls;
import wire.Escaped;
import wire.Fault;
import wire.Faults;
import wire.Link.Direction;
import wire.Names;
import wire.Words;

/// The parts of the pictures: bytes as text, boundaries of messages, the keys.
class WirePictureTest {

    // ---- bytes as text ----

    @Property
    void nothingThatIsShownCanDoAnything(@ForAll byte[] bytes) {
        var text = Escaped.text(bytes);
        assertTrue(text.codePoints().allMatch(shared.Printable::isVisible), text);
    }

    @Property
    void visibleTextIsShownAsItIs(@ForAll("visible") String text) {
        assertEquals(text, Escaped.text(text.getBytes(UTF_8)));
    }

    @Provide
    Arbitrary<String> visible() {
        return Arbitraries.of("a", "Z", "7", " ", ".", "/", "é", "你", "好", "\uD83D\uDC36")
                .list().ofMaxSize(20).map(each -> String.join("", each));
    }

    @Property
    void noRowIsTooWideAndNoneLosesASign(@ForAll("visible") String text,
            @ForAll("width") int width) {
        var rows = Escaped.rows(Escaped.signs(text.getBytes(UTF_8), 0,
                text.getBytes(UTF_8).length), width);
        assertEquals(text, String.join("", rows));
        rows.forEach(row -> assertTrue(Escaped.columns(row) <= width, row));
    }

    @Provide
    Arbitrary<Integer> width() {
        return Arbitraries.integers().between(2, 30);
    }

    // ---- messages and chunks ----

    /// Frames, and the chunks in which they come.
    private record Stream(List<Bytes> payloads, List<Integer> sizes) {

        byte[] bytes() {
            var all = new ByteArrayOutputStream();
            for (var payload : payloads) {
                all.writeBytes(ByteBuffer.allocate(4).putInt(payload.array().length).array());
                all.writeBytes(payload.array());
            }
            return all.toByteArray();
        }
    }

    @Provide
    Arbitrary<Stream> streams() {
        var payload = Arbitraries.integers().between(0, 12).map(Bytes::letters);
        var size = Arbitraries.integers().between(1, 20);
        return Combinators.combine(payload.list().ofMaxSize(5), size.list().ofMinSize(1)
                .ofMaxSize(6)).as(Stream::new);
    }

    /// However the stream is cut, the stretches cover it without a gap, and put together say what
    /// was sent.
    @Property
    void stretchesAddUpToTheFrames(@ForAll("streams") Stream stream) {
        var boundaries = Boundaries.ofFrames();
        var bytes = stream.bytes();
        var payloads = new TreeMap<Integer, ByteArrayOutputStream>();
        var ended = new ArrayList<Integer>();
        for (int from = 0, i = 0; from < bytes.length; i++) {
            var to = Math.min(bytes.length, from + stream.sizes.get(i % stream.sizes.size()));
            var at = 0;
            for (var stretch : boundaries.next(ByteBuffer.wrap(bytes, from, to - from))) {
                assertEquals(at, stretch.from(), "a gap");
                at = stretch.to();
                if (stretch.kind() != Kind.PAYLOAD) continue;
                payloads.computeIfAbsent(stretch.message(), _ -> new ByteArrayOutputStream())
                        .write(bytes, from + stretch.from(), stretch.to() - stretch.from());
                if (stretch.ends()) ended.add(stretch.message());
            }
            assertEquals(to - from, at, "the end of the chunk");
            from = to;
        }
        assertEquals(stream.payloads, payloads.values().stream()
                .map(each -> new Bytes(each.toByteArray())).toList());
        assertEquals(IntStream.rangeClosed(1, stream.payloads.size()).boxed().toList(), ended);
    }

    @Property
    void anyBytesAreCovered(@ForAll byte[] bytes, @ForAll boolean typed) {
        var boundaries = typed ? Boundaries.ofMessages() : Boundaries.ofFrames();
        var at = 0;
        for (var stretch : boundaries.next(ByteBuffer.wrap(bytes))) {
            assertEquals(at, stretch.from());
            at = stretch.to();
        }
        assertEquals(bytes.length, at);
    }

    @Example
    void aTypedHeaderSaysHowLongTheContentIs() {
        var header = "{\"byteorder\": \"little\", \"content-length\": 3}";
        var bytes = ("\0" + (char) header.length() + header + "abc").getBytes(UTF_8);
        var stretches = Boundaries.ofMessages().next(ByteBuffer.wrap(bytes));
        assertEquals(List.of(Kind.LENGTH, Kind.HEADER, Kind.PAYLOAD),
                stretches.stream().map(Stretch::kind).toList());
        assertEquals(3, stretches.getLast().to() - stretches.getLast().from());
        assertTrue(stretches.getLast().ends());
    }

    // ---- keys ----

    /// What the link was told last.
    private static final class Told {
        Faults up = Faults.NONE;
        Faults down = Faults.NONE;
        final Controls controls = new Controls((up, down) -> {
            this.up = up;
            this.down = down;
        });

        void press(String keys) {
            keys.chars().forEach(controls::press);
        }
    }

    @Property
    void zeroTakesAllFaultsBackWhateverWasPressed(@ForAll("keys") String keys) {
        var told = new Told();
        told.press(keys);
        while (!isForBoth(told)) told.press("\t");
        told.press("0");
        assertEquals(Faults.NONE, told.up);
        assertEquals(Faults.NONE, told.down);
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.strings().withChars("cgdbfres+-=\t0").ofMaxLength(30);
    }

    private static boolean isForBoth(Told told) {
        return !told.controls.status(Words.ENGLISH).contains("keys change");
    }

    @Property
    void aKeyPressedTwiceChangesNothing(@ForAll("faultKeys") String key) {
        var told = new Told();
        told.press(key + key);
        assertEquals(Faults.NONE, told.up);
        assertEquals(Faults.NONE, told.down);
    }

    @Provide
    Arbitrary<String> faultKeys() {
        return Arbitraries.of("c", "g", "d", "b", "f", "r", "e", "s");
    }

    @Example
    void keysAimAtBothWaysThenUpThenDown() {
        var told = new Told();
        told.press("\tc");
        assertEquals(1, told.up.cut());
        assertEquals(0, told.down.cut());
        told.press("\td++");
        assertEquals(1200, told.down.delay().toMillis());
        assertEquals("up: cut to 1 byte | down: delay 1200 ms | keys change down",
                told.controls.status(Words.ENGLISH));
        assertEquals("上行：切成 1 字节 | 下行：延迟 1200 ms | 按键只改下行",
                told.controls.status(Words.CHINESE));
    }

    @Example
    void anOptionSaysHowMuchAKeyTurnsOn() {
        var told = new Told();
        told.controls.set(Fault.CUT, Fault.CUT.parse("7+3").orElseThrow(),
                Optional.of(Direction.DOWN));
        assertEquals(0, told.up.cut());
        assertEquals(7, told.down.cut());
        assertEquals(3, told.down.gap().toMillis());
        told.press("c"); // on for both
        assertEquals(7, told.up.cut());
    }

    @Property
    void aDirectionHasOneEnding(@ForAll("keys") String keys) {
        var told = new Told();
        told.press(keys);
        while (!isForBoth(told)) told.press("\t");
        told.press("0rs");
        assertEquals(new Faults.End(Faults.Ending.STALL, told.up.end().at()), told.up.end());
        told.press("s");
        assertEquals(Faults.NO_END, told.up.end());
    }

    @Property
    void noTwoConnectionsHaveOneName(@ForAll("numbers") Set<Integer> numbers) {
        assertEquals(numbers.size(), numbers.stream().map(Names::of).distinct().count());
    }

    @Provide
    Arbitrary<Set<Integer>> numbers() {
        return Arbitraries.integers().between(1, 5000).set().ofMaxSize(50);
    }
}
