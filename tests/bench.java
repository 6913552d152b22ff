///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN bench.Bench
//DEPS info.picocli:picocli:4.7.7
//DEPS me.tongfei:progressbar:0.10.2
//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//DEPS tools.jackson.core:jackson-databind:3.3.0
//DEPS org.jfree:jfreechart:1.5.6
//DEPS de.erichseifert.vectorgraphics2d:VectorGraphics2D:0.13
//SOURCES bench/Answer.java bench/Chart.java bench/ClientLoop.java bench/Comparison.java
//SOURCES bench/Contestant.java bench/CpuClock.java bench/Tally.java
//SOURCES bench/Findings.java bench/IdleClients.java bench/Json.java bench/LoadGenerator.java
//SOURCES bench/Machine.java bench/Metric.java bench/Page.java bench/Payload.java bench/Plan.java
//SOURCES bench/Progress.java bench/Ranking.java bench/Results.java bench/Schedule.java
//SOURCES bench/ServerProcess.java bench/Stopwatch.java bench/Table.java bench/Usage.java
//SOURCES bench/Work.java bench/WrongAnswer.java
//SOURCES ../lessons/lesson01-echo-server.java ../lessons/lesson02-threaded-server.java
//SOURCES ../lessons/lesson02-multiprocess-server.java ../lessons/lesson02-polling-server.java
//SOURCES ../lessons/lesson03-selector-server.java ../lessons/lesson03-epoll-server.java
//SOURCES ../lessons/lesson03-virtual-thread-server.java
//SOURCES ../lessons/lesson06-socketserver.java ../lessons/lesson06-netty-server.java
//FILES peers/echo_asyncio.py=peers/echo_asyncio.py
//FILES peers/echo_selectors.py=peers/echo_selectors.py
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass -Werror
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//DESCRIPTION Measures all echo servers: jbang tests/bench.java [--quick] [--html FILE]

package bench;

import module java.base;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import picocli.CommandLine;
import picocli.CommandLine.*;

/// # All echo servers, side by side
///
/// Which server would you choose for 10 clients, and which for 10,000? The lessons claim a few
/// things about that: polling burns a core, threads need memory, a selector needs neither. Here
/// they are measured on your machine:
///
/// ```
/// jbang tests/bench.java --quick
/// jbang tests/bench.java --html bench.html
/// jbang tests/bench.java --only epoll --against selector --precision 3
/// ```
///
/// The first takes less than a minute and gives an impression; the second takes ten, and makes a
/// page with pictures; the third goes on until it knows the ratio to 3 %. Leave the machine alone
/// meanwhile: server and clients share it as it is.
///
/// What two runs of the same servers would not agree on is not said: behind each figure stands the
/// interval in which its ratio to the yardstick's is, and by that two servers differ, or are level,
/// or this run does not tell. See [Comparison].
///
/// Every server runs as a process of its own, started as the lesson starts, in rounds: see
/// [Schedule]. [LoadGenerator] is the clients, [IdleClients] those that say nothing, [Usage] what
/// a process takes from the machine, [Findings] what the figures say.
///
/// Exit codes: 0 done, 1 a server failed or gave a wrong answer, 2 wrong usage.
final class Bench {

    private Bench() {}

    @Command(name = "bench.java", description =
            "Measures the echo servers of all lessons, side by side; Ctrl-C ends it.")
    static final class Arguments implements Callable<Integer> {

        /// What a shell says of a program that Ctrl-C has ended.
        private static final int INTERRUPTED = 130;

        @Spec Model.CommandSpec spec;

        @Option(names = "--quick", description =
                "a first impression in less than a minute: one short round, fewer kinds of work")
        boolean quick;

        @Option(names = "--only", arity = "1..*", paramLabel = "NAME",
                description = "only these servers (default: all)")
        List<String> only = List.of();

        @Option(names = "--also", paramLabel = "NAME=COMMAND", description =
                "a server of your own too; COMMAND gets --quiet HOST PORT --prefix '' as the "
                + "lessons do, and prints 'listening on HOST:PORT' first")
        Map<String, String> also = Map.of();

        @Option(names = "--against", paramLabel = "NAME", description =
                "compare the processor time of those that --only and --also name with this one's, "
                + "as often as --precision takes")
        String against;

        @Option(names = "--precision", defaultValue = "5", paramLabel = "PERCENT", description =
                "with --against: how wide the intervals may be (default: ${DEFAULT-VALUE})")
        double precision;

        @Option(names = "--minutes", defaultValue = "10", paramLabel = "N", description =
                "with --against: give up after so long (default: ${DEFAULT-VALUE})")
        double minutes;

        @Option(names = "--rounds", defaultValue = "6", paramLabel = "N",
                description = "how often everything is measured (default: ${DEFAULT-VALUE})")
        int rounds;

        @Option(names = "--seconds", defaultValue = "0.5", paramLabel = "SECONDS",
                description = "how long each work is measured (default: ${DEFAULT-VALUE})")
        double seconds;

        @Option(names = "--json", paramLabel = "FILE", description = "all figures, for programs")
        Path json;

        @Option(names = "--html", paramLabel = "FILE", description = "a page with pictures")
        Path html;

        @Option(names = "--svg", paramLabel = "FILE", description = "one picture, for a README")
        Path svg;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            try {
                var contestants = contestants();
                var plan = plan();
                if (Plan.mostClients() < Work.SMALL.connections()) {
                    return fail("too few files can be open at a time: try ulimit -n 1000");
                }
                checkFiles();
                Runtime.getRuntime().addShutdownHook(new Thread(ServerProcess::stopAll));
                return run(contestants, plan);
            } catch (InterruptedException e) {
                return INTERRUPTED;
            } catch (NoSuchFileException e) {
                return fail("cannot write " + e.getMessage() + ": there is no such folder");
            } catch (AccessDeniedException e) {
                return fail("cannot write " + e.getMessage() + ": that is not allowed");
            } catch (IOException e) {
                return fail("cannot write " + e.getMessage());
            }
        }

        private static int fail(String why) {
            System.err.println(why);
            return 1;
        }

        private int run(List<Contestant> contestants, Plan plan)
                throws IOException, InterruptedException {
            var machine = Machine.here();
            IO.println(machine);
            IO.println("This takes %s %s.%n".formatted(
                    plan.isUntilPrecise() ? "at most" : "about", inWords(plan.time(contestants))));
            Results results;
            try (var progress = new Progress(plan.time(contestants))) {
                results = new Schedule(plan, contestants, yardstick(), progress).run();
            }
            IO.print(Table.of(results, plan));
            write(json, () -> Json.of(results, plan, machine));
            write(html, () -> Page.of(results, plan, machine));
            write(svg, () -> Page.overview(results, machine));
            return results.failures().isEmpty() ? 0 : 1;
        }

        private List<Contestant> contestants() {
            var all = new ArrayList<>(Contestant.lessons());
            all.addAll(Contestant.peers());
            also.forEach((name, command) -> all.add(Contestant.own(name, command)));
            var names = all.stream().map(Contestant::name).toList();
            for (var name : asked()) {
                if (!names.contains(name)) {
                    throw wrong("no such server: %s; there are %s"
                            .formatted(name, String.join(", ", names)));
                }
            }
            if (against != null && Stream.concat(only.stream(), also.keySet().stream())
                    .allMatch(against::equals)) {
                throw wrong("--against: whom? Name a server with --only or --also");
            }
            return all.stream().filter(contestant -> asked().isEmpty()
                    || asked().contains(contestant.name())
                    || also.containsKey(contestant.name())).toList();
        }

        private Set<String> asked() {
            var asked = new LinkedHashSet<>(only);
            if (against != null) asked.add(against);
            return asked;
        }

        private String yardstick() {
            return against == null ? Contestant.YARDSTICK : against;
        }

        private Plan plan() {
            if (rounds < 1) throw wrong("--rounds: at least 1, please");
            if (!(seconds >= 0.1 && seconds <= 60)) throw wrong("--seconds: 0.1 to 60, please");
            if (!(precision >= 0.1 && precision <= 100)) {
                throw wrong("--precision: 0.1 to 100, please");
            }
            if (!(minutes > 0 && minutes <= 600)) throw wrong("--minutes: up to 600, please");
            var counted = Duration.ofMillis((long) (seconds * 1000));
            if (against != null) {
                var limit = Duration.ofMillis((long) (minutes * 60_000));
                return Plan.until(precision / 100, limit, counted);
            }
            return quick ? Plan.quick() : Plan.full(rounds, counted);
        }

        private ParameterException wrong(String why) {
            return new ParameterException(spec.commandLine(), why);
        }

        /// It would be a pity to find out at the end.
        private void checkFiles() throws IOException {
            for (var file : Arrays.asList(json, html, svg)) {
                if (file == null) continue;
                var isNew = Files.notExists(file);
                Files.newOutputStream(file, CREATE, APPEND).close();
                if (isNew) Files.delete(file);
            }
        }

        private static void write(Path file, Supplier<String> content) throws IOException {
            if (file == null) return;
            Files.writeString(file, content.get());
            IO.println("%nwritten: %s".formatted(file));
        }

        private static String inWords(Duration duration) {
            return duration.toSeconds() < 100 ? duration.toSeconds() + " seconds"
                    : duration.plusSeconds(30).toMinutes() + " minutes";
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
