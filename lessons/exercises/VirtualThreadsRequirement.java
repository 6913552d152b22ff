package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import check.Cause;

/// A requirement of an echo server: it serves many clients at a time, and not in threads of the
/// system.
///
/// @param clients how many
record VirtualThreadsRequirement(int clients) implements Requirement {

    static final String PLATFORM_THREADS = "PLATFORM_THREADS";
    static final String NOBODY_IS_SERVED = "NOBODY_IS_SERVED";

    private static final int PATIENCE = 700; // milliseconds
    private static final byte[] ANSWER = "echo A".getBytes(US_ASCII);

    @Override
    public Words expected() {
        return new Words("%s clients are served at a time, in virtual threads.",
                "同时服务 %s 个客户端，用的是虚拟线程。").formatted(clients);
    }

    /// What fails is asked again: a busy machine must not be taken for a wrong answer.
    @Override
    public Optional<Finding> broken(Submission submission) throws IOException {
        return attempt(submission).isEmpty() ? Optional.empty() : attempt(submission);
    }

    private Optional<Finding> attempt(Submission submission) throws IOException {
        var open = new ArrayList<Socket>();
        try (var server = new LearnersServer(submission).start()) {
            return broken(server.address(), open);
        } catch (LearnersServer.Silent e) {
            return Optional.of(e.finding());
        } finally {
            for (var client : open) client.close();
        }
    }

    private Optional<Finding> broken(InetSocketAddress server, List<Socket> open)
            throws IOException {
        var before = threadsOfTheSystem();
        for (int i = 1; i <= clients; i++) {
            open.add(new Socket(server.getAddress(), server.getPort()));
            if (isAnswered(open.getLast())) continue;
            return Optional.of(served(i - 1));
        }
        var more = threadsOfTheSystem();
        more.removeAll(before);
        return more.size() < clients / 2 ? Optional.empty() : Optional.of(tooMany(more.size()));
    }

    /// Those that run now; virtual ones are not among them.
    private static Set<Thread> threadsOfTheSystem() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    private static boolean isAnswered(Socket client) throws IOException {
        client.setSoTimeout(PATIENCE);
        try {
            client.getOutputStream().write('A');
            return Arrays.equals(ANSWER, client.getInputStream().readNBytes(ANSWER.length));
        } catch (SocketTimeoutException | SocketException e) {
            return false;
        }
    }

    private static Finding served(int number) {
        var cause = switch (number) {
            case 0 -> NOBODY_IS_SERVED;
            case 1 -> Cause.ONE_CLIENT_AT_A_TIME.name();
            default -> Cause.FEW_AT_A_TIME.name();
        };
        return new Finding(cause, language -> Stream.of(
                new Words("%s clients connect, say \"A\", hear \"echo A\", and stay",
                        "%s 个客户端连接，说 \"A\"，听到 \"echo A\"，不走").formatted(number),
                new Words("the next one connects, says \"A\", and hears nothing",
                        "再来一个，连接，说 \"A\"，什么也没听到"),
                new Words("due: \"echo A\"", "应当：\"echo A\""))
                .map(each -> each.in(language)).toList());
    }

    private Finding tooMany(int more) {
        return new Finding(PLATFORM_THREADS, language -> Stream.of(
                new Words("%s clients connect, say \"A\", hear \"echo A\", and stay",
                        "%s 个客户端连接，说 \"A\"，听到 \"echo A\"，不走").formatted(clients),
                new Words("due: a few threads of the system more", "应当：系统线程只多几个"),
                new Words("came: %s more", "实际：多了 %s 个").formatted(more))
                .map(each -> each.in(language)).toList());
    }
}
