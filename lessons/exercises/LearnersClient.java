package exercises;

import module java.base;

import conformance.ClientProgram;
import workbook.program.Program;
import workbook.runtime.StandardStreams;

/// The client of a submission, to be judged in this process: its keyboard and its screen are pipes.
/// Its `main` is told the port.
record LearnersClient(Submission submission) implements ClientProgram {

    @Override
    public Running start(InetSocketAddress server) throws IOException {
        return new Started(submission, server.getPort());
    }

    private static final class Started implements Running {

        private final Pipe keyboard = Pipe.open();
        private final Pipe screen = Pipe.open();
        private final Program program;

        Started(Submission submission, int port) throws IOException {
            program = submission.load(new StandardStreams(
                    Channels.newInputStream(keyboard.source()),
                    Channels.newOutputStream(screen.sink())));
            program.main(submission.main(program), Integer.toString(port));
        }

        @Override
        public OutputStream keyboard() {
            return Channels.newOutputStream(keyboard.sink());
        }

        @Override
        public InputStream screen() {
            return Channels.newInputStream(screen.source());
        }

        @Override
        public boolean awaitEnd(Duration time) throws InterruptedException {
            return program.awaitEnd(time);
        }

        @Override
        public String ending() {
            return program.ending().map(ending -> "exit code " + ending.status()).orElse("");
        }

        @Override
        public List<String> lastWords() {
            return program.printed().lines().filter(line -> !line.isBlank()).toList();
        }

        @Override
        public Optional<Duration> cpuTime() {
            return Optional.empty(); // it is ours
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
