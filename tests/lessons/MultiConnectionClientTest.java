import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import java.lang.management.ManagementFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Lesson 04: the multi-connection client, against servers that answer as they please.
class MultiConnectionClientTest {

    /// How a server can treat a connection, and whether that is a failure for the client.
    enum Treatment {
        ANSWERS_EACH_READ(false) {
            void play(Socket client) throws IOException {
                var buffer = new byte[1024];
                for (int count; (count = client.getInputStream().read(buffer)) != -1; ) {
                    client.getOutputStream().write(buffer, 0, count);
                }
            }
        },
        ANSWERS_ALL_AT_THE_END(false) {
            void play(Socket client) throws IOException {
                client.getOutputStream().write(client.getInputStream().readAllBytes());
            }
        },
        DRIBBLES(false) {
            void play(Socket client) throws IOException {
                for (byte b : client.getInputStream().readAllBytes()) {
                    client.getOutputStream().write(b);
                }
            }
        },
        RESETS(true) {
            void play(Socket client) throws IOException {
                client.getInputStream().read();
                ScriptedServer.reset(client);
            }
        };

        final boolean fails;

        Treatment(boolean fails) {
            this.fails = fails;
        }

        abstract void play(Socket client) throws IOException;
    }

    @Property
    void everyConnectionGetsAllItsAnswersWhateverTheOthersMeet(
            @ForAll("treatments") List<Treatment> treatments,
            @ForAll("messages") List<String> messages) throws Exception {
        var next = new ConcurrentLinkedQueue<>(treatments);
        var arrived = new ConcurrentLinkedQueue<String>();
        var log = new ByteArrayOutputStream();
        int failed;
        try (var server = new ScriptedServer(client -> next.remove().play(client))) {
            failed = run(server.address(), treatments.size(), messages, log);
        }
        var lines = log.toString(UTF_8).lines().toList();
        assertEquals(treatments.stream().filter(each -> each.fails).count(), failed, log.toString());
        var total = String.join("", messages).getBytes(UTF_8).length;
        long complete = IntStream.rangeClosed(1, treatments.size())
                .filter(number -> received(lines, number) == total)
                .filter(number -> ended(lines, number))
                .count();
        assertEquals(treatments.size() - failed, complete, log.toString());
    }

    /// Messages that no kernel takes at once: each write is partial, and nothing may be left over.
    @Property(tries = 3)
    void largeMessagesArriveWholeAndInOrder(@ForAll @IntRange(min = 1, max = 4) int connections)
            throws Exception {
        var messages = List.of("a", "b".repeat(3 << 20), "c".repeat(5 << 20));
        var expected = new Bytes(String.join("", messages).getBytes(UTF_8));
        var arrived = new ConcurrentLinkedQueue<Bytes>();
        try (var server = new ScriptedServer(client ->
                arrived.add(new Bytes(client.getInputStream().readAllBytes())))) {
            var log = new ByteArrayOutputStream();
            assertEquals(0, run(server.address(), connections, messages, log), log.toString(UTF_8));
        }
        assertEquals(Collections.nCopies(connections, expected), List.copyOf(arrived));
    }

    private static int received(List<String> lines, int number) {
        var line = Pattern.compile("connection " + number + " receives (\\d+) bytes.*");
        return lines.stream().map(line::matcher).filter(Matcher::matches)
                .mapToInt(match -> Integer.parseInt(match.group(1))).sum();
    }

    private static boolean ended(List<String> lines, int number) {
        return lines.contains("connection " + number + " closed by the server");
    }

    @Property(tries = 10)
    void refusedConnectionsAreCounted(@ForAll @IntRange(min = 1, max = 20) int connections)
            throws Exception {
        var log = new ByteArrayOutputStream();
        try (var nobody = new ClosedPort()) {
            assertEquals(connections, run(nobody.address(), connections, List.of("a"), log));
        }
        for (int number = 1; number <= connections; number++) {
            assertTrue(log.toString(UTF_8).contains("connection " + number + " failed: Connection"),
                    log.toString(UTF_8));
        }
    }

    /// The server closes, without a reset, before it has got everything.
    @Property(tries = 20)
    void aServerThatClosesEarlyIsAFailure(@ForAll @IntRange(min = 1, max = 5) int connections)
            throws Exception {
        var large = "x".repeat(8 << 20);
        try (var server = new ScriptedServer(client -> {
            client.shutdownOutput();
            client.getInputStream().readNBytes(1000);
        })) {
            var log = new ByteArrayOutputStream();
            var failed = run(server.address(), connections, List.of(large), log);
            assertEquals(connections, failed);
        }
    }

    /// Quiet is quiet: nothing but a last line, which says how many failed, and why.
    @Property(tries = 5)
    void quietIsOneLineThatCountsFailuresByReason(
            @ForAll @IntRange(max = 5) int good, @ForAll @IntRange(max = 5) int reset)
            throws Exception {
        Assume.that(good + reset > 0);
        var next = new AtomicInteger();
        var log = new ByteArrayOutputStream();
        int status;
        try (var server = new ScriptedServer(client -> {
            if (next.getAndIncrement() < reset) {
                ScriptedServer.reset(client);
            } else {
                client.getInputStream().readAllBytes();
            }
        })) {
            status = capture(log, () -> MultiConnectionClient.run(
                    "" + server.port(), "" + (good + reset), "--quiet"));
        }
        var lines = log.toString(UTF_8).lines().toList();
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().startsWith(
                (good + reset) + " connections, " + reset + " failed"), lines.toString());
        assertEquals(reset > 0, lines.getFirst().contains(" x "), lines.toString());
        assertEquals(reset > 0 ? 1 : 0, status);
    }

    /// Connected, and then nothing, for ever.
    @Example
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        var over = new CountDownLatch(1);
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readAllBytes();
            try {
                over.await(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        })) {
            var log = new ByteArrayOutputStream();
            var client = new MultiConnectionClient(
                    server.address(), 3, List.of("a"), Duration.ofMillis(300), false);
            assertEquals(3, capture(log, client::run), log.toString());
            assertTrue(client.summary().endsWith("3 failed: 3 x nothing came for 0 s"),
                    client.summary());
            over.countDown();
        }
    }

    @Example
    void waitsWithoutUsingTheProcessor() throws Exception {
        var allSent = new CountDownLatch(2);
        var mayAnswer = new CountDownLatch(1);
        try (var server = new ScriptedServer(client -> {
            client.getInputStream().readAllBytes();
            allSent.countDown();
            try {
                mayAnswer.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            client.getOutputStream().write('a');
        })) {
            var client = Thread.ofPlatform().start(() -> {
                try {
                    run(server.address(), 2, List.of("a"), new ByteArrayOutputStream());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertTrue(allSent.await(10, TimeUnit.SECONDS));
            var threads = ManagementFactory.getThreadMXBean();
            var before = threads.getThreadCpuTime(client.threadId());
            var early = client.join(Duration.ofMillis(300)); // this is the time measured
            var used = threads.getThreadCpuTime(client.threadId()) - before;
            mayAnswer.countDown();
            assertTrue(client.join(TestClient.DEADLINE) && !early);
            assertTrue(used < 50_000_000, "waiting 300 ms took " + used / 1_000_000 + " ms of CPU");
        }
    }

    private static int run(
            InetSocketAddress server, int connections, List<String> messages, OutputStream log)
            throws IOException {
        return capture(log, new MultiConnectionClient(
                server, connections, messages, TestClient.DEADLINE, false)::run);
    }

    private interface Program {
        int run() throws IOException;
    }

    private static int capture(OutputStream log, Program program) throws IOException {
        var before = System.out;
        System.setOut(new PrintStream(log, true, UTF_8));
        try {
            return program.run();
        } finally {
            System.setOut(before);
        }
    }

    @Provide
    Arbitrary<List<Treatment>> treatments() {
        return Arbitraries.of(Treatment.class).list().ofMinSize(1).ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<String>> messages() {
        return Arbitraries.of("a", "b\n", "\u4f60\u597d", "x".repeat(1024), "y".repeat(4000))
                .list().ofMinSize(1).ofMaxSize(4);
    }
}
