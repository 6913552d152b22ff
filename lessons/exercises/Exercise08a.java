package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import check.ChatSuite;

/// Judges 08a: a chat server, of which the learner writes what waits for a guest.
final class Exercise08a implements Judge {

    private static final ChatSuite CHAT = new ChatSuite();

    @Override
    public List<Requirement> requirements() {
        return List.of(
                ServerRequirement.keeping("whatOneSaysAllOthersHearOnceAndInOrder", CHAT, 4),
                new DropsTheDeaf(),
                ServerRequirement.keeping("whoComesAndGoesIsAnnouncedAndTheOthersGoOn", CHAT, 4));
    }

    @Override
    public Set<String> causes() {
        return Set.of("WAITS_FOR_DEAF_GUEST", "DEAF_GUEST_STAYS", "LAST_LINES_LOST");
    }

    /// A guest that does not read has to leave.
    private static final class DropsTheDeaf implements Requirement {

        private static final int SMALL_WINDOW = 8 * 1024; // bytes
        private static final int LINES = 400;
        private static final byte[] LINE = ("a".repeat(3999) + "\n").getBytes(US_ASCII);
        private static final int PATIENCE = 800; // milliseconds

        @Override
        public Words expected() {
            return new Words("Nobody waits for a guest that does not read. At most 100 lines wait "
                    + "for it, then it has to go; what a guest was told before still comes.",
                    "谁也不等不读的人。最多 100 行在等一个人；积得更多的人必须离开。人走之前别人对它说的，它仍然能收到。");
        }

        @Override
        public Optional<Finding> broken(Submission submission) throws IOException {
            try (var server = new LearnersServer(submission).start()) {
                return deafGuest(server).or(() -> partings(server));
            } catch (LearnersServer.Silent e) {
                return Optional.of(e.finding());
            }
        }

        private Optional<Finding> deafGuest(LearnersServer.Started server) {
            try (var _ = guest(server, "deaf"); var listener = guest(server, "listener");
                    var speaker = guest(server, "speaker")) {
                var talk = Thread.startVirtualThread(() -> speak(speaker));
                var count = 0;
                try {
                    var in = reader(listener);
                    for (String line; (line = in.readLine()) != null; ) {
                        if (line.startsWith("[speaker]")) count++;
                        if (line.contains("deaf") && line.startsWith("*")
                                && line.contains("left")) {
                            return Optional.empty();
                        }
                    }
                } catch (SocketTimeoutException _) {
                    return Optional.of(finding(count));
                } finally {
                    talk.interrupt();
                }
                return Optional.empty(); // who is a guest that reads and is closed, others ask
            } catch (IOException _) {
                return Optional.empty(); // the same
            }
        }

        private static void speak(Socket speaker) {
            try {
                for (int i = 0; i < LINES && !Thread.interrupted(); i++) {
                    speaker.getOutputStream().write(LINE);
                }
            } catch (IOException _) {
                // it is over
            }
        }

        private static Finding finding(int count) {
            var cause = count == LINES ? "DEAF_GUEST_STAYS" : "WAITS_FOR_DEAF_GUEST";
            return new Finding(cause, language -> Stream.of(
                    new Words("deaf      joins, and never reads", "deaf      加入，从不读"),
                    new Words("listener  joins, and reads everything", "listener  加入，全都读"),
                    new Words("speaker   says 400 lines of 4000 bytes",
                            "speaker   说 400 行，每行 4000 字节"),
                    new Words("due   listener hears the lines, and: * deaf has left",
                            "应当  listener 听到这些话，还有：* deaf has left"),
                    new Words("came  %s lines, and then nothing", "结果  听到 %s 行，然后什么也没有")
                            .formatted(count))
                    .map(each -> each.in(language)).toList());
        }

        // ---- what a guest was told before it left ----

        private static final int TALES = 60;
        private static final Duration NOTICES = Duration.ofMillis(100);
        private static final int MORE_PATIENCE = 3000; // milliseconds, as no verdict rests on it

        /// Somebody listens late: half-closes with lines waiting, and then reads all of them.
        private Optional<Finding> partings(LearnersServer.Started server) {
            try (var late = guest(server, "late"); var teller = guest(server, "teller")) {
                late.setSoTimeout(MORE_PATIENCE);
                teller.setSoTimeout(MORE_PATIENCE);
                for (int i = 0; i < TALES; i++) teller.getOutputStream().write(LINE);
                teller.getOutputStream().write("over\n".getBytes(US_ASCII));
                teller.shutdownOutput(); // when it is closed, all it said is on its way
                reader(teller).lines().forEach(_ -> {});
                late.shutdownOutput();
                LockSupport.parkNanos(NOTICES.toNanos()); // nothing tells when the server has
                var count = 0;
                try {
                    var in = reader(late);
                    for (String line; (line = in.readLine()) != null; ) {
                        if (line.startsWith("[teller]")) count++;
                    }
                } catch (IOException _) {
                    // count says what has come
                }
                return count == TALES + 1 ? Optional.empty() : Optional.of(lost(count));
            } catch (IOException | UncheckedIOException _) {
                return Optional.empty(); // whether a guest can come and go, others ask
            }
        }

        private static Finding lost(int count) {
            return new Finding("LAST_LINES_LOST", language -> Stream.of(
                    new Words("late      joins, and does not read yet", "late      加入，暂时不读"),
                    new Words("teller    says 61 lines, most of 4000 bytes, and leaves",
                            "teller    说 61 行，大多有 4000 字节，然后离开"),
                    new Words("late      half-closes, and now reads to the end",
                            "late      半关闭，这时才一直读到末尾"),
                    new Words("due   61 lines of teller", "应当  teller 说的 61 行"),
                    new Words("came  %s", "结果  %s 行").formatted(count))
                    .map(each -> each.in(language)).toList());
        }

        private static Socket guest(LearnersServer.Started server, String name)
                throws IOException {
            var socket = new Socket();
            socket.setReceiveBufferSize(SMALL_WINDOW);
            socket.setSoTimeout(PATIENCE);
            socket.connect(server.address(), PATIENCE);
            socket.getOutputStream().write((name + "\n").getBytes(US_ASCII));
            var in = socket.getInputStream();
            for (int lines = 0; lines < 2; ) { // the welcome, and who is here
                var next = in.read();
                if (next == -1) throw new EOFException();
                if (next == '\n') lines++;
            }
            return socket;
        }

        private static BufferedReader reader(Socket socket) throws IOException {
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        }
    }
}
