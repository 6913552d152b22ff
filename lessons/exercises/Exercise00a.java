package exercises;

import module java.base;

import exercises.Callee.Reply.*;
import workbook.reader.Language;

/// Judges 00a: `static Found find(Socket socket, SocketAddress address, int patience)`.
final class Exercise00a implements Judge {

    private static final String CONNECTED = "CONNECTED";
    private static final String REFUSED = "REFUSED";
    private static final String TIMED_OUT = "TIMED_OUT";
    private static final String UNREACHABLE = "UNREACHABLE";
    private static final int PATIENCE = 150; // milliseconds

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new Finds(new Words("Who is accepted is connected, and who is refused is refused.",
                        "接受了就是连上了，拒绝了就是被拒绝了。"), List.of(
                        new Attempt(null, CONNECTED),
                        new Attempt(new ConnectException("Connection refused"), REFUSED))),
                new Finds(new Words("No answer in time is no refusal.",
                        "没有按时得到回答，不等于被拒绝。"), List.of(
                        new Attempt(new SocketTimeoutException("Connect timed out"), TIMED_OUT))),
                new Finds(new Words("That no route leads there is no refusal either.",
                        "没有通往那里的路由，也不等于被拒绝。"), List.of(
                        new Attempt(new NoRouteToHostException("No route to host"),
                                UNREACHABLE))),
                new Finds(new Words("The same in every language: the message does not matter.",
                        "换一种语言也一样：消息的内容不重要。"), "TRUSTS_THE_MESSAGE", List.of(
                        new Attempt(new ConnectException("拒绝连接"), REFUSED),
                        new Attempt(new NoRouteToHostException("Kein Weg zum Zielrechner"),
                                UNREACHABLE),
                        new Attempt(new SocketTimeoutException(), TIMED_OUT),
                        new Attempt(new ConnectException(), REFUSED))),
                new Finds(new Words("What is none of the four is thrown to the caller.",
                        "不属于这四种的，抛给调用者。"), "HIDES_ANOTHER_FAILURE", List.of(
                        new Attempt(new UnknownHostException("lokalhost"), null),
                        new Attempt(new SocketException("Too many open files"), null),
                        new Attempt(new BindException("Cannot assign requested address"), null))),
                new OnTheLoopback());
    }

    @Override
    public Set<String> causes() {
        return Set.of("ALL_CALLED_REFUSED", "NO_TIME_OUT", "WRONG_WORD", "NOT_NAMED",
                "TRUSTS_THE_MESSAGE", "HIDES_ANOTHER_FAILURE", "DOES_NOT_CONNECT");
    }

    private static Callee callee(Submission submission) {
        return new Callee(submission, "find", Socket.class, SocketAddress.class, int.class);
    }

    /// What `find` has returned; empty if it has not.
    private static Optional<String> word(Callee.Reply reply) {
        return reply instanceof Returned(Enum<?> found) ? Optional.of(found.name())
                : Optional.empty();
    }

    /// A connect.
    ///
    /// @param thrown by it; null if it succeeds
    /// @param due what it should be called; null if it should be thrown
    private record Attempt(IOException thrown, String due) {

        String outcome(Language language) {
            if (thrown == null) return new Words("succeeds", "成功").in(language);
            return new Words("throws ", "抛出 ").in(language) + named(thrown);
        }

        String dueIn() {
            return due == null ? named(thrown) : due;
        }

        private static String named(IOException thrown) {
            return thrown.getClass().getSimpleName()
                    + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage());
        }
    }

    /// A socket that nothing is behind: its connect succeeds at once, or throws at once.
    private static final class ScriptedSocket extends Socket {

        private final IOException thrown;
        private boolean asked;
        private boolean isConnected;
        private int timeout; // 0 if there was none

        ScriptedSocket(IOException thrown) {
            this.thrown = thrown;
        }

        @Override
        public void connect(SocketAddress address) throws IOException {
            connect(address, 0);
        }

        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
            asked = true;
            this.timeout = timeout;
            if (thrown instanceof SocketTimeoutException && (timeout == 0 || timeout > PATIENCE)) {
                throw new ConnectException("Connection timed out"); // as the kernel's own
            }
            if (thrown != null) throw thrown;
            isConnected = true;
        }

        @Override
        public boolean isConnected() {
            return isConnected;
        }
    }

    /// Calls `find` with a scripted socket, for one connect after the other.
    ///
    /// @param cause of a wrong word; null: it depends
    private record Finds(Words expected, String cause, List<Attempt> attempts)
            implements Requirement {

        private static final SocketAddress ADDRESS =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 5678);

        Finds(Words expected, List<Attempt> attempts) {
            this(expected, null, attempts);
        }

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            try (var callee = callee(submission)) {
                for (var attempt : attempts) {
                    try (var socket = new ScriptedSocket(attempt.thrown)) {
                        var reply = callee.call(socket, ADDRESS, PATIENCE);
                        var why = why(attempt, socket, reply);
                        if (why.isPresent()) {
                            return Optional.of(finding(why.get(), attempt, socket, reply));
                        }
                    }
                }
                return Optional.empty();
            }
        }

        private Optional<String> why(Attempt attempt, ScriptedSocket socket, Callee.Reply reply) {
            if (isRight(attempt, reply)) {
                return socket.asked ? Optional.empty() : Optional.of("DOES_NOT_CONNECT");
            }
            if (!socket.asked) return Optional.of("DOES_NOT_CONNECT");
            if (hasNoTimeOut(attempt, socket)) return Optional.of("NO_TIME_OUT");
            if (cause != null) return Optional.of(cause);
            if (reply instanceof Threw(var thrown, _) && thrown == attempt.thrown) {
                return Optional.of("NOT_NAMED");
            }
            var word = word(reply);
            if (word.isEmpty()) return Optional.of(Hints.OTHERWISE);
            return Optional.of(attempt.due.equals(TIMED_OUT) && word.get().equals(REFUSED)
                    ? "ALL_CALLED_REFUSED" : "WRONG_WORD");
        }

        private static boolean isRight(Attempt attempt, Callee.Reply reply) {
            if (attempt.due != null) return word(reply).equals(Optional.of(attempt.due));
            return reply instanceof Threw(var thrown, _)
                    && (thrown == attempt.thrown || thrown.getCause() == attempt.thrown);
        }

        private static boolean hasNoTimeOut(Attempt attempt, ScriptedSocket socket) {
            return attempt.thrown instanceof SocketTimeoutException
                    && (socket.timeout == 0 || socket.timeout > PATIENCE);
        }

        private static Finding finding(String cause, Attempt attempt, ScriptedSocket socket,
                Callee.Reply reply) {
            return new Finding(cause, language -> {
                var lines = new ArrayList<String>();
                lines.add("find(socket, 127.0.0.1:5678, %d)".formatted(PATIENCE));
                lines.add("connect  " + outcome(attempt, socket).in(language));
                lines.add(new Words("due      ", "应当     ").in(language) + attempt.dueIn());
                lines.add(new Words("came     ", "结果     ").in(language)
                        + Replies.inWords(reply, null).in(language));
                return lines;
            });
        }

        private static Words outcome(Attempt attempt, ScriptedSocket socket) {
            if (!socket.asked) return new Words("is not called", "没有被调用");
            if (!hasNoTimeOut(attempt, socket)) {
                return new Words(attempt.outcome(Language.ENGLISH),
                        attempt.outcome(Language.CHINESE));
            }
            return socket.timeout == 0
                    ? new Words("has no time-out, and gives up after two minutes",
                            "没有超时，两分钟后才放弃")
                    : new Words("waits %s ms", "等了 %s 毫秒").formatted(socket.timeout);
        }
    }

    /// Real sockets. Nobody is unreachable here, and nothing goes anywhere else.
    private static final class OnTheLoopback implements Requirement {

        private static final int QUEUE_TRIES = 20; // connections, until the queue is full
        private static final int NO_ANSWER = 40; // milliseconds

        @Override
        public Words expected() {
            return new Words("The same with real sockets: a port where somebody listens, one where "
                    + "nobody does, one whose queue is full.",
                    "换成真正的套接字也一样：有人监听的端口，没有人监听的端口，队列已满的端口。");
        }

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            try (var callee = callee(submission)) {
                var finding = listening(callee);
                if (finding.isEmpty()) finding = closed(callee);
                return finding.isEmpty() ? full(callee) : finding;
            }
        }

        private static Optional<Finding> listening(Callee callee)
                throws IOException, InterruptedException {
            try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                return find(callee, listener.getLocalSocketAddress(), CONNECTED,
                        new Words("a port where somebody listens", "有人监听的端口"));
            }
        }

        /// A client's own port: nobody listens there, and nobody else can begin to.
        private static Optional<Finding> closed(Callee callee)
                throws IOException, InterruptedException {
            try (var elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var holder = new Socket(elsewhere.getInetAddress(),
                            elsewhere.getLocalPort())) {
                return find(callee, holder.getLocalSocketAddress(), REFUSED,
                        new Words("a port where nobody listens", "没有人监听的端口"));
            }
        }

        /// Linux does not answer when the queue of a listener is full. Where others do, this is
        /// left out.
        private static Optional<Finding> full(Callee callee)
                throws IOException, InterruptedException {
            var clients = new ArrayList<Socket>();
            try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                var address = listener.getLocalSocketAddress();
                return isFilled(address, clients) ? find(callee, address, TIMED_OUT,
                        new Words("a port whose queue is full", "队列已满的端口"))
                        : Optional.empty();
            } finally {
                for (var client : clients) client.close();
            }
        }

        private static boolean isFilled(SocketAddress address, List<Socket> clients)
                throws IOException {
            while (clients.size() < QUEUE_TRIES) {
                var client = new Socket();
                clients.add(client);
                try {
                    client.connect(address, NO_ANSWER);
                } catch (SocketTimeoutException _) {
                    return true;
                } catch (ConnectException _) {
                    return false;
                }
            }
            return false;
        }

        private static Optional<Finding> find(Callee callee, SocketAddress address, String due,
                Words what) throws IOException, InterruptedException {
            try (var socket = new Socket()) {
                var reply = callee.call(socket, address, PATIENCE);
                if (word(reply).equals(Optional.of(due))) return Optional.empty();
                var cause = reply instanceof Stuck ? "NO_TIME_OUT" : Hints.OTHERWISE;
                return Optional.of(new Finding(cause, language -> List.of(
                        "find(socket, " + what.in(language) + ", " + PATIENCE + ")",
                        new Words("due   ", "应当  ").in(language) + due,
                        new Words("came  ", "结果  ").in(language)
                                + Replies.inWords(reply, null).in(language))));
            }
        }
    }
}
