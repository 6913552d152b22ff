///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES lesson05-typed-header.java shared/ServerCommand.java
//SOURCES shared/Seats.java shared/VirtualThreads.java
//MAIN MessageServer
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//DESCRIPTION Lesson 05: a server for messages with a header, a virtual thread per client

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import shared.*;
import tools.jackson.databind.JsonNode;

/// # Lesson 05: the message server
///
/// So far a server got bytes or frames, now it gets messages. Read
/// `lesson05-typed-header.java` first: it says how one is framed. A client asks one
/// question and gets one answer, and then we close the connection.
///
/// In a second terminal type `jbang lesson05-message-client.java`, or with the arguments
/// `search ring` behind host and port, or `anything else`. Look for:
///
/// - It makes no difference how the bytes arrive. Here three come, and the rest never:
///   `(printf '\0g{'; sleep 20) | nc 127.0.0.1 5678`. After ten seconds we disconnect
///   that client, with one line in the log; and so it is with every frame that is bad.
/// - Start it with `--clients 1`, then that client and a second one: the second has its
///   answer after two to four seconds. With a deadline alone, silent clients could take
///   turns in keeping others out. [Seats] is the policy against that: while somebody
///   waits, a client that sends next to nothing in two seconds has to go.
/// - The announced length may be a lie. We compare it with a limit (`--max-content`), and
///   even then take memory only for bytes that have come, within a limit for all clients
///   together.
/// - The code blocks, as in lesson 01, and yet nobody waits for anybody: a virtual thread
///   that blocks costs next to nothing, so each client gets one, and the code is in order
///   again.
///
/// What is still wrong: anybody can read along, and nobody has to prove who they are.
/// That takes TLS, and another book.
class MessageServer implements Server {

    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final Duration ACCEPT_RETRY = Duration.ofMillis(200);

    /// How many bytes after the request are read and thrown away.
    private static final long DRAIN_LIMIT = 16 * 1024 * 1024;

    private static final Map<String, String> ANSWERS = Map.of(
            "morpheus", "Follow the white rabbit. 🐰",
            "ring", "In the caves beneath the Misty Mountains. 💍",
            "🐶", "🐾 Playing ball! 🏐");

    /// What the server accepts.
    ///
    /// @param clients how many are served at once; the others wait
    /// @param content the longest content of a request, in bytes
    /// @param deadline for a whole request, and again for taking the answer
    /// @param seat for how long slow clients are watched while others wait
    record Limits(int clients, int content, Duration deadline, Duration seat) {

        static final Duration SEAT = Duration.ofSeconds(2);
    }

    private final ServerSocket listener;
    private final Limits limits;
    private final Narrator log;
    private final Seats seats;
    private final AtomicLong received = new AtomicLong(); // of all clients, in bytes
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private boolean acceptFailed;

    /// Opens the listening socket.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @throws IOException if the address is taken, or not ours
    MessageServer(InetSocketAddress address, Limits limits, Narrator log)
            throws IOException {
        rehearse();
        this.limits = limits;
        this.log = log;
        seats = new Seats(limits.clients(), limits.seat(), log);
        listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
    }

    /// What is used for the first time when clients hold all file descriptors, can fail
    /// for good: the classes in Jackson's jars, and the poller that the JDK opens behind
    /// virtual threads. So both are used now, before there are clients.
    private static void rehearse() throws IOException {
        answer(Message.json(Map.of()));
        VirtualThreads.waitOnce();
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    /// Accepts clients, each into a virtual thread of its own.
    @Override
    public void serve() throws InterruptedException {
        while (!listener.isClosed()) {
            try {
                welcome(listener.accept());
                acceptFailed = false;
            } catch (IOException e) {
                if (listener.isClosed()) return;
                // Most likely there are no file descriptors left. To try again at once
                // would be a busy loop.
                if (!acceptFailed) log.say("cannot accept: " + e.getMessage());
                acceptFailed = true;
                Thread.sleep(ACCEPT_RETRY);
            }
        }
    }

    private void welcome(Socket client) throws IOException, InterruptedException {
        var who = Narrator.nameOf(client.getRemoteSocketAddress());
        var seat = seats.take(who, client);
        if (seat == null) { // the server closes
            client.close();
            return;
        }
        clients.add(client);
        if (listener.isClosed()) client.close(); // close() may have missed this one
        Thread.startVirtualThread(() -> talkWith(client, who, seat));
    }

    private void talkWith(Socket client, String who, Seats.Seat seat) {
        try (seat) {
            exchange(client, who, seat);
        } finally {
            clients.remove(client);
        }
    }

    /// Whatever goes wrong in here ends this connection, and not the server.
    private void exchange(Socket client, String who, Seats.Seat seat) {
        try (client; var in = new CountedInput(client.getInputStream(), seat)) {
            client.setTcpNoDelay(true);
            var request = Message.within(limits.deadline(), client, () -> receive(in));
            log.detail(who + " asks " + request);
            var answer = answer(request);
            log.detail(who + " gets " + answer);
            Message.within(limits.deadline(), client, () -> reply(client, answer));
        } catch (IOException e) {
            if (!listener.isClosed()) log.lost(who, e); // else it is we who closed it
        }
    }

    private Message receive(InputStream in) throws IOException {
        return Message.read(in, limits.content());
    }

    /// What a client sends is counted, for its seat and for the memory of all. A limit
    /// for each client is none for all: 128 requests of 64 MiB are 8 GiB. A client that
    /// would take more than there is for all is disconnected. It may be one that sends
    /// little, until the deadline of the others is over; that stays a limit.
    private final class CountedInput extends FilterInputStream {

        private final Seats.Seat seat;
        private long count;

        CountedInput(InputStream in, Seats.Seat seat) {
            super(in);
            this.seat = seat;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var more = in.read(bytes, offset, length);
            if (more == -1) return -1;
            seat.received(more);
            count += more;
            if (received.addAndGet(more) > Message.CONTENT_LIMIT) {
                throw new IOException("no memory is left for what it sends");
            }
            return more;
        }

        /// The memory is free again.
        @Override
        public void close() throws IOException {
            received.addAndGet(-count);
            count = 0;
            super.close();
        }
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
            case NUMBER -> value.asString()
                    .replace("NaN", "nan").replace("Infinity", "inf");
            default -> throw new ProtocolException(
                    "action or value is a list or an object");
        };
    }

    /// Sends the answer and closes, in three steps. To close a socket with unread bytes
    /// in it is to reset the connection, and a reset can overtake the answer (RFC 1122,
    /// section 4.2.2.13). So we close our half, read to the end of the other, and close
    /// then.
    ///
    /// @return how many bytes came after the request
    private static long reply(Socket client, Message answer) throws IOException {
        answer.write(client.getOutputStream());
        client.shutdownOutput();
        return client.getInputStream().skip(DRAIN_LIMIT);
    }

    /// Stops listening, disconnects all clients, and waits until all seats are free.
    @Override
    public void close() {
        try {
            listener.close();
            seats.close();
            for (var client : clients) {
                client.close(); // a thread in read or write gets a SocketException
            }
            seats.awaitAllFree();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the clients are disconnected
        }
    }

    static int run(String... args) {
        var command = new ServerCommand("lesson05-message-server.java",
                "Answers messages with a header, one per connection; Ctrl-C ends it.");
        command.keepOrder();
        var clients = command.number("--clients", "COUNT", 128, 1, Integer.MAX_VALUE,
                "how many to serve at once (default: ${DEFAULT-VALUE})");
        var content = command.number("--max-content", "BYTES",
                Message.DEFAULT_MAX_CONTENT, 0, Message.CONTENT_LIMIT,
                "longest content of a request (default: ${DEFAULT-VALUE})");
        var deadline = command.seconds("--deadline", 10,
                "for a whole request (default: ${DEFAULT-VALUE})");
        return command.run(args, (address, log) -> new MessageServer(address,
                new Limits(clients.get(), content.get(), deadline.get(), Limits.SEAT),
                log));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
