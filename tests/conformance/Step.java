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

    /// Closes; if an answer has come that it has not read, this resets the connection (RFC 1122,
    /// section 4.2.2.13).
    record Leaves(int client) implements Step {}

    record Resets(int client) implements Step {}

    /// The name of a client: a, b, c … z, then a1, b1 …
    static String name(int client) {
        return (char) ('a' + client % 26) + (client < 26 ? "" : "" + client / 26);
    }

    /// What it says, in different letters for each of the first clients, and never with the same
    /// period as a buffer: so bytes that are lost, doubled, swapped or somebody else's can be told
    /// apart. No letter is lower case.
    static Bytes letters(int client, int count) {
        var alphabet = ALPHABETS.get(client % ALPHABETS.size());
        var letters = new byte[count];
        for (int i = 0; i < count; i++) letters[i] = (byte) alphabet.charAt(i % alphabet.length());
        return new Bytes(letters);
    }

    /// Of 11, 11 and 7 letters; no power of two or of ten is a multiple of these.
    List<String> ALPHABETS = List.of("ABCDEFGHIJK", "LMNOPQRSTUV", "WXYZ123");

    /// The text form, which [#parse] reads again.
    default String text() {
        var name = name(client());
        return switch (this) {
            case Connects _ -> name + " connects";
            case Says(int client, Bytes bytes) when isLong(client, bytes) ->
                    "%s says %d letters".formatted(name, bytes.array().length);
            case Says(_, Bytes bytes) -> name + " says " + Bytes.quote(bytes.array());
            case Hears _ -> name + " hears";
            case HearsAByte _ -> name + " hears a byte";
            case HalfCloses _ -> name + " half-closes";
            case HearsTheEnd _ -> name + " hears the end";
            case Floods _ -> name + " floods";
            case Leaves _ -> name + " leaves";
            case Resets _ -> name + " resets";
        };
    }

    private static boolean isLong(int client, Bytes bytes) {
        return bytes.array().length > 40 && bytes.equals(letters(client, bytes.array().length));
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
            case "leaves" -> new Leaves(client);
            case "resets" -> new Resets(client);
            case String says -> new Says(client, parseBytes(client, says));
        };
    }

    private static Bytes parseBytes(int client, String says) {
        var letters = Pattern.compile("says (\\d{1,8}) letters").matcher(says);
        if (letters.matches()) return letters(client, Integer.parseInt(letters.group(1)));
        var quoted = Pattern.compile("says \"(.*)\"").matcher(says);
        if (quoted.matches()) return Bytes.unquote(quoted.group(1));
        throw new IllegalArgumentException("no step: " + name(client) + " " + says);
    }
}
