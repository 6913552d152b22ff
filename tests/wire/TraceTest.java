import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import recorder.AgentJar;
import recorder.Trace;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import wire.Words;

/// The trace of a lesson in a JVM of its own, as `jbang trace` starts it.
@Tag("process")
class TraceTest {

    /// The JVM, the classes, and the first connection take their time on a busy machine.
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    /// A lesson's server under the trace, and what it has shown.
    private final class Traced implements AutoCloseable {

        private final Process process;
        private final BufferedReader err;
        private final BufferedReader out;
        final int port;

        Traced(Words words, String mainClass, String... arguments) throws IOException {
            var options = new Trace.Options(words, 0, false, folder.resolve("trace.json"),
                    folder.resolve("trace.html"), mainClass);
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                    "-javaagent:" + AgentJar.empty() + "=" + options.encoded(),
                    "-cp", System.getProperty("java.class.path"), mainClass));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command).start();
            out = process.inputReader();
            err = process.errorReader();
            var line = next(out);
            port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        }

        private String next(BufferedReader from) {
            try {
                return CompletableFuture.supplyAsync(() -> {
                    try {
                        return String.valueOf(from.readLine());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }, Thread::startVirtualThread).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("no line of the trace", e);
            }
        }

        /// The next line of the trace in which all these stand.
        String lineWith(String... texts) {
            while (true) { // has a deadline
                var line = next(err);
                assertTrue(!line.equals("null"), "the trace has ended: " + List.of(texts));
                if (Stream.of(texts).allMatch(line::contains)) return line;
            }
        }

        void end() throws InterruptedException {
            process.toHandle().destroy(); // its streams stay open
            assertTrue(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        }

        JsonNode json() {
            return new ObjectMapper().readTree(folder.resolve("trace.json").toFile());
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void eachCallIsALineAsItHappens() throws Exception {
        try (var traced = new Traced(Words.ENGLISH, "EchoServer", "--quiet", "0");
                var client = new TestClient(traced.port)) {
            traced.lineWith("a    |->  accepts 127.0.0.1:" + client.socket.getLocalPort(),
                    "main, lesson01-echo-server.java:");
            client.send("hello".getBytes());
            traced.lineWith("a    |->       5  \"hello\"", "read", "lesson01-echo-server.java:");
            traced.lineWith("a    |<-      10  \"echo hello\"", "write");
            client.halfClose();
            traced.lineWith("a    |->  end of stream");
            traced.lineWith("a    |<-  closes");
            traced.end();
            traced.lineWith("read 5 bytes in 1, from 5 to 5; wrote 10 bytes in 1");
            traced.lineWith("in vain: 0 reads, 0 writes, 0 accepts");
        }
    }

    /// Half of the lines at least: others wait for a busy machine.
    @Test
    void aCallIsOnTheScreenWithin50Milliseconds() throws Exception {
        try (var traced = new Traced(Words.ENGLISH, "EchoServer", "--quiet", "0");
                var client = new TestClient(traced.port)) {
            var millis = new ArrayList<Long>();
            for (int i = 0; i < 21; i++) {
                var start = System.nanoTime();
                client.send(("call " + i + ";").getBytes());
                traced.lineWith("\"call " + i + ";\"", "read");
                millis.add((System.nanoTime() - start) / 1_000_000);
                traced.lineWith("write");
            }
            Collections.sort(millis);
            assertTrue(millis.get(10) <= 50, "milliseconds: " + millis);
        }
    }

    /// Two clients of one server have two names, in the files, too.
    @Test
    void connectionsAreToldApartAndTheFilesHaveAll() throws Exception {
        try (var traced = new Traced(Words.CHINESE, "SelectorServer", "--quiet", "0");
                var ann = new TestClient(traced.port)) {
            ann.send("ann".getBytes());
            traced.lineWith("a    |<-       8  \"echo ann\"", "写");
            try (var bob = new TestClient(traced.port)) {
                bob.send("bob".getBytes());
                traced.lineWith("b    |<-       8  \"echo bob\"");
            }
            traced.lineWith("b    |->  流结束");
            traced.end();
            traced.lineWith("白问的：");
            var events = traced.json().get("events");
            for (var name : List.of("a", "b")) {
                var bytes = new StringBuilder();
                events.forEach(event -> {
                    if (event.get("connection").stringValue().equals(name)
                            && event.get("event").stringValue().equals("read")) {
                        bytes.append(event.get("bytes").stringValue());
                    }
                });
                assertEquals(name.equals("a") ? "ann" : "bob", bytes.toString());
            }
            var page = Files.readString(folder.resolve("trace.html"));
            assertTrue(page.contains("lesson03-selector-server.java:"), "no line of the program");
            assertEquals(List.of(), Pattern.compile("(?:src|href)=\"[^#]").matcher(page).results()
                    .map(MatchResult::group).toList(), "the page needs something else");
        }
    }

    /// With a client that says nothing, polling asks again and again, and the selector never.
    @Test
    void whatIsAskedInVainIsCounted() throws Exception {
        var vain = new HashMap<String, Long>();
        for (var server : List.of("PollingServer", "SelectorServer")) {
            try (var traced = new Traced(Words.ENGLISH, server, "--quiet", "0");
                    var client = new TestClient(traced.port)) {
                client.send("x".getBytes());
                traced.lineWith("\"echo x\"");
                Thread.sleep(500); // the time that is measured
                traced.end();
                traced.lineWith("in vain:");
                var reads = 0L;
                for (var end : traced.json().get("ends")) reads += end.get("vainReads").asLong();
                vain.put(server, reads);
            }
        }
        assertEquals(0, vain.get("SelectorServer"));
        assertTrue(vain.get("PollingServer") > 1000, vain.toString());
    }
}
