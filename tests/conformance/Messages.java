package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The messages of lesson 05: two bytes with the length of the header, a JSON object, and the
/// content.
public final class Messages {

    private static final Map<String, String> ANSWERS = Map.of(
            "morpheus", "Follow the white rabbit. 🐰",
            "ring", "In the caves beneath the Misty Mountains. 💍",
            "🐶", "🐾 Playing ball! 🏐");

    private Messages() {}

    /// A whole message.
    record Message(Map<String, Object> header, Bytes content) {

        /// @return empty if it is not there, or not whole
        static Optional<Message> at(byte[] stream) {
            if (stream.length < Short.BYTES) return Optional.empty();
            var length = Short.toUnsignedInt(ByteBuffer.wrap(stream).getShort());
            if (stream.length < Short.BYTES + length) return Optional.empty();
            var header = JsonText.object(
                    Arrays.copyOfRange(stream, Short.BYTES, Short.BYTES + length));
            if (header.isEmpty() || !isComplete(header.get())) return Optional.empty();
            var content = Arrays.copyOfRange(stream, Short.BYTES + length, stream.length);
            var announced = ((BigDecimal) header.get().get("content-length")).intValue();
            if (content.length < announced) return Optional.empty();
            var whole = new Bytes(Arrays.copyOf(content, announced));
            return Optional.of(new Message(header.get(), whole));
        }

        static boolean isComplete(Map<String, Object> header) {
            return header.containsKey("byteorder") && header.get("content-type") instanceof String
                    && header.get("content-encoding") instanceof String
                    && header.get("content-length") instanceof BigDecimal length
                    && length.signum() >= 0;
        }
    }

    /// Asks for the value of a word.
    public static Bytes search(String word) {
        return of("text/json", "utf-8", "{\"action\": \"search\", \"value\": \"" + word + "\"}");
    }

    /// Sends bytes.
    public static Bytes binary(String text) {
        return of("binary/custom-client-binary-type", "binary", text);
    }

    private static Bytes of(String type, String encoding, String content) {
        var bytes = content.getBytes(UTF_8);
        return withHeader("""
                {"byteorder": "little", "content-type": "%s", "content-encoding": "%s", \
                "content-length": %d}""".formatted(type, encoding, bytes.length), bytes);
    }

    static Bytes withHeader(String header, byte[] content) {
        var bytes = header.getBytes(UTF_8);
        return new Bytes(ByteBuffer.allocate(Short.BYTES + bytes.length + content.length)
                .putShort((short) bytes.length).put(bytes).put(content).array());
    }

    /// What a server answers to a whole request: as it would be written in the lesson.
    static Bytes answerTo(Message request) {
        if (!request.header.get("content-type").equals("text/json")) {
            var content = request.content.array();
            var first = Frames.slice(request.content, 0, Math.min(10, content.length));
            return of("binary/custom-server-binary-type", "binary",
                    "First 10 bytes of request: " + new String(first.array(), UTF_8));
        }
        var query = JsonText.object(request.content.array()).orElse(Map.of());
        var value = String.valueOf(query.get("value"));
        var result = ANSWERS.getOrDefault(value, "No match for '" + value + "'.");
        return of("text/json", "utf-8", "{\"result\": \"" + result + "\"}");
    }

    /// Whether two say the same, however it is written.
    static boolean areAlike(Message one, Message other) {
        if (!one.header.get("content-type").equals(other.header.get("content-type"))) return false;
        if (!one.header.get("content-type").equals("text/json")) {
            return one.content.equals(other.content);
        }
        return JsonText.object(one.content.array()).equals(JsonText.object(other.content.array()));
    }
}
