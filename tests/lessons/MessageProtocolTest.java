import module java.base;
import module java.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import com.sun.management.ThreadMXBean;
import conformance.Bytes;
import net.jqwik.api.*;
import net.jqwik.api.constraints.*;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import shared.ClientOutput;
import shared.Narrator;

/// Lesson 05: the frame, the server and the client, each against an oracle of its own: the golden
/// bytes of the Python programs, Python's table of JSON escapes, scripted peers that misbehave.
@Tag("long")
class MessageProtocolTest {

    private static final int PATIENCE_MILLIS = 5_000;
    private static final int MAX_CONTENT = 1_000;
    private static final Duration LONG = Duration.ofMillis(2 * PATIENCE_MILLIS);
    private static final Duration SHORT = Duration.ofMillis(150);

    private static final String CLIENT_TYPE = "binary/custom-client-binary-type";
    private static final String SERVER_TYPE = "binary/custom-server-binary-type";
    private static final byte[] MORPHEUS = """
            \0\147{"byteorder": "little", "content-type": "text/json", \
            "content-encoding": "utf-8", "content-length": 41}\
            {"action": "search", "value": "morpheus"}""".getBytes(UTF_8);
    private static final byte[] RABBIT = """
            \0\147{"byteorder": "little", "content-type": "text/json", \
            "content-encoding": "utf-8", "content-length": 43}\
            {"result": "Follow the white rabbit. 🐰"}""".getBytes(UTF_8);
    private static final byte[] DOUBLE_2 = """
            \0\176{"byteorder": "little", "content-type": "binary/custom-client-binary-type", \
            "content-encoding": "binary", "content-length": 7}double2""".getBytes(UTF_8);
    private static final byte[] FIRST_TEN = """
            \0\177{"byteorder": "little", "content-type": "binary/custom-server-binary-type", \
            "content-encoding": "binary", "content-length": 34}First 10 bytes of request: double2\
            """.getBytes(UTF_8);

    /// Where threads are while they are busy with some client.
    private static final String BUSY = "MessageServer\\.(receive|reply)|Message\\.closeAfter";

    private static RunningServer shared;

    @BeforeContainer
    static void startSharedServer() throws IOException {
        shared = running(16, MAX_CONTENT, LONG);
    }

    @AfterContainer
    static void stopSharedServer() {
        shared.close();
    }

    // ------------------------------------------------------------------ the bytes on the wire

    @Example
    void theGoldenBytesAreOurs() throws IOException {
        assertBytes(MORPHEUS, written(Message.request("search", "morpheus")));
        assertBytes(DOUBLE_2, written(Message.request("double", "2")));
        assertBytes(RABBIT, exchange(shared.port(), MORPHEUS));
        assertBytes(FIRST_TEN, exchange(shared.port(), DOUBLE_2));
        assertEquals("Got result: Follow the white rabbit. 🐰\n", shown(read(RABBIT), false));
        assertEquals("Got response: First 10 bytes of request: double2\n",
                shown(read(FIRST_TEN), false));
    }

    record Total(String action, String value, int request, int response) {}

    @Example
    void framesAreAsLongAsThoseOfThePythonPrograms() throws IOException {
        for (var total : List.of(
                new Total("search", "morpheus", 146, 148), new Total("search", "ring", 142, 165),
                new Total("search", "🐶", 142, 142), new Total("search", "nope", 142, 139),
                new Total("search", "", 138, 135), new Total("search", "你好", 144, 141),
                new Total("binary", "😃", 139, 166), new Total("a", "", 129, 157),
                new Total("x", "abcdefghijklmnop", 146, 166))) {
            var request = written(Message.request(total.action, total.value));
            assertEquals(total.request, request.length, total.toString());
            assertEquals(total.response, exchange(shared.port(), request).length, total.toString());
        }
    }

    @Property(tries = 400)
    void jsonIsWrittenAsPythonWritesIt(@ForAll("texts") String text) {
        var expected = utf8("{\"k\": " + python(text) + "}");
        assertBytes(expected, Message.json(Map.of("k", text)).content());
    }

    /// Jackson writes in blocks; a pair of surrogates must survive their edges.
    @Property(tries = 100)
    void jsonIsWrittenAsPythonWritesItAtAnyLength(@ForAll @IntRange(max = 20_000) int length) {
        jsonIsWrittenAsPythonWritesIt("a".repeat(length) + "🐰\u001f".repeat(50));
    }

    @Property(tries = 200)
    void jsonThatIsWrittenIsReadBack(@ForAll("texts") String key, @ForAll String value)
            throws IOException {
        assertEquals(value, Message.json(Map.of(key, value)).object().get(key).stringValue());
    }

    @Property(tries = 200)
    void aMessageThatIsWrittenIsReadBackFromAnyChunksAndNothingBeyondIt(
            @ForAll("texts") String type, @ForAll("texts") String encoding,
            @ForAll("letters") byte[] content, @ForAll("letters") byte[] next,
            @ForAll("sizes") List<Integer> sizes) throws IOException {
        var frame = written(new Message(type, encoding, content));
        assertBytes(frame(type, encoding, content), frame);
        var in = new Chunked(concat(frame, next), sizes);
        var message = Message.read(in, content.length);
        assertEquals(List.of(type, encoding), List.of(message.type(), message.encoding()));
        assertBytes(content, message.content());
        assertBytes(next, in.readAllBytes());
    }

    // ------------------------------------------------------------------------ good questions

    @Property(tries = 60)
    void everybodyGetsTheirOwnAnswerHoweverTheBytesArrive(
            @ForAll @Size(min = 1, max = 4) List<@From("questions") Question> questions,
            @ForAll("sizes") List<Integer> sizes) throws IOException {
        var sockets = new ArrayList<Socket>();
        try {
            for (var _ : questions) sockets.add(connect(shared.port()));
            sendInTurns(sockets, questions, sizes);
            for (var i = 0; i < sockets.size(); i++) {
                var answer = sockets.get(i).getInputStream().readAllBytes();
                assertBytes(questions.get(i).answer(), answer);
            }
        } finally {
            for (var socket : sockets) socket.close();
        }
    }

    private static void sendInTurns(List<Socket> sockets, List<Question> questions,
            List<Integer> sizes) throws IOException {
        var ins = questions.stream().map(each -> new Chunked(each.frame(), sizes)).toList();
        for (var anyLeft = true; anyLeft; ) {
            anyLeft = false;
            for (var i = 0; i < ins.size(); i++) {
                var chunk = new byte[256];
                var count = ins.get(i).read(chunk, 0, chunk.length);
                if (count == -1) continue;
                sockets.get(i).getOutputStream().write(chunk, 0, count);
                anyLeft = true;
            }
        }
    }

    @Property(tries = 60)
    void clientAndServerUnderstandEachOther(@ForAll("questions") Question question)
            throws IOException {
        var answer = client(shared.port(), LONG)
                .ask(Message.request(question.action, question.value));
        assertBytes(question.answer(), written(answer));
    }

    @Example
    void valuesThatAreNoStringsAreShownAsPythonShowsThem() throws IOException {
        var table = Map.ofEntries(
                Map.entry("{'action': 'search'}", "No match for 'None'."),
                Map.entry("{'action': 'search', 'value': null}", "No match for 'None'."),
                Map.entry("{'action': 'search', 'value': 5}", "No match for '5'."),
                Map.entry("{'action': 'search', 'value': -1.5}", "No match for '-1.5'."),
                Map.entry("{'action': 'search', 'value': true}", "No match for 'True'."),
                Map.entry("{'action': 'search', 'value': false}", "No match for 'False'."),
                Map.entry("{'action': 'search', 'value': NaN}", "No match for 'nan'."),
                Map.entry("{'action': 'search', 'value': -Infinity}", "No match for '-inf'."),
                Map.entry("{'action': 'search', 'value': '\\ud83d\\udc36'}",
                        "🐾 Playing ball! 🏐"),
                Map.entry("{'value': 'x', 'action': 'search', 'value': 'y'}", "No match for 'y'."),
                Map.entry("{'action': 'Search'}", "Error: invalid action 'Search'."),
                Map.entry("{'action': 5, 'value': []}", "Error: invalid action '5'."),
                Map.entry("{}", "Error: invalid action 'None'."));
        for (var entry : table.entrySet()) {
            for (var charset : List.of("utf-8", "UTF-8", "utf-16", "ascii")) {
                var content = entry.getKey().replace('\'', '"').getBytes(charset);
                assertBytes(result(entry.getValue()),
                        exchange(shared.port(), frame("text/json", charset, content)));
            }
        }
    }

    @Example
    void emptyContentAndAnyOtherTypeAreAnswered() throws IOException {
        for (var type : List.of(CLIENT_TYPE, "Text/JSON", "")) {
            assertBytes(frame(SERVER_TYPE, "binary", utf8("First 10 bytes of request: ")),
                    exchange(shared.port(), frame(type, "none", new byte[0])));
        }
    }

    @Example
    void aHeaderMayHaveAnyOrderMoreKeysAndAllOf65535Bytes() throws IOException {
        var header = """
                { "content-length":3, "content-length" : 2,"x":[{}], "content-encoding":"b",
                "content-type":"t", "byteorder":"middle"}""";
        for (var length : List.of(header.length(), 0x7FFF, 0x8000, 0xFFFF)) {
            var padded = header + " ".repeat(length - header.length());
            assertBytes(frame(SERVER_TYPE, "binary", utf8("First 10 bytes of request: ab")),
                    exchange(shared.port(), withHeader(padded, "ab")));
        }
    }

    @Property(tries = 30)
    void bytesAfterTheRequestDoNotDestroyTheAnswer(
            @ForAll("questions") Question question, @ForAll @IntRange(max = 200_000) int extra)
            throws IOException {
        var surplus = new byte[extra];
        Arrays.fill(surplus, (byte) 'x');
        assertBytes(question.answer(), exchange(shared.port(), question.frame(), surplus));
    }

    /// Were the server gone already, the first chunk would provoke a reset, and the next one fail.
    @Property(tries = 20)
    void whoeverIsStillSendingGetsTheAnswer(
            @ForAll @IntRange(min = 2, max = 20) int chunks, @ForAll("letters") byte[] chunk)
            throws IOException {
        try (var socket = connect(shared.port())) {
            socket.getOutputStream().write(MORPHEUS);
            var first = socket.getInputStream().readNBytes(1);
            for (var i = 0; i < chunks; i++) socket.getOutputStream().write(chunk);
            assertBytes(RABBIT, concat(first, socket.getInputStream().readAllBytes()));
        }
    }

    // ------------------------------------------------------------------------ bad questions

    @Example
    void everyPrefixOfAFrameIsToldFromTheWhole() throws IOException {
        for (var end = 0; end < MORPHEUS.length; end++) {
            var prefix = Arrays.copyOf(MORPHEUS, end);
            var failure = assertThrows(EOFException.class, () -> read(prefix));
            assertEquals(endOfStream(end, 41), failure.getMessage());
        }
    }

    /// MORPHEUS and RABBIT have 2 bytes of length and 103 of header.
    private static String endOfStream(int sent, int content) {
        if (sent < 2) return "closed after %d of 2 bytes of the header length".formatted(sent);
        return sent < 105
                ? "closed after %d of 103 bytes of the header".formatted(sent - 2)
                : "closed after %d of %d bytes of the content".formatted(sent - 105, content);
    }

    @Property(tries = 40)
    void aClientThatStopsInsideTheFrameIsToldInOneLine(
            @ForAll @IntRange(max = 145) int end) throws Exception {
        assertRefused(Arrays.copyOf(MORPHEUS, end), endOfStream(end, 41));
    }

    @Property(tries = 300)
    void whateverTheBytesReadingEndsWithAMessageOrAnIOException(
            @ForAll("frameLike") byte[] bytes) {
        try {
            var message = Message.read(new ByteArrayInputStream(bytes), MAX_CONTENT);
            if (message.type().equals("text/json")) message.object();
        } catch (IOException expected) {
            assertNotNull(expected.getMessage());
        }
    }

    @Property(tries = 40)
    void randomBytesEndTheirConnectionAlone(@ForAll("frameLike") byte[] bytes) throws Exception {
        var frame = withHeader("[", new String(bytes, UTF_8)); // "[" makes sure that it is bad
        assertRefused(frame, "the header is not JSON");
    }

    @Property(tries = 60)
    void everyKindOfBadHeaderEndsItsConnectionAlone(@ForAll("badHeaders") String header)
            throws Exception {
        assertRefused(withHeader(header, "abc"), "");
    }

    @Provide
    Arbitrary<String> badHeaders() {
        var good = """
                {"byteorder": "little", "content-type": "t", "content-encoding": "e", \
                "content-length": 3}""";
        var lengths = Stream.of("-1", "3.0", "3e0", "\"3\"", "true", "null", "[3]", "{}", "NaN",
                "1001", "2147483648", "4294967299", "9".repeat(900), "9".repeat(2000), "03", "");
        return Arbitraries.of(Stream.of(
                lengths.map(each -> good.replace("3", each)),
                Stream.of("byteorder", "content-type", "content-encoding", "content-length")
                        .map(key -> good.replace(key, "x")),
                Stream.of("\"t\"", "\"e\"").map(text -> good.replace(text, "5")),
                Stream.of("", "{", "[]", "5", "null", "\"text\"", good + "{}", "\uFEFF" + good,
                        good.replace('"', '\''), "[".repeat(5000), good.replace("t", "\n"))
        ).flatMap(each -> each).toList());
    }

    @Property(tries = 40)
    void everyKindOfBadContentEndsItsConnectionAlone(@ForAll("badContents") byte[] frame)
            throws Exception {
        assertRefused(frame, "");
    }

    @Provide
    Arbitrary<byte[]> badContents() {
        var texts = Stream.of("", "{", "[]", "0", "null", "\"text\"", "{} x", "\uFEFF{}",
                "{\"action\": \"\t\"}", "{\"action\": []}",
                "{\"action\": \"search\", \"value\": {}}", "{\"a\":".repeat(150));
        var charsets = Stream.of("", "binary", "no-such-charset", "ä", "../utf-8", "\u001b[2J\n");
        return Arbitraries.of(Stream.of(
                texts.map(text -> frame("text/json", "utf-8", utf8(text))),
                charsets.map(name -> frame("text/json", name, utf8("{}"))),
                Stream.of(frame("text/json", "utf-8", new byte[] {'{', '"', (byte) 0xFF, '"'}),
                        frame("text/json", "ascii", utf8("{\"action\": \"ä\"}")),
                        concat(new byte[] {0, 4}, new byte[] {'{', '"', (byte) 0xC3, '"'}))
        ).flatMap(each -> each).toList());
    }

    /// One line in the log that starts with who it was, no answer, and the next client is served.
    private static void assertRefused(byte[] request, String why) throws Exception {
        var log = printed(() -> {
            try (var server = running(1, MAX_CONTENT, LONG);
                    var socket = connect(server.port())) {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                assertBytes(new byte[0], untilTheEnd(socket));
                assertBytes(RABBIT, exchange(server.port(), MORPHEUS));
            }
        });
        var lines = log.out.lines()
                .filter(line -> !line.matches("full: .* waits for a seat")).toList();
        assertEquals(1, lines.size(), Bytes.show(request) + " made\n" + log.out);
        assertTrue(lines.getFirst().matches("127\\.0\\.0\\.1:\\d+ is gone: .+"), log.out);
        assertTrue(lines.getFirst().contains(why), log.out);
        assertEquals("", log.err);
    }

    // ------------------------------------------------------------------------------- limits

    @Property(tries = 50)
    void contentIsReadUpToTheLimitAndRefusedBeyondUnread(@ForAll @IntRange(max = 1000) int limit)
            throws IOException {
        var atLimit = frame("t", "e", utf8("a".repeat(limit)));
        assertEquals(limit, read(atLimit, limit).content().length);
        var in = new ByteArrayInputStream(frame("t", "e", utf8("a".repeat(limit + 1))));
        assertThrows(ProtocolException.class, () -> Message.read(in, limit));
        assertEquals(limit + 1, in.available(), "bytes of the content that nobody has read");
    }

    @Example
    void memoryFollowsTheBytesThatCameAndNotTheLengthAnnounced() {
        var liar = withHeader("""
                {"byteorder": "", "content-type": "", "content-encoding": "", \
                "content-length": 2000000000}""", "abc");
        var allocated = allocatedBy(() -> assertThrows(EOFException.class,
                () -> Message.read(new ByteArrayInputStream(liar), Integer.MAX_VALUE)));
        assertTrue(allocated < 4_000_000, allocated + " bytes allocated for three");
    }

    /// Who appends each read to what there is copies the start again and again; allocation shows
    /// that better than a clock on a busy machine.
    @Example
    void theCostOfAMessageGrowsWithItsLength() {
        var one = largeFrame(1);
        var four = largeFrame(4);
        var forOne = allocatedBy(() -> read(one, 1 << 20));
        var forFour = allocatedBy(() -> read(four, 4 << 20));
        assertTrue(forFour < 5 * forOne, forOne + " bytes for 1 MiB, " + forFour + " for 4 MiB");
        assertTrue(forFour < 25_000_000, forFour + " bytes allocated for 4 MiB");
    }

    /// `{}` is three bytes with its comma, and an object of a hundred as a tree.
    @Example
    void aTreeOfVeryManyPartsIsNoMessage() {
        var parts = "{\"action\": [{}" + ",{}".repeat(1 << 18) + "]}";
        var message = new Message("text/json", "utf-8", utf8(parts));
        var allocated = allocatedBy(() -> assertThrows(ProtocolException.class, message::object));
        assertTrue(allocated < 4_000_000, allocated + " bytes for " + parts.length());
    }

    /// A sixteenth of 64 MB for what all clients send. Who would take more has to go; a small
    /// question is answered.
    @Example
    @Tag("process")
    void allClientsTogetherHaveALimitOfMemory() throws Exception {
        var allButOneByte = Arrays.copyOf(largeFrame(1), 1 << 20);
        var large = new ArrayList<Socket>();
        try (var lesson = ChildLesson.startWithHeap("64m", "MessageServer", "127.0.0.1", "0")) {
            var port = lesson.port();
            var gone = 0;
            for (var i = 0; i < 12; i++) {
                large.add(connect(port));
                try {
                    large.getLast().getOutputStream().write(allButOneByte);
                    large.getLast().setSoTimeout(100);
                    large.getLast().getInputStream().read();
                    gone++;
                } catch (SocketTimeoutException e) {
                    continue; // it waits for the last byte
                } catch (SocketException e) {
                    gone++;
                }
            }
            assertTrue(gone >= 8 && gone < 12, gone + " of 12 had to go");
            assertBytes(RABBIT, exchange(port, MORPHEUS));
            lesson.terminate();
            assertEquals("", lesson.errors());
        } finally {
            for (var each : large) each.close();
        }
    }

    @Example
    @Tag("process")
    void anAnswerLongerThanMemoryIsToldInOneLine() throws Exception {
        var long60 = largeFrame(60);
        try (var server = answering(socket -> sendUntilItHangsUp(long60, socket));
                var program = ChildLesson.startWithHeap(
                        "64m", "MessageClient", "127.0.0.1", "" + server.port())) {
            var said = program.errors();
            assertTrue(said.matches("bad answer: content-length is not from 0 to \\d{7}"), said);
            assertEquals(1, program.exitCode());
        }
    }

    private static void sendUntilItHangsUp(byte[] bytes, Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException e) {
            assertTrue(e.getMessage().matches("Broken pipe|Connection reset.*"), e.toString());
        }
    }

    /// As much as it accepts there is memory for: text of which each character is escaped.
    @Example
    @Tag("process")
    void theLongestAnswerFitsTheMemory() throws Exception {
        var text = "\u0085".repeat(2_000_000);
        try (var server = answering(socket -> socket.getOutputStream().write(result(text)));
                var program = ChildLesson.startWithHeap(
                        "64m", "MessageClient", "127.0.0.1", "" + server.port())) {
            assertEquals("Got result: " + text, program.readLine());
            assertEquals("", program.errors());
            assertEquals(0, program.exitCode());
        }
    }

    @Example
    void sixteenMebibytesAreAnswered() throws Exception {
        try (var server = running(1, 16 << 20, LONG)) {
            assertBytes(
                    frame(SERVER_TYPE, "binary", utf8("First 10 bytes of request: aaaaaaaaaa")),
                    exchange(server.port(), largeFrame(16)));
        }
    }

    @Example
    void aHeaderThatIsTooLongIsNotWritten() throws IOException {
        var room = 0xFFFF - written(Message.binary("", new byte[0])).length + 2;
        written(Message.binary("t".repeat(room), new byte[0]));
        var tooLong = Message.binary("t".repeat(room + 1), new byte[0]);
        assertThrows(ProtocolException.class, () -> written(tooLong));
    }

    /// The server has one seat, so the next client is served only when this one has lost it.
    @Example
    void whoeverTakesTooLongLosesTheSeat() throws Exception {
        var silent = new byte[0];
        var inTheMiddle = Arrays.copyOf(MORPHEUS, 100);
        var staysAfterTheAnswer = MORPHEUS;
        for (var sent : List.of(silent, inTheMiddle, staysAfterTheAnswer)) {
            try (var server = running(1, MAX_CONTENT, SHORT);
                    var slow = connect(server.port())) {
                slow.getOutputStream().write(sent);
                assertBytes(RABBIT, exchange(server.port(), MORPHEUS));
            }
        }
    }

    @Example
    void whoeverDoesNotReadTheAnswerLosesTheSeat() throws Exception {
        var sevenMebibytes = "{\"action\": \"search\", \"value\": \"" + "a".repeat(7 << 20) + "\"}";
        try (var server = running(1, 8 << 20, Duration.ofMillis(500));
                var deaf = connect(server.port())) {
            deaf.getOutputStream().write(frame("text/json", "utf-8", utf8(sevenMebibytes)));
            assertBytes(RABBIT, exchange(server.port(), MORPHEUS));
        }
    }

    /// Each read is quick, the request is not.
    @Example
    void aDribblingClientIsCutOffInMidRequest() throws Exception {
        try (var server = running(1, MAX_CONTENT, SHORT); var socket = connect(server.port())) {
            var start = System.nanoTime();
            var sent = dribble(MORPHEUS, socket);
            var millis = (System.nanoTime() - start) / 1_000_000;
            assertTrue(sent < MORPHEUS.length, "all bytes were accepted, in " + millis + " ms");
            assertTrue(millis > SHORT.toMillis() / 2, "cut off after only " + millis + " ms");
        }
    }

    /// Sends a byte, listens for 20 ms, sends the next, until the other side closes.
    private static int dribble(byte[] bytes, Socket socket) throws IOException {
        socket.setSoTimeout(20);
        for (var sent = 0; sent < bytes.length; sent++) {
            try {
                socket.getOutputStream().write(bytes[sent]);
                if (socket.getInputStream().read() == -1) return sent;
            } catch (SocketTimeoutException e) {
                continue; // not yet
            } catch (SocketException e) {
                return sent;
            }
        }
        return bytes.length;
    }

    /// How a client can have a seat, and make no use of it.
    enum Slow {
        SAYS_NOTHING { void happen(Socket socket) {} },
        STOPS_INSIDE_THE_REQUEST {
            void happen(Socket socket) throws IOException {
                socket.getOutputStream().write(MORPHEUS, 0, 100);
            }
        },
        DRIBBLES {
            void happen(Socket socket) {
                Thread.startVirtualThread(() -> {
                    try {
                        dribble(MORPHEUS, socket);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        },
        STAYS_AFTER_THE_ANSWER {
            void happen(Socket socket) throws IOException {
                socket.getOutputStream().write(MORPHEUS);
                assertBytes(RABBIT, socket.getInputStream().readNBytes(RABBIT.length));
            }
        };

        abstract void happen(Socket socket) throws IOException;
    }

    /// Long before the deadline, which a client has that is not in anybody's way.
    @Property(tries = 10)
    void slowClientsDoNotKeepOthersOut(@ForAll @Size(min = 1, max = 5) List<Slow> slow)
            throws IOException {
        var sockets = new ArrayList<Socket>();
        try (var server = running(new MessageServer.Limits(
                slow.size(), MAX_CONTENT, LONG, Duration.ofMillis(100)))) {
            for (var each : slow) {
                sockets.add(connect(server.port()));
                each.happen(sockets.getLast());
            }
            for (var i = 0; i <= slow.size(); i++) {
                assertBytes(RABBIT, exchange(server.port(), MORPHEUS));
            }
        } finally {
            for (var socket : sockets) socket.close();
        }
    }

    @Property(tries = 10)
    void theNextClientWaitsUntilASeatIsFree(@ForAll @IntRange(min = 1, max = 5) int seats)
            throws Exception {
        var silent = new ArrayList<Socket>();
        try (var server = running(seats, MAX_CONTENT, LONG)) {
            for (var i = 0; i < seats; i++) silent.add(connect(server.port()));
            try (var next = connect(server.port())) {
                next.getOutputStream().write(MORPHEUS);
                next.setSoTimeout(30);
                assertThrows(SocketTimeoutException.class, () -> next.getInputStream().read());
                silent.getFirst().close();
                next.setSoTimeout(PATIENCE_MILLIS);
                assertBytes(RABBIT, next.getInputStream().readAllBytes());
            }
        } finally {
            for (var each : silent) each.close();
        }
    }

    @Example
    void afterCloseThePortIsFreeAndNoThreadLeft() throws Exception {
        FreePort.afterClose(() -> {
            var server = running(5, MAX_CONTENT, LONG);
            try (var silent = connect(server.port()); var waiting = connect(server.port())) {
                waiting.getOutputStream().write(MORPHEUS, 0, 50);
                assertBytes(RABBIT, exchange(server.port(), MORPHEUS));
                assertNotEquals(Set.of(), ThreadDump.find(BUSY), "the dump shows no virtual threads");
                server.close();
                server.close();
                assertBytes(new byte[0], untilTheEnd(silent));
                assertBytes(new byte[0], untilTheEnd(waiting));
            }
            FreePort.bind(server.port());
            ThreadDump.awaitNone(BUSY);
        });
    }

    // ------------------------------------------------------------------------------ the log

    @Example
    @Tag("process")
    void aLogThatNobodyReadsHoldsUpNobody() throws Exception {
        try (var lesson = ChildLesson.start("MessageServer", "127.0.0.1", "0")) {
            var port = lesson.port();
            LogOracle.checkThatItHoldsUpNobody(lesson,
                    () -> assertBytes(RABBIT, exchange(port, MORPHEUS)));
        }
    }

    /// As a value, as a type, as bytes, and in what is said about a bad message.
    @Example
    @Tag("process")
    void theLogShowsNothingThatATerminalCouldObey() throws Exception {
        try (var lesson = ChildLesson.start("MessageServer", "127.0.0.1", "0")) {
            var port = lesson.port();
            for (var strange : LogOracle.STRANGE) {
                var text = "A" + strange + "Z";
                for (var frame : List.of(frame("text/json", "utf-8", utf8(
                                "{\"action\": \"search\", \"value\": " + python(text) + "}")),
                        frame("t" + text, "binary", utf8(text)))) {
                    exchange(port, frame);
                    var line = LogOracle.lineWith(" asks ", lesson);
                    assertTrue(line.matches(".* \".*\", \\d+ bytes: \".*Z.*"), line);
                }
                exchange(port, frame("text/json", text, utf8("{}")));
                var line = LogOracle.lineWith("is gone", lesson);
                assertTrue(line.contains("unknown content-encoding \"A"), line);
                exchange(port, withHeader(text, ""));
                LogOracle.lineWith("is gone", lesson);
            }
        }
    }

    // ------------------------------------------------------------------- the client, tried hard

    @Property(tries = 40)
    void theClientUnderstandsAnAnswerInAnyChunks(
            @ForAll("questions") Question question, @ForAll("sizes") List<Integer> sizes)
            throws Exception {
        var answer = new Chunked(question.answer(), sizes);
        var chunk = new byte[64];
        try (var server = answering(socket -> {
            for (int count; (count = answer.read(chunk, 0, chunk.length)) != -1; ) {
                socket.getOutputStream().write(chunk, 0, count);
            }
            untilTheEnd(socket); // the client must not wait for the end of the stream
        })) {
            var received = client(server.port(), LONG).ask(read(MORPHEUS));
            assertBytes(question.answer(), written(received));
        }
    }

    @Example
    void theClientTellsWhereTheServerStopped() throws Exception {
        for (var end = 0; end < RABBIT.length; end += end < 3 || end > 104 ? 1 : 7) {
            var prefix = Arrays.copyOf(RABBIT, end);
            try (var server = answering(socket -> socket.getOutputStream().write(prefix))) {
                var output = run(server.port(), "search", "morpheus");
                assertEquals("the server " + endOfStream(end, 43), output.err.strip());
                assertEquals(List.of("", 1), List.of(output.out, output.exit));
            }
        }
    }

    @Property(tries = 20)
    void theClientSurvivesAReset(@ForAll @IntRange(max = 147) int end) throws Exception {
        try (var server = answering(socket -> {
            socket.getOutputStream().write(RABBIT, 0, end);
            socket.setSoLinger(true, 0);
        })) {
            var output = run(server.port(), "search", "morpheus");
            assertEquals(List.of(1, 1L), List.of(output.exit, output.err.lines().count()));
            assertTrue(output.err.startsWith("the connection broke: "), output.err);
        }
    }

    @Example
    void theClientHasADeadlineForTheWholeAnswer() throws Exception {
        try (var server = answering(socket -> dribble(RABBIT, socket))) {
            assertThrows(SocketTimeoutException.class,
                    () -> client(server.port(), SHORT).ask(read(MORPHEUS)));
        }
    }

    @Example
    @Tag("process")
    void theClientSaysThatItWaitsAndGivesUp() throws Exception {
        try (var server = answering(socket -> socket.getInputStream().readAllBytes());
                var program = ChildLesson.start(
                        "MessageClient", "127.0.0.1", "" + server.port(), "--deadline", "6")) {
            assertEquals(List.of("no whole answer for 5 s, still waiting",
                            "no answer from 127.0.0.1:" + server.port()
                                    + ": not done within 6000 ms; try a longer --deadline"),
                    program.errors().lines().toList());
            assertEquals(1, program.exitCode());
        }
    }

    @Property(tries = 20)
    void badAnswersAreToldInOneLine(@ForAll("badAnswers") byte[] answer) throws Exception {
        try (var server = answering(socket -> socket.getOutputStream().write(answer))) {
            var output = run(server.port(), "--max-content", "100", "search", "morpheus");
            assertTrue(output.err.matches("bad answer: .+\n"), output.err);
            assertEquals(List.of("", 1), List.of(output.out, output.exit));
        }
    }

    @Provide
    Arbitrary<byte[]> badAnswers() {
        return Arbitraries.of(
                withHeader("", ""), withHeader("[]", ""), withHeader("\u001b[2J", ""),
                frame("text/json", "utf-8", utf8("{}")), frame("text/json", "utf-8", utf8("[]")),
                frame("text/json", "utf-8", utf8("{\"result\": 5}")),
                frame("text/json", "no-such", utf8("{\"result\": \"\"}")),
                frame("text/json", "utf-8", new byte[] {(byte) 0xFF}),
                frame("t", "e", new byte[101]));
    }

    @Example
    void theClientSaysWhatItGot() throws Exception {
        var json = run(shared.port(), "search", "ring");
        assertEquals("Got result: In the caves beneath the Misty Mountains. 💍\n", json.out);
        var bytes = run(shared.port(), "binary", "😃");
        assertEquals("Got response: First 10 bytes of request: binary😃\n", bytes.out);
        for (var output : List.of(json, bytes)) {
            assertEquals(List.of("", 0), List.of(output.err, output.exit));
        }
    }

    /// In a terminal an answer is one line, and harmless; a pipe gets what the server sent.
    @Property(tries = 200)
    void anAnswerIsShownOnOneLineOfATerminal(
            @ForAll("texts") String start, @ForAll("strange") String strange,
            @ForAll boolean json) throws IOException {
        var text = start + strange + "Z";
        var answer = json ? Message.json(Map.of("result", text))
                : Message.binary("x", utf8(text));
        var label = json ? "Got result: " : "Got response: ";
        assertEquals(label + text + "\n", shown(answer, false));
        var line = shown(answer, true);
        assertTrue(line.startsWith(label) && line.endsWith("Z\n"), line);
        assertFalse(PrintableTest.UNSEEN.matcher(line.strip().replace("\t", "")).find(), line);
    }

    @Provide
    Arbitrary<String> strange() {
        return Arbitraries.of(LogOracle.STRANGE);
    }

    private static String shown(Message answer, boolean terminal) throws IOException {
        var shown = new ByteArrayOutputStream();
        MessageClient.show(answer,
                new ClientOutput(new PrintStream(shown, false, UTF_8), terminal));
        return shown.toString(UTF_8);
    }

    @Example
    void aRefusedConnectionIsToldInOneLine() throws Exception {
        try (var closed = new ClosedPort()) {
            var output = run(closed.port(), "search", "ring");
            assertEquals("cannot connect to 127.0.0.1:" + closed.port()
                    + ": Connection refused; is the server running?\n", output.err);
            assertEquals(List.of("", 1), List.of(output.out, output.exit));
        }
    }

    // ------------------------------------------------------------------------------ oracles

    /// Alphabet: what JSON escapes, what it might, and what UTF-8 and UTF-16 make long.
    @Provide
    Arbitrary<String> texts() {
        var special = Arbitraries.of("\"", "\\", "/", "'", "\b", "\t", "\n", "\f", "\r", "\0",
                "\u000b", "\u001f", "\u007f", "\u0085", "é", "你", "\u2028", "\uffff", "🐰");
        return Arbitraries.oneOf(special, Arbitraries.strings().withCharRange('\0', '\u00a0')
                .ofLength(1)).list().ofMaxSize(12).map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<byte[]> letters() {
        return Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(60).map(String::getBytes);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.of(1, 2, 3, 40, 102, 105, 200).list().ofMinSize(1).ofMaxSize(5);
    }

    /// Frames with one wrong byte, or cut, or something else altogether.
    @Provide
    Arbitrary<byte[]> frameLike() {
        var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        var almost = Combinators.combine(Arbitraries.of(MORPHEUS, DOUBLE_2, RABBIT),
                Arbitraries.integers().between(0, 130), Arbitraries.bytes())
                .as(MessageProtocolTest::withOneByteWrong);
        return Arbitraries.oneOf(noise, almost);
    }

    private static byte[] withOneByteWrong(byte[] frame, int position, byte wrong) {
        var copy = frame.clone();
        copy[position] = wrong;
        return copy;
    }

    @Provide
    Arbitrary<Question> questions() {
        var values = Arbitraries.oneOf(texts(), Arbitraries.of("morpheus", "ring", "🐶", ""));
        var actions = Arbitraries.oneOf(Arbitraries.of("search", "Search"), texts());
        return Combinators.combine(actions, values).as(Question::new);
    }

    /// A question and its answer as the Python programs would have it.
    record Question(String action, String value) {

        private boolean search() {
            return action.equals("search");
        }

        byte[] frame() {
            return search()
                    ? MessageProtocolTest.frame("text/json", "utf-8", utf8(
                            "{\"action\": \"search\", \"value\": " + python(value) + "}"))
                    : MessageProtocolTest.frame(CLIENT_TYPE, "binary", utf8(action + value));
        }

        byte[] answer() {
            if (!search()) {
                var start = utf8("First 10 bytes of request: ");
                var bytes = utf8(action + value);
                return MessageProtocolTest.frame(SERVER_TYPE, "binary",
                        concat(start, Arrays.copyOf(bytes, Math.min(10, bytes.length))));
            }
            return result(switch (value) {
                case "morpheus" -> "Follow the white rabbit. 🐰";
                case "ring" -> "In the caves beneath the Misty Mountains. 💍";
                case "🐶" -> "🐾 Playing ball! 🏐";
                default -> "No match for '" + value + "'.";
            });
        }
    }

    /// `json.dumps(text, ensure_ascii=False)`, written from its table of escapes.
    private static String python(String text) {
        var json = new StringBuilder("\"");
        for (var c : text.toCharArray()) {
            json.append(switch (c) {
                case '"' -> "\\\"";
                case '\\' -> "\\\\";
                case '\b' -> "\\b";
                case '\t' -> "\\t";
                case '\n' -> "\\n";
                case '\f' -> "\\f";
                case '\r' -> "\\r";
                default -> c < ' ' ? "\\u00" + HexFormat.of().toHexDigits((byte) c) : "" + c;
            });
        }
        return json.append('"').toString();
    }

    private static byte[] result(String text) {
        return frame("text/json", "utf-8", utf8("{\"result\": " + python(text) + "}"));
    }

    private static byte[] frame(String type, String encoding, byte[] content) {
        var header = "{\"byteorder\": \"little\", \"content-type\": " + python(type)
                + ", \"content-encoding\": " + python(encoding)
                + ", \"content-length\": " + content.length + "}";
        return concat(withHeader(header, ""), content);
    }

    private static byte[] withHeader(String header, String content) {
        var length = utf8(header).length;
        var prefix = new byte[] {(byte) (length / 256), (byte) (length % 256)};
        return concat(prefix, utf8(header + content));
    }

    private static byte[] largeFrame(int mebibytes) {
        return frame("t", "e", utf8("a".repeat(mebibytes << 20)));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static void assertBytes(byte[] expected, byte[] actual) {
        if (Arrays.equals(expected, actual)) return;
        fail("expected " + show(expected) + "\nbut got " + show(actual));
    }

    /// As [Bytes#show(byte[])], with the content of a frame.
    private static String show(byte[] bytes) {
        return new Bytes(bytes).toString() + (bytes.length <= 80 ? "" : " "
                + new Bytes(Arrays.copyOfRange(bytes, 80, Math.min(bytes.length, 160))));
    }

    // ---------------------------------------------------------------------------- machinery

    private static byte[] written(Message message) throws IOException {
        var out = new ByteArrayOutputStream();
        message.write(out);
        return out.toByteArray();
    }

    private static Message read(byte[] frame) throws IOException {
        return Message.read(new ByteArrayInputStream(frame), MAX_CONTENT);
    }

    private static Message read(byte[] frame, int maxContent) throws IOException {
        return Message.read(new Chunked(frame, List.of(10_000)), maxContent);
    }

    private static MessageClient client(int port, Duration deadline) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new MessageClient(address, MAX_CONTENT, deadline);
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /// Sends all, reads until the server closes; fails if it resets the connection.
    private static byte[] exchange(int port, byte[]... chunks) throws IOException {
        try (var socket = connect(port)) {
            for (var chunk : chunks) socket.getOutputStream().write(chunk);
            return socket.getInputStream().readAllBytes();
        }
    }

    /// All that comes until the connection ends, be it by a reset.
    private static byte[] untilTheEnd(Socket socket) throws IOException {
        var received = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(received);
        } catch (SocketException reset) {
            return received.toByteArray();
        }
        return received.toByteArray();
    }

    /// A stream that gives its bytes in chunks of the given sizes, over and over.
    private static final class Chunked extends InputStream {

        private final InputStream bytes;
        private final Iterator<Integer> sizes;

        Chunked(byte[] bytes, List<Integer> sizes) {
            this.bytes = new ByteArrayInputStream(bytes);
            this.sizes = Stream.generate(() -> sizes).flatMap(List::stream).iterator();
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return bytes.read(buffer, offset, Math.min(length, sizes.next()));
        }
    }

    private static RunningServer running(int clients, int maxContent, Duration deadline)
            throws IOException {
        return running(new MessageServer.Limits(clients, maxContent, deadline, LONG));
    }

    private static RunningServer running(MessageServer.Limits limits) throws IOException {
        var server = new MessageServer(RunningServer.FREE_PORT, limits, new Narrator(true));
        return RunningServer.start(server.port(), server::close, server::serve);
    }

    /// A server that takes a whole question, and then does what the script says.
    private static ScriptedServer answering(ScriptedServer.Script script) throws IOException {
        return new ScriptedServer(client -> {
            var question = client.getInputStream().readNBytes(MORPHEUS.length);
            assertEquals(MORPHEUS.length, question.length);
            script.play(client);
        });
    }

    record Output(String out, String err, int exit) {}

    interface Action {
        void run() throws Exception;
    }

    private static Output printed(Action action) throws Exception {
        var out = System.out;
        var err = System.err;
        var newOut = new ByteArrayOutputStream();
        var newErr = new ByteArrayOutputStream();
        Narrator.flush(TestClient.DEADLINE); // what others have said
        try {
            System.setOut(new PrintStream(newOut, true, UTF_8));
            System.setErr(new PrintStream(newErr, true, UTF_8));
            action.run();
        } finally {
            Narrator.flush(TestClient.DEADLINE);
            System.setOut(out);
            System.setErr(err);
        }
        return new Output(newOut.toString(UTF_8), newErr.toString(UTF_8), 0);
    }

    /// Runs the client's command line, in this JVM.
    private static Output run(int port, String... arguments) throws Exception {
        var all = Stream.concat(Stream.of("127.0.0.1", "" + port), Stream.of(arguments));
        var exit = new int[1];
        var output = printed(() -> exit[0] = MessageClient.run(all.toArray(String[]::new)));
        return new Output(output.out, output.err, exit[0]);
    }

    private static long allocatedBy(Action action) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var before = threads.getCurrentThreadAllocatedBytes();
        assertDoesNotThrow(action::run);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
