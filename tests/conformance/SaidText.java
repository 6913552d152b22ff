package conformance;

import module java.base;

/// What is said in a [Step], in its text form: bytes between quotes, `300 letters`, `80 letters
/// from C`, and `100 zeros`, with ` + ` between these. Letters are those of the client, in their
/// order.
final class SaidText {

    private static final int LONG = 40; // a longer run of letters is counted

    private static final String PLUS = " + ";

    private SaidText() {}

    static String of(int client, Bytes bytes) {
        var parts = new StringJoiner(" + ");
        var said = bytes.array();
        var from = 0; // of what is not written yet
        for (int i = 0; i < said.length; ) {
            var zeros = zeros(said, i);
            var run = Math.max(zeros, run(client, said, i));
            if (run > LONG) {
                if (from < i) parts.add(Bytes.quote(Arrays.copyOfRange(said, from, i)));
                parts.add(zeros == run ? run + " zeros" : letters(client, (char) said[i], run));
                from = i + run;
            }
            i += Math.max(1, run);
        }
        if (from < said.length || said.length == 0) {
            parts.add(Bytes.quote(Arrays.copyOfRange(said, from, said.length)));
        }
        return parts.toString();
    }

    private static String letters(int client, char first, int count) {
        return count + " letters" + (alphabet(client).indexOf(first) == 0 ? "" : " from " + first);
    }

    private static String alphabet(int client) {
        return Step.ALPHABETS.get(client % Step.ALPHABETS.size());
    }

    private static int zeros(byte[] said, int from) {
        var to = from;
        while (to < said.length && said[to] == 0) to++;
        return to - from;
    }

    /// How many bytes, from there on, are letters one after the other.
    private static int run(int client, byte[] said, int from) {
        var alphabet = alphabet(client);
        var index = alphabet.indexOf(said[from]);
        if (index == -1) return 0;
        var to = from;
        while (to < said.length
                && said[to] == alphabet.charAt((index + to - from) % alphabet.length())) {
            to++;
        }
        return to - from;
    }

    /// @throws IllegalArgumentException if it says nothing
    static Bytes parse(int client, String says) {
        if (!says.startsWith("says ")) throw noStep(client, says);
        var parts = new ArrayList<Bytes>();
        for (var part : split(says.substring(5), PLUS)) {
            parts.add(part(client, part));
        }
        return new Bytes(Bytes.join(parts));
    }

    private static Bytes part(int client, String part) {
        var quoted = Pattern.compile("\"(.*)\"").matcher(part);
        if (quoted.matches()) return Bytes.unquote(quoted.group(1));
        var zeros = Pattern.compile("(\\d{1,8}) zeros").matcher(part);
        if (zeros.matches()) return new Bytes(new byte[Integer.parseInt(zeros.group(1))]);
        var letters = Pattern.compile("(\\d{1,8}) letters(?: from (.))?").matcher(part);
        if (!letters.matches()) throw noStep(client, "says " + part);
        var first = letters.group(2) == null ? 0 : alphabet(client).indexOf(letters.group(2));
        if (first == -1) throw noStep(client, "says " + part);
        var count = Integer.parseInt(letters.group(1));
        return Frames.slice(Step.letters(client, first + count), first, first + count);
    }

    /// The parts of a text between separators, but for those in quotes. (A regular expression would
    /// need a stack as deep as there are quotes.)
    static List<String> split(String text, String separator) {
        var parts = new ArrayList<String>();
        var start = 0;
        var isQuoted = false;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '"') isQuoted = !isQuoted;
            if (isQuoted || !text.startsWith(separator, i)) continue;
            parts.add(text.substring(start, i));
            start = i + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static IllegalArgumentException noStep(int client, String says) {
        return new IllegalArgumentException("no step: " + Step.name(client) + " " + says);
    }
}
