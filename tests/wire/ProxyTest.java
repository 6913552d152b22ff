import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import conformance.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/// The proxy as a program: what it does to bytes, and that looking at them changes nothing.
@Tag("long")
@Tag("process")
class ProxyTest {

    private static final int ROUNDS = 30;
    private static final Duration ROUND = Duration.ofMillis(120);

    /// A server that hands over what it accepts, and the proxy before it.
    private static final class Between implements AutoCloseable {

        private final ServerSocket listener =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final ChildLesson proxy;
        final int port;

        Between(String... options) throws IOException {
            var all = new ArrayList<>(List.of(options));
            all.addAll(List.of("--lang", "en", "" + listener.getLocalPort()));
            proxy = ChildLesson.start("WireProxy", all.toArray(String[]::new));
            port = proxy.port();
            listener.setSoTimeout((int) TestClient.DEADLINE.toMillis());
        }

        Socket accept() throws IOException {
            var accepted = listener.accept();
            accepted.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            return accepted;
        }

        /// The next line of the proxy in which a text stands.
        String lineWith(String text) {
            while (true) { // reading has a deadline
                var line = proxy.readLine();
                assertFalse(line.equals("null"), "the proxy has ended without " + text);
                if (line.contains(text)) return line;
            }
        }

        @Override
        public void close() throws IOException {
            proxy.close();
            listener.close();
        }
    }

    // ---- what passes ----

    @Property(tries = 12)
    void withFaultsThatLoseNothingBothEndsGetWhatWasSent(@ForAll("harmless") List<String> options,
            @ForAll("chunks") List<Bytes> question, @ForAll("chunks") List<Bytes> answer)
            throws Exception {
        try (var between = new Between(options.toArray(String[]::new));
                var client = new TestClient(between.port)) {
            for (var chunk : question) client.send(chunk.array());
            client.halfClose();
            try (var server = between.accept()) {
                assertEquals(new Bytes(Bytes.join(question)),
                        new Bytes(server.getInputStream().readAllBytes()), "up");
                for (var chunk : answer) server.getOutputStream().write(chunk.array());
            }
            assertEquals(new Bytes(Bytes.join(answer)), new Bytes(client.readToEnd()), "down");
        }
    }

    @Provide
    Arbitrary<List<String>> harmless() {
        var direction = Arbitraries.of("", "up:", "down:");
        var fault = Combinators.combine(direction, Arbitraries.of("--cut=%s%d", "--cut=%s%d+0",
                        "--glue=%s%d", "--delay=%s%d+3", "--bandwidth=%s%d00000"),
                Arbitraries.integers().between(1, 9))
                .as((way, option, amount) -> option.formatted(way, amount));
        var view = Arbitraries.of("--quiet", "--hex", "--frames", "--messages", "--bytes=1");
        return Combinators.combine(fault.list().ofMaxSize(3), view).as((faults, look) -> {
            var options = new ArrayList<>(faults);
            options.add(look);
            return options;
        });
    }

    @Provide
    Arbitrary<List<Bytes>> chunks() {
        return Arbitraries.integers().between(0, 300).map(Bytes::letters).list().ofMaxSize(4);
    }

    /// Nobody reads its standard output, which holds far less than what passes.
    @Example
    void aDisplayThatNobodyReadsHoldsUpNobody() throws Exception {
        var bytes = Bytes.letters(8 << 20);
        try (var between = new Between("--cut=1000+0");
                var client = new TestClient(between.port); var server = between.accept()) {
            var sender = Thread.startVirtualThread(() -> {
                try {
                    client.send(bytes.array());
                    client.halfClose();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertEquals(bytes, new Bytes(server.getInputStream().readAllBytes()));
            assertTrue(sender.join(TestClient.DEADLINE));
            between.lineWith(" not shown; what was passed on is complete)"); // now it is read
        }
    }

    // ---- what is shown ----

    @Example
    void everyChunkIsALineWithItsConnectionDirectionAndBytes() throws Exception {
        try (var between = new Between(); var ann = new TestClient(between.port);
                var atAnn = between.accept(); var bob = new TestClient(between.port);
                var atBob = between.accept()) {
            ann.send("hello\n".getBytes(UTF_8));
            assertEquals("a   --->       6  \"hello\\n\"", shown(between, "hello"));
            atAnn.getOutputStream().write("你好".getBytes(UTF_8));
            assertEquals("a   <---       6  \"你好\"", shown(between, "你好"));
            bob.send(new byte[] {'"', 27, (byte) 0xe4, '\\'});
            assertEquals("b   --->       4  \"\\\"\\u001b\\xe4\\\\\"", shown(between, "xe4"));
            atBob.shutdownOutput();
            assertEquals("b   <---  end of stream", shown(between, "end of stream"));
            bob.halfClose();
            assertEquals("b   --->  end of stream", shown(between, "end of stream"));
            assertEquals("b   closed: up 4 bytes in 1 chunk, down nothing",
                    shown(between, "closed"));
            ann.reset();
            assertEquals("a   reset: up 6 bytes in 1 chunk, down 6 bytes in 1 chunk",
                    shown(between, "reset"));
        }
    }

    private static String shown(Between between, String text) {
        return between.lineWith(text).substring(9); // behind the time
    }

    @Example
    void whatComesAndWhatIsPassedOnAreTwoLinesWhereTheyDiffer() throws Exception {
        try (var between = new Between("--cut=up:2"); var client = new TestClient(between.port);
                var server = between.accept()) {
            client.send("abc".getBytes(UTF_8));
            assertEquals("abc", new String(server.getInputStream().readNBytes(3), UTF_8));
            assertEquals("a   ->|        3  \"abc\"", shown(between, "abc"));
            assertEquals("a    |->       2  \"ab\"", shown(between, "\"ab"));
            assertEquals("a    |->       1  \"c\"", shown(between, "\"c"));
        }
    }

    @Example
    void framesAreDrawnInTheirChunks() throws Exception {
        try (var between = new Between("--frames"); var client = new TestClient(between.port);
                var server = between.accept()) {
            var in = server.getInputStream();
            client.send("\0\0\0\5hello\0\0\0\5wo".getBytes(UTF_8));
            in.readNBytes(15);
            assertEquals("a   --->      15  [5|hello] [5|wo…   "
                    + "2 messages, cut at the end", shown(between, "hello"));
            client.send("rld".getBytes(UTF_8));
            in.readNBytes(3);
            assertEquals("a   --->       3  …rld]   the end of message 2", shown(between, "rld"));
        }
    }

    @Example
    void aServerThatIsNotThereIsNamed() throws Exception {
        try (var between = new Between()) {
            between.listener.close();
            try (var client = new TestClient(between.port)) {
                between.lineWith("cannot reach the server: Connection refused");
                assertThrows(SocketException.class, client::readToEnd);
            } catch (SocketException e) {
                assertFalse(e instanceof ConnectException, "the proxy does not listen");
            }
        }
    }

    // ---- what it costs ----

    /// 64 clients with messages of 64 bytes, with and without it, in turn. The best round of each
    /// is compared: in the others, something else had the processor. (On a machine with nothing
    /// else to do it is four tenths.)
    @Example
    void throughAnIdleProxyGoesAtLeastATenthOfTheDirectThroughput() throws Exception {
        try (var server = ChildLesson.start("SelectorServer", "--quiet", "--prefix", "", "0")) {
            var direct = server.port();
            try (var proxy = ChildLesson.start("WireProxy", "--quiet", "" + direct)) {
                var through = proxy.port();
                var best = new int[2];
                for (int i = 0; i < ROUNDS; i++) {
                    best[0] = Math.max(best[0], messages(direct));
                    best[1] = Math.max(best[1], messages(through));
                }
                assertTrue(best[1] >= 0.1 * best[0], "messages in %d ms: direct %d, through %d"
                        .formatted(ROUND.toMillis(), best[0], best[1]));
            }
        }
    }

    /// How many are answered in a round.
    private static int messages(int port) throws IOException {
        var message = ByteBuffer.wrap(Bytes.letters(64).array());
        var answers = ByteBuffer.allocateDirect(4096);
        var bytes = 0;
        try (var selector = Selector.open()) {
            for (int i = 0; i < 64; i++) {
                var client = SocketChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                client.setOption(StandardSocketOptions.TCP_NODELAY, true).configureBlocking(false);
                client.register(selector, SelectionKey.OP_READ);
                client.write(message.duplicate());
            }
            for (var end = System.nanoTime() + ROUND.toNanos(); System.nanoTime() - end < 0; ) {
                selector.select(ROUND.toMillis());
                for (var key : selector.selectedKeys()) {
                    var client = (SocketChannel) key.channel();
                    var count = client.read(answers.clear());
                    bytes += count;
                    client.write(message.duplicate().limit(count)); // as much as was answered
                }
                selector.selectedKeys().clear();
            }
            for (var key : selector.keys()) key.channel().close();
        }
        return bytes / 64;
    }

    // ---- wrong usage ----

    @Example
    void wrongFaultsAreWrongUsage() throws Exception {
        for (var wrong : List.of("--cut=0", "--cut=sideways:1", "--cut=1+", "--glue=1+1",
                "--delay=x", "--reset=-1", "--seed=x", "--listen=x", "--listen=65536",
                "--lang=xx", "--bytes=0", "--refuse=-1")) {
            try (var proxy = ChildLesson.start("WireProxy", wrong)) {
                assertEquals(2, proxy.exitCode(), wrong);
                assertTrue(proxy.errors().startsWith(wrong.startsWith("--lang")
                        ? "no such language" : wrong.substring(0, 5)), wrong);
            }
        }
    }

    @Example
    void aPortThatIsTakenIsOneLine() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var proxy = ChildLesson.start(
                        "WireProxy", "--listen", "" + taken.getLocalPort(), "5678")) {
            assertEquals(1, proxy.exitCode());
            assertEquals("cannot listen on 127.0.0.1:" + taken.getLocalPort()
                    + ": Address already in use; try another port, 0 picks a free one",
                    proxy.errors());
        }
    }
}
