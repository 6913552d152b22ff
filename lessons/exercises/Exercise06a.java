package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// Judges 06a: a server with four workers, whose handler throws when it is told to.
final class Exercise06a implements Judge {

    @Override
    public List<Requirement> requirements() {
        return List.of(new SurvivesItsHandler());
    }

    @Override
    public Set<String> causes() {
        return Set.of("LEFT_OPEN", "BAD_NEIGHBOUR_STOPS_IT", "UNTOLD", "ONE_CLIENT_ONLY");
    }

    private static final class SurvivesItsHandler implements Requirement {

        private static final int PATIENCE = 600; // milliseconds
        private static final int TIMES = 6; // more than there are workers
        private static final int CALM = 5; // clients that do no harm, one after the other

        private static final Words NOTHING = new Words("nothing", "什么也没有");

        @Override
        public Words expected() {
            return new Words("A handler that throws costs its own client the connection, and "
                    + "nobody else anything.",
                    "处理程序抛异常，断开的只是它自己的客户端，别人不受影响。");
        }

        @Override
        public Optional<Finding> broken(Submission submission) throws IOException {
            try (var server = new LearnersServer(submission).start()) {
                for (int i = 0; i < CALM; i++) {
                    if (!echoes(server, "hello")) {
                        return Optional.of(i == 0 ? finding(Hints.OTHERWISE, "hello", 1)
                                : finding("ONE_CLIENT_ONLY", "hello", i + 1));
                    }
                }
                for (var word : List.of("divide", "fail", "recurse")) {
                    for (int i = 0; i < TIMES; i++) {
                        var isClosed = isClosedAfter(server, word);
                        if (isClosed) continue;
                        return Optional.of(i < 1 ? finding("LEFT_OPEN", word, 1)
                                : finding("BAD_NEIGHBOUR_STOPS_IT", word, i + 1));
                    }
                }
                if (!twoAtOnce(server)) {
                    return Optional.of(finding("BAD_NEIGHBOUR_STOPS_IT", "hello", 1));
                }
                return server.hasPrinted("ArithmeticException") ? Optional.empty()
                        : Optional.of(untold());
            } catch (LearnersServer.Silent e) {
                return Optional.of(e.finding());
            }
        }

        private static boolean echoes(LearnersServer.Started server, String word) {
            try (var client = connect(server)) {
                say(client, word);
                client.shutdownOutput();
                return (word + "\n").equals(new String(
                        client.getInputStream().readAllBytes(), US_ASCII));
            } catch (IOException _) {
                return false;
            }
        }

        private static boolean isClosedAfter(LearnersServer.Started server, String word) {
            try (var client = connect(server)) {
                say(client, word);
                return client.getInputStream().read() == -1;
            } catch (SocketTimeoutException _) {
                return false;
            } catch (IOException _) {
                return true; // by a reset
            }
        }

        private static boolean twoAtOnce(LearnersServer.Started server) {
            try (var one = connect(server); var other = connect(server)) {
                for (var each : List.of("one", "two")) {
                    for (var client : List.of(other, one)) {
                        say(client, each);
                        var answer = client.getInputStream().readNBytes(each.length() + 1);
                        if (!new String(answer, US_ASCII).equals(each + "\n")) return false;
                    }
                }
                return true;
            } catch (IOException _) {
                return false;
            }
        }

        private static Socket connect(LearnersServer.Started server) throws IOException {
            var client = new Socket();
            client.setSoTimeout(PATIENCE);
            client.connect(server.address(), PATIENCE);
            return client;
        }

        private static void say(Socket client, String word) throws IOException {
            client.getOutputStream().write((word + "\n").getBytes(US_ASCII));
        }

        /// @param number of the client that says so
        private static Finding finding(String cause, String word, int number) {
            var harmless = word.equals("hello");
            return new Finding(cause, language -> Stream.of(
                    number == 1 ? new Words("a client connects", "一个客户端连上来")
                            : new Words("client %s of those that say so connects",
                                    "这样说话的第 %s 个客户端连上来").formatted(number),
                    new Words("  says    \"%s\\n\"", "  说    \"%s\\n\"").formatted(word),
                    harmless ? new Words("due   \"%s\\n\"", "应当  \"%s\\n\"").formatted(word)
                            : new Words("due   the handler throws, and the server closes",
                                    "应当  处理程序抛异常，服务器关闭连接"),
                    new Words("came  %s", "结果  %s").formatted(NOTHING.in(language)))
                    .map(each -> each.in(language)).toList());
        }

        private static Finding untold() {
            return new Finding("UNTOLD", language -> Stream.of(
                    new Words("a client says    \"divide\\n\"", "一个客户端说    \"divide\\n\""),
                    new Words("due   a line with ArithmeticException on System.err",
                            "应当  System.err 上有一行，里面有 ArithmeticException"),
                    new Words("came  %s", "结果  %s").formatted(NOTHING.in(language)))
                    .map(each -> each.in(language)).toList());
        }
    }
}
