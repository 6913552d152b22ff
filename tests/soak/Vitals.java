import module java.base;

/// What some processes use, all together.
///
/// @param live bytes of all objects that can be reached, in each class. `jcmd` has the collector
///        run before it counts, so this is no estimate, and a leak shows in it with a hundred bytes
///        per client. Resident memory would not do: it also holds what the collector has not given
///        back, what the JIT has compiled, and what malloc keeps for next time.
/// @param residentMib physical memory; says something, for these reasons, only if it grows by much,
///        but then also about leaks outside the heap
/// @param descriptors open file descriptors
/// @param threads of the kernel, so without virtual ones: those are in `live`
record Vitals(Map<String, Long> live, long residentMib, int descriptors, int threads) {

    private static final Path PROC = Path.of("/proc");

    /// A line of a class histogram: rank, instances, bytes, name.
    private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+).*");

    /// These are no objects: the collector fills with them the gaps that it does not find worth
    /// closing.
    private static final String FILLER = "jdk.internal.vm.Filler";

    /// Whether descriptors, threads and resident memory can be had: they need a Linux.
    static final boolean COMPLETE = Files.exists(PROC.resolve("self/fd"));

    static Vitals of(List<ProcessHandle> processes) throws IOException {
        var live = new HashMap<String, Long>();
        for (var process : processes) addLive(process, live);
        return countedIn(processes).with(live);
    }

    /// The same without the live bytes, which take longer to count.
    static Vitals countedIn(List<ProcessHandle> processes) throws IOException {
        long resident = 0;
        int descriptors = 0;
        int threads = 0;
        for (var process : COMPLETE ? processes : List.<ProcessHandle>of()) {
            var folder = PROC.resolve(Long.toString(process.pid()));
            resident += status(folder, "VmRSS") / 1024;
            threads += status(folder, "Threads");
            try (var open = Files.list(folder.resolve("fd"))) {
                descriptors += (int) open.count();
            }
        }
        return new Vitals(Map.of(), resident, descriptors, threads);
    }

    private Vitals with(Map<String, Long> live) {
        return new Vitals(live, residentMib, descriptors, threads);
    }

    private static int status(Path folder, String key) throws IOException {
        try (var lines = Files.lines(folder.resolve("status"))) {
            return lines.filter(line -> line.startsWith(key + ":"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToInt(Integer::parseInt).findFirst().orElseThrow();
        }
    }

    private static void addLive(ProcessHandle process, Map<String, Long> live) throws IOException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var histogram = new ProcessBuilder(
                jcmd, Long.toString(process.pid()), "GC.class_histogram").start();
        try (var lines = histogram.inputReader().lines()) {
            lines.map(CLASS::matcher).filter(Matcher::matches)
                    .filter(line -> !line.group(2).contains(FILLER))
                    .forEach(line -> live.merge(
                            line.group(2), Long.parseLong(line.group(1)), Long::sum));
        }
        if (histogram.onExit().join().exitValue() != 0) {
            throw new IOException("jcmd cannot look into process " + process.pid());
        }
    }

    long liveKib() {
        return live.values().stream().mapToLong(Long::longValue).sum() / 1024;
    }

    /// The classes that have grown most since: where to look for a leak.
    String grownMostSince(Vitals before) {
        return live.keySet().stream()
                .sorted(Comparator.comparing((String name) -> -grownSince(before, name)))
                .limit(3)
                .map(name -> "%s %+,d".formatted(name, grownSince(before, name)))
                .collect(Collectors.joining(", "));
    }

    private long grownSince(Vitals before, String name) {
        return live.get(name) - before.live.getOrDefault(name, 0L);
    }
}
