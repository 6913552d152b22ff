package exercises;

import module java.base;

import check.Server;
import workbook.program.Program;

/// The server of a submission, to be judged in this process.
final class LearnersServer implements Server {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Pattern LISTENING = Pattern.compile("listening on (\\S+):(\\d+)\\s");
    private static final int LAST_WORDS = 4; // lines
    private static final int WIDTH = 66; // of such a line

    /// It does not say where it listens.
    @SuppressWarnings("serial")
    static final class Silent extends IOException {

        final List<String> printed;
        final Words what;

        Silent(List<String> printed, Words what) {
            super(what.english());
            this.printed = printed;
            this.what = what;
        }

        Finding finding() {
            return new Finding(ServerRequirement.DOES_NOT_LISTEN, _ -> printed, what);
        }
    }

    private final Submission submission;
    private volatile List<Program.Place> lastPlaces = List.of();

    LearnersServer(Submission submission) {
        this.submission = submission;
    }

    @Override
    public boolean runsSideBySide() {
        return true;
    }

    @Override
    public Started start() throws IOException {
        var program = submission.load();
        try {
            program.main(submission.main(program), "0");
            return new Started(program, address(program));
        } catch (IOException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    private InetSocketAddress address(Program program) throws IOException {
        var giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var printed = LISTENING.matcher(program.printed());
            if (printed.find()) {
                return new InetSocketAddress(InetAddress.getByName(printed.group(1)),
                        Integer.parseInt(printed.group(2)));
            }
            if (program.ending().isPresent()) throw new Silent(lastWords(program), new Words(
                    "main has ended before it said where it listens.",
                    "main 还没说自己在哪里监听就结束了。"));
            if (System.nanoTime() - giveUp > 0) throw new Silent(lastWords(program), new Words(
                    "main has not printed: listening on HOST:PORT",
                    "main 没有打印：listening on HOST:PORT"));
            try {
                program.awaitPrint(Duration.ofMillis(20));
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    private static List<String> lastWords(Program program) {
        var lines = program.printed().lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()).stream()
                .map(line -> line.length() > WIDTH ? line.substring(0, WIDTH) + " …" : line)
                .toList();
    }

    /// Where the threads of the last one stood when it was closed: null if that is nowhere.
    Words whereItStands() {
        var places = lastPlaces.stream().filter(each -> !each.state().equals("running")).toList();
        if (places.isEmpty()) return null;
        return new Words("Where its threads stand: %s.", "各线程停在：%s。").formatted(
                places.stream().map(each -> each.state() + ", line " + each.line())
                        .distinct().limit(3).collect(Collectors.joining("; ")));
    }

    /// While it runs.
    final class Started implements Running {

        private final Program program;
        private final InetSocketAddress address;

        Started(Program program, InetSocketAddress address) {
            this.program = program;
            this.address = address;
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public Optional<Death> death() {
            return program.ending().map(ending ->
                    new Death(OptionalInt.of(ending.status()), lastWords(program)));
        }

        /// Whether this stands on its screen.
        boolean hasPrinted(String text) {
            return program.printed().contains(text);
        }

        /// How many loops and calls it has made, about.
        long steps() {
            return program.steps();
        }

        /// Where its threads are busy; null if that is nowhere.
        Words whereItRuns() {
            var lines = program.places().stream()
                    .map(each -> each.line() + ": " + submission.line(each.line()))
                    .distinct().limit(3).collect(Collectors.joining("; "));
            return lines.isEmpty() ? null : new Words("It comes through line %s",
                    "它经过第 %s").formatted(lines);
        }

        @Override
        public void close() {
            lastPlaces = program.places();
            program.close();
        }
    }
}
