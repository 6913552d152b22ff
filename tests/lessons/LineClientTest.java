import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Lesson 06: the client of the socket server, against that server on each of its transports, and
/// against servers that answer as they please.
class LineClientTest {

    enum Transport { TCP, UDP, UNIX }

    private static final Duration SHORT = Duration.ofMillis(100);

    private static final Map<Transport, ChildLesson> SERVERS = new EnumMap<>(Transport.class);
    private static final Map<Transport, LineClient.Address> ADDRESSES =
            new EnumMap<>(Transport.class);
    private static Path folder;

    @BeforeContainer
    static void startServers() throws IOException {
        folder = Files.createTempDirectory("unix");
        for (var transport : Transport.values()) {
            var path = folder.resolve("socket");
            var options = switch (transport) {
                case TCP -> List.of("--quiet");
                case UDP -> List.of("--quiet", "--udp");
                case UNIX -> List.of("--quiet", "--unix", path.toString());
            };
            var arguments = new ArrayList<>(options);
            arguments.addAll(List.of("--prefix", "> ", "127.0.0.1", "0"));
            var server = ChildLesson.start("SocketServer", arguments.toArray(String[]::new));
            SERVERS.put(transport, server);
            ADDRESSES.put(transport, switch (transport) {
                case TCP -> new LineClient.Address.Tcp(loopback(server.port()));
                case UDP -> new LineClient.Address.Udp(loopback(server.port()));
                case UNIX -> {
                    assertEquals("listening on " + path, server.readLine());
                    yield new LineClient.Address.Unix(path);
                }
            });
        }
    }

    @AfterContainer
    static void stopServers() throws Exception {
        for (var server : SERVERS.values()) {
            server.process.destroy(); // deletes the file of its socket
            server.exitCode();
        }
        Files.delete(folder);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static LineClient.Exchange patient(LineClient.Address address) throws IOException {
        return LineClient.open(address, TestClient.DEADLINE);
    }

    @Property
    void everyLineIsAnsweredOverEveryTransport(@ForAll Transport transport,
            @ForAll("lines") List<Bytes> lines) throws IOException {
        try (var exchange = patient(ADDRESSES.get(transport))) {
            for (var line : lines) {
                var expected = new Bytes(Bytes.join(List.of(Bytes.of("> "), line)));
                assertEquals(expected, new Bytes(exchange.ask(line.array())), transport.toString());
            }
        }
    }

    @Provide
    Arbitrary<List<Bytes>> lines() {
        return Arbitraries.integers().between(0, 16_000).edgeCases(edges -> edges.add(0, 1, 8192))
                .map(Bytes::letters).list().ofMaxSize(6);
    }

    /// A stream may cut an answer anywhere, and merge it with the next.
    @Property
    void anAnswerIsALineHoweverItIsCut(@ForAll @IntRange(max = 300) int length,
            @ForAll @IntRange(min = 1, max = 40) int piece) throws IOException {
        var answers = Bytes.join(List.of(
                Bytes.letters(length), Bytes.of("\r\n"), Bytes.of("second\n"), Bytes.of("last")));
        try (var server = new ScriptedServer(client -> {
            for (var at = 0; at < answers.length; at += piece) {
                client.getOutputStream()
                        .write(answers, at, Math.min(piece, answers.length - at));
            }
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        }); var exchange = patient(new LineClient.Address.Tcp(server.address()))) {
            var line = "x".getBytes(UTF_8);
            assertEquals(Bytes.letters(length), new Bytes(exchange.ask(line)));
            assertEquals(Bytes.of("second"), new Bytes(exchange.ask(line)));
            assertEquals(Bytes.of("last"), new Bytes(exchange.ask(line)));
            assertNull(exchange.ask(line));
        }
    }

    @Example
    void anAnswerWithoutEndIsRefused() throws IOException {
        try (var server = new ScriptedServer(client -> {
            try {
                while (true) client.getOutputStream().write(Bytes.letters(8192).array());
            } catch (SocketException e) {
                // the client has closed: what we are here for
            }
        }); var exchange = patient(new LineClient.Address.Tcp(server.address()))) {
            var refused = assertThrows(IOException.class, () -> exchange.ask(new byte[] {'x'}));
            assertEquals("a line longer than 65000 bytes", refused.getMessage());
        }
    }

    @Example
    void aSilentServerIsNotWaitedForForever() throws IOException {
        try (var server = new ScriptedServer(client -> client.getInputStream().readAllBytes());
                var silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (var address : List.of(new LineClient.Address.Tcp(server.address()),
                    new LineClient.Address.Udp(loopback(silent.getLocalPort())))) {
                try (var exchange = LineClient.open(address, SHORT)) {
                    var late = assertThrows(SocketTimeoutException.class,
                            () -> exchange.ask(new byte[] {'x'}));
                    assertTrue(late.getMessage().startsWith("no answer within 0.1 s"),
                            late.getMessage());
                }
            }
        }
    }

    /// Anybody can send a datagram to our port.
    @Example
    void datagramsOfOthersAreNoAnswer() throws Exception {
        try (var server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var other = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var exchange = patient(
                        new LineClient.Address.Udp(loopback(server.getLocalPort())))) {
            server.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            var answer = new FutureTask<>(() -> new Bytes(exchange.ask("x".getBytes(UTF_8))));
            Thread.startVirtualThread(answer);
            var asked = new DatagramPacket(new byte[100], 100);
            server.receive(asked);
            assertEquals(Bytes.of("x\n"),
                    new Bytes(Arrays.copyOf(asked.getData(), asked.getLength())));
            send(other, "forged\n", asked.getSocketAddress());
            send(server, "true\n", asked.getSocketAddress());
            assertEquals(Bytes.of("true"),
                    answer.get(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private static void send(DatagramSocket from, String text, SocketAddress to)
            throws IOException {
        var bytes = text.getBytes(UTF_8);
        from.send(new DatagramPacket(bytes, bytes.length, to));
    }

    @Example
    void theProgramShowsTheAnswersAndEnds() throws Exception {
        for (var transport : Transport.values()) {
            var outcome = program(transport, "hello\n\nCR LF\r\nlast");
            assertEquals("> hello\n> \n> CR LF\n> last", outcome.restOfOutput());
            assertEquals(0, outcome.exitCode());
        }
    }

    private static ChildLesson program(Transport transport, String input) throws IOException {
        var arguments = switch (ADDRESSES.get(transport)) {
            case LineClient.Address.Tcp(var at) -> List.of("127.0.0.1", "" + at.getPort());
            case LineClient.Address.Udp(var at) -> List.of("--udp", "127.0.0.1", "" + at.getPort());
            case LineClient.Address.Unix(var path) -> List.of("--unix", path.toString());
        };
        return program(arguments, input);
    }

    private static ChildLesson program(List<String> arguments, String input) throws IOException {
        var program = ChildLesson.start("LineClient", arguments.toArray(String[]::new));
        try (var keyboard = program.process.outputWriter(UTF_8)) {
            keyboard.write(input);
        }
        return program;
    }

    @Example
    void whereNobodyListensTheProgramSaysSo() throws Exception {
        int nobody;
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        var udp = program(List.of("--udp", "127.0.0.1", "" + nobody), "hello\n");
        assertTrue(udp.errors().endsWith(
                "nobody listens on 127.0.0.1:%d; is the server running, with --udp?"
                        .formatted(nobody)), udp.errors());
        assertEquals(1, udp.exitCode());
        var path = folder.resolve("nothing");
        var unix = program(List.of("--unix", path.toString()), "");
        assertTrue(unix.errors().startsWith("cannot connect to " + path + ": "), unix.errors());
        assertEquals(1, unix.errors().lines().count(), unix.errors());
        assertEquals(1, unix.exitCode());
    }
}
