package bench;

import module java.base;

import static bench.LoadGenerator.seconds;

/// Takes all servers through the plan, in rounds: each round visits every one, and begins with
/// another, so that a machine that is busy for a minute, or warm, is so for all.
///
/// In a round a server is started for the works, and in some rounds before that for the idleness,
/// so that memory is what clients need and not what a load has left behind. There are many short
/// rounds rather than a few long ones: two starts of the same server differ, and only rounds tell
/// by how much. See [Comparison].
final class Schedule {

    private final Plan plan;
    private final Progress progress;
    private final Results results;
    private int round;

    /// @param yardstick the server that all are compared with
    Schedule(Plan plan, List<Contestant> contestants, String yardstick, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        results = new Results(contestants, yardstick, plan.matters());
    }

    /// @throws InterruptedException if interrupted, or stopped by Ctrl-C
    Results run() throws InterruptedException {
        var order = new ArrayList<>(results.contestants());
        var begin = System.nanoTime();
        while (!plan.isDone(results, round, Duration.ofNanos(System.nanoTime() - begin))) {
            round++;
            for (var contestant : order) {
                progress.now("round %d: %s".formatted(round, contestant.name()));
                if (plan.looksAtIdleness(round)) {
                    attempt(contestant, Results.IDLE, this::idle);
                    progress.done(plan.idleTime(contestant));
                }
                attempt(contestant, "all works", this::work);
            }
            Collections.rotate(order, -Math.ceilDiv(order.size(), plan.rounds()));
        }
        return results;
    }

    private interface Part {
        void of(Contestant contestant, ServerProcess server)
                throws IOException, WrongAnswer, InterruptedException;
    }

    /// A server that fails loses these figures, and the others do not.
    private void attempt(Contestant contestant, String topic, Part part)
            throws InterruptedException {
        try (var server = new ServerProcess(contestant)) {
            add(contestant, Results.IDLE, Metric.START_UP, seconds(server.startUp()) * 1e3);
            try {
                part.of(contestant, server);
            } catch (IOException | WrongAnswer e) {
                fail(contestant, topic, e.getMessage() + server.death());
            }
        } catch (IOException e) {
            fail(contestant, topic, e.getMessage());
        }
    }

    private void fail(Contestant contestant, String topic, String why)
            throws InterruptedException {
        if (ServerProcess.isStopping()) throw new InterruptedException();
        results.add(new Results.Failure(contestant.name(), topic, why));
    }

    private void add(Contestant contestant, String topic, Metric metric, double value) {
        results.add(round, contestant.name(), topic, metric, value);
    }

    // ---- idleness

    private void idle(Contestant contestant, ServerProcess server)
            throws IOException, WrongAnswer, InterruptedException {
        add(contestant, Results.IDLE, Metric.IDLE_CPU_ALONE, idleCpu(server));
        var memory = server.usage().residentMemory();
        add(contestant, Results.IDLE, Metric.MEMORY_ALONE, memory / 1e6);
        if (contestant.mostClients() < Plan.SOME_CLIENTS) return;
        try (var clients = new IdleClients(server.address())) {
            clients.growTo(Plan.SOME_CLIENTS);
            add(contestant, Results.IDLE, Metric.IDLE_CPU, idleCpu(server));
            clients.growTo(plan.manyFor(contestant));
            Thread.sleep(plan.settle());
            crowd(contestant, server.usage(), clients.count(), memory);
        }
    }

    /// @return per cent of a core
    private double idleCpu(ServerProcess server) throws InterruptedException {
        Thread.sleep(plan.settle());
        var stopwatch = new Stopwatch(server.usage()::fineCpuTime);
        Thread.sleep(plan.idle());
        return 100 * stopwatch.stop().server();
    }

    private void crowd(Contestant contestant, Usage usage, int clients, double memoryAlone) {
        var memory = usage.residentMemory();
        add(contestant, Results.IDLE, Metric.IDLE_CLIENTS, clients);
        add(contestant, Results.IDLE, Metric.MEMORY, memory / 1e6);
        add(contestant, Results.IDLE, Metric.MEMORY_PER_CLIENT,
                (memory - memoryAlone) / 1024 / clients);
        add(contestant, Results.IDLE, Metric.THREADS, usage.threads());
    }

    // ---- works

    private void work(Contestant contestant, ServerProcess server)
            throws IOException, WrongAnswer, InterruptedException {
        var warmUp = contestant.takesPartIn(Work.SMALL) ? Work.SMALL : Work.PING_PONG;
        LoadGenerator.run(server.address(), warmUp, plan.warmUp(), Duration.ZERO,
                () -> {}, () -> {});
        progress.done(plan.warmUp());
        for (var work : plan.works()) {
            if (contestant.takesPartIn(work)) {
                attempt(contestant, server, work);
                progress.done(plan.workTime());
            }
        }
    }

    private void attempt(Contestant contestant, ServerProcess server, Work work)
            throws InterruptedException {
        try {
            measure(contestant, server, work);
        } catch (IOException | WrongAnswer e) {
            fail(contestant, work.toString(), e.getMessage() + server.death());
        }
    }

    private void measure(Contestant contestant, ServerProcess server, Work work)
            throws IOException, WrongAnswer, InterruptedException {
        var usage = server.usage();
        var stopwatch = new AtomicReference<Stopwatch>();
        var cores = new AtomicReference<Stopwatch.Cores>();
        var load = LoadGenerator.run(server.address(), work, plan.between(), plan.counted(),
                () -> stopwatch.set(new Stopwatch(usage::cpuTime)),
                () -> {
                    cores.set(stopwatch.get().stop());
                    add(contestant, work.toString(), Metric.THREADS, usage.threads());
                });
        record(contestant, work.toString(), load, cores.get());
    }

    private void record(Contestant contestant, String topic, LoadGenerator.Load load,
            Stopwatch.Cores cores) {
        add(contestant, topic, Metric.THROUGHPUT, load.requestsPerSecond());
        add(contestant, topic, Metric.CPU, cores.server() / load.requestsPerSecond() * 1e6);
        add(contestant, topic, Metric.SERVER_CORES, cores.server());
        add(contestant, topic, Metric.OTHER_CORES, cores.others());
        add(contestant, topic, Metric.CLIENT_CORES, load.cores());
        add(contestant, topic, Metric.P50, load.micros(50));
        add(contestant, topic, Metric.P99, load.micros(99));
        add(contestant, topic, Metric.P999, load.micros(99.9));
        add(contestant, topic, Metric.MAX, load.micros(100));
    }
}
