import module java.base;

import static java.net.StandardProtocolFamily.UNIX;
import static java.net.StandardSocketOptions.TCP_NODELAY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/// Lesson 00: what the tour shows is so. It is run once, as a program; what it says of each failure
/// is compared with the same failure provoked here.
@Tag("process")
class SocketTourTest {

    private static final List<String> CALLS = List.of("socket", "bind", "listen", "accept",
            "connect", "connect_ex", "send", "recv", "shutdown", "close", "getsockname",
            "setsockopt");
    private static final boolean LINUX = Files.isReadable(Path.of("/proc/net/tcp"));
    private static final int PATIENCE_MILLIS = 100;
    private static final InetSocketAddress FREE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// What a program has said, and how it ended.
    private record Run(int exitCode, String errors, String output) {

        static Run of(String... arguments) {
            try (var lesson = ChildLesson.start("SocketTour", arguments)) {
                var exitCode = lesson.exitCode(); // first: this wait has a deadline
                return new Run(exitCode, lesson.errors(), lesson.restOfOutput());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /// The lines of a station, without its title.
        List<String> station(String name) {
            var part = Pattern.compile("^== " + name + " =+\n(.*?)(?=^== |\\z)",
                    Pattern.MULTILINE | Pattern.DOTALL).matcher(output);
            assertTrue(part.find(), "no station " + name + " in:\n" + output);
            return part.group(1).lines().toList();
        }

        /// What was provoked there: the errno, and the exception.
        List<String> failures(String name) {
            var lines = station(name);
            return IntStream.range(1, lines.size())
                    .filter(i -> lines.get(i - 1).matches("(->|  ) .*:"))
                    .mapToObj(i -> lines.get(i).strip().replaceFirst(" +", " ")).toList();
        }

        int number(String name, String pattern) {
            var found = Pattern.compile(pattern).matcher(String.join("\n", station(name)));
            assertTrue(found.find(), "no '" + pattern + "' in:\n" + output);
            return Integer.parseInt(found.group(1));
        }
    }

    /// The tour is the same for all, and made for the first test that asks for it.
    private static final class Tour {
        static final Run RUN = Run.of();
    }

    private interface Provocation {
        void run() throws Exception;
    }

    @Example
    void theWholeTourWorksOnAnOrdinaryTerminal() {
        assertEquals("", Tour.RUN.errors);
        assertEquals(0, Tour.RUN.exitCode);
        assertTrue(US_ASCII.newEncoder().canEncode(Tour.RUN.output), Tour.RUN.output);
        assertEquals(List.of(),
                Tour.RUN.output.lines().filter(line -> line.length() > 80).toList());
        assertEquals(List.of("1971", "1983", "1990"),
                Tour.RUN.output.lines().limit(3).map(line -> line.substring(0, 4)).toList());
    }

    @Example
    void everyCallIsShownInItsFormsAndDoesSomething() {
        assertAll(CALLS.stream().map(call -> () -> {
            var lines = Tour.RUN.station(call);
            var berkeley = call.equals("connect_ex") ? "connect_ex(" : " " + call + "(";
            assertTrue(lines.get(0).contains("Berkeley") && lines.get(0).contains(berkeley), call);
            assertTrue(lines.get(1).matches("   Socket +\\S.*"), call);
            assertTrue(lines.get(2).matches("   SocketChannel +\\S.*"), call);
            assertTrue(lines.get(3).startsWith("-> "), call);
            assertFalse(Tour.RUN.failures(call).isEmpty(), call + " does not fail");
        }));
    }

    /// The Java forms are methods that exist.
    @Example
    void noMethodIsInvented() {
        var real = Stream.of(Socket.class, ServerSocket.class, SocketChannel.class,
                        ServerSocketChannel.class, InputStream.class, OutputStream.class)
                .flatMap(type -> Stream.of(type.getMethods())).map(method -> method.getName())
                .collect(Collectors.toSet());
        assertAll(CALLS.stream().flatMap(call -> Tour.RUN.station(call).subList(1, 3).stream())
                .flatMap(form -> Pattern.compile("\\w+(?=\\()").matcher(form).results())
                .map(MatchResult::group).filter(name -> !name.equals("Socket"))
                .map(name -> () -> assertTrue(real.contains(name), name + " does not exist")));
    }

    /// Every failure of every call, in order; the exceptions are those that we get ourselves.
    @Example
    void everyFailureHasItsErrnoAndItsException() throws Exception {
        try (var taken = ServerSocketChannel.open().bind(FREE);
                var fresh = SocketChannel.open(); var bound = new Socket();
                var client = SocketChannel.open(taken.getLocalAddress());
                var silent = new Socket()) {
            bound.bind(FREE);
            silent.connect(taken.getLocalAddress());
            silent.setSoTimeout(1);
            var notYet = failure("ENOTCONN", () -> fresh.read(ByteBuffer.allocate(1)));
            var refused = failure("ECONNREFUSED",
                    () -> SocketChannel.open(bound.getLocalSocketAddress()));
            var badChannel = failure("EBADF", () -> closedChannel().getLocalAddress());
            var resets = failure("ECONNRESET", SocketTourTest::readAfterReset);
            var foreign = new InetSocketAddress("203.0.113.7", 0);
            assertFailures("socket", notYet);
            assertFailures("bind",
                    failure("EADDRINUSE", () -> new ServerSocket().bind(taken.getLocalAddress())),
                    failure("EADDRNOTAVAIL", () -> new ServerSocket().bind(foreign)));
            assertFailures("listen", failure("ETIMEDOUT", SocketTourTest::connectUntilFull));
            assertFailures("accept", failure("EAGAIN", SocketTourTest::acceptNobody));
            assertFailures("connect",
                    failure("EISCONN", () -> client.connect(taken.getLocalAddress())), refused);
            assertFailures("connect_ex", "0 no error", refused);
            assertFailures("recv", failure("EAGAIN", silent.getInputStream()::read), resets);
            silent.shutdownOutput();
            assertFailures("shutdown",
                    failure("EPIPE", () -> silent.getOutputStream().write(1)), notYet);
            assertFailures("close", failure("EBADF", SocketTourTest::useClosed), badChannel);
            assertFailures("getsockname", badChannel);
            assertFailures("setsockopt", failure("EOPNOTSUPP",
                    () -> SocketChannel.open(UNIX).setOption(TCP_NODELAY, true)));
        }
        // The first write after a reset tells of it, the next ones of a broken pipe.
        var send = String.join("", Tour.RUN.failures("send"));
        assertTrue(send.matches("ECONNRESET SocketException: Connection reset.*"
                + "|EPIPE SocketException: Broken pipe"), send);
    }

    /// A reset is sometimes one "by peer" and sometimes not: that depends on when it comes.
    private static void assertFailures(String call, String... expected) {
        assertEquals(String.join("\n", expected).replace(" by peer", ""),
                String.join("\n", Tour.RUN.failures(call)).replace(" by peer", ""), call);
    }

    private static String failure(String errno, Provocation provocation) {
        var thrown = assertThrows(Exception.class, provocation::run, errno);
        var message = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
        return errno + " " + thrown.getClass().getSimpleName() + message;
    }

    private static SocketChannel closedChannel() throws IOException {
        var channel = SocketChannel.open();
        channel.close();
        return channel;
    }

    private static void useClosed() throws IOException {
        var socket = new Socket();
        socket.close();
        socket.getInputStream();
    }

    private static void acceptNobody() throws IOException {
        try (var idle = new ServerSocket(0, 1, FREE.getAddress())) {
            idle.setSoTimeout(1);
            idle.accept();
        }
    }

    private static void connectUntilFull() throws IOException {
        var clients = new ArrayList<Socket>();
        try (var listener = new ServerSocket(0, 1, FREE.getAddress())) {
            while (clients.size() < 20) {
                clients.add(new Socket());
                clients.getLast().connect(listener.getLocalSocketAddress(), PATIENCE_MILLIS);
            }
        } finally {
            for (var client : clients) client.close();
        }
    }

    private static void readAfterReset() throws IOException {
        try (var server = new ScriptedServer(ScriptedServer::reset);
                var client = new TestClient(server.port())) {
            client.socket.getInputStream().read();
        }
    }

    /// On Linux the backlog is one more than its number.
    @Example
    void theBacklogConnectsThoseWhoFit() {
        var clients = Tour.RUN.number("listen", "of (\\d+) clients");
        assertEquals(clients - 1, Tour.RUN.number("listen", "(\\d+) are connected"));
        if (LINUX) assertEquals(1 + Tour.RUN.number("listen", "backlog (\\d+)"), clients - 1);
    }

    @Property(tries = 80)
    void aUnixPathBindsIfItIsShorterThanTheTourSays(
            @ForAll @IntRange(min = 90, max = 120) int length) throws Exception {
        var tooLong = Tour.RUN.number("unix", "a path of (\\d+) bytes");
        var folder = Files.createTempDirectory("t");
        var path = folder.resolve("x".repeat(length - folder.toString().length() - 1));
        try (var listener = ServerSocketChannel.open(UNIX)) {
            var binds = true;
            try {
                listener.bind(UnixDomainSocketAddress.of(path));
            } catch (SocketException e) {
                binds = false;
            }
            assertEquals(length < tooLong, binds, length + " bytes; the tour failed at " + tooLong);
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }

    @Example
    void aUnixSocketIsAFileAndIsTreatedAsOne() throws Exception {
        var folder = Files.createTempDirectory("t");
        var address = UnixDomainSocketAddress.of(folder.resolve("s"));
        var found = new ArrayList<String>();
        try {
            ServerSocketChannel.open(UNIX).bind(address).close();
            found.add(failure("EADDRINUSE", () -> ServerSocketChannel.open(UNIX).bind(address)));
            found.add(failure("ECONNREFUSED", () -> SocketChannel.open(address)));
            Files.delete(address.getPath());
            found.add(failure("ENOENT", () -> SocketChannel.open(address)));
            found.add(failure("EINVAL", () -> ServerSocketChannel.open(UNIX)
                    .bind(UnixDomainSocketAddress.of("x".repeat(200)))));
            try (var listener = ServerSocketChannel.open(UNIX).bind(address)) {
                Files.setPosixFilePermissions(address.getPath(), Set.of());
                found.add(mayConnect(listener) ? "0 no error"
                        : failure("EACCES", () -> SocketChannel.open(address)));
            }
        } finally {
            Files.deleteIfExists(address.getPath());
            Files.delete(folder);
        }
        assertEquals(found, Tour.RUN.failures("unix"));
        var echo = "-> (INET6?|UNIX): (\"hello\" came back .*|not on this machine.*)";
        assertEquals(3,
                Tour.RUN.station("unix").stream().filter(line -> line.matches(echo)).count());
    }

    /// Root may connect to everything.
    private static boolean mayConnect(ServerSocketChannel listener) throws IOException {
        try (var client = SocketChannel.open(listener.getLocalAddress())) {
            return client.isConnected();
        } catch (SocketException e) {
            return false;
        }
    }

    /// The states come in the order of RFC 9293, figure 5, and are the kernel's: a minute later the
    /// one who closed first is still there.
    @Example
    void theLifeOfAConnectionGoesForward() {
        var rows = Tour.RUN.station("life").stream()
                .filter(line -> line.matches("   (\\?|-|[A-Z_12]+) .* (\\?|-|[A-Z_12]+) +[a-z: ]+"))
                .toList();
        assertEquals(6, rows.size(), Tour.RUN.output);
        var client = rows.stream().map(row -> row.substring(3, 15).strip()).toList();
        var server = rows.stream().map(row -> row.substring(45, 57).strip()).toList();
        if (!LINUX) {
            assertEquals(Set.of("?"), Set.copyOf(client));
            return;
        }
        assertOrder(List.of("-", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"), client);
        assertOrder(List.of("LISTEN", "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "-"),
                server);
        assertEquals("TIME_WAIT", client.getLast());
        assertTrue(server.contains("CLOSE_WAIT") && client.contains("ESTABLISHED"),
                Tour.RUN.output);
        var clientPort = Tour.RUN.number("life", "client :(\\d+)");
        var serverPort = Tour.RUN.number("life", "server :(\\d+)");
        assertEquals(List.of("06"), kernel(clientPort, serverPort), "the client's TIME_WAIT");
        assertEquals(List.of(), kernel(serverPort, clientPort), "the server is gone");
    }

    private static void assertOrder(List<String> legal, List<String> seen) {
        var places = seen.stream().map(legal::indexOf).toList();
        assertEquals(places.stream().sorted().toList(), places, seen + " is not in order");
        assertEquals(0, places.getFirst(), seen + " does not begin with " + legal.getFirst());
    }

    private static List<String> kernel(int own, int peer) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6").map(Path::of).filter(Files::isReadable)
                .flatMap(table -> Checkout.read(table).lines())
                .map(line -> line.strip().split(" +"))
                .filter(row -> row[1].endsWith(":%04X".formatted(own))
                        && row[2].endsWith(":%04X".formatted(peer)))
                .map(row -> row[3]).toList();
    }

    @Example
    void nothingIsLeft() {
        var folders = Pattern.compile("from (/.*)/s$", Pattern.MULTILINE).matcher(Tour.RUN.output);
        folders.results().map(folder -> Path.of(folder.group(1)))
                .forEach(folder -> assertFalse(Files.exists(folder), folder + " is left"));
        var ports = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(Tour.RUN.output).results()
                .map(port -> Integer.parseInt(port.group(1))).collect(Collectors.toSet());
        assertTrue(ports.size() > 5, "are these all ports? " + ports);
        assertAll(ports.stream().map(port -> () -> assertThrows(ConnectException.class,
                () -> new TestClient(port).close(), "somebody listens on port " + port)));
    }

    @Example
    void itGoesWhereItIsSentOrSaysWhyNot() throws Exception {
        var port = FreePort.number();
        try (var taken = new ServerSocket(0, 1, FREE.getAddress());
                var runs = Executors.newVirtualThreadPerTaskExecutor()) {
            var there = runs.submit(() -> Run.of("127.0.0.1", "" + port, "--only", "bind"));
            var busy = runs.submit(() -> Run.of("127.0.0.1", "" + taken.getLocalPort()));
            var deaf = runs.submit(() -> Run.of("224.0.0.1", "0", "--only", "accept"));
            var unknown = runs.submit(() -> Run.of("--only", "fork"));
            var option = runs.submit(() -> Run.of("--no-such-option"));
            assertEquals(port, there.get().number("bind", "got 127\\.0\\.0\\.1:(\\d+)"));
            assertFalse(there.get().output.contains("== socket "), "only bind was asked for");
            assertEquals(1, busy.get().exitCode);
            assertTrue(busy.get().errors.startsWith("cannot listen on 127.0.0.1:"),
                    busy.get().errors);
            assertEquals(1, busy.get().errors.lines().count(), busy.get().errors);
            if (LINUX) { // one can listen on a multicast address there, but not connect to it
                assertEquals(1, deaf.get().exitCode, deaf.get().output);
                assertTrue(deaf.get().errors.matches("accept: .+\n?"), deaf.get().errors);
            }
            assertEquals(2, unknown.get().exitCode);
            assertEquals(2, option.get().exitCode);
        }
    }
}
