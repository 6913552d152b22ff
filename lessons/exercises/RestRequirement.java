package exercises;

import module java.base;

/// A requirement of a server: while nothing happens it does nothing, though clients are connected.
/// It counts the loops and calls that the program makes.
///
/// @param cause if it does not rest
/// @param most how many steps in [#WHILE] are still rest
/// @param afterSlowReader whether one of the clients has first let much wait for it
record RestRequirement(String cause, int most, boolean afterSlowReader) implements Requirement {

    private static final Duration WHILE = Duration.ofMillis(60);
    private static final int CHANCES = 3; // it may still have been busy with what was said
    private static final byte[] HELLO = "hello\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE = 2000; // milliseconds

    @Override
    public Words expected() {
        return new Words("While no client says anything, the server does nothing.",
                "没有客户端说话的时候，服务器什么也不做。");
    }

    /// For a slow reader to be slow.
    @Override
    public boolean waits() {
        return afterSlowReader;
    }

    @Override
    public Optional<Finding> broken(Submission submission)
            throws IOException, InterruptedException {
        try (var server = new LearnersServer(submission).start()) {
            var address = server.address();
            try (var a = new Socket(); var _ = new Socket(address.getAddress(), address.getPort())) {
                a.setReceiveBufferSize(SMALL_WINDOW);
                a.connect(address);
                a.setSoTimeout(PATIENCE);
                a.getOutputStream().write(HELLO);
                if (a.getInputStream().read() == -1) return Optional.empty(); // others ask that
                if (afterSlowReader) readSlowly(a);
                return finding(server);
            }
        } catch (SocketException | SocketTimeoutException e) {
            return Optional.empty(); // whether it answers, others ask
        } catch (LearnersServer.Silent e) {
            return Optional.of(e.finding());
        }
    }

    private static final int SMALL_WINDOW = 16 * 1024; // bytes
    private static final int MUCH = 12 << 20; // bytes: more than both kernels hold
    private static final int CHUNK = 16 * 1024; // bytes
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int LOOKS = 6; // in a row, each of which finds it waiting

    /// Sends much, does not read before the server takes no more, and then reads all answers: the
    /// server has had to wait for it with a rest in its hands.
    private static void readSlowly(Socket client) throws IOException, InterruptedException {
        var sent = new AtomicInteger();
        var sender = Thread.startVirtualThread(() -> {
            try {
                while (sent.get() < MUCH) {
                    client.getOutputStream().write(new byte[CHUNK]);
                    sent.addAndGet(CHUNK);
                }
            } catch (IOException e) {
                System.getLogger("exercises").log(System.Logger.Level.DEBUG, "it does not take "
                        + "all: others ask that", e);
            }
        });
        var giveUp = System.nanoTime() + 20 * LOOK.toNanos() * LOOKS;
        for (int looks = 0, before = 0; looks < LOOKS && System.nanoTime() < giveUp; ) {
            var start = System.nanoTime();
            Thread.sleep(LOOK);
            var busy = System.nanoTime() - start > 2 * LOOK.toNanos(); // then it may be just slow
            var waits = sender.getState() == Thread.State.WAITING && sent.get() == before;
            looks = waits && !busy ? looks + 1 : 0;
            before = sent.get();
        }
        var buffer = new byte[1 << 16];
        for (int heard = 0; heard < MUCH; ) {
            var count = client.getInputStream().read(buffer); // with a time-out
            if (count == -1) break;
            heard += count;
        }
        sender.join();
    }

    private Optional<Finding> finding(LearnersServer.Started server) throws InterruptedException {
        var steps = 0L;
        for (int i = 0; i < CHANCES; i++) {
            var before = server.steps();
            Thread.sleep(WHILE);
            steps = server.steps() - before;
            if (steps <= most) return Optional.empty();
        }
        var seen = steps;
        return Optional.of(new Finding(cause, language -> Stream.of(
                new Words("a   connects, says \"hello\\n\", and has its answer",
                        "a   连接，说 \"hello\\n\"，得到回答").in(language),
                afterSlowReader ? new Words("    then it sends 12 MB, and reads the answers slowly",
                        "    然后发 12 MB，慢慢读回答").in(language) : "",
                new Words("b   connects, and says nothing", "b   连接，不说话").in(language),
                new Words("for %s ms nobody says anything", "%s 毫秒内谁也不说话")
                        .formatted(WHILE.toMillis()).in(language),
                new Words("due   no loops and calls", "应有  0 次循环和调用").in(language),
                new Words("came  %s", "实际  %s 次").formatted("%,d".formatted(seen))
                        .in(language)).filter(line -> !line.isEmpty()).toList(),
                server.whereItRuns()));
    }
}
