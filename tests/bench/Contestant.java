package bench;

import module java.base;

/// A server that takes part, and how to start it. Java gets no options that a reader would not give:
/// what its defaults are worth is a part of the answer.
///
/// @param name what `--only` and the tables call it
/// @param what one line about it
/// @param straight whether its code reads from top to bottom for each client, and waits; else it is
///        called when something is ready
/// @param mostClients how many it serves at a time
/// @param command what starts it, but for the address and `--prefix`
/// @param program what is fed to its standard input; null for nothing
record Contestant(String name, String what, boolean straight, int mostClients,
        List<String> command, byte[] program) {

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /// The one that all are compared with, but for `--against`.
    static final String YARDSTICK = "selector";

    private static final Optional<String> PYTHON = askPython();

    private static final String EPOLL = "epoll";

    /// The servers of all lessons, in the order of the lessons.
    private static final List<Contestant> LESSONS = List.of(
            lesson("blocking", "lesson 01: one client at a time", true, 1, "EchoServer"),
            lesson("threads", "lesson 02: a platform thread each", true, NO_LIMIT,
                    "ThreadedServer", "--max-clients", "100000"),
            lesson("processes", "lesson 02: two processes, a virtual thread each", true, NO_LIMIT,
                    "MultiprocessServer"),
            lesson("polling", "lesson 02: asks everybody, for ever", false, NO_LIMIT,
                    "PollingServer"),
            lesson("polling-nap", "lesson 02: asks everybody, then sleeps 1 ms", false, NO_LIMIT,
                    "PollingServer", "--nap", "1"),
            lesson(YARDSTICK, "lesson 03: one thread, one selector", false, NO_LIMIT,
                    "SelectorServer"),
            lesson(EPOLL, "lesson 03: the same on the calls of Linux", false, NO_LIMIT,
                    "EpollServer"),
            lesson("virtual-threads", "lesson 03: a virtual thread each", true, NO_LIMIT,
                    "VirtualThreadServer"),
            // Its places are in its Limits.DEFAULT, and no option changes them.
            lesson("socketserver", "lesson 06: our framework, --raw", true, 1024,
                    "SocketServer", "--raw"),
            lesson("netty", "lesson 06: Netty, NIO, one event loop", false, NO_LIMIT,
                    "NettyServer"));

    private static Contestant lesson(String name, String what, boolean straight, int mostClients,
            String mainClass, String... options) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", // as the scripts that need it have it
                "-cp", System.getProperty("java.class.path"), mainClass, "--quiet"));
        command.addAll(List.of(options));
        return new Contestant(name, what, straight, mostClients, command, null);
    }

    /// The servers of the lessons that this system can run, in the order of the lessons.
    static List<Contestant> lessons() {
        var linux = System.getProperty("os.name").equals("Linux");
        return LESSONS.stream().filter(each -> linux || !each.isOfLinuxAlone()).toList();
    }

    /// Python servers of our own writing, if Python 3 is installed.
    static List<Contestant> peers() {
        if (PYTHON.isEmpty()) return List.of();
        return List.of(
                peer("py-asyncio", "Python: asyncio, a Protocol", "echo_asyncio.py"),
                peer("py-selectors", "Python: selectors, one thread", "echo_selectors.py"));
    }

    /// The interpreter reads the program from its standard input: this class's jar holds the file.
    private static Contestant peer(String name, String what, String file) {
        try (var program = Contestant.class.getResourceAsStream("/peers/" + file)) {
            return new Contestant(name, what, false, NO_LIMIT,
                    List.of("python3", "-", "--quiet"), program.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from our own jar: it cannot happen
        }
    }

    /// Such as `Python 3.13.1`; empty if there is none.
    static Optional<String> python() {
        return PYTHON;
    }

    private static Optional<String> askPython() {
        try {
            var python = new ProcessBuilder("python3", "--version")
                    .redirectErrorStream(true).start();
            var version = python.inputReader().readLine();
            return python.waitFor() == 0 ? Optional.ofNullable(version) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// A server of the reader's own.
    ///
    /// @param command gets `--quiet HOST PORT --prefix ''` appended, and prints `listening on
    ///        HOST:PORT` first, as the lessons do
    static Contestant own(String name, String command) {
        var words = new ArrayList<>(List.of(command.split(" ")));
        words.add("--quiet");
        return new Contestant(name, command, false, NO_LIMIT, words, null);
    }

    /// Whether it is one of Python's.
    boolean isPeer() {
        return program != null;
    }

    /// Whether other systems cannot run it.
    boolean isOfLinuxAlone() {
        return name.equals(EPOLL);
    }

    /// Whether it can serve so many clients at once.
    boolean takesPartIn(Work work) {
        return work.connections() <= mostClients;
    }
}
