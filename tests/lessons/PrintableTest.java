import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import shared.Printable;

/// What strangers wrote, as logs and screens show it.
class PrintableTest {

    /// Characters that nobody sees, or that change how others are shown.
    static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\\x{34F}\\x{115F}"
            + "\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{3164}\\x{FE00}-\\x{FE0F}\\x{FFA0}"
            + "\\x{E0000}-\\x{E0FFF}]");

    private static final Pattern ESCAPED =
            Pattern.compile("A(\\\\[nr]|(\\\\u[0-9a-f]{4}){1,2})Z");

    @Example
    void everyCharacterThatThereIsIsShownAsItIsOrEscaped() {
        for (int each = 0; each <= Character.MAX_CODE_POINT; each++) {
            var character = Character.toString(each);
            var line = Printable.line("A" + character + "Z");
            var name = Integer.toHexString(each);
            if (each == '\t' || !UNSEEN.matcher(character).find()) {
                assertEquals("A" + character + "Z", line, name);
            } else {
                assertTrue(ESCAPED.matcher(line).matches(), () -> name + ": " + line);
            }
        }
    }

    @Example
    void peopleReadWhatPeopleWrite() {
        assertAll(Stream.of("hello", "caf\u00e9", "\u4f60\u597d", "\u0645\u0631\u062d\u0628\u0627",
                        "\ud83d\udc30", "a\u0301", "\u00a0", "\u3000", "\u0e2a\u0e27\u0e31\u0e2a")
                .map(text -> () -> assertEquals("\"" + text + "\"", start(text.getBytes(UTF_8)))));
    }

    /// What is shown is how the message begins, and the dots tell whether it goes on.
    @Property(tries = 500)
    void aLogLineIsShortVisibleAndMarksWhatItLeavesOut(@ForAll("messages") Bytes message) {
        var line = start(message.array());
        assertTrue(line.length() <= 70, line);
        assertFalse(UNSEEN.matcher(line).find(), line);
        var cut = line.endsWith("...");
        var shown = line.startsWith("\"") ? unquoted(line) : unhexed(line);
        assertArrayEquals(Arrays.copyOf(message.array(), shown.length), shown, line);
        assertEquals(cut, shown.length < message.array().length, line);
    }

    private static byte[] unquoted(String line) {
        return Pattern.compile("\\\\(u([0-9a-f]{4})|.)")
                .matcher(line.substring(1, line.lastIndexOf('"')))
                .replaceAll(found -> Matcher.quoteReplacement(found.group(2) == null
                        ? ("\\" + found.group(1)).translateEscapes()
                        : Character.toString(Integer.parseInt(found.group(2), 16))))
                .getBytes(UTF_8);
    }

    private static byte[] unhexed(String line) {
        return HexFormat.of().parseHex(line.replaceAll("[. ]", ""));
    }

    @Provide
    Arbitrary<Bytes> messages() {
        var text = Arbitraries.of("A", "B", "\n", "\r", "\t", "\\", "\"", "\u001b[2J", "\u202e", "\u4f60",
                "\ud83d\udc30", "\udb40\udc41").list().ofMaxSize(80)
                .map(parts -> new Bytes(String.join("", parts).getBytes(UTF_8)));
        var bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(100).map(Bytes::new);
        var cutCharacter = text.map(whole -> new Bytes(
                Arrays.copyOf(whole.array(), Math.max(0, whole.array().length - 1))));
        return Arbitraries.oneOf(text, bytes, cutCharacter);
    }

    private static String start(byte[] bytes) {
        return Printable.start(bytes, 0, bytes.length);
    }
}
