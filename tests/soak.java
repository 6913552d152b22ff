///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN Soak
//DEPS info.picocli:picocli:4.7.7
//SOURCES soak/Dialogue.java soak/Examination.java soak/Fault.java soak/ServerProcess.java soak/Siege.java
//SOURCES soak/Solutions.java soak/Subject.java soak/Talker.java soak/Vitals.java
//SOURCES support/ChildLesson.java support/TestClient.java conformance/Bytes.java
//SOURCES ../lessons/exercises.java
//SOURCES ../lessons/lesson02-threaded-server.java ../lessons/lesson02-multiprocess-server.java
//SOURCES ../lessons/lesson02-polling-server.java ../lessons/lesson03-selector-server.java
//SOURCES ../lessons/lesson03-epoll-server.java ../lessons/lesson03-virtual-thread-server.java
//SOURCES ../lessons/lesson06-socketserver.java
//SOURCES ../lessons/lesson06-netty-server.java ../lessons/lesson05-framing-server.java
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass -Werror
//DESCRIPTION Soak test: every server under load and attack: jbang tests/soak.java [--minutes N]

import module java.base;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Every server under load and under attack
///
/// `jbang tests/soak.java` takes the servers that serve several clients at once, one after the
/// other, as programs with few file descriptors. Well-behaved clients, some of which stay while
/// others come and go, check every byte they get. Meanwhile a saboteur commits every [Fault], over
/// and over.
///
/// When all have left, the server must use no more than before the first of them came, but for a
/// tolerance, and do nothing. After Ctrl-C it must end, and all its processes with it. A selector
/// server that loses the first byte of what a partial write leaves over is told of like this:
///
/// ```
/// VIOLATION selector, during [half-close], stall: after 2,990,080 right bytes, where
/// "XNJHWRKTNWXONCBUIOAPXKDE" (24 bytes) was due, came "NJHWRKTNWXONCBUIOAPXKDEI" (24 bytes)
/// ```
///
/// `jbang tests/soak.java --exercises` does it with the judges of the exercises: see [Solutions].
///
/// Exit code 0 if all was well, 1 if not.
class Soak {

    private record Result(String row, Siege siege) {}

    private final Duration time;
    private final List<Future<Result>> results = new ArrayList<>();

    /// @param time for which each server is besieged
    private Soak(Duration time) {
        this.time = time;
    }

    /// One server after the other; but what one looks like afterwards is seen to while the next is
    /// under siege, for some threads are given back only after a minute.
    private void besiege(List<Subject> subjects) throws IOException, InterruptedException {
        try (var examiners = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var subject : subjects) {
                System.err.printf("%tT %s: %d s%n", LocalTime.now(), subject, time.toSeconds());
                besiege(new ServerProcess(subject), examiners);
            }
            System.err.printf("%tT looking at what is left%n", LocalTime.now());
        }
    }

    private void besiege(ServerProcess server, ExecutorService examiners) throws InterruptedException {
        var siege = new Siege(server);
        var examination = new Examination(server, siege);
        siege.attempt("examiner", examination::before);
        siege.last(time);
        siege.attempt("crowd", examination::crowded);
        results.add(examiners.submit(() -> {
            try (server) {
                siege.attempt("examiner", () -> {
                    examination.after();
                    examination.ctrlC();
                });
                return new Result(examination.row(), siege);
            }
        }));
    }

    /// @return whether all was well
    private boolean report() {
        IO.println(Examination.header());
        results.forEach(result -> IO.println(result.resultNow().row));
        IO.println(Examination.tolerance());
        IO.println("faults: " + Stream.of(Fault.values())
                .map(fault -> "%s %,d".formatted(fault, sum(siege -> siege.committed(fault))))
                .collect(Collectors.joining(", ")));
        var violations = sum(Siege::violations);
        IO.println("%d servers, %d violations".formatted(results.size(), violations));
        return violations == 0;
    }

    private long sum(ToLongFunction<Siege> figure) {
        return results.stream()
                .mapToLong(result -> figure.applyAsLong(result.resultNow().siege)).sum();
    }

    @Command(name = "soak.java", description = {
            "Every server under load, while a saboteur does what clients should not do.",
            "Exit code 1 if anybody gets a wrong byte, or anything is left over."})
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Option(names = "--minutes", defaultValue = "2", paramLabel = "N", description =
                "how long, all together; to look at them takes a minute more (default: 2)")
        double minutes;

        @Option(names = "--only", arity = "1..*", paramLabel = "NAME", converter = Named.class,
                description = "some of ${COMPLETION-CANDIDATES}")
        List<Subject> only = Subject.here();

        @Option(names = "--exercises", arity = "0..1", fallbackValue = "20", paramLabel = "N",
                description = "instead: judge the solution of every exercise N times "
                        + "(default: 20) while all cores are busy")
        Integer exercises;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (exercises != null) return judgeSolutions();
            if (!(minutes > 0 && minutes < 10_000)) {
                throw new ParameterException(spec.commandLine(), "no such time: " + minutes);
            }
            // Ctrl-C has to end the servers, too.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> ProcessHandle.current()
                    .descendants().forEach(ProcessHandle::destroyForcibly)));
            var soak = new Soak(Duration.ofMillis((long) (minutes * 60_000 / only.size())));
            try {
                soak.besiege(only);
                return soak.report() ? 0 : 1;
            } catch (AssertionError e) { // there is no server
                System.err.println(e.getMessage());
                return 1;
            }
        }

        private int judgeSolutions() throws IOException, InterruptedException {
            if (exercises < 1) {
                throw new ParameterException(spec.commandLine(), "--exercises: 1 or more, please");
            }
            return new Solutions(exercises).judge() ? 0 : 1;
        }
    }

    private static final class Named implements ITypeConverter<Subject> {

        @Override
        public Subject convert(String name) {
            return Subject.named(name).orElseThrow(
                    () -> new TypeConversionException("no such server: " + name));
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
