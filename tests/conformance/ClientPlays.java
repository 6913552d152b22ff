package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.ClientStep.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// The kinds of [ClientPlay].
final class ClientPlays {

    private ClientPlays() {}

    /// A line is typed when the one before is answered; or several at once, of which those that
    /// come together are answered with one write.
    static Arbitrary<ClientPlay> conversations() {
        return rounds(letters().list().ofMinSize(1).ofMaxSize(3).map(lines ->
                round(lines, lines.size() == 1 ? new Answers() : new AnswersMerged())), 4);
    }

    /// An answer comes in two pieces, or byte by byte; the next one whole.
    static Arbitrary<ClientPlay> cuts() {
        var cut = Arbitraries.integers().between(1, 12).<ClientStep>map(AnswersCut::new);
        var how = Arbitraries.frequencyOf(
                Tuple.of(3, cut),
                Tuple.of(1, Arbitraries.just(new AnswersByteByByte())));
        return rounds(Combinators.combine(letters(), how).as((line, answers) ->
                round(List.of(line), answers)), 2).map(play -> play.then(typed(1), new Answers()));
    }

    /// What is typed is text with characters of two, three and four bytes.
    private static final List<String> TEXTS =
            List.of("\u00e9", "\u4f60", "\ud83d\udc30", "A\u00e9B", "\u4f60\u597d");

    /// An answer is cut inside a character.
    ///
    /// @param prefix bytes of the prefix
    static Arbitrary<ClientPlay> cutCharacters(int prefix) {
        var cut = Arbitraries.of(TEXTS).flatMap(text -> {
            var bytes = text.getBytes(UTF_8);
            var inside = IntStream.range(1, bytes.length)
                    .filter(i -> (bytes[i] & 0xC0) == 0x80).boxed().toList(); // RFC 3629, section 3
            return Arbitraries.of(inside).map(at ->
                    round(List.of(new Bytes(bytes)), new AnswersCut(prefix + at)));
        });
        return rounds(cut, 2);
    }

    /// Around the sizes of usual buffers, with the prefix and without.
    static Arbitrary<ClientPlay> longLines() {
        return Arbitraries.of(
                1000, 1018, 1019, 1020, 1024, 1025, 2048, 3000, 4096, 8192, 9000, 20_000)
                .map(count -> ClientPlay.of(
                        typedLetters(count), new Answers(), typed(1), new Answers()));
    }

    static Arbitrary<ClientPlay> lateAnswers() {
        return letters().map(line -> ClientPlay.of(
                new Types(line), new AnswersLate(), typed(1), new Answers()));
    }

    /// The user has finished for a while before the server answers.
    static Arbitrary<ClientPlay> answersAfterTheEndOfInput() {
        return letters().list().ofMinSize(1).ofMaxSize(3).map(lines ->
                new ClientPlay(lines.stream().<ClientStep>map(Types::new).toList())
                        .then(new EndsInput(), new AnswersLate()));
    }

    /// Just the Enter key, between other lines.
    static Arbitrary<ClientPlay> blankLines() {
        return letters().map(line -> ClientPlay.of(new Types(line), new Answers(),
                new Types(new Bytes(new byte[0])), typed(1), new Answers()));
    }

    /// The server goes away: after some answers, or inside one. The user may type another line.
    static Arbitrary<ClientPlay> departures(ClientStep how) {
        var rounds = letters().map(line -> round(List.of(line), new Answers())).list().ofMaxSize(1);
        var position = Arbitraries.integers().between(0, 9);
        var either = Arbitraries.of(true, false);
        return Combinators.combine(rounds, position, either, either)
                .as((before, sent, inside, typesOn) -> {
                    var play = new ClientPlay(before.stream().flatMap(List::stream).toList());
                    if (inside) play = play.then(typed(0), new SendsPart(sent));
                    return typesOn ? play.then(how, typed(1)) : play.then(how);
                });
    }

    // ---- of a client that has messages of its own ----

    static Arbitrary<ClientPlay> answersToItsOwn() {
        var how = Arbitraries.<ClientStep>of(new Answers(), new AnswersMerged(), new AnswersLate());
        var cut = Arbitraries.integers().between(1, 40).<ClientStep>map(AnswersCut::new);
        return Arbitraries.frequencyOf(Tuple.of(1, how), Tuple.of(2, cut))
                .map(ClientPlay::of);
    }

    static Arbitrary<ClientPlay> departuresFromItsOwn(ClientStep how) {
        return Arbitraries.integers().between(0, 40)
                .map(sent -> ClientPlay.of(new SendsPart(sent), how));
    }

    // ---- who types what ----

    private static ClientStep typed(int who) {
        return new Types(Step.letters(who, 1));
    }

    private static ClientStep typedLetters(int count) {
        return new Types(Step.letters(0, count));
    }

    private static Arbitrary<Bytes> letters() {
        return Combinators.combine(Arbitraries.integers().between(0, 2),
                Arbitraries.integers().between(1, 12)).as(Step::letters);
    }

    private static List<ClientStep> round(List<Bytes> lines, ClientStep answers) {
        return Stream.concat(lines.stream().map(Types::new), Stream.of(answers)).toList();
    }

    private static Arbitrary<ClientPlay> rounds(Arbitrary<List<ClientStep>> round, int most) {
        return round.list().ofMinSize(1).ofMaxSize(most)
                .map(all -> new ClientPlay(all.stream().flatMap(List::stream).toList()));
    }
}
