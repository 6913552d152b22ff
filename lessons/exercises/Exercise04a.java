package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import exercises.Callee.Reply;
import exercises.Callee.Reply.*;
import workbook.program.Program;
import workbook.reader.Language;

/// Judges 04a: `begin` and `ready`, through
/// `static List<String> talkWithAll(List<InetSocketAddress> servers)`.
final class Exercise04a implements Judge {

    private static final String FAILED = "failed";
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration MORE_PATIENCE = Duration.ofMillis(1300); // busy is no mistake

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new TalksWithAll(new Words("Each server is talked with, however many there are.",
                        "不管有多少台服务器，每一台都要谈到。"),
                        List.of("a", "ab", "aabb", "ab".repeat(30))),
                new TalksWithAll(new Words(
                        "One port refuses: this is told, and nothing changes for the others.",
                        "有一个端口拒绝连接：如实报告，别的不受影响。"),
                        List.of("-", "-a", "a-", "a-b", "ab".repeat(10) + "-" + "ab".repeat(20))),
                new WaitsForNobody(),
                new Rests());
    }

    @Override
    public Set<String> causes() {
        return Set.of("ONE_REFUSED_STOPS_ALL", "CONNECTS_ONE_AFTER_ANOTHER", "STILL_BLOCKING",
                "PENDING_TAKEN_FOR_FAILED", "NOT_FINISHED", "WRONG_INTEREST",
                "GOES_ON_AFTER_THE_FAILURE", "REFUSED_FORGOTTEN", "CONNECT_STAYS");
    }

    // ---- the other ends ----

    /// A server: it reads to the end, answers, and closes.
    private static final class Listening implements AutoCloseable {

        private final String name;
        private final ServerSocket listener;
        private final CountDownLatch mayAnswer;
        private final Semaphore heard = new Semaphore(0); // a permit for each client heard out
        private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();

        /// @param mayAnswer until then it has heard all, and says nothing
        Listening(String name, CountDownLatch mayAnswer) throws IOException {
            this.name = name;
            this.mayAnswer = mayAnswer;
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            Thread.startVirtualThread(this::accept);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        String answer() {
            return "this is " + name;
        }

        private void accept() {
            try {
                while (true) {
                    var client = listener.accept();
                    clients.add(client);
                    Thread.startVirtualThread(() -> serve(client));
                }
            } catch (IOException _) {
                // closed
            }
        }

        private void serve(Socket client) {
            try (client) {
                client.getInputStream().readAllBytes();
                heard.release();
                mayAnswer.await();
                client.getOutputStream().write(answer().getBytes(UTF_8));
            } catch (IOException | InterruptedException _) {
                // then it misses the answer, and says so
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            mayAnswer.countDown();
            for (var client : clients) client.close();
        }
    }

    private static Listening listening(String name) throws IOException {
        return new Listening(name, new CountDownLatch(0));
    }

    /// `talkWithAll`, while it runs.
    private static final class Talk implements AutoCloseable {

        private final Program program;
        private final FutureTask<Reply> reply;

        Talk(Submission submission, List<InetSocketAddress> servers, Duration patience) {
            program = submission.load();
            var method = submission.method(program, "talkWithAll", List.class);
            reply = new FutureTask<>(() -> {
                try {
                    return new Returned(
                            program.call(() -> method.invoke(null, servers), patience));
                } catch (InvocationTargetException e) {
                    var cause = e.getCause();
                    return new Threw(cause, Program.ownLine(cause.getStackTrace()));
                } catch (Program.Stuck e) {
                    return new Stuck(e.place);
                }
            });
            Thread.startVirtualThread(reply);
        }

        Reply reply() throws InterruptedException {
            try {
                return reply.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }

        @Override
        public void close() {
            program.close();
        }
    }

    // ---- what is asked ----

    /// All of the servers have been heard, and those that refuse have failed.
    ///
    /// @param cases whom it talks with: a letter is a server, `-` a port where nobody listens
    private record TalksWithAll(Words expected, List<String> cases) implements Requirement {

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            try (var a = listening("a"); var b = listening("b");
                    var elsewhere = listening("nobody's");
                    var holder = new Socket(elsewhere.listener.getInetAddress(),
                            elsewhere.listener.getLocalPort())) {
                // a client's own port: nobody listens there, and nobody else can begin to
                var closed = (InetSocketAddress) holder.getLocalSocketAddress();
                for (var whom : cases) {
                    var servers = whom.chars().mapToObj(each -> switch (each) {
                        case 'a' -> a.address();
                        case 'b' -> b.address();
                        default -> closed;
                    }).toList();
                    var finding = attempt(submission, whom, servers);
                    if (finding.isPresent()) return finding;
                }
                return Optional.empty();
            }
        }

        private static Optional<Finding> attempt(Submission submission, String whom,
                List<InetSocketAddress> servers) throws InterruptedException {
            var outcome = outcome(submission, servers, PATIENCE);
            if (outcome.reply instanceof Stuck) {
                outcome = outcome(submission, servers, MORE_PATIENCE);
            }
            if (outcome.reply instanceof Returned(List<?> told) && isRight(whom, told)) {
                return Optional.empty();
            }
            var came = outcome.reply;
            return Optional.of(new Finding(cause(whom, outcome), language ->
                    drawn(whom, came, language)));
        }

        /// @param steps loops and calls that the program has made
        private record Outcome(Reply reply, long steps) {}

        private static Outcome outcome(Submission submission, List<InetSocketAddress> servers,
                Duration patience) throws InterruptedException {
            try (var talk = new Talk(submission, servers, patience)) {
                var reply = talk.reply();
                return new Outcome(reply, talk.program.steps());
            }
        }

        private static boolean isRight(String whom, List<?> outcomes) {
            return outcomes.size() == whom.length() && IntStream.range(0, whom.length())
                    .allMatch(i -> isRight(whom.charAt(i), outcomes.get(i)));
        }

        private static boolean isRight(char whom, Object outcome) {
            return whom == '-' ? String.valueOf(outcome).startsWith(FAILED)
                    : ("this is " + whom).equals(outcome);
        }

        private static final int RESTLESS = 1000; // steps of one that never rests, at least

        private static String cause(String whom, Outcome outcome) {
            var refuses = whom.contains("-");
            return switch (outcome.reply) {
                case Threw(IllegalBlockingModeException _, _) -> "STILL_BLOCKING";
                case Threw(NotYetConnectedException _, _) -> "NOT_FINISHED";
                case Threw(CancelledKeyException _, _) when refuses ->
                        "GOES_ON_AFTER_THE_FAILURE";
                case Threw(ClosedSelectorException _, _) when refuses -> "ONE_REFUSED_STOPS_ALL";
                case Threw(IOException _, _) when refuses -> "ONE_REFUSED_STOPS_ALL";
                case Stuck _ when refuses -> "REFUSED_FORGOTTEN";
                case Stuck _ -> // who never rests keeps a busy machine from answering
                        outcome.steps > RESTLESS ? "CONNECT_STAYS" : "WRONG_INTEREST";
                case Returned(List<?> outcomes) when outcomes.size() == whom.length() ->
                        wrongOutcome(whom, outcomes);
                default -> Hints.OTHERWISE;
            };
        }

        private static String wrongOutcome(String whom, List<?> outcomes) {
            var failed = IntStream.range(0, whom.length()).filter(i -> whom.charAt(i) != '-')
                    .anyMatch(i -> String.valueOf(outcomes.get(i)).startsWith(FAILED));
            if (failed) {
                return whom.contains("-") ? "ONE_REFUSED_STOPS_ALL" : "PENDING_TAKEN_FOR_FAILED";
            }
            return Hints.OTHERWISE;
        }

        private static final int MOST_SHOWN = 3;

        private static List<String> drawn(String whom, Reply reply, Language language) {
            var lines = new ArrayList<String>();
            var names = whom.chars().limit(12).mapToObj(each -> each == '-'
                    ? new Words("(refuses)", "（拒绝）").in(language) : Character.toString(each));
            lines.add(new Words("servers  ", "服务器   ").in(language)
                    + names.collect(Collectors.joining(" "))
                    + (whom.length() > 12 ? " .. (" + whom.length() + ")" : ""));
            if (!(reply instanceof Returned(List<?> outcomes))
                    || outcomes.size() != whom.length()) {
                lines.add(new Words("due      %s outcomes", "应当     %s 个结果")
                        .formatted(whom.length()).in(language));
                lines.add(new Words("came     ", "结果     ").in(language)
                        + Replies.inWords(reply, null).in(language));
                return lines;
            }
            IntStream.range(0, whom.length())
                    .filter(i -> !isRight(whom.charAt(i), outcomes.get(i))).limit(MOST_SHOWN)
                    .forEach(i -> {
                        lines.add(new Words("due  %s  ", "应当 第 %s 个  ").formatted(i + 1)
                                .in(language) + (whom.charAt(i) == '-' ? "failed: ..."
                                        : "this is " + whom.charAt(i)));
                        lines.add(new Words("came %s  ", "结果 第 %s 个  ").formatted(i + 1)
                                .in(language) + outcomes.get(i));
                    });
            return lines;
        }
    }

    /// A server whose queue is full does not answer, on Linux. Where others do, this is left out.
    private record WaitsForNobody() implements Requirement {

        private static final int QUEUE_TRIES = 20; // connections, until the queue is full
        private static final int NO_ANSWER = 40; // milliseconds

        @Override
        public Words expected() {
            return new Words("One server does not answer at all: the others are talked with.",
                    "有一台服务器完全不回答：照样和别的服务器谈。");
        }

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            var clients = new ArrayList<Socket>();
            try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                var address = (InetSocketAddress) silent.getLocalSocketAddress();
                if (!isFilled(address, clients)) return Optional.empty();
                var finding = attempt(submission, address, PATIENCE);
                return finding.isEmpty() ? finding : attempt(submission, address, MORE_PATIENCE);
            } finally {
                for (var client : clients) client.close();
            }
        }

        private static Optional<Finding> attempt(Submission submission, InetSocketAddress silent,
                Duration patience) throws IOException, InterruptedException {
            try (var a = listening("a"); var b = listening("b");
                    var talk = new Talk(submission, List.of(a.address(), silent, b.address()),
                            patience.multipliedBy(2))) {
                if (b.heard.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                    return Optional.empty();
                }
                var place = talk.program.places().stream().findFirst();
                return Optional.of(new Finding("CONNECTS_ONE_AFTER_ANOTHER", language -> List.of(
                        new Words("servers  a (does not answer) b", "服务器   a （不回答） b")
                                .in(language),
                        new Words("due      b hears two lines", "应当     b 听到两行")
                                .in(language),
                        new Words("came     b hears nothing", "结果     b 什么也没听到")
                                .in(language)),
                        place.map(each -> new Words("It stands in line %s: %s", "它停在第 %s 行：%s")
                                .formatted(each.line(), submission.line(each.line())))
                                .orElse(null)));
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
    }

    /// While the servers take their time, it does nothing.
    private record Rests() implements Requirement {

        private static final Duration WHILE = Duration.ofMillis(60);
        private static final int CHANCES = 3; // it may still have been busy with what was said
        private static final int MOST = 12; // loops and calls: a select or two

        @Override
        public Words expected() {
            return new Words("While nothing happens, it does nothing.",
                    "没有事情发生的时候，它什么也不做。");
        }

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            var mayAnswer = new CountDownLatch(1);
            try (var a = new Listening("a", mayAnswer); var b = new Listening("b", mayAnswer);
                    var talk = new Talk(submission, List.of(a.address(), b.address()),
                            MORE_PATIENCE)) {
                for (var each : List.of(a, b)) {
                    if (!each.heard.tryAcquire(1, TimeUnit.SECONDS)) return Optional.empty();
                }
                var steps = 0L;
                for (int i = 0; i < CHANCES; i++) {
                    var before = talk.program.steps();
                    Thread.sleep(WHILE);
                    steps = talk.program.steps() - before;
                    if (steps <= MOST) return Optional.empty();
                }
                return Optional.of(finding(steps));
            }
        }

        private static Finding finding(long steps) {
            return new Finding("CONNECT_STAYS", language -> Stream.of(
                    new Words("servers  a b: have heard two lines and the end",
                            "服务器   a b：听完了两行"),
                    new Words("for %s ms they say nothing", "%s 毫秒内它们什么也不说")
                            .formatted(WHILE.toMillis()),
                    new Words("due      no loops and calls", "应当     0 次循环和调用"),
                    new Words("came     %s", "结果     %s 次").formatted("%,d".formatted(steps)))
                    .map(each -> each.in(language)).toList());
        }
    }
}
