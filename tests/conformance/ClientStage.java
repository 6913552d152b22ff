package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.BrokenClient.Aftermath;
import conformance.BrokenClient.Difference;
import conformance.ClientStep.*;
import conformance.PlayedServer.Connection;

/// Where plays are performed with a client: we are its user, and its server.
///
/// @param program the client
/// @param habits how it talks
/// @param prefix that the server puts before its answers
/// @param patience how long to wait for anything
/// @param pause between two writes that the client should read one by one
public record ClientStage(ClientProgram program, Habits habits, String prefix, Duration patience,
        Duration pause) {

    /// What a client is free to do in one way or another.
    ///
    /// @param lineEnd what it sends after a line: nothing, or `\n`
    /// @param typed whether it sends what is typed; if not, it has messages of its own
    /// @param repeats whether it shows an answer more than once, as a log may
    public record Habits(String lineEnd, boolean typed, boolean repeats) {

        /// Those of a client that sends each line with its end.
        public static final Habits LINES = new Habits("\n", true, false);
    }

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration ACCEPT = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
    private static final int THINKS = 8; // pauses, before a late answer
    private static final int DRIBBLES = 24; // bytes that come one by one, at most
    private static final int CONTEXT = 60; // bytes that are shown behind a difference
    private static final int READS = 4; // pauses, until it has read the last answer
    private static final int LOGGED = 40; // a log may show only the beginning of an answer

    /// Performs a play; the client has ended when this returns.
    ///
    /// @throws BrokenClient if the client fails
    /// @throws IOException if it cannot be started, or its port is taken
    public void perform(ClientPlay play) throws IOException {
        try (var server = new PlayedServer(program.port());
                var client = new ObservedClient(program.start(server.address()))) {
            new Performance(play, server, client).perform();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /// Why a step has given up.
    private static final class Failure extends Exception {

        private static final long serialVersionUID = 1;

        final ClientSymptom symptom;
        final transient Difference difference;

        Failure(ClientSymptom symptom, Difference difference) {
            super(symptom.name(), null, false, false);
            this.symptom = symptom;
            this.difference = difference;
        }
    }

    /// A play while it is performed.
    private final class Performance {

        private final ClientPlay play;
        private final PlayedServer server;
        private final ObservedClient client;
        private final Queue<byte[]> unanswered = new ArrayDeque<>();
        private final List<byte[]> answers = new ArrayList<>(); // that have to be shown
        private boolean leftBeforeTheRest;
        private boolean serverLeft;
        private double busy;

        Performance(ClientPlay play, PlayedServer server, ObservedClient client) {
            this.play = play;
            this.server = server;
            this.client = client;
        }

        void perform() throws IOException, InterruptedException {
            var index = 0;
            try {
                for (; index < play.steps().size(); index++) perform(play.steps().get(index));
                if (!serverLeft) read(answers);
                awaitTheEnd(patience);
                checkShown();
            } catch (Failure e) {
                throw broken(index, e);
            }
        }

        private BrokenClient broken(int index, Failure failure) throws InterruptedException {
            var ending = client.hasEnded() ? client.ending() : null;
            return new BrokenClient(play, index, failure.symptom, failure.difference,
                    client.shown(), new Aftermath(server.allAreClosed(), leftBeforeTheRest, busy,
                            ending, client.lastWords()));
        }

        private void perform(ClientStep step) throws Failure, IOException, InterruptedException {
            switch (step) {
                case Types(Bytes line) -> {
                    if (unanswered.isEmpty() && !serverLeft) read(answers);
                    client.type(line.array());
                    unanswered.add(line.array());
                }
                case EndsInput _ -> client.endInput();
                case SendsPart(int count) -> sendPart(count);
                case Closes _ -> leave(false);
                case Resets _ -> leave(true);
                case Answers _, AnswersMerged _, AnswersCut _, AnswersByteByByte _,
                        AnswersLate _ -> {
                    if (habits.typed) answer(step);
                    else answerWhatCame(step);
                }
            }
        }

        /// What is typed next, is typed after a while: a write that meets the reset takes the error
        /// with it, and a read then finds the end of the stream.
        private void leave(boolean reset) throws Failure, IOException, InterruptedException {
            awaitConnection();
            server.leave(reset);
            serverLeft = true;
            pause(pause);
        }

        // ---- a client that sends what is typed ----

        private void answer(ClientStep step) throws Failure, InterruptedException {
            var how = step;
            while (!unanswered.isEmpty()) {
                var line = unanswered.remove();
                var sent = sent(line);
                if (sent.length == 0) continue; // nothing is sent, so nothing is answered
                var connection = awaitLine(sent);
                var answer = answerTo(line);
                while (how instanceof AnswersMerged && nextHasCome(connection)) {
                    var next = answerTo(unanswered.remove());
                    answer = Bytes.join(List.of(new Bytes(answer), new Bytes(next)));
                }
                send(connection, answer, how);
                if (step instanceof AnswersCut) how = new Answers(); // just the first
            }
        }

        private byte[] sent(byte[] line) {
            return Bytes.join(List.of(new Bytes(line), new Bytes(habits.lineEnd.getBytes(UTF_8))));
        }

        /// What to send; it has to be shown, without the line end, if it is more than a prefix.
        private byte[] answerTo(byte[] line) {
            var start = new Bytes(prefix.getBytes(UTF_8));
            if (line.length > 0) answers.add(Bytes.join(List.of(start, new Bytes(line))));
            return Bytes.join(List.of(start, new Bytes(sent(line))));
        }

        private boolean nextHasCome(Connection connection) throws InterruptedException {
            if (unanswered.isEmpty()) return false;
            var sent = sent(unanswered.peek());
            if (sent.length == 0) return false;
            if (!startsWith(connection.pending(), sent)) pause(pause);
            if (!startsWith(connection.pending(), sent)) return false;
            connection.take(sent.length);
            return true;
        }

        /// Takes what was typed, as soon as all of it has come.
        private Connection awaitLine(byte[] sent) throws Failure, InterruptedException {
            awaitConnection();
            var giveUp = System.nanoTime() + patience.toNanos();
            while (true) {
                for (var each : server.connections()) {
                    var pending = each.pending();
                    if (startsWith(pending, sent)) {
                        each.take(sent.length);
                        return each;
                    }
                    if (!startsWith(sent, pending)) {
                        throw failure(ClientSymptom.SENDS_OTHER, sent, pending);
                    }
                }
                var symptom = server.allHaveEnded() ? ClientSymptom.ENDED_EARLY
                        : System.nanoTime() - giveUp > 0 ? ClientSymptom.NOT_SENT : null;
                if (symptom != null) throw failure(symptom, sent, allPending());
                server.await(LOOK_AGAIN);
            }
        }

        private byte[] allPending() {
            return Bytes.join(server.connections().stream()
                    .map(each -> new Bytes(each.pending())).toList());
        }

        /// One that has ended may have connected before: its connection waits to be accepted.
        private void awaitConnection() throws Failure, InterruptedException {
            var giveUp = System.nanoTime() + START.toNanos();
            var hasEnded = false;
            while (server.connections().isEmpty()) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new Failure(ClientSymptom.NEVER_CONNECTS, Difference.NONE);
                }
                if (!hasEnded && client.hasEnded()) {
                    hasEnded = true;
                    giveUp = System.nanoTime() + ACCEPT.toNanos();
                }
                server.await(LOOK_AGAIN);
            }
        }

        private void sendPart(int count) throws Failure, InterruptedException {
            if (!habits.typed) {
                for (var each : awaitMessages()) {
                    var answer = merged(each.takeReads());
                    each.send(answer, 0, Math.min(count, answer.length));
                }
                return;
            }
            if (unanswered.isEmpty()) return;
            var line = unanswered.remove();
            var connection = awaitLine(sent(line));
            var answer = answerTo(line);
            answers.removeLast(); // it is never complete
            connection.send(answer, 0, Math.min(count, answer.length));
        }

        // ---- a client with messages of its own ----

        /// Waits until something has come, and nothing more comes.
        private List<Connection> awaitMessages() throws Failure, InterruptedException {
            awaitConnection();
            var giveUp = System.nanoTime() + patience.toNanos();
            for (var before = -1; ; ) {
                var came = allPending().length;
                if (came > 0 && came == before) break;
                if (server.allHaveEnded() && came == 0) {
                    throw new Failure(ClientSymptom.ENDED_EARLY, Difference.NONE);
                }
                if (System.nanoTime() - giveUp > 0) {
                    if (came > 0) break; // it never pauses
                    throw new Failure(ClientSymptom.NOT_SENT, Difference.NONE);
                }
                before = came;
                pause(pause);
            }
            return server.connections().stream().filter(each -> each.pending().length > 0).toList();
        }

        /// All first parts before all second parts: the connections do not wait for each other.
        private void answerWhatCame(ClientStep step) throws Failure, InterruptedException {
            var connections = awaitMessages();
            if (step instanceof AnswersLate) pause(pause.multipliedBy(THINKS));
            var rest = new LinkedHashMap<Connection, byte[]>();
            for (var each : connections) {
                var reads = each.takeReads();
                switch (step) {
                    case AnswersCut(int at) -> {
                        var answer = merged(reads);
                        var cut = Math.min(at, answer.length);
                        sendPiece(each, Arrays.copyOf(answer, cut));
                        rest.put(each, Arrays.copyOfRange(answer, cut, answer.length));
                    }
                    case AnswersMerged _, AnswersByteByByte _ -> sendPiece(each, merged(reads));
                    default -> reads.forEach(read -> sendPiece(each, merged(List.of(read))));
                }
            }
            if (rest.isEmpty()) return;
            pause(pause);
            rest.forEach((connection, piece) -> {
                if (connection.hasEnded()) leftBeforeTheRest = true;
                sendPiece(connection, piece);
            });
        }

        private byte[] merged(List<byte[]> reads) {
            var bytes = Stream.concat(Stream.of(prefix.getBytes(UTF_8)), reads.stream());
            return Bytes.join(bytes.map(Bytes::new).toList());
        }

        private void sendPiece(Connection connection, byte[] piece) {
            if (piece.length == 0) return;
            answers.add(Arrays.copyOf(piece, Math.min(piece.length, LOGGED)));
            connection.send(piece, 0, piece.length);
        }

        // ---- how an answer is sent ----

        private void send(Connection connection, byte[] answer, ClientStep how)
                throws InterruptedException {
            switch (how) {
                case AnswersCut(int at) when at < answer.length -> {
                    connection.send(answer, 0, at);
                    pause(pause);
                    if (connection.hasEnded()) leftBeforeTheRest = true;
                    connection.send(answer, at, answer.length);
                }
                case AnswersByteByByte _ -> dribble(connection, answer);
                case AnswersLate _ -> {
                    pause(pause.multipliedBy(THINKS));
                    connection.send(answer, 0, answer.length);
                }
                default -> connection.send(answer, 0, answer.length);
            }
        }

        private void dribble(Connection connection, byte[] answer) throws InterruptedException {
            var one = Math.min(DRIBBLES, answer.length);
            for (int i = 0; i < one; i++) {
                connection.send(answer, i, i + 1);
                pause(pause.dividedBy(4));
            }
            connection.send(answer, one, answer.length);
        }

        /// A pause of the server, which belongs to the play: nothing tells when a client has read.
        private void pause(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }

        // ---- how it talks ----

        Optional<Habits> meet(Bytes line) throws InterruptedException {
            try {
                awaitConnection();
            } catch (Failure e) {
                throw broken(0, e);
            }
            client.type(line.array());
            if (nothingComes()) {
                client.endInput();
                if (nothingComes()) return Optional.empty();
            }
            pause(pause); // the line end may come by itself
            var came = allPending();
            if (!startsWith(came, line.array())) return Optional.of(new Habits("", false, false));
            var length = line.array().length;
            var lineEnd = new String(came, length, came.length - length, UTF_8);
            return Optional.of(new Habits(lineEnd, true, timesShown(line, came) > 1));
        }

        private boolean nothingComes() throws InterruptedException {
            var giveUp = System.nanoTime() + patience.toNanos() / 3;
            while (allPending().length == 0) {
                if (System.nanoTime() - giveUp > 0) return true;
                server.await(LOOK_AGAIN);
            }
            return false;
        }

        private int timesShown(Bytes line, byte[] came) throws InterruptedException {
            var start = new Bytes(prefix.getBytes(UTF_8));
            var answer = Bytes.join(List.of(start, new Bytes(came)));
            for (var each : server.connections()) {
                if (each.takeReads().isEmpty()) continue;
                each.send(answer, 0, answer.length);
            }
            var wanted = Bytes.join(List.of(start, line));
            try {
                read(List.of(wanted));
                awaitTheEnd(patience.dividedBy(5));
            } catch (Failure e) {
                busy = 0; // it does not end: the plays will tell
            }
            var times = 0;
            for (var at = 0; (at = indexOf(client.shown(), wanted, at)) >= 0; at++) times++;
            return times;
        }

        // ---- the end ----

        /// Whoever types, reads the last answer before typing more, or finishing. Output that is
        /// not flushed is not seen before the end.
        private void read(List<byte[]> last) throws InterruptedException {
            var giveUp = System.nanoTime() + pause.toNanos() * READS;
            if (last.isEmpty()) return;
            while (indexOf(client.shown(), last.getLast(), 0) < 0
                    && System.nanoTime() - giveUp < 0) {
                if (client.awaitEnd(LOOK_AGAIN)) return;
            }
        }

        private void awaitTheEnd(Duration patience) throws Failure, InterruptedException {
            client.endInput();
            var start = System.nanoTime();
            var usedBefore = client.cpuTime();
            while (!client.awaitEnd(LOOK_AGAIN)) {
                server.closeEnded();
                var waited = System.nanoTime() - start;
                if (!habits.typed) answerTheRest(waited > patience.toNanos() / 2);
                if (waited < patience.toNanos()) continue;
                busy = (double) client.cpuTime().minus(usedBefore).toNanos() / waited;
                throw new Failure(ClientSymptom.NO_END, Difference.NONE);
            }
        }

        /// After half of our patience, the server leaves a client that has not left by itself.
        private void answerTheRest(boolean enough) {
            if (serverLeft) return;
            if (enough) {
                server.closeAll(false);
                return;
            }
            for (var each : server.connections()) {
                var reads = each.takeReads();
                if (reads.isEmpty()) continue;
                var answer = merged(reads);
                each.send(answer, 0, answer.length);
            }
        }

        private void checkShown() throws Failure, InterruptedException {
            var shown = client.shown();
            if (habits.typed) checkInOrder(shown);
            else checkEach(shown);
        }

        private void checkInOrder(byte[] shown) throws Failure {
            var others = new ByteArrayOutputStream(); // what is no answer
            var at = 0;
            for (var answer : answers) {
                if (serverLeft && wasReset()) return; // a reset may take with it what was not read
                var found = indexOf(shown, answer, at);
                if (found < 0) throw notShown(answer, shown, at);
                others.write(shown, at, found - at);
                others.write('\n');
                at = found + answer.length;
            }
            others.write(shown, at, shown.length - at);
            if (habits.repeats || prefix.isEmpty() || play.has(SendsPart.class)) return;
            for (var answer : answers) {
                var again = indexOf(others.toByteArray(), answer, 0);
                if (again < 0) continue;
                throw failure(ClientSymptom.SHOWN_TWICE, new byte[0],
                        Arrays.copyOfRange(others.toByteArray(), again, others.size()));
            }
        }

        private boolean wasReset() {
            return play.has(Resets.class);
        }

        /// Connections are shown in any order, but each piece as often as it was sent. What a log
        /// would escape is not looked for.
        private void checkEach(byte[] shown) throws Failure {
            if (wasReset()) return;
            var counts = new LinkedHashMap<Bytes, Integer>();
            answers.stream().map(Bytes::new).filter(ClientStage::isPlain)
                    .forEach(each -> counts.merge(each, 1, Integer::sum));
            for (var each : counts.entrySet()) {
                var at = 0;
                for (int i = 0; i < each.getValue(); i++) {
                    var piece = each.getKey().array();
                    var found = indexOf(shown, piece, at);
                    if (found < 0) throw failure(ClientSymptom.NOT_SHOWN, piece, new byte[0]);
                    at = found + 1;
                }
            }
        }
    }

    // ---- bytes ----

    private static boolean isPlain(Bytes bytes) {
        for (var each : bytes.array()) {
            if (each < ' ' || each > '~' || "\"'\\<>&".indexOf(each) >= 0) return false;
        }
        return true;
    }

    private static Failure failure(ClientSymptom symptom, byte[] due, byte[] came) {
        var right = Arrays.mismatch(due, came);
        return new Failure(symptom, new Difference(due, came, right < 0 ? due.length : right));
    }

    /// What is most like the answer that is not there.
    private static Failure notShown(byte[] answer, byte[] shown, int from) {
        var best = from;
        var most = 0;
        for (int i = from; i < shown.length; i++) {
            var right = Arrays.mismatch(answer, 0, answer.length, shown, i, shown.length);
            if (right > most) {
                most = right;
                best = i;
            }
        }
        var end = most == 0 ? best : Math.min(shown.length, best + most + CONTEXT);
        var came = Arrays.copyOfRange(shown, best, end);
        return new Failure(ClientSymptom.NOT_SHOWN, new Difference(answer, came, most));
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) return i;
        }
        return -1;
    }

    // ---- getting acquainted ----

    /// Finds out how a client talks, with a line that is typed and answered.
    ///
    /// @return none if it sends nothing
    /// @throws BrokenClient if it does not connect
    public static Optional<Habits> meet(ClientProgram program, String prefix, Duration patience)
            throws IOException {
        var pause = Duration.ofMillis(200);
        var stage = new ClientStage(program, Habits.LINES, prefix, patience, pause);
        try (var server = new PlayedServer(program.port());
                var client = new ObservedClient(program.start(server.address()))) {
            var line = Step.letters(0, 5);
            return stage.new Performance(ClientPlay.of(new Types(line)), server, client).meet(line);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }
}
