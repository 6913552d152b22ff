import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.ConcurrentFrameProperties;
import conformance.FrameAnswer;
import conformance.Frames;
import conformance.Play;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The answer that is expected of a server of frames, and the text form of the plays.
class FrameAnswerTest {

    private static final String PREFIX = "echo ";

    private final ConcurrentFrameProperties plays = (_, _) -> {};

    /// Frames, said and answered in pieces.
    record Talk(List<Bytes> payloads, List<Integer> said, List<Integer> heard) {

        Bytes answer() {
            return Frames.of(payloads.stream().map(each ->
                    new Bytes(Bytes.join(List.of(Bytes.of(PREFIX), each)))).toList());
        }

        FrameAnswer expected() {
            var expected = new FrameAnswer(PREFIX.getBytes(UTF_8));
            for (var piece : Frames.cut(Frames.of(payloads), said)) expected.said(piece.array());
            return expected;
        }
    }

    @Property
    void theRightAnswerIsTakenHoweverBothAreCut(@ForAll("talks") Talk talk) {
        var expected = talk.expected();
        assertEquals(talk.payloads.isEmpty(), expected.isComplete());
        for (var piece : Frames.cut(talk.answer(), talk.heard)) {
            assertFalse(expected.isComplete(), "before its end");
            var bytes = ByteBuffer.wrap(piece.array());
            expected.take(bytes);
            assertFalse(bytes.hasRemaining(), "not taken");
        }
        assertTrue(expected.isComplete(), "at its end");
    }

    /// It is the first wrong byte that is not taken, and the right one is due.
    @Property
    void aWrongByteIsNotTaken(@ForAll("talks") Talk talk, @ForAll int place) {
        var answer = talk.answer().array();
        if (answer.length == 0) return;
        var wrong = Math.floorMod(place, answer.length);
        var heard = ByteBuffer.wrap(answer.clone());
        heard.put(wrong, (byte) (answer[wrong] ^ 1));
        var expected = talk.expected();
        expected.take(heard);
        assertEquals(wrong, heard.position());
        assertEquals(answer[wrong], expected.due()[0]);
    }

    /// Nothing is due for the start of a frame.
    @Property
    void whatIsNoWholeFrameHasNoAnswer(@ForAll("talks") Talk talk) {
        var expected = new FrameAnswer(PREFIX.getBytes(UTF_8));
        var stream = Frames.of(talk.payloads);
        for (int i = 0; i < stream.array().length; i++) {
            expected.said(Frames.slice(stream, i, i + 1).array());
            var whole = Frames.payloads(Arrays.copyOf(stream.array(), i + 1)).size();
            assertEquals(whole == 0, expected.isComplete(), "after " + (i + 1) + " bytes");
        }
    }

    @Property(tries = 100)
    void aPlayOfFramesIsReadAsItIsWritten(@ForAll("allKinds") Play play) {
        assertEquals(play, Play.parse(play.toString()));
    }

    @Provide
    Arbitrary<Talk> talks() {
        var payloads = Arbitraries.of(0, 1, 5, 300).map(Bytes::letters).list().ofMaxSize(4);
        var sizes = Arbitraries.of(1, 2, 3, 7, 1000).list().ofMinSize(1).ofMaxSize(3);
        return Combinators.combine(payloads, sizes, sizes).as(Talk::new);
    }

    @Provide
    Arbitrary<Play> allKinds() {
        return Arbitraries.oneOf(plays.monologues(), plays.pieces(), plays.crowds(),
                plays.dialogues(), plays.tooLarge(), plays.floodedDialogues(), plays.neighbours());
    }
}
