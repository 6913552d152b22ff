package exercises;

import module java.base;

import exercises.Callee.Reply.*;
import workbook.reader.Language;

/// Judges 09a: `static void property(Random random, InetSocketAddress server)`. It has to let a
/// right server pass, and to catch each of the [EchoMutant]s.
final class Exercise09a implements Judge {

    private static final int CALLS = 20; // with the right server
    private static final int CHANCES = 40; // to catch a wrong one
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @Override
    public List<Requirement> requirements() {
        return List.of(new LetsPass(), new Catches());
    }

    @Override
    public Set<String> causes() {
        return Set.of("REFUSES_THE_RIGHT_SERVER", "WAITS_FOR_EVER", "SENDS_NOTHING",
                "ALWAYS_THE_SAME", "ONLY_ONE_MESSAGE", "CONTENT_NOT_COMPARED",
                "SURPLUS_UNNOTICED", "ONLY_SHORT_MESSAGES", "ONLY_TEXT", "ONLY_ONE_CLIENT");
    }

    private static Callee property(Submission submission) {
        return new Callee(submission, PATIENCE, "property", Random.class,
                InetSocketAddress.class);
    }

    // ---- a right server ----

    private static final class LetsPass implements Requirement {

        @Override
        public Words expected() {
            return new Words("A right server passes, whatever chance decides; and chance decides "
                    + "something: bytes, lengths, and a second message at least once.",
                    "正确的服务器总能通过，不管随机数怎么选；而且随机数真的在选："
                            + "选字节，选长度，至少有一次选到第二条消息。");
        }

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            var sent = new HashSet<List<String>>();
            var bytes = 0;
            var second = false;
            try (var callee = property(submission)) {
                for (int seed = 0; seed < CALLS; seed++) {
                    try (var server = EchoMutant.RIGHT.start()) {
                        var reply = callee.call(new Random(seed), server.address());
                        var finding = refusal(seed, reply, server);
                        if (finding.isPresent()) return finding;
                        for (var each : server.connections()) {
                            second |= each.second().get();
                            bytes += each.messages().stream().mapToInt(m -> m.length).sum();
                        }
                        sent.add(server.connections().stream().map(LetsPass::whole).toList());
                    }
                }
            }
            if (bytes == 0) return found("SENDS_NOTHING", sent);
            if (!second) return found("ONLY_ONE_MESSAGE", sent);
            return sent.size() == 1 ? found("ALWAYS_THE_SAME", sent) : Optional.empty();
        }

        private static String whole(EchoMutant.Running.Heard heard) {
            synchronized (heard) {
                return Shown.quoted(conformance.Bytes.join(heard.messages().stream()
                        .map(conformance.Bytes::new).toList()));
            }
        }

        private static Optional<Finding> refusal(int seed, Callee.Reply reply,
                EchoMutant.Running server) {
            if (reply instanceof Returned) return Optional.empty();
            var cause = reply instanceof Stuck ? "WAITS_FOR_EVER" : "REFUSES_THE_RIGHT_SERVER";
            var heard = server.connections().stream().limit(3).map(LetsPass::whole).toList();
            return Optional.of(new Finding(cause, language -> {
                var lines = new ArrayList<String>();
                lines.add("property(new Random(" + seed + "), ...)");
                lines.add(new Words("with %s", "对方：%s")
                        .formatted(EchoMutant.RIGHT.mistake.in(language)).in(language));
                for (var each : heard) lines.add(new Words("a connection sent  ", "一个连接发了  ")
                        .in(language) + each);
                lines.add(new Words("due    it returns", "应当   返回").in(language));
                lines.add(new Words("came   ", "结果   ").in(language)
                        + Replies.inWords(reply, NOTHING_READ).in(language));
                return lines;
            }));
        }

        private static final ScriptedInput NOTHING_READ =
                new ScriptedInput(List.of(), ScriptedInput.End.CLOSES);

        private static Optional<Finding> found(String cause, Set<List<String>> sent) {
            return Optional.of(new Finding(cause, language -> {
                var lines = new ArrayList<String>();
                lines.add(new Words("What your connections sent in %s calls:",
                        "%s 次调用里各个连接发的内容：").formatted(CALLS).in(language));
                sent.stream().limit(4).forEach(call -> lines.add("  "
                        + (call.isEmpty() ? new Words("no connection", "没有连接").in(language)
                                : String.join("  ", call))));
                return lines;
            }));
        }
    }

    // ---- wrong ones ----

    private static final class Catches implements Requirement {

        @Override
        public Words expected() {
            return new Words("Each of six wrong servers is caught, within %s calls.",
                    "六个错误的服务器，每个都在 %s 次调用之内被发现。").formatted(CHANCES);
        }

        @Override
        public Optional<Finding> broken(Submission submission)
                throws IOException, InterruptedException {
            var mutants = EnumSet.complementOf(EnumSet.of(EchoMutant.RIGHT));
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                var tasks = mutants.stream().map(mutant -> executor.submit(() -> {
                    try (var callee = property(submission)) {
                        return survives(mutant, callee); // most of the time it waits
                    }
                })).toList();
                for (var task : tasks) if (task.get().isPresent()) return task.get();
                return Optional.empty();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }

        private static Optional<Finding> survives(EchoMutant mutant, Callee callee)
                throws IOException, InterruptedException {
            for (int seed = 0; seed < CHANCES; seed++) {
                try (var server = mutant.start()) {
                    var reply = callee.call(new Random(seed), server.address());
                    if (reply instanceof Threw) return Optional.empty();
                    if (reply instanceof Stuck(var place)) {
                        return Optional.of(finding("WAITS_FOR_EVER", mutant, language ->
                                new Words("came   it does not come back from line %s",
                                        "结果   停在第 %s 行出不来").formatted(place.line())
                                        .in(language)));
                    }
                }
            }
            return Optional.of(finding(mutant.cause, mutant, language ->
                    new Words("came   it returns, %s times of %s", "结果   %2$s 次里有 %1$s 次返回")
                            .formatted(CHANCES, CHANCES).in(language)));
        }

        private static Finding finding(String cause, EchoMutant mutant,
                Function<Language, String> came) {
            return new Finding(cause, language -> List.of(
                    new Words("The server %s.", "服务器：%s。")
                            .formatted(mutant.mistake.in(language)).in(language),
                    new Words("due    property throws", "应当   property 抛出").in(language),
                    came.apply(language)));
        }
    }
}
