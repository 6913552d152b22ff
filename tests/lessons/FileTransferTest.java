import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import shared.Narrator;
import upload.Content;
import upload.FileName;
import upload.Folder;
import upload.ProgressBar;
import upload.Refusal;

/// Lesson 07: the file server and its client.
@Tag("long")
class FileTransferTest {

    private static final String NAME = "letters.txt";
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final long ANY_SIZE = Long.MAX_VALUE;

    /// A server that receives into a folder of its own, two levels inside another that is ours.
    private record Receiver(Path root, Path folder, RunningServer running)
            implements AutoCloseable {

        static Receiver start() throws IOException {
            return start(false, ANY_SIZE, PATIENT);
        }

        static Receiver start(boolean force, long maxSize, Duration patience) throws IOException {
            var root = Files.createTempDirectory("files");
            var folder = root.resolve("outer/inner");
            return start(root, new Folder(folder, force, maxSize),
                    new FileServer.Limits(64, PATIENT, patience));
        }

        static Receiver start(Path root, Folder into, FileServer.Limits limits)
                throws IOException {
            var folder = root.resolve("outer/inner");
            var server = new FileServer(
                    RunningServer.FREE_PORT, into, limits, new Narrator(true));
            return new Receiver(root, folder,
                    RunningServer.start(server.port(), server::close, server::serve));
        }

        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), running.port());
        }

        /// A file to send, outside of the server's folder.
        Path file(String name, byte[] content) throws IOException {
            var mine = Files.createDirectories(root.resolve("mine"));
            return Files.write(mine.resolve(name), content);
        }

        /// Sends it with the real client.
        long send(byte[] content) throws IOException {
            return client(address(), true).send(file(NAME, content));
        }

        /// Puts a file where the server would put it.
        void put(String name, byte[] content) throws IOException {
            Files.write(Files.createDirectories(folder).resolve(name), content);
        }

        /// All that is in the server's folder, but hidden files.
        Map<String, Bytes> received() throws IOException {
            return files(folder, false);
        }

        Map<String, Bytes> files(Path in, boolean hidden) throws IOException {
            var found = new TreeMap<String, Bytes>();
            if (!Files.exists(in)) return found;
            try (var files = Files.walk(in)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    if (!hidden && file.getFileName().toString().startsWith(".")) continue;
                    found.put(in.relativize(file).toString(), new Bytes(Files.readAllBytes(file)));
                }
            }
            return found;
        }

        @Override
        public void close() throws IOException {
            running.close();
            try (var files = Files.walk(root)) {
                var deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
                for (var file : deepestFirst) Files.delete(file);
            }
        }
    }

    private static FileClient client(InetSocketAddress server, boolean checked) {
        return new FileClient(server, checked, ANY_SIZE, PATIENT, true);
    }

    // ------------------------------------------- the bytes on the wire, written down once more

    private static byte[] header(byte[] name, long size, boolean checked) {
        return ByteBuffer.allocate(15 + name.length).put(Bytes.of("FUP1").array())
                .put((byte) (checked ? 1 : 0)).putLong(size)
                .putShort((short) name.length).put(name).array();
    }

    private static byte[] header(String name, long size) {
        return header(name.getBytes(UTF_8), size, true);
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private static long crc(byte[] content) {
        var checksum = new CRC32C();
        checksum.update(content);
        return checksum.getValue();
    }

    private static byte[] join(byte[]... parts) {
        return Bytes.join(Stream.of(parts).map(Bytes::new).toList());
    }

    /// A whole upload that begins at 0.
    private static byte[] upload(String name, byte[] content) {
        return join(header(name, content.length), number(0), content, number(crc(content)));
    }

    /// The reason, if those bytes are nothing but a refusal.
    private static String refusal(byte[] answer) {
        var minus = answer.length < 8 ? 0 : ByteBuffer.wrap(answer).getLong();
        assertEquals(-minus, answer.length - 8, "no refusal: " + Bytes.show(answer));
        return new String(answer, 8, answer.length - 8, UTF_8);
    }

    private static byte[] exactly(int count, Socket from) throws IOException {
        return from.getInputStream().readNBytes(count);
    }

    // ------------------------------------------------------------------------ what is generated

    private static byte[] content(int size, long seed) {
        var letters = new byte[size];
        var random = new Random(seed);
        for (int i = 0; i < size; i++) letters[i] = (byte) ('A' + random.nextInt(26));
        return letters;
    }

    /// Small, and around the size of the buffers.
    @Provide
    Arbitrary<byte[]> contents() {
        var buffer = Content.BUFFER_BYTES;
        var sizes = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.integers().between(0, 3000)),
                Tuple.of(2, Arbitraries.of(buffer - 1, buffer, buffer + 1)),
                Tuple.of(1, Arbitraries.integers().between(0, 3 * buffer)));
        return sizes.map(size -> content(size, size));
    }

    // ------------------------------------------------------------------------ what arrives

    @Property(tries = 12)
    void whatIsReceivedIsWhatWasSent(@ForAll("contents") byte[] content, @ForAll boolean checked)
            throws Exception {
        try (var receiver = Receiver.start()) {
            assertEquals(0, client(receiver.address(), checked).send(receiver.file(NAME, content)));
            assertEquals(Map.of(NAME, new Bytes(content)), receiver.files(receiver.folder, true));
        }
    }

    @Property(tries = 12)
    void howItIsCutIntoPiecesMakesNoDifference(@ForAll("contents") byte[] content,
            @ForAll @Size(max = 8) List<@IntRange(max = 1000) Integer> cuts) throws Exception {
        try (var receiver = Receiver.start();
                var sender = new TestClient(receiver.running.port())) {
            var bytes = upload(NAME, content);
            var at = 0;
            for (var cut : cuts) {
                var next = Math.min(bytes.length, at + 1 + cut % (cuts.size() > 4 ? 9 : 1000));
                sender.send(Arrays.copyOfRange(bytes, at, next));
                at = next;
            }
            sender.send(Arrays.copyOfRange(bytes, at, bytes.length));
            assertEquals(new Bytes(join(number(0), number(0), number(content.length))),
                    new Bytes(exactly(24, sender.socket)));
            assertEquals(Map.of(NAME, new Bytes(content)), receiver.received());
        }
    }

    @Example
    void theChecksumIsTheOneOfTheStandard() {
        assertEquals(0xE3069283L, crc(Bytes.of("123456789").array())); // RFC 3720, appendix B.4
    }

    // ------------------------------------------------------------------------ interruptions

    /// A sender leaves after some bytes, in one way or another; the real client goes on.
    @Property(tries = 16)
    void anInterruptedUploadGoesOnWhereItStopped(@ForAll("contents") byte[] content,
            @ForAll @IntRange(max = 100) int percent, @ForAll boolean reset) throws Exception {
        var stop = (int) (content.length * (long) percent / 100);
        try (var receiver = Receiver.start()) {
            try (var sender = new TestClient(receiver.running.port())) {
                sender.send(join(header(NAME, content.length), number(0)));
                exactly(16, sender.socket);
                sender.send(Arrays.copyOf(content, stop));
                if (reset) sender.reset();
            }
            var start = receiver.send(content);
            assertTrue(reset ? start <= stop : start == stop, stop + " there, began at " + start);
            assertEquals(Map.of(NAME, new Bytes(content)), receiver.files(receiver.folder, true));
        }
    }

    /// What is there already is of another file; only its checksum tells.
    @Property(tries = 10)
    void aFileThatChangedBeginsAnew(@ForAll @IntRange(min = 1, max = 2000) int size,
            @ForAll @IntRange(max = 99) int percent, @ForAll @IntRange(max = 1000) int longer)
            throws Exception {
        var old = content(size + longer, 1);
        var changed = Arrays.copyOf(old, size);
        changed[size * percent / 100] = 'z';
        try (var receiver = Receiver.start()) {
            receiver.put("." + NAME + ".part", old);
            assertEquals(0, receiver.send(changed));
            assertEquals(Map.of(NAME, new Bytes(changed)), receiver.files(receiver.folder, true));
        }
    }

    /// Both sides are real; the connection between them is cut after some bytes.
    @Property(tries = 14)
    void aConnectionCutAnywhereLeavesNoFileAndCanBeMadeUpFor(
            @ForAll @IntRange(max = 300_000) int size, @ForAll @IntRange(max = 999) int permille,
            @ForAll boolean answersToo) throws Exception {
        var content = content(size, size);
        var all = upload(NAME, content).length;
        var cut = (int) (all * (long) permille / 1000);
        try (var receiver = Receiver.start();
                var proxy = new ScriptedServer(client -> cutAfter(
                        cut, answersToo ? Math.min(cut % 24, 23) : 24, client, receiver))) {
            var file = receiver.file(NAME, content);
            assertThrows(IOException.class, () -> client(proxy.address(), true).send(file));
            assertEquals(Map.of(), receiver.received());
            assertTrue(receiver.send(content) <= cut);
            assertEquals(Map.of(NAME, new Bytes(content)), receiver.files(receiver.folder, true));
        }
    }

    private static void cutAfter(int request, int answer, Socket client, Receiver receiver)
            throws IOException {
        try (var server = new TestClient(receiver.running.port())) {
            Thread.startVirtualThread(() -> copy(server.socket, client, answer));
            copy(client, server.socket, request);
        }
    }

    /// Copies so many bytes, and closes.
    private static void copy(Socket from, Socket to, int limit) {
        try (from; to) {
            for (int left = limit; left > 0; ) {
                var bytes = new byte[Math.min(left, 8192)];
                var count = from.getInputStream().read(bytes);
                if (count < 0) return;
                to.getOutputStream().write(bytes, 0, count);
                left -= count;
            }
        } catch (IOException e) {
            return; // the other direction was cut
        }
    }

    enum Lie { CUT_OFF, WRONG_CHECKSUM, TOO_SHORT, TOO_LONG, BEGINS_ELSEWHERE }

    @Property(tries = 25)
    void nothingGetsItsNameUnlessSizeAndChecksumAgree(@ForAll @IntRange(max = 3000) int size,
            @ForAll Lie lie, @ForAll @IntRange(min = 1, max = 1000) int by,
            @ForAll boolean halfClose) throws Exception {
        var content = content(size, size);
        var end = number(crc(content));
        var whole = upload(NAME, content);
        var bytes = switch (lie) {
            case CUT_OFF -> Arrays.copyOf(whole, Math.max(0, whole.length - by));
            case WRONG_CHECKSUM -> join(header(NAME, size), number(0), content,
                    number(crc(content) + by));
            case TOO_SHORT -> join(header(NAME, size + by), number(0), content, end);
            case TOO_LONG -> join(header(NAME, size), number(0), content, content(by, 5), end);
            case BEGINS_ELSEWHERE -> join(header(NAME, size), number(by), content, end);
        };
        try (var receiver = Receiver.start()) {
            try (var sender = new TestClient(receiver.running.port())) {
                sender.send(bytes);
                if (halfClose) {
                    sender.halfClose();
                    sender.readToEnd();
                }
            }
            assertEquals(0, receiver.send(Bytes.of("").array()), "once the server is done with it");
            assertEquals(Map.of(NAME, Bytes.of("")), receiver.received());
        }
    }

    // ------------------------------------------------------------------------ names

    @Provide
    Arbitrary<String> nastyNames() {
        return Arbitraries.of("..", ".", "/", "\\", "a", "B", "CON", "nul", "com1", "lpt\u00B9",
                ".txt", ":", " ", "\n", "\0", "\u001b[2J", "\u202E", "\u2028", "\uFFFD", "~", "*",
                "\u4f60", "\u00e9", "|", "C:", "$", "-", "-rf", "`", "$(id)", "\u200b", "#", "x".repeat(99), "etc/passwd", "\u3000",
                "\uD83D")
                .list().ofMinSize(0).ofMaxSize(6).map(parts -> String.join("", parts));
    }

    @Property(tries = 500)
    void aNameIsRefusedOrSafe(@ForAll("nastyNames") String path) {
        String name;
        try {
            name = FileName.safe(path);
        } catch (Refusal e) {
            assertTrue(e.getMessage().chars().noneMatch(c -> c < ' '), "controls: " + path);
            return;
        }
        assertTrue(path.endsWith(name) && !name.isEmpty(), name);
        assertTrue(name.chars().noneMatch(c -> c < ' ' || c == 127 || "/\\:*?\"<>|".indexOf(c) >= 0
                || c == 0x202E || c == 0x2028 || c == 0xFFFD), "characters of " + name);
        assertFalse(name.startsWith(".") || name.endsWith("."), name);
        assertEquals(name.strip(), name);
        assertFalse(name.startsWith("-") || name.startsWith("~") || name.startsWith("#")
                || name.matches(".* [-~#][^ ].*"), "a trap in a shell: " + name);
        assertTrue(name.chars().noneMatch(c -> "$`;&![]{}".indexOf(c) >= 0), name);
        assertFalse(PrintableTest.UNSEEN.matcher(name).find(), "nobody sees all of " + name);
        assertTrue(name.getBytes(UTF_8).length <= 200, "length of " + name);
        var device = name.replaceAll("\\..*", "").strip().toUpperCase(Locale.ROOT);
        assertFalse(Set.of("CON", "NUL", "COM1", "LPT\u00B9").contains(device), name);
    }

    @Example
    void ordinaryNamesStayAsTheyAre() throws Exception {
        for (var name : List.of("a", "photo 1.jpg", "console.log", "com10", "auxiliary.c", "a.b.c",
                "nul-device.txt", "\u4f60\u597d.txt", "x".repeat(200), "a - b.txt", "it's", "COM", "50% (1).txt")) {
            for (var path : List.of("", "/", "../", "..\\", "C:\\con\\", "/etc/", "a\n/")) {
                assertEquals(name, FileName.safe(path + name));
            }
        }
    }

    /// Whatever bytes the name is made of, nothing happens outside of the folder.
    @Property(tries = 25)
    void noNameLeavesTheFolder(@ForAll("nastyNames") String path, @ForAll byte end,
            @ForAll boolean rawEnd) throws Exception {
        try (var receiver = Receiver.start();
                var sender = new TestClient(receiver.running.port())) {
            var raw = rawEnd ? new byte[] {end} : new byte[0];
            var content = content(10, 1);
            sender.send(join(header(join(path.getBytes(UTF_8), raw), 10, true),
                    number(0), content, number(crc(content))));
            sender.halfClose();
            sender.readToEnd();
            var all = receiver.files(receiver.root, true);
            for (var file : all.keySet()) {
                assertTrue(file.matches("outer/inner/[^./][^/]*"), "a file at " + file);
            }
            assertTrue(all.size() <= 1, all.toString());
        }
    }

    // ------------------------------------------------------------------------ refusals

    @Property(tries = 10)
    void whatExistsStaysUnlessForced(@ForAll("contents") byte[] content, @ForAll boolean force)
            throws Exception {
        var old = new Bytes(content(50, 2));
        try (var receiver = Receiver.start(force, ANY_SIZE, PATIENT)) {
            receiver.put(NAME, old.array());
            if (force) {
                receiver.send(content);
            } else {
                assertThrows(Refusal.class, () -> receiver.send(content));
            }
            assertEquals(Map.of(NAME, force ? new Bytes(content) : old),
                    receiver.files(receiver.folder, true));
        }
    }

    @Example
    void whatAppearsMeanwhileStaysToo() throws Exception {
        try (var receiver = Receiver.start();
                var sender = new TestClient(receiver.running.port())) {
            var content = content(100, 1);
            sender.send(join(header(NAME, 100), number(0)));
            exactly(16, sender.socket);
            receiver.put(NAME, Bytes.of("faster").array());
            sender.send(join(content, number(crc(content))));
            assertTrue(refusal(sender.readToEnd()).contains("exists"));
            assertEquals(Map.of(NAME, Bytes.of("faster")), receiver.received());
        }
    }

    @Example
    void aFolderOrALinkIsNeverReplaced() throws Exception {
        try (var receiver = Receiver.start(true, ANY_SIZE, PATIENT)) {
            Files.createDirectories(receiver.folder.resolve(NAME));
            assertThrows(Refusal.class, () -> receiver.send(content(9, 1)));
            Files.delete(receiver.folder.resolve(NAME));
            var outside = receiver.file("outside", Bytes.of("mine").array());
            for (var trap : List.of(NAME, "." + NAME + ".part")) {
                Files.createSymbolicLink(receiver.folder.resolve(trap), outside);
                assertThrows(Refusal.class, () -> receiver.send(content(9, 1)));
                assertEquals("mine", Files.readString(outside));
                Files.delete(receiver.folder.resolve(trap));
            }
        }
    }

    /// Too large for the rules or for the disk, or no size at all; nothing of the content is sent.
    @Property(tries = 5)
    void whatIsTooLargeIsRefusedBeforeTheContent(@ForAll @IntRange(max = 5000) int limit,
            @ForAll @IntRange(min = 1, max = 1000) int excess) throws Exception {
        for (var size : List.of((long) limit + excess, Long.MAX_VALUE, -1L - excess)) {
            var rule = size > 10_000 ? ANY_SIZE : limit;
            try (var receiver = Receiver.start(false, rule, PATIENT);
                    var sender = new TestClient(receiver.running.port())) {
                sender.send(header(NAME, size));
                assertTrue(refusal(sender.readToEnd()).contains("" + size));
                assertEquals(Map.of(), receiver.files(receiver.folder, true));
            }
        }
        try (var receiver = Receiver.start(false, limit, PATIENT)) {
            assertEquals(0, receiver.send(content(limit, 1)));
        }
    }

    // ------------------------------------------------------------------------ several at once

    @Property(tries = 4)
    void uploadsDoNotDisturbEachOther(@ForAll @IntRange(min = 2, max = 8) int count)
            throws Exception {
        try (var receiver = Receiver.start();
                var silent = new TestClient(receiver.running.port());
                var stuck = new TestClient(receiver.running.port())) {
            stuck.send(header("stuck", 1000));
            silent.send(new byte[] {'F'});
            var expected = new TreeMap<String, Bytes>();
            var tasks = new ArrayList<Callable<Long>>();
            for (int i = 0; i < count; i++) {
                var content = content(100_000 * i + i, i);
                var file = receiver.file("file" + i, content);
                expected.put("file" + i, new Bytes(content));
                tasks.add(() -> client(receiver.address(), true).send(file));
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var upload : threads.invokeAll(tasks)) assertEquals(0, upload.get());
            }
            assertEquals(expected, receiver.received());
        }
    }

    /// One of them wins, whichever, and all of its bytes are its own.
    @Property(tries = 6)
    void ofSeveralUploadsUnderOneNameOneIsStored(@ForAll @IntRange(min = 2, max = 6) int count)
            throws Exception {
        try (var receiver = Receiver.start()) {
            var contents = new ArrayList<Bytes>();
            var tasks = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < count; i++) {
                var content = content(200_000, i);
                contents.add(new Bytes(content));
                tasks.add(() -> {
                    try (var sender = new TestClient(receiver.running.port())) {
                        sender.send(join(header(NAME, content.length), number(0)));
                        if (exactly(8, sender.socket)[0] < 0) return false;
                        exactly(8, sender.socket);
                        sender.send(join(content, number(crc(content))));
                        return exactly(8, sender.socket)[0] == 0;
                    }
                });
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var stored = 0;
                for (var upload : threads.invokeAll(tasks)) stored += upload.get() ? 1 : 0;
                assertEquals(1, stored);
            }
            assertEquals(Set.of(NAME), receiver.files(receiver.folder, true).keySet());
            assertTrue(contents.contains(receiver.received().get(NAME)), "a mixture");
        }
    }

    @Example
    void aSecondUploadOfTheNameIsRefusedWhileTheFirstIsThere() throws Exception {
        try (var receiver = Receiver.start(false, ANY_SIZE, Duration.ofSeconds(3));
                var first = new TestClient(receiver.running.port())) {
            first.send(join(header(NAME, 5), number(0)));
            exactly(16, first.socket);
            assertThrows(Refusal.class, () -> receiver.send(content(9, 1)));
            first.send(join(Bytes.of("HELLO").array(), number(crc(Bytes.of("HELLO").array()))));
            exactly(8, first.socket);
            assertEquals(Map.of(NAME, Bytes.of("HELLO")), receiver.received());
        }
    }

    // ------------------------------------------------------------------------ bad neighbours

    @Property(tries = 12)
    void noiseIsSurvived(@ForAll @Size(max = 60) byte[] noise, @ForAll boolean magic,
            @ForAll boolean reset) throws Exception {
        try (var receiver = Receiver.start()) {
            try (var sender = new TestClient(receiver.running.port())) {
                sender.send(join(magic ? Bytes.of("FUP1").array() : new byte[0], noise));
                if (reset) sender.reset();
            }
            assertEquals(0, receiver.send(content(100, 1)));
            assertEquals(new Bytes(content(100, 1)), receiver.received().get(NAME));
        }
    }

    enum Stall { IN_THE_HEADER, BEFORE_THE_CONTENT, IN_THE_CONTENT, AFTER_A_REFUSAL }

    /// Neither who says nothing is waited for without end, nor who says a byte now and then.
    @Example
    void whoDoesNotGetOnIsCutOff() throws Exception {
        try (var receiver = Receiver.start(false, ANY_SIZE, Duration.ofMillis(500));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ends = new HashMap<String, Future<?>>();
            for (var stall : Stall.values()) {
                ends.put(stall + ", silent", threads.submit(() -> stall(receiver, stall, false)));
                ends.put(stall + ", dribbles", threads.submit(() -> stall(receiver, stall, true)));
            }
            for (var end : ends.entrySet()) {
                try {
                    end.getValue().get();
                } catch (ExecutionException e) {
                    throw new AssertionError(end.getKey() + ": " + e.getCause(), e.getCause());
                }
            }
            assertEquals(Map.of(), receiver.received());
        }
    }

    private static Void stall(Receiver receiver, Stall stall, boolean dribbles) throws IOException {
        var name = "stalled" + stall + dribbles;
        try (var sender = new TestClient(receiver.running.port())) {
            sender.send(switch (stall) {
                case IN_THE_HEADER -> Bytes.of("FUP1\1\0\0\0\0\0\0\0\0??").array();
                case BEFORE_THE_CONTENT -> header(name, 100_000);
                case IN_THE_CONTENT -> join(header(name, 100_000), number(0), content(9, 1));
                case AFTER_A_REFUSAL -> header(".", 100_000);
            });
            var end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            while (dribbles) {
                sender.hearsNothingFor(Duration.ofMillis(50));
                sender.send(new byte[] {0}); // fails once the server has closed
                assertTrue(System.nanoTime() < end, "still served");
            }
            sender.readToEnd();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("never hung up on", e);
        } catch (IOException e) {
            return null; // a reset is as good as an end
        }
        return null;
    }

    /// Connected, and silent, or with a byte now and then: no reason to keep others out for long.
    @Property(tries = 3)
    void silentClientsKeepNobodyOut(@ForAll @IntRange(min = 1, max = 4) int seats)
            throws Exception {
        var root = Files.createTempDirectory("files");
        var folder = new Folder(root.resolve("outer/inner"), false, ANY_SIZE);
        var silent = new ArrayList<TestClient>();
        try (var receiver = Receiver.start(root, folder,
                new FileServer.Limits(seats, Duration.ofMillis(150), Duration.ofHours(1)))) {
            for (int i = 0; i < 2 * seats; i++) silent.add(new TestClient(receiver.running.port()));
            for (int i = 0; i < seats; i++) silent.get(i).send(Bytes.of("FUP1").array());
            assertEquals(0, receiver.send(content(1000, 1)));
        } finally {
            for (var client : silent) client.close();
        }
    }

    @Example
    @Tag("process")
    void aLogThatNobodyReadsHoldsUpNobody() throws Exception {
        var root = Files.createTempDirectory("files");
        var folder = root.resolve("received");
        var bytes = upload(NAME, content(10, 1));
        try (var lesson = ChildLesson.start("FileServer", "127.0.0.1", "0", "--force",
                "--dir", folder.toString())) {
            var port = lesson.port();
            LogOracle.checkThatItHoldsUpNobody(lesson, () -> {
                try (var sender = new TestClient(port)) {
                    sender.send(bytes);
                    sender.halfClose();
                    assertEquals(24, sender.readToEnd().length);
                }
            });
        } finally {
            Files.deleteIfExists(folder.resolve(NAME));
            Files.deleteIfExists(folder);
            Files.delete(root);
        }
    }

    // ------------------------------------------------------------------------ the bar

    /// The speed is that of the bytes sent now: what was there before did not travel.
    @Property
    void theBarCountsNoResumedBytesAsSpeed(@ForAll @IntRange(max = 500) int before,
            @ForAll @IntRange(min = 1, max = 500) int megabytes,
            @ForAll @IntRange(min = 1, max = 20) int seconds) {
        var line = ProgressBar.line("name", before * 1_000_000L,
                (before + megabytes) * 1_000_000L, 1_000_000_000, seconds);
        assertTrue(line.contains("  %.1f MB/s".formatted((double) megabytes / seconds)), line);
        assertTrue(line.contains((before + megabytes) + ".0 of 1000.0 MB"), line);
    }

    @Property
    void theBarIsRightForFilesOfEverySize(@ForAll @LongRange(max = 5_000_000) long size,
            @ForAll @IntRange(max = 100) int percent) {
        var at = size * percent / 100;
        var line = ProgressBar.line("name", 0, at, size, 1);
        assertTrue(line.length() < 80 && !line.contains("NaN") && !line.contains("Infinity"), line);
        assertTrue(line.contains(size < 1_000_000 ? " KB" : " MB"), line);
        if (size == 0 || percent == 100) assertTrue(line.contains("] 100 %"), line);
    }

    // ------------------------------------------------------------------------ the client

    /// It is connected, and takes nothing or says nothing.
    @Property(tries = 2)
    void aServerThatDoesNothingIsGivenUp(@ForAll boolean answersOnce) throws Exception {
        var over = new CountDownLatch(1);
        try (var receiver = Receiver.start(); var server = new ScriptedServer(client -> {
            exactly(15 + NAME.length(), client);
            if (answersOnce) client.getOutputStream().write(join(number(0), number(0)));
            try {
                over.await(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        })) {
            var file = receiver.file(NAME, content(20_000_000, 1));
            var client = new FileClient(
                    server.address(), true, ANY_SIZE, Duration.ofMillis(300), true);
            var failure = assertThrows(IOException.class, () -> client.send(file));
            assertEquals("the server neither reads nor answers", failure.getMessage());
            over.countDown();
        }
    }

    /// However the server's part in it ends: what was not confirmed, is not called done.
    @Property(tries = 14)
    void theClientBelievesNothingButTheLastWord(@ForAll @IntRange(max = 2000) int size,
            @ForAll @IntRange(max = 23) int cut, @ForAll boolean reset) throws Exception {
        var content = content(size, 1);
        try (var receiver = Receiver.start();
                var server = new ScriptedServer(client -> {
                    var answers = join(number(0), number(0), number(size));
                    exactly(15 + NAME.length(), client);
                    client.getOutputStream().write(answers, 0, Math.min(16, cut));
                    if (cut >= 16) {
                        exactly(16 + size, client);
                        client.getOutputStream().write(answers, 16, cut - 16);
                    }
                    if (reset) ScriptedServer.reset(client);
                })) {
            var file = receiver.file(NAME, content);
            assertThrows(IOException.class, () -> client(server.address(), true).send(file));
        }
    }

    /// The disk is full, say: a server that refuses and reads no more must be heard.
    @Property(tries = 6)
    void theClientHearsARefusalInTheMiddle(@ForAll boolean checked) throws Exception {
        try (var receiver = Receiver.start();
                var done = new ScriptedServer(client -> {
                    exactly(15 + NAME.length(), client);
                    client.getOutputStream().write(join(number(0), number(0)));
                    exactly(8 + 1000, client);
                    client.getOutputStream().write(join(number(-4), Bytes.of("f\nll").array()));
                    var rest = client.getInputStream().transferTo(OutputStream.nullOutputStream());
                    assertTrue(rest < 900_000, "and still sent all the rest");
                })) {
            var slowly = new FileClient(done.address(), checked, 1_000_000, PATIENT, true);
            var file = receiver.file(NAME, content(1_000_000, 1));
            var refusal = assertThrows(Refusal.class, () -> slowly.send(file));
            assertEquals("f\\nll", refusal.getMessage());
        }
    }

    enum Change { GROWS, SHRINKS, IS_REWRITTEN }

    /// The file changes once its header is sent; the server must not get the last checksum.
    @Property(tries = 12)
    void aFileThatChangesMeanwhileIsNotCalledSent(@ForAll Change change, @ForAll boolean checked,
            @ForAll @IntRange(min = 1, max = 3000) int size) throws Exception {
        try (var receiver = Receiver.start()) {
            var file = receiver.file(NAME, content(size, 1));
            try (var server = new ScriptedServer(client -> {
                exactly(15 + NAME.length(), client);
                switch (change) {
                    case GROWS -> Files.write(file, new byte[] {'+'}, StandardOpenOption.APPEND);
                    case SHRINKS -> Files.write(file, content(size - 1, 1));
                    case IS_REWRITTEN -> {
                        Files.write(file, content(size, 2));
                        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
                    }
                }
                client.getOutputStream().write(join(number(0), number(0)));
                var rest = client.getInputStream().readAllBytes();
                assertTrue(rest.length <= 8 + size, "checksum sent: " + Bytes.show(rest));
            })) {
                var sent = assertThrows(IOException.class,
                        () -> client(server.address(), checked).send(file));
                assertTrue(sent.getMessage().contains("while it was sent"), sent.getMessage());
            }
        }
    }

    // ------------------------------------------------------------------------ the end

    @Example
    void afterCloseThePortIsFreeAndNoThreadIsLeft() throws Exception {
        FreePort.afterClose(() -> {
            int port;
            try (var receiver = Receiver.start(); var silent = new TestClient(receiver.running.port());
                    var sender = new TestClient(receiver.running.port())) {
                port = receiver.running.port();
                sender.send(join(header(NAME, 1000), number(0), content(10, 1)));
                exactly(16, sender.socket);
                var found = ThreadDump.find("FileServer.Client");
                assertNotEquals(Set.of(), found, "are these all threads?");
                receiver.running.stop().run();
                receiver.running.stop().run();
                assertEquals(-1, silent.socket.getInputStream().read());
                assertEquals(Map.of(), receiver.received());
            }
            FreePort.bind(port);
            ThreadDump.awaitNone("FileServer");
        });
    }

    /// As programs, and without a terminal: lines, and no bars.
    @Tag("process")
    @Example
    void inAPipeThereAreLinesAndNoBars() throws Exception {
        var root = Files.createTempDirectory("files");
        var folder = root.resolve("received");
        var file = Files.write(root.resolve(NAME), content(5000, 1));
        try (var server = ChildLesson.start("FileServer", "127.0.0.1", "0", "--dir",
                folder.toString())) {
            var port = "" + server.port();
            try (var client = ChildLesson.start("FileClient", "127.0.0.1", port,
                    root.resolve("missing").toString(), file.toString())) {
                assertEquals(file + ": the server has it", client.restOfOutput());
                assertEquals(1, client.errors().lines().count());
                assertEquals(1, client.exitCode());
            }
            assertTrue(server.readLine().endsWith(": " + NAME + ", 5000 bytes"));
        } finally {
            Files.deleteIfExists(folder.resolve(NAME));
            Files.deleteIfExists(folder);
            Files.delete(file);
            Files.delete(root);
        }
    }
}
