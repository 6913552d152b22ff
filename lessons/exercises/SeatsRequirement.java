package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import check.Cause;

/// A requirement of an echo server: it serves so many clients at a time, and no more. Who comes
/// then waits, and is served when another leaves.
///
/// @param seats how many it serves
record SeatsRequirement(int seats) implements Requirement {

    static final String UNBOUNDED = "UNBOUNDED";
    static final String TURNS_AWAY = "TURNS_AWAY";
    static final String NOT_GIVEN_BACK = "SEATS_NOT_GIVEN_BACK";

    private static final int PATIENCE = 700; // milliseconds
    private static final int NO_ANSWER = 150; // milliseconds: one that comes later is missed
    private static final String ANSWER = "echo A";

    @Override
    public Words expected() {
        return new Words("%s clients are served at a time, and no more; the next ones wait.",
                "同时服务 %s 个客户端，不多也不少；后来的等着。").formatted(seats);
    }

    /// What fails is asked again: a busy machine must not be taken for a wrong answer.
    @Override
    public Optional<Finding> broken(Submission submission) throws IOException {
        return attempt(submission).isEmpty() ? Optional.empty() : attempt(submission);
    }

    private Optional<Finding> attempt(Submission submission) throws IOException {
        var clients = new ArrayList<Socket>();
        try (var server = new LearnersServer(submission).start()) {
            return broken(server.address(), clients);
        } catch (LearnersServer.Silent e) {
            return Optional.of(e.finding());
        } finally {
            for (var client : clients) client.close();
        }
    }

    private Optional<Finding> broken(InetSocketAddress server, List<Socket> clients)
            throws IOException {
        var told = new Told(new ArrayList<>());
        for (int i = 1; i <= seats; i++) {
            clients.add(connect(server));
            var heard = hear(clients.getLast(), PATIENCE);
            if (heard.equals(ANSWER)) continue;
            if (i > 1) told.says("client 1 to %s", "客户端 1 到 %s", i - 1, ANSWER);
            told.says("client %s", "客户端 %s", i, heard);
            return told.finding(Cause.FEW_AT_A_TIME.name(), ANSWER);
        }
        told.says("client 1 to %s", "客户端 1 到 %s", seats, ANSWER);
        var waiting = new ArrayList<Socket>();
        for (int i = 1; i <= 2; i++) {
            var next = connect(server);
            clients.add(next);
            waiting.add(next);
            var heard = hear(next, NO_ANSWER);
            told.says("client %s", "客户端 %s", seats + i, heard);
            if (heard.equals(ANSWER)) return told.finding(UNBOUNDED, "");
            if (!heard.isEmpty()) return told.finding(TURNS_AWAY, "");
        }
        clients.get(0).shutdownOutput();
        told.line("client 1 half-closes", "客户端 1 半关闭");
        if (oneOf(waiting, told).isEmpty()) return told.finding(NOT_GIVEN_BACK, ANSWER);
        clients.get(1).setSoLinger(true, 0);
        clients.get(1).close();
        told.line("client 2 resets its connection", "客户端 2 重置连接");
        if (oneOf(waiting, told).isEmpty()) return told.finding(NOT_GIVEN_BACK, ANSWER);
        return Optional.empty();
    }

    /// Says a letter at once.
    private static Socket connect(InetSocketAddress server) throws IOException {
        var client = new Socket(server.getAddress(), server.getPort());
        client.getOutputStream().write('A');
        return client;
    }

    /// What comes in this time, at most as much as an answer; or that the connection ends.
    private static String hear(Socket client, int milliseconds) throws IOException {
        client.setSoTimeout(milliseconds);
        var heard = new StringBuilder();
        try {
            while (heard.length() < ANSWER.length()) {
                var each = client.getInputStream().read();
                if (each == -1) return END;
                heard.append((char) each);
            }
        } catch (SocketTimeoutException e) {
            return heard.toString();
        } catch (SocketException e) {
            return RESET;
        }
        return heard.toString();
    }

    private static final String END = "\u0000end";
    private static final String RESET = "\u0000reset";

    /// Which of those who wait is answered, and waits no more.
    private static Optional<Socket> oneOf(List<Socket> waiting, Told told) throws IOException {
        var giveUp = System.nanoTime() + PATIENCE * 1_000_000L;
        while (System.nanoTime() - giveUp < 0) {
            for (var each : waiting) {
                if (!hear(each, 20).equals(ANSWER)) continue;
                waiting.remove(each);
                told.line("one of those who wait hears \"" + ANSWER + "\"",
                        "等着的一个听到 \"" + ANSWER + "\"");
                return Optional.of(each);
            }
        }
        told.line("none of those who wait hears anything", "等着的谁也没听到什么");
        return Optional.empty();
    }

    /// What has happened, to be drawn.
    private record Told(List<Words> lines) {

        void line(String english, String chinese) {
            lines.add(new Words(english, chinese));
        }

        void says(String english, String chinese, int number, String heard) {
            var who = new Words(english, chinese).formatted(number);
            var what = switch (heard) {
                case "" -> new Words("hears nothing", "什么也没听到");
                case END -> new Words("the connection is closed", "连接被关闭");
                case RESET -> new Words("the connection is reset", "连接被重置");
                default -> new Words("hears \"%s\"", "听到 \"%s\"").formatted(heard);
            };
            lines.add(new Words("%s: says \"A\", %s".formatted(who.english(), what.english()),
                    "%s：说 \"A\"，%s".formatted(who.chinese(), what.chinese())));
        }

        Optional<Finding> finding(String cause, String due) {
            return Optional.of(new Finding(cause, language -> Stream.concat(
                    lines.stream().map(each -> each.in(language)),
                    Stream.of(due(due).in(language))).toList()));
        }

        private static Words due(String due) {
            return due.isEmpty()
                    ? new Words("due: nothing, as long as all others stay",
                            "应当：只要别人都不走，就什么也没有")
                    : new Words("due: \"%s\"", "应当：\"%s\"").formatted(due);
        }
    }
}
