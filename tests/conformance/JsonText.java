package conformance;

import module java.base;

/// Reads JSON: objects as maps, strings, numbers, `true`, `false` and `null`; and lists.
final class JsonText {

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /// @return empty if it is no JSON object
    static Optional<Map<String, Object>> object(byte[] utf8) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
            var json = new JsonText(text);
            var object = json.object();
            json.skipBlanks();
            return json.at == text.length() ? Optional.of(object) : Optional.empty();
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Map<String, Object> object() {
        expect('{');
        var object = new LinkedHashMap<String, Object>();
        if (is('}')) return object;
        do {
            var key = string();
            expect(':');
            object.put(key, value());
        } while (is(','));
        expect('}');
        return object;
    }

    private Object value() {
        skipBlanks();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> list();
            case '"' -> string();
            default -> word();
        };
    }

    private List<Object> list() {
        expect('[');
        var list = new ArrayList<Object>();
        if (is(']')) return list;
        do list.add(value()); while (is(','));
        expect(']');
        return list;
    }

    private Object word() {
        for (var word : List.of("true", "false", "null")) {
            if (!text.startsWith(word, at)) continue;
            at += word.length();
            return word;
        }
        var number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) throw new IllegalArgumentException("no value at " + at);
        at = number.end();
        return new BigDecimal(number.group());
    }

    private String string() {
        expect('"');
        var string = new StringBuilder();
        while (peek() != '"') {
            var next = text.charAt(at++);
            string.append(next == '\\' ? escaped() : next);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        var next = peek();
        at++;
        return switch (next) {
            case '"', '\\', '/' -> next;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) throw new IllegalArgumentException("cut short");
                at += 4;
                yield (char) HexFormat.fromHexDigits(text, at - 4, at);
            }
            default -> throw new IllegalArgumentException("no escape at " + at);
        };
    }

    private void expect(char expected) {
        if (!is(expected)) throw new IllegalArgumentException("no " + expected + " at " + at);
    }

    private boolean is(char expected) {
        skipBlanks();
        if (at == text.length() || text.charAt(at) != expected) return false;
        at++;
        return true;
    }

    private char peek() {
        if (at == text.length()) throw new IllegalArgumentException("cut short");
        return text.charAt(at);
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }
}
