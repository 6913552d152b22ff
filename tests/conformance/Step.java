package conformance;

import module java.base;

/// One thing that a client does in a [Play]. Clients are counted from 0; in its text form, the
/// first is `a`.
public sealed interface Step {

    /// Who does it.
    int client();

    record Connects(int client) implements Step {}

    record Says(int client, Bytes bytes) implements Step {}

    /// Waits for the answers to all that it has said so far.
    record Hears(int client) implements Step {}

    /// Reads a single byte, and leaves the rest where it is.
    record HearsAByte(int client) implements Step {}

    /// Has nothing more to say, but goes on listening.
    record HalfCloses(int client) implements Step {}

    /// Waits for all answers and then for the end of the stream.
    record HearsTheEnd(int client) implements Step {}

    /// Says more and more without reading an answer, until the server takes no more.
    record Floods(int client) implements Step {}

    /// Reads what comes, until nothing more has come for as long as its patience lasts.
    record Drains(int client) implements Step {}
    /// The same with frames of lesson 05.
    ///
    /// @param letters in each
    record FloodsFrames(int client, int letters) implements Step {}

    /// Says many long lines, and each is heard by all who read before there are many more.
    record Talks(int client) implements Step {}

    /// Does nothing for a moment, so that what it says next comes with another read. A stimulus,
    /// and no wait: a server is right or wrong whatever comes of it.
    record Pauses(int client) implements Step {}

    /// Closes; if an answer has come that it has not read, this resets the connection (RFC 1122,
    /// section 4.2.2.13).
    record Leaves(int client) implements Step {}

    record Resets(int client) implements Step {}

    /// The same step of another client, who has its own letters.
    default Step by(int other) {
        return switch (this) {
            case Connects _ -> new Connects(other);
            case Says(int client, Bytes bytes) -> new Says(other, translated(bytes, client, other));
            case Hears _ -> new Hears(other);
            case HearsAByte _ -> new HearsAByte(other);
            case HalfCloses _ -> new HalfCloses(other);
            case HearsTheEnd _ -> new HearsTheEnd(other);
            case Floods _ -> new Floods(other);
            case Drains _ -> new Drains(other);
            case FloodsFrames(_, int letters) -> new FloodsFrames(other, letters);
            case Talks _ -> new Talks(other);
            case Pauses _ -> new Pauses(other);
            case Leaves _ -> new Leaves(other);
            case Resets _ -> new Resets(other);
        };
    }

    private static Bytes translated(Bytes bytes, int client, int other) {
        var length = bytes.array().length;
        if (bytes.equals(letters(client, length))) return letters(other, length);
        var from = letters(client, 1).array()[0];
        var to = letters(other, 1).array()[0];
        var translated = bytes.array().clone();
        for (int i = 0; i < length; i++) if (translated[i] == from) translated[i] = to;
        return new Bytes(translated);
    }

    /// The name of a client: a, b, c … z, then a1, b1 …
    static String name(int client) {
        return (char) ('a' + client % 26) + (client < 26 ? "" : "" + client / 26);
    }

    /// What it says, in different letters for each of the first clients, and never with the same
    /// period as a buffer: so bytes that are lost, doubled, swapped or somebody else's can be told
    /// apart. No letter is lower case.
    static Bytes letters(int client, int count) {
        var alphabet = alphabet(client);
        var letters = new byte[count];
        for (int i = 0; i < count; i++) letters[i] = (byte) alphabet.charAt(i % alphabet.length());
        return new Bytes(letters);
    }

    static String alphabet(int client) {
        return ALPHABETS.get(client % ALPHABETS.size());
    }

    /// Of 11, 11 and 7 letters; no power of two or of ten is a multiple of these.
    List<String> ALPHABETS = List.of("ABCDEFGHIJK", "LMNOPQRSTUV", "WXYZ123");

    /// The text form, which [#parse] reads again.
    default String text() {
        var name = name(client());
        return switch (this) {
            case Connects _ -> name + " connects";
            case Says(int client, Bytes bytes) -> name + " says " + SaidText.of(client, bytes);
            case Hears _ -> name + " hears";
            case HearsAByte _ -> name + " hears a byte";
            case HalfCloses _ -> name + " half-closes";
            case HearsTheEnd _ -> name + " hears the end";
            case Floods _ -> name + " floods";
            case Drains _ -> name + " drains";
            case FloodsFrames(_, int letters) ->
                    "%s floods with frames of %d letters".formatted(name, letters);
            case Talks _ -> name + " talks";
            case Pauses _ -> name + " pauses";
            case Leaves _ -> name + " leaves";
            case Resets _ -> name + " resets";
        };
    }

    /// @throws IllegalArgumentException if it is no step
    static Step parse(String text) {
        var words = Pattern.compile("([a-z])(\\d*) (.+)").matcher(text.strip());
        if (!words.matches()) throw new IllegalArgumentException("no step: " + text);
        var round = words.group(2).isEmpty() ? 0 : Integer.parseInt(words.group(2));
        var client = words.group(1).charAt(0) - 'a' + 26 * round;
        return switch (words.group(3)) {
            case "connects" -> new Connects(client);
            case "hears" -> new Hears(client);
            case "hears a byte" -> new HearsAByte(client);
            case "half-closes" -> new HalfCloses(client);
            case "hears the end" -> new HearsTheEnd(client);
            case "floods" -> new Floods(client);
            case "drains" -> new Drains(client);
            case "talks" -> new Talks(client);
            case "pauses" -> new Pauses(client);
            case String floods when floods.startsWith("floods with ") ->
                    new FloodsFrames(client, frames(floods));
            case "leaves" -> new Leaves(client);
            case "resets" -> new Resets(client);
            case String says -> new Says(client, SaidText.parse(client, says));
        };
    }

    private static int frames(String floods) {
        var words = Pattern.compile("floods with frames of (\\d{1,6}) letters").matcher(floods);
        if (!words.matches()) throw new IllegalArgumentException("no step: " + floods);
        return Integer.parseInt(words.group(1));
    }
}
