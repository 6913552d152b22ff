///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS tools.jackson.core:jackson-databind:3.3.0
//SOURCES shared/LessonCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 05: a header that says what a message is, and its bytes on the wire

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.*;
import tools.jackson.core.JacksonException;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// # Lesson 05: the typed header
///
/// The length alone does not say what a message *is*. So protocols like HTTP put a header
/// in front that describes it, and here the length of the header goes in front of that:
///
/// ```
/// +----------------+------------------------+---------------------+
/// | 2 bytes:       | H bytes: JSON object,  | content-length      |
/// | H, big-endian  | the header, in UTF-8   | bytes: the content  |
/// +----------------+------------------------+---------------------+
/// ```
///
/// Type `jbang lesson05-typed-header.java search ring`, and then `double 2`: you see the
/// parts of the message that `lesson05-message-client.java` would send, in bytes and as
/// text. Look for the length of the header in the first two bytes, and for that of the
/// content in the header: it counts bytes, and a character can have several.
///
/// The header has at least the keys `byteorder` (of the sender; nobody needs it),
/// `content-type`, `content-encoding` and `content-length`. It is the protocol of Real
/// Python's socket tutorial, byte for byte, so each side can talk to its Python
/// counterpart.
///
/// @param type the content-type; `text/json`, or another for bytes that only we
///        understand
/// @param encoding the charset of JSON content; of no meaning for other types
/// @param content the payload
record Message(String type, String encoding, byte[] content) {

    static final String JSON = "text/json";

    /// The longest content that there is memory for, in bytes. JSON is in memory several
    /// times: as bytes, as a tree, and as what is made of it. So, a sixteenth of the
    /// heap.
    static final int CONTENT_LIMIT = (int) Math.min(
            Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 16);

    /// The longest content to accept unless told otherwise, in bytes.
    static final int DEFAULT_MAX_CONTENT = Math.min(64 * 1024 * 1024, CONTENT_LIMIT);

    private static final int MAX_HEADER = 0xFFFF;

    /// `[{},{},{},...` makes an object of 100 bytes out of three. Ours have a dozen
    /// tokens.
    private static final int MAX_TOKENS = 10_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MAX_TOKENS).build()).build())
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE) // \u001f, as in Python
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python has NaN in JSON
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer().with(onOneLine());

    /// Jackson's own form has no blanks, Python's has one after each comma and colon.
    private static PrettyPrinter onOneLine() {
        var printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                .withObjectEntrySpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(new DefaultPrettyPrinter.NopIndenter());
        return printer;
    }

    // ---- writing ----

    /// A message that carries `object` as JSON in UTF-8, in the form of Python's
    /// `json.dumps(object, ensure_ascii=False)`. Half of a surrogate pair, which UTF-8
    /// cannot express, goes as an escape; Python fails there.
    static Message json(Object object) {
        return new Message(JSON, "utf-8", WRITER.writeValueAsBytes(object));
    }

    /// A message that carries bytes as they are.
    static Message binary(String type, byte[] content) {
        return new Message(type, "binary", content);
    }

    /// What the client sends: `search` as JSON, any other action as bytes, without a
    /// separator.
    static Message request(String action, String value) {
        return action.equals("search")
                ? json(new Query(action, value))
                : binary("binary/custom-client-binary-type",
                        (action + value).getBytes(UTF_8));
    }

    record Query(String action, String value) {}

    /// Writes the frame. Set TCP_NODELAY: a long one takes two writes, and without it the
    /// second would wait until the other side has acknowledged the first (about 40 ms).
    ///
    /// @throws IOException if the stream fails
    /// @throws ProtocolException if the type is so long that the header has more than
    ///         65535 bytes
    void write(OutputStream out) throws IOException {
        var header = WRITER.writeValueAsBytes(header());
        if (header.length > MAX_HEADER) {
            throw new ProtocolException(
                    "a header of " + header.length + " bytes is too long");
        }
        var frame = new DataOutputStream(new BufferedOutputStream(out));
        frame.writeShort(header.length); // big-endian, as in nearly all protocols
        frame.write(header);
        frame.write(content);
        frame.flush();
    }

    private Map<String, Object> header() {
        var little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        var header = new LinkedHashMap<String, Object>();
        header.put("byteorder", little ? "little" : "big");
        header.put("content-type", type);
        header.put("content-encoding", encoding);
        header.put("content-length", content.length); // bytes, not characters
        return header;
    }

    // ---- reading ----

    /// Reads one frame, in however many pieces it comes, and nothing beyond it.
    ///
    /// @param maxContent the longest content to accept, in bytes
    /// @throws EOFException if the stream ends inside the frame; the message says after
    ///         how many bytes of which part
    /// @throws ProtocolException if the frame is not as it should be, or its content is
    ///         too long
    /// @throws IOException if the stream fails
    static Message read(InputStream in, int maxContent) throws IOException {
        var prefix = exactly(Short.BYTES, in, "header length");
        var length = Short.toUnsignedInt(ByteBuffer.wrap(prefix).getShort());
        var header = parse(exactly(length, in, "header"), UTF_8, "header");
        required(header, "byteorder");
        var type = text(header, "content-type");
        var encoding = text(header, "content-encoding");
        var content = exactly(contentLength(header, maxContent), in, "content");
        return new Message(type, encoding, content);
    }

    /// A read returns what is there; `readNBytes` reads again until it has all. Its
    /// memory grows with the bytes that have come, not with the number announced.
    private static byte[] exactly(int count, InputStream in, String part)
            throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length == count) return bytes;
        throw new EOFException("closed after %d of %d bytes of the %s"
                .formatted(bytes.length, count, part));
    }

    private static JsonNode required(JsonNode header, String key)
            throws ProtocolException {
        var value = header.get(key);
        if (value == null) throw new ProtocolException("the header has no " + key);
        return value;
    }

    private static String text(JsonNode header, String key) throws ProtocolException {
        var value = required(header, key);
        if (!value.isString()) throw new ProtocolException(key + " is not a string");
        return value.stringValue();
    }

    /// In JSON a length can be -1, 4.1, "41", true, or have a thousand digits.
    private static int contentLength(JsonNode header, int max) throws ProtocolException {
        var length = required(header, "content-length");
        if (!length.isIntegralNumber()) {
            throw new ProtocolException("content-length is not a whole number");
        }
        if (!length.canConvertToInt() || length.intValue() < 0
                || length.intValue() > max) {
            throw new ProtocolException("content-length is not from 0 to " + max);
        }
        return length.intValue();
    }

    /// The content as a JSON object.
    ///
    /// @throws ProtocolException if it is none, or not in its encoding, or if there is no
    ///         such encoding
    JsonNode object() throws ProtocolException {
        try {
            return parse(content, Charset.forName(encoding), "content");
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    "unknown content-encoding " + start(encoding.getBytes(UTF_8)));
        }
    }

    /// A decoder refuses bytes that are not of its charset; `new String` would replace
    /// them without a word. The exceptions of Jackson 3 are unchecked: if they are not
    /// caught here, they end the thread.
    private static JsonNode parse(byte[] bytes, Charset charset, String part)
            throws ProtocolException {
        var text = new InputStreamReader(
                new ByteArrayInputStream(bytes), charset.newDecoder());
        try {
            var node = MAPPER.readTree(text);
            if (node.isObject()) return node;
            throw new ProtocolException("the " + part + " is not a JSON object");
        } catch (JacksonIOException e) {
            throw new ProtocolException("the " + part + " is not in " + charset);
        } catch (JacksonException e) {
            var reason = e.getOriginalMessage().replaceAll("(?s) \\(.*", "");
            throw new ProtocolException(
                    "the " + part + " is not JSON: " + Printable.line(reason));
        }
    }

    // ---- in time ----

    /// Something that is done with a socket, and may take too long.
    interface Exchange<T> {
        T run() throws IOException;
    }

    /// Runs `exchange`, and closes the socket under it when its time is up.
    ///
    /// SO_TIMEOUT would not do. It starts anew with each read, so that a byte per second
    /// would be fast enough for ever, and it does not apply to writes at all. A second
    /// thread has no such gaps, and a virtual one that sleeps costs next to nothing.
    ///
    /// @throws SocketTimeoutException if time was up
    /// @throws IOException if the exchange failed before
    static <T> T within(Duration limit, Socket socket, Exchange<T> exchange)
            throws IOException {
        var start = System.nanoTime();
        var alarm = Thread.startVirtualThread(() -> closeAfter(limit, socket));
        try {
            return exchange.run();
        } catch (IOException e) {
            var late = System.nanoTime() - start >= limit.toNanos();
            if (!late) throw e;
            throw new SocketTimeoutException(
                    "not done within " + limit.toMillis() + " ms");
        } finally {
            alarm.interrupt();
        }
    }

    private static void closeAfter(Duration limit, Socket socket) {
        try {
            Thread.sleep(limit);
            socket.close();
        } catch (InterruptedException e) {
            return; // done in time
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- for a log, and the demonstration ----

    /// For a log: type, length, and how the content begins.
    @Override
    public String toString() {
        return start(type.getBytes(UTF_8)) + ", " + content.length + " bytes: "
                + start(content);
    }

    private static String start(byte[] bytes) {
        return Printable.start(bytes, 0, bytes.length);
    }

    private static int demonstrate(Message message) throws IOException {
        var wire = new ByteArrayOutputStream();
        message.write(wire);
        var frame = wire.toByteArray();
        var content = frame.length - message.content.length;
        show("length of the header", frame, 0, Short.BYTES);
        show("header", frame, Short.BYTES, content);
        show("content", frame, content, frame.length);
        return 0;
    }

    /// Sixteen bytes to a row, in hex and as ASCII.
    private static void show(String part, byte[] frame, int from, int to) {
        IO.println("%s, %d bytes:".formatted(part, to - from));
        for (int row = from; row < to; row += 16) {
            var hex = new StringJoiner(" ");
            var ascii = new StringBuilder();
            for (int i = row; i < Math.min(row + 16, to); i++) {
                hex.add("%02x".formatted(frame[i]));
                ascii.append(frame[i] >= ' ' && frame[i] <= '~' ? (char) frame[i] : '.');
            }
            IO.println("  %-47s  %s".formatted(hex, ascii));
        }
    }

    static int run(String... args) {
        var command = new LessonCommand("lesson05-typed-header.java",
                "Shows the bytes of the message that asks for VALUE.");
        var action = command.argument("ACTION", "search",
                "'search' goes as JSON, any other as bytes (${DEFAULT-VALUE})");
        var value = command.argument("VALUE", "ring",
                "what to ask for (${DEFAULT-VALUE})");
        return command.run(args,
                () -> demonstrate(request(action.get(), value.get())));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
