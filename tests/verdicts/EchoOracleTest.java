import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.EchoOracle;
import conformance.Stage;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The oracle of the echo servers, against its definition.
class EchoOracleTest {

    @Property(tries = 1000)
    void everyCutIsRight(@ForAll("prefixes") String prefix, @ForAll("texts") List<String> reads) {
        var said = String.join("", reads);
        var reply = reads.stream().map(read -> prefix + read).collect(Collectors.joining());
        assertTrue(explains(prefix, reply, said), reply);
    }

    /// Texts of three letters, so that payloads look like prefixes, and wrong replies are nearly
    /// right.
    @Property(tries = 1000)
    void whatIsNoCutIsNotRight(@ForAll("prefixes") String prefix, @ForAll("text") String reply,
            @ForAll("text") String said) {
        assertEquals(isCut(prefix, reply, said), explains(prefix, reply, said));
    }

    /// As above, but the reply is a right one with a letter too many, too few, or another.
    @Property(tries = 1000)
    void aLetterMakesTheDifference(@ForAll("prefixes") String prefix,
            @ForAll("texts") List<String> reads, @ForAll("places") int place,
            @ForAll("letters") String letter) {
        var said = String.join("", reads);
        var right = reads.stream().map(read -> prefix + read).collect(Collectors.joining());
        var at = Math.min(place, right.length());
        var oneLess = right.substring(Math.min(at + 1, right.length()));
        for (var rest : List.of(right.substring(at), oneLess)) {
            for (var added : List.of("", letter)) {
                var reply = right.substring(0, at) + added + rest;
                assertEquals(isCut(prefix, reply, said), explains(prefix, reply, said), reply);
            }
        }
    }

    /// The answer to what is said after a whole answer has come is one of its own.
    @Property(tries = 1000)
    void afterAnAnswerComesAnother(@ForAll("prefixes") String prefix,
            @ForAll("texts") List<String> reads, @ForAll("text") String reply,
            @ForAll("text") String said) {
        var answer = Stage.echoAnswers(prefix).get();
        for (var read : reads) {
            answer.said(Bytes.of(read).array());
            answer.take(ByteBuffer.wrap(Bytes.of(prefix + read).array()));
            assertTrue(answer.isComplete());
        }
        answer.said(Bytes.of(said).array());
        var bytes = ByteBuffer.wrap(Bytes.of(reply).array());
        answer.take(bytes);
        assertEquals(isCut(prefix, reply, said), !bytes.hasRemaining() && answer.isComplete());
    }

    private static boolean explains(String prefix, String reply, String said) {
        return new EchoOracle(prefix).explains(Bytes.of(reply).array(), Bytes.of(said).array());
    }

    /// The definition: the reply is pieces, each the prefix and at least a letter, whose letters
    /// put together are what was said.
    private static boolean isCut(String prefix, String reply, String said) {
        if (said.isEmpty()) return reply.isEmpty();
        if (!reply.startsWith(prefix)) return false;
        var rest = reply.substring(prefix.length());
        return IntStream.rangeClosed(1, said.length()).anyMatch(count ->
                rest.startsWith(said.substring(0, count))
                        && isCut(prefix, rest.substring(count), said.substring(count)));
    }

    @Provide
    Arbitrary<String> prefixes() {
        return Arbitraries.of("", "a", "ab", "aab");
    }

    @Provide
    Arbitrary<String> letters() {
        return Arbitraries.of("a", "b", "c");
    }

    @Provide
    Arbitrary<String> text() {
        return letters().list().ofMaxSize(8).map(letters -> String.join("", letters));
    }

    @Provide
    Arbitrary<List<String>> texts() {
        return letters().list().ofMinSize(1).ofMaxSize(3)
                .map(letters -> String.join("", letters)).list().ofMaxSize(4);
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between(0, 20);
    }
}
