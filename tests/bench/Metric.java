package bench;

/// What is measured of a server, in which unit.
enum Metric {
    THROUGHPUT("requests_per_second", "requests per second", "%,.0f"),
    P50("p50_us", "p50, us", "%,.0f"),
    P99("p99_us", "p99, us", "%,.0f"),
    P999("p999_us", "p99.9, us", "%,.0f"),
    MAX("max_us", "max, us", "%,.0f"),
    /// Of the server alone; the steadiest figure of all. But who else works takes the caches away.
    CPU("cpu_seconds_per_million", "CPU s per million", "%.2f"),
    SERVER_CORES("server_cores", "cores of the server", "%.2f"),
    CLIENT_CORES("client_cores", "cores of the clients", "%.2f"),
    OTHER_CORES("other_cores", "cores of everybody else", "%.2f"),
    THREADS("threads", "threads", "%,.0f"),
    START_UP("start_up_ms", "start-up, ms", "%,.0f"),
    IDLE_CPU_ALONE("idle_cpu_percent_alone", "CPU % alone", "%.1f"),
    IDLE_CPU("idle_cpu_percent_some", "CPU % with 50 idle clients", "%.1f"),
    MEMORY_ALONE("resident_mb_alone", "MB alone", "%,.0f"),
    MEMORY("resident_mb_many", "MB with many idle clients", "%,.0f"),
    MEMORY_PER_CLIENT("resident_kib_per_client", "KiB per idle client", "%,.1f"),
    IDLE_CLIENTS("idle_clients", "idle clients", "%,.0f");

    /// Its name in JSON.
    final String key;

    /// Its name, with the unit.
    final String title;

    private final String format;

    Metric(String key, String title, String format) {
        this.key = key;
        this.title = title;
        this.format = format;
    }

    /// Whether it is a part of something, and can be next to nothing.
    boolean isPerCent() {
        return this == IDLE_CPU_ALONE || this == IDLE_CPU;
    }

    /// A value with as many digits as mean something.
    String show(double value) {
        return format.formatted(value);
    }
}
