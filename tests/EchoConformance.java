import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/// What every echo server of the workbook has to keep, whatever it is made of.
///
/// A server takes part with a subclass that says how to start it; if it serves several clients at
/// once, with a subclass of [ConcurrentEchoConformance].
abstract class EchoConformance {

    /// Starts the server on a free port of the loopback.
    abstract RunningServer start(String prefix) throws Exception;

    /// The same where the property closes it: never one that others use as well.
    RunningServer startAlone(String prefix) throws Exception {
        return start(prefix);
    }

    /// Which bad neighbours this server has to bear.
    Set<Mischief> bearable() {
        return EnumSet.of(Mischief.RESETS, Mischief.SAYS_NOTHING, Mischief.LEAVES_ITS_ANSWER,
                Mischief.LEAVES_HALF_A_CHARACTER, Mischief.HALF_CLOSES);
    }

    // ---- one client ----

    @Property
    void everyReplyIsThePrefixAndTheBytesRead(
            @ForAll("prefixes") String prefix, @ForAll("chunks") List<Bytes> chunks)
            throws Exception {
        Statistics.label("chunks").collect(Math.min(chunks.size(), 3));
        try (var server = start(prefix); var client = new TestClient(server.port())) {
            for (var chunk : chunks) client.send(chunk.array());
            client.halfClose();
            new EchoOracle(prefix).check(client.readToEnd(), Bytes.join(chunks));
        }
    }

    @Property
    void answersComeAtOnceAndNotAtTheEnd(
            @ForAll("prefixes") String prefix, @ForAll("chunks") List<Bytes> chunks)
            throws Exception {
        var oracle = new EchoOracle(prefix);
        try (var server = start(prefix); var client = new TestClient(server.port())) {
            for (var chunk : chunks) {
                client.send(chunk.array());
                var reply = client.readUntil(bytes -> oracle.explains(bytes, chunk.array()));
                oracle.check(reply, chunk.array());
            }
        }
    }

    @Property(tries = 2)
    void aClientThatReadsOnlyAtTheEndGetsEveryByte(@ForAll("prefixes") String prefix)
            throws Exception {
        try (var server = start(prefix); var flood = new Flood(server.port(), prefix)) {
            flood.sendUntilStuck();
            flood.readToEnd();
        }
    }

    // ---- several clients ----

    /// A step of several clients: which one sends what. The clients take turns in the order of the list.
    record Step(int client, Bytes chunk) {}

    @Property(tries = 40)
    void everyClientGetsItsOwnBytesInOrder(@ForAll("steps") List<Step> steps) throws Exception {
        Statistics.label("clients").collect(steps.stream().map(Step::client).distinct().count());
        try (var server = start("echo "); var clients = new Clients(server.port())) {
            for (var step : steps) clients.get(step.client()).send(step.chunk().array());
            for (var client : clients.all()) client.halfClose();
            for (int i = 0; i < Clients.COUNT; i++) {
                new EchoOracle("echo ").check(clients.get(i).readToEnd(), sentBy(i, steps));
            }
        }
    }

    static byte[] sentBy(int client, List<Step> steps) {
        return Bytes.join(steps.stream().filter(step -> step.client() == client)
                .map(Step::chunk).toList());
    }

    // ---- bad neighbours ----

    /// What a client can do to a server.
    enum Mischief {
        /// Resets at once, perhaps before it was accepted.
        RESETS { void happen(TestClient client) throws IOException { client.reset(); } },
        /// Closes without having said anything.
        SAYS_NOTHING { void happen(TestClient client) throws IOException { client.close(); } },
        /// Closes with the answer unread, which resets the connection.
        LEAVES_ITS_ANSWER {
            void happen(TestClient client) throws IOException {
                client.send(Bytes.letters(3000).array());
                client.close();
            }
        },
        /// Resets while the server is still writing to it: broken pipe.
        BREAKS_THE_PIPE {
            void happen(TestClient client) throws IOException {
                client.send(Bytes.letters(5000).array());
                client.socket.getInputStream().read();
                client.reset();
            }
        },
        /// Half a character, then gone.
        LEAVES_HALF_A_CHARACTER {
            void happen(TestClient client) throws IOException {
                client.send(new byte[] {(byte) 0xE4, (byte) 0xBD});
                client.close();
            }
        },
        /// Says it has finished, and stays to read.
        HALF_CLOSES { void happen(TestClient client) throws IOException { client.halfClose(); } },
        /// Stays connected and silent.
        STAYS {
            void happen(TestClient client) {}
        },
        /// Sends a little, and stays without reading the answer.
        NEVER_READS {
            void happen(TestClient client) throws IOException {
                client.send(Bytes.letters(1000).array());
            }
        };

        abstract void happen(TestClient client) throws IOException;
    }

    @Property(tries = 40)
    void badNeighboursChangeNothingForTheOthers(
            @ForAll("mischiefs") List<Mischief> before,
            @ForAll("mischiefs") List<Mischief> during,
            @ForAll("chunks") List<Bytes> chunks) throws Exception {
        try (var server = start("echo "); var bad = new Mob(server.port())) {
            bad.join(before);
            try (var good = new TestClient(server.port())) {
                for (var chunk : chunks) {
                    good.send(chunk.array());
                    bad.join(during);
                }
                good.halfClose();
                new EchoOracle("echo ").check(good.readToEnd(), Bytes.join(chunks));
            }
        }
    }

    /// Clients that misbehave, kept open until the end where it is their nature.
    private static final class Mob implements AutoCloseable {

        private final int port;
        private final List<TestClient> clients = new ArrayList<>();

        Mob(int port) {
            this.port = port;
        }

        void join(List<Mischief> mischiefs) throws IOException {
            for (var mischief : mischiefs) {
                var client = new TestClient(port);
                clients.add(client);
                mischief.happen(client);
            }
        }

        @Override
        public void close() throws IOException {
            for (var client : clients) client.close();
        }
    }

    // ---- the end ----

    @Property(tries = 5)
    void afterCloseThePortIsFreeAndEverybodyKnows(@ForAll("prefixes") String prefix)
            throws Exception {
        var oracle = new EchoOracle(prefix);
        var hello = Bytes.of("hello").array();
        var server = startAlone(prefix);
        try (var client = new TestClient(server.port())) {
            client.send(hello);
            client.readUntil(bytes -> oracle.explains(bytes, hello));
            server.close(); // fails if the thread that serves is left
            ThreadDump.awaitNone("\\b(Echo|Threaded|VirtualThread|Socket)Server\\b(?!Test)");
            try (var listener = new ServerSocket()) {
                listener.bind(new InetSocketAddress("127.0.0.1", server.port()));
            }
            assertTrue(hasEnded(client), "the connection is still open");
            server.close(); // a second time: nothing happens
        }
    }

    private static boolean hasEnded(TestClient client) throws IOException {
        try {
            return client.socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    // ---- the log ----

    /// The server as a program: the name of its class, and the options that make it answer each
    /// read.
    abstract List<String> program();

    private ChildLesson startProgram() throws IOException {
        var options = program().subList(1, program().size());
        var arguments = new ArrayList<>(List.of("127.0.0.1", "0"));
        arguments.addAll(options);
        return ChildLesson.start(program().getFirst(), arguments.toArray(String[]::new));
    }

    @Example
    void aLogThatNobodyReadsHoldsUpNobody() throws Exception {
        try (var lesson = startProgram(); var client = new TestClient(lesson.port())) {
            LogOracle.checkThatItHoldsUpNobody(lesson, () -> say("hello", client));
        }
    }

    @Example
    void theLogShowsNothingThatATerminalCouldObey() throws Exception {
        try (var lesson = startProgram(); var client = new TestClient(lesson.port())) {
            for (var strange : LogOracle.STRANGE) {
                say("A" + strange + "Z", client);
                var line = LogOracle.lineWith("sent us", lesson);
                assertTrue(line.endsWith("Z\"") || line.matches(".* bytes: [0-9a-f ]+"), line);
            }
        }
    }

    private static void say(String text, TestClient client) throws IOException {
        var oracle = new EchoOracle("echo ");
        var sent = text.getBytes(UTF_8);
        client.send(sent);
        oracle.check(client.readUntil(bytes -> oracle.explains(bytes, sent)), sent);
    }

    // ---- what there is to choose from ----

    @Provide
    Arbitrary<List<Mischief>> mischiefs() {
        return Arbitraries.of(bearable()).list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> prefixes() {
        return Arbitraries.of("echo ", "", "> ", "\u00e9");
    }

    /// Letters above all, some of them such that a payload can look like a prefix; but also NUL,
    /// line ends, and bytes that are no UTF-8. Sometimes more than a buffer.
    @Provide
    Arbitrary<List<Bytes>> chunks() {
        return chunk().list().ofMinSize(1).ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(Arbitraries.integers().between(0, Clients.COUNT - 1), chunk())
                .as(Step::new).list().ofMaxSize(12);
    }

    private static Arbitrary<Bytes> chunk() {
        var odd = new Byte[] {'a', 'e', 'c', 'h', 'o', ' ', '>', '\n', 0, (byte) 0xC3, (byte) 0xA9,
                (byte) 0xFF};
        var small = Arbitraries.of(odd).array(byte[].class).ofMinSize(1).ofMaxSize(12)
                .map(Bytes::new);
        var large = Arbitraries.of(1000, 1018, 1019, 1020, 1024, 1025, 2048, 3000, 20_000)
                .map(Bytes::letters);
        return Arbitraries.frequencyOf(Tuple.of(4, small), Tuple.of(1, large));
    }

    /// A handful of clients of one server.
    static final class Clients implements AutoCloseable {

        static final int COUNT = 3;
        private final List<TestClient> clients = new ArrayList<>();

        Clients(int port) throws IOException {
            for (int i = 0; i < COUNT; i++) clients.add(new TestClient(port));
        }

        TestClient get(int i) {
            return clients.get(i);
        }

        List<TestClient> all() {
            return clients;
        }

        @Override
        public void close() throws IOException {
            for (var client : clients) client.close();
        }
    }
}
