package bench;

import module java.base;

/// Where a run took place: without that, its figures mean little.
///
/// @param processor its name, where the system tells it
/// @param python the version of Python 3; empty if there is none
record Machine(
        int cores, String processor, String system, String java, String python, String when) {

    static Machine here() {
        return new Machine(Runtime.getRuntime().availableProcessors(), processorName(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                Contestant.python().orElse(""),
                LocalDateTime.now().format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm")));
    }

    private static String processorName() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .findFirst().orElse(System.getProperty("os.arch"));
        } catch (IOException | UncheckedIOException e) {
            return System.getProperty("os.arch");
        }
    }

    @Override
    public String toString() {
        return "%s; %d cores (%s), %s, %s, %s".formatted(when, cores, processor, system, java,
                python.isEmpty() ? "no Python 3: its two servers do not take part" : python);
    }
}
