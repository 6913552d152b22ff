import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import conformance.ClientPlay;
import conformance.ClientStage;
import conformance.ClientStage.Habits;
import conformance.EchoClientProperties;
import conformance.EchoOracle;
import gallery.GalleryClient;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import shared.Narrator;

/// Lesson 01: the client, against servers that answer as they please.
class EchoClientTest implements EchoClientProperties {

    private static final Duration PAUSE = Duration.ofMillis(10);

    @Override
    public void perform(ClientPlay play) throws IOException {
        var program = new GalleryClient((server, keyboard, screen, _) ->
                new EchoClient(server, TestClient.DEADLINE).talk(keyboard, screen));
        new ClientStage(program, Habits.LINES, prefix(), TestClient.DEADLINE, PAUSE).perform(play);
    }

    /// Whatever the server sends, merged or split or byte by byte, is shown once and in order; and
    /// the server gets the input to the byte.
    @Property
    void showsExactlyWhatTheServerSends(
            @ForAll("lines") Bytes input, @ForAll("replies") List<Bytes> replies) throws Exception {
        var arrived = new CompletableFuture<Bytes>();
        var shown = new ByteArrayOutputStream();
        try (var server = new ScriptedServer(client -> {
            for (var reply : replies) client.getOutputStream().write(reply.array());
            arrived.complete(new Bytes(client.getInputStream().readAllBytes()));
        })) {
            assertTrue(talk(server, new ByteArrayInputStream(input.array()), shown),
                    "a server that waits for our half-close is called gone");
        }
        assertEquals(input, arrived.join(), "what the server got");
        assertEquals(new Bytes(Bytes.join(replies)), new Bytes(shown.toByteArray()), "shown");
    }

    /// The server closes after any number of bytes, while the keyboard is silent.
    @Property
    void noticesAServerThatGoesAway(@ForAll @IntRange(max = 2000) int position) throws Exception {
        var shown = new ByteArrayOutputStream();
        var sent = Bytes.letters(position);
        try (var keyboard = new SilentKeyboard();
                var server = new ScriptedServer(
                        client -> client.getOutputStream().write(sent.array()))) {
            assertFalse(talk(server, keyboard, shown), "the server left, and nobody noticed");
        }
        assertEquals(sent, new Bytes(shown.toByteArray()), "shown");
    }

    @Property(tries = 20)
    void tellsAResetFromAnEnd(@ForAll @IntRange(max = 2000) int position) throws Exception {
        var shown = new ByteArrayOutputStream();
        var sent = Bytes.letters(position);
        try (var keyboard = new SilentKeyboard();
                var server = new ScriptedServer(client -> {
                    client.getOutputStream().write(sent.array());
                    ScriptedServer.reset(client);
                })) {
            assertThrows(IOException.class, () -> talk(server, keyboard, shown));
        }
        var prefix = Arrays.copyOf(sent.array(), shown.size());
        assertEquals(new Bytes(prefix), new Bytes(shown.toByteArray()), "shown");
    }

    /// Where the article's pair falls out of step (1,020 bytes) or waits for each other (1 MB).
    @Property
    void linesOfAnyLengthComeBack(@ForAll("lengths") int length) throws Exception {
        var line = Bytes.letters(length);
        var shown = new ByteArrayOutputStream();
        var echo = new EchoServer(RunningServer.FREE_PORT, "echo ", new Narrator(true));
        try (var server = RunningServer.start(echo.port(), echo::close, echo::serve);
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            new EchoClient(socket, TestClient.DEADLINE).talk(new ByteArrayInputStream(line.array()), shown);
        }
        new EchoOracle("echo ").check(shown.toByteArray(), line.array());
    }

    /// It is connected, takes everything, and never says a word: no reason to wait for ever.
    @Example
    void aServerThatSaysNothingIsGivenUpAfterTheEndOfInput() throws Exception {
        var input = new ByteArrayInputStream(Bytes.of("hello").array());
        var given = new CountDownLatch(1);
        try (var server = new ScriptedServer(_ -> await(given));
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            var client = new EchoClient(socket, Duration.ofMillis(300));
            var start = System.nanoTime();
            assertThrows(InterruptedIOException.class,
                    () -> client.talk(input, OutputStream.nullOutputStream()));
            var took = Duration.ofNanos(System.nanoTime() - start);
            given.countDown();
            assertTrue(took.compareTo(Duration.ofMillis(300)) >= 0, "given up after " + took);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Somebody who thinks before typing is no reason to give up.
    @Example
    void aServerMayBeSilentWhileNothingWasAsked() throws Exception {
        try (var keyboard = new SilentKeyboard();
                var server = new ScriptedServer(client -> {
                    client.setSoTimeout(1000);
                    assertThrows(SocketTimeoutException.class, client.getInputStream()::read);
                });
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            var client = new EchoClient(socket, Duration.ofMillis(300));
            assertFalse(client.talk(keyboard, OutputStream.nullOutputStream()));
        }
    }

    /// As the article's polling server: one read, and it is dead. Nobody may wait for it.
    @Example
    void survivesAServerThatHangsUpInTheMiddleOfOurLine() throws Exception {
        var input = new ByteArrayInputStream(Bytes.letters(8 << 20).array());
        try (var server = new ScriptedServer(client -> client.getInputStream().read())) {
            var shown = new ByteArrayOutputStream();
            boolean good;
            try {
                good = talk(server, input, shown);
            } catch (IOException e) {
                good = false;
            }
            assertFalse(good, "eight megabytes were not read, and all is well?");
        }
    }

    /// The input breaks off, say a file on a disk that fails: what was read before has been sent.
    @Property(tries = 20)
    void inputThatFailsIsNoEndOfInput(@ForAll @IntRange(max = 2000) int position) throws Exception {
        var sent = Bytes.letters(position);
        var failing = new SequenceInputStream(
                new ByteArrayInputStream(sent.array()), new FailingInput());
        var arrived = new CompletableFuture<Bytes>();
        try (var server = new ScriptedServer(client ->
                arrived.complete(new Bytes(client.getInputStream().readAllBytes())))) {
            var shown = new ByteArrayOutputStream();
            var failure = assertThrows(IOException.class, () -> talk(server, failing, shown));
            assertEquals("the disk is broken", failure.getMessage());
        }
        assertEquals(sent, arrived.join(), "what the server got");
    }

    private static final class FailingInput extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("the disk is broken");
        }
    }

    private static boolean talk(ScriptedServer server, InputStream input, OutputStream output)
            throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            return new EchoClient(socket, TestClient.DEADLINE).talk(input, output);
        }
    }

    /// Nobody types anything, until it is closed.
    private static final class SilentKeyboard extends InputStream {

        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int read() throws IOException {
            try {
                closed.await();
                return -1;
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Provide
    Arbitrary<Bytes> lines() {
        return Arbitraries.of("a\n", "\n", "bc\n", "\u00e9\n", "no newline", "x".repeat(1020) + "\n")
                .list().ofMaxSize(6)
                .map(lines -> new Bytes(String.join("", lines)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Provide
    Arbitrary<List<Bytes>> replies() {
        return Arbitraries.of(1, 2, 3, 1024, 1025, 9000).map(Bytes::letters).list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.of(0, 1, 1018, 1019, 1020, 1023, 1024, 1025, 2048, 8192, 8193, 1_000_000);
    }
}
