package bench;

import module java.base;

/// What a process and its children take from the machine. Linux tells all of it in `/proc`; other
/// systems tell Java about processor time alone.
interface Usage {

    /// The processor time used so far; on Linux good to a nanosecond.
    Duration cpuTime();

    /// The resident set, in bytes, or NaN if it is unknown. Of several processes it is the sum, and
    /// pages that they share count more than once.
    default double residentMemory() {
        return Double.NaN;
    }

    /// How many threads the operating system knows of, or NaN.
    default double threads() {
        return Double.NaN;
    }

    /// Of a process and the children that it has now.
    static Usage of(ProcessHandle process) {
        var family = Stream.concat(Stream.of(process), process.descendants()).toList();
        return Files.exists(Path.of("/proc/self/stat")) ? new Proc(family) : new Handles(family);
    }

    /// What Java knows anywhere.
    record Handles(List<ProcessHandle> family) implements Usage {

        @Override
        public Duration cpuTime() {
            return family.stream()
                    .map(member -> member.info().totalCpuDuration().orElse(Duration.ZERO))
                    .reduce(Duration.ZERO, Duration::plus);
        }
    }

    /// The files that proc(5) describes.
    record Proc(List<ProcessHandle> family) implements Usage {

        /// In sysconf(3) it is a variable; the kernel has shown the same to all programs since 2.6.
        private static final Duration TICK = Duration.ofMillis(10);

        // Fields of the first line of /proc/stat; the one with index 0 is its name.
        private static final int USER = 1;
        private static final int IDLE = 4;
        private static final int IOWAIT = 5;
        private static final int STEAL = 8;

        /// What clock_getcpuclockid(3) makes of the number of a process: its clock counts the
        /// processor time of all its threads, of those that have ended, too. The files in `/proc`
        /// have only hundredths of a second.
        @Override
        public Duration cpuTime() {
            return Duration.ofNanos(sum(process -> CpuClock.nanos(pidOf(process))));
        }

        private static int pidOf(Path process) {
            return Integer.parseInt(process.getFileName().toString());
        }

        /// What all processors together have done so far, for whomever; with what a virtual
        /// machine was not given.
        static Duration cpuTimeOfAll() {
            try (var lines = Files.lines(Path.of("/proc/stat"))) {
                var fields = lines.findFirst().orElseThrow().split(" +");
                return ticks(IntStream.rangeClosed(USER, STEAL)
                        .filter(field -> field != IDLE && field != IOWAIT)
                        .mapToLong(field -> Long.parseLong(fields[field])).sum());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Duration ticks(long count) {
            return TICK.multipliedBy(count);
        }

        @Override
        public double residentMemory() {
            return 1024 * sum(process -> status(process, "VmRSS"));
        }

        @Override
        public double threads() {
            return sum(process -> status(process, "Threads"));
        }

        private static long status(Path process, String field) throws IOException {
            return Files.readString(process.resolve("status")).lines()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst().orElse(0); // a process that is dying has no memory
        }

        private interface Figure {
            long of(Path process) throws IOException;
        }

        private long sum(Figure figure) {
            var sum = 0L;
            for (var member : family) {
                try {
                    sum += figure.of(Path.of("/proc", Long.toString(member.pid())));
                } catch (IOException e) {
                    // It has ended. Its clients notice, and they tell.
                }
            }
            return sum;
        }
    }
}
