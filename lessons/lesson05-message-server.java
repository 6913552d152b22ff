///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//SOURCES lesson05-typed-header.java
//MAIN MessageServer
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: a server for messages with a header, one virtual thread per client

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import picocli.CommandLine;
import picocli.CommandLine.*;
import tools.jackson.databind.JsonNode;

/// # Lesson 05: the message server
///
/// So far a server got bytes, now it gets messages: `lesson05-typed-header.java`, which you should
/// read first, says how one is framed. A client asks one question, gets one answer, and we hang up.
///
/// In a second terminal type `jbang lesson05-message-client.java`, or with the arguments
/// `127.0.0.1 5678 search ring`, or `... anything else`. Look for:
///
/// - It makes no difference how the bytes arrive. Here three come, and the rest never:
///   `(printf '\0g{'; sleep 20) | nc 127.0.0.1 5678`. After ten seconds we cut that client off,
///   with one line in the log; and so it is with every frame that is no frame.
/// - The announced length is a stranger's word. We compare it with a limit (`--max-content`), and
///   even then take memory only for bytes that have come.
/// - The code blocks, as in lesson 01, and yet nobody waits for anybody: a virtual thread that
///   blocks costs next to nothing, so each client gets one, and the code is in order again.
///
/// What is still wrong: anybody can read along, and nobody has to say who he is. That is the work
/// of TLS, and of another book.
class MessageServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final Duration ACCEPT_RETRY = Duration.ofMillis(200);

    /// How many bytes after the request we throw away before we hang up all the same.
    private static final long DRAIN_LIMIT = 16 * 1024 * 1024;

    private static final Map<String, String> ANSWERS = Map.of(
            "morpheus", "Follow the white rabbit. 🐰",
            "ring", "In the caves beneath the Misty Mountains. 💍",
            "🐶", "🐾 Playing ball! 🏐");

    /// What the server puts up with.
    ///
    /// @param clients how many are served at once; the next ones wait in the backlog
    /// @param content the longest content of a request, in bytes
    /// @param deadline for a whole request, from accept on; and again for taking the answer
    record Limits(int clients, int content, Duration deadline) {

        static final Limits DEFAULT = new Limits(128, 64 * 1024 * 1024, Duration.ofSeconds(10));
    }

    private final ServerSocket listener;
    private final Limits limits;
    private final boolean quiet;
    private final Semaphore seats;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private boolean acceptFailed;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param quiet no line per message; bad ones are told all the same
    /// @throws IOException if the address is taken, or not ours
    MessageServer(InetSocketAddress address, Limits limits, boolean quiet) throws IOException {
        rehearse();
        this.limits = limits;
        this.quiet = quiet;
        seats = new Semaphore(limits.clients());
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
    }

    /// What is used for the first time when clients hold all file descriptors, can fail for good:
    /// the classes in Jackson's jars, and the selector that the JDK opens behind virtual threads
    /// when one of them has to wait for a socket. So both are used now, when nobody is here.
    private static void rehearse() throws IOException {
        answer(Message.json(Map.of()));
        try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var waiting = new FutureTask<>(nobody::accept);
            var thread = Thread.startVirtualThread(waiting);
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING) Thread.yield();
            if (waiting.isDone()) {
                throw new IOException("virtual threads cannot wait", waiting.exceptionNow());
            }
        } // closing it ends the wait
    }

    /// The port on which the server listens.
    int port() {
        return listener.getLocalPort();
    }

    /// Serves everybody, until [#close()].
    ///
    /// @throws InterruptedException if interrupted while all seats are taken
    void serve() throws InterruptedException {
        while (!listener.isClosed()) {
            seats.acquire();
            accept();
        }
    }

    /// The seat we hold goes to the client, or is free again.
    private void accept() throws InterruptedException {
        try {
            var client = listener.accept();
            acceptFailed = false;
            clients.add(client);
            if (listener.isClosed()) client.close(); // close() may have missed this one
            Thread.startVirtualThread(() -> serve(client));
        } catch (IOException e) {
            seats.release();
            if (listener.isClosed()) return;
            // Out of file descriptors, most likely. Who asks again at once, spins.
            if (!acceptFailed) IO.println("cannot accept: " + e.getMessage());
            acceptFailed = true;
            Thread.sleep(ACCEPT_RETRY);
        }
    }

    /// One client, from accept to close. Whatever goes wrong in here is its own affair.
    private void serve(Socket client) {
        var who = client.getRemoteSocketAddress().toString().substring(1);
        try (client) {
            client.setTcpNoDelay(true);
            var request = Message.within(limits.deadline(), client, () -> receive(client));
            log(who, "asks", request);
            var answer = answer(request);
            log(who, "gets", answer);
            Message.within(limits.deadline(), client, () -> reply(client, answer));
        } catch (IOException | OutOfMemoryError e) {
            if (listener.isClosed()) return; // it is we who hung up
            IO.println(who + ": " + String.valueOf(e.getMessage()).replaceAll("\\p{Cc}", "?"));
        } finally {
            clients.remove(client);
            seats.release();
        }
    }

    private Message receive(Socket client) throws IOException {
        return Message.read(client.getInputStream(), limits.content());
    }

    /// The content-type decides what the content is.
    private static Message answer(Message request) throws ProtocolException {
        if (request.type().equals(Message.JSON)) {
            return Message.json(Map.of("result", result(request.object())));
        }
        var content = new ByteArrayOutputStream();
        content.writeBytes("First 10 bytes of request: ".getBytes(US_ASCII));
        content.write(request.content(), 0, Math.min(request.content().length, 10));
        return Message.binary("binary/custom-server-binary-type", content.toByteArray());
    }

    private static String result(JsonNode query) throws ProtocolException {
        var action = python(query.path("action"));
        if (!action.equals("search")) return "Error: invalid action '" + action + "'.";
        var value = python(query.path("value"));
        return ANSWERS.getOrDefault(value, "No match for '" + value + "'.");
    }

    /// What Python's `str` makes of a value (very large and very small floats apart).
    private static String python(JsonNode value) throws ProtocolException {
        return switch (value.getNodeType()) {
            case STRING -> value.stringValue();
            case NULL, MISSING -> "None";
            case BOOLEAN -> value.booleanValue() ? "True" : "False";
            case NUMBER -> value.asString().replace("NaN", "nan").replace("Infinity", "inf");
            default -> throw new ProtocolException("action or value is a list or an object");
        };
    }

    /// Sends the answer and hangs up, in three steps. Closing a socket with unread bytes in it
    /// makes the kernel send a reset, and a reset overtakes the answer: the client may never see
    /// it (RFC 1122, section 4.2.2.13). So we close our half, read to the end of the other, and
    /// close then.
    ///
    /// @return how many bytes came after the request
    private static long reply(Socket client, Message answer) throws IOException {
        answer.write(client.getOutputStream());
        client.shutdownOutput();
        return client.getInputStream().skip(DRAIN_LIMIT);
    }

    private void log(String who, String what, Message message) {
        if (!quiet) IO.println(who + " " + what + " " + message);
    }

    /// Stops listening, hangs up on all clients, and waits until their threads are done: then all
    /// seats are free. Idempotent, from any thread but theirs.
    @Override
    public void close() {
        try {
            listener.close();
            for (var client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        seats.acquireUninterruptibly(limits.clients());
        seats.release(limits.clients());
    }

    @Command(name = "lesson05-message-server.java", sortOptions = false, description =
            "Answers messages with a header, one per connection; Ctrl-C ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "address to listen on (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
        int port;

        @Option(names = "--clients", defaultValue = "128", paramLabel = "COUNT",
                description = "how many to serve at once (default: ${DEFAULT-VALUE})")
        int clients;

        @Option(names = "--max-content", defaultValue = "67108864", paramLabel = "BYTES",
                description = "longest content of a request (default: ${DEFAULT-VALUE})")
        int maxContent;

        @Option(names = "--deadline", defaultValue = "10", paramLabel = "SECONDS",
                description = "for a whole request (default: ${DEFAULT-VALUE})")
        int deadline;

        @Option(names = "--quiet", description = "no line per message")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws InterruptedException {
            check(port >= 0 && port <= 65535, "no such port: " + port);
            check(clients > 0, "--clients must be at least 1");
            check(maxContent >= 0, "--max-content must not be negative");
            check(deadline > 0, "--deadline must be at least 1");
            var limits = new Limits(clients, maxContent, Duration.ofSeconds(deadline));
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new MessageServer(address, limits, quiet)) {
                    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                    IO.println("listening on " + host + ":" + server.port());
                    server.serve();
                }
                return 0;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot listen on %s:%d: %s; try another port, 0 picks a free one"
                        .formatted(host, port, e.getMessage()));
            }
        }

        private void check(boolean valid, String otherwise) {
            if (!valid) throw new ParameterException(spec.commandLine(), otherwise);
        }

        private static int fail(String why) {
            System.err.println(why);
            return 1;
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
