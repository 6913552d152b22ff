package bench;

import module java.base;

import static bench.LoadGenerator.seconds;

/// Takes all servers through the plan, in rounds. In each, every server is started anew, for two
/// starts of the same server differ, and only rounds tell by how much. See [Comparison].
///
/// Within a round the servers run side by side and take turns of a fraction of a second, first in
/// one order, then in the other: so whatever else the machine does meanwhile, it does to all of
/// them. A server that has not its turn is suspended, and takes nothing from the one that is
/// measured. Where that is impossible, on Windows, one server after the other has all its turns.
///
/// In some rounds each is started once more before that, alone, for the idleness: memory is to be
/// what clients need, and not what a load has left behind.
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
            if (plan.looksAtIdleness(round)) {
                for (var contestant : order) idle(contestant);
            }
            if (ServerProcess.CAN_BE_SUSPENDED) {
                work(order);
            } else {
                for (var contestant : order) work(List.of(contestant));
            }
            Collections.rotate(order, -Math.ceilDiv(order.size(), plan.rounds()));
        }
        return results;
    }

    private void now(String what) {
        progress.now("round %d: %s".formatted(round, what));
    }

    private void fail(Contestant contestant, String topic, String why)
            throws InterruptedException {
        if (ServerProcess.isStopping()) throw new InterruptedException();
        results.add(new Results.Failure(contestant.name(), topic, why));
    }

    private void add(Contestant contestant, String topic, Metric metric, double value) {
        results.add(round, contestant.name(), topic, metric, value);
    }

    private void addStartUp(Contestant contestant, ServerProcess server) {
        add(contestant, Results.IDLE, Metric.START_UP, seconds(server.startUp()) * 1e3);
    }

    // ---- idleness

    /// A server that fails loses these figures, and the others do not.
    private void idle(Contestant contestant) throws InterruptedException {
        now(contestant.name());
        try (var server = new ServerProcess(contestant)) {
            addStartUp(contestant, server);
            try {
                idle(contestant, server);
            } catch (IOException | WrongAnswer e) {
                fail(contestant, Results.IDLE, e.getMessage() + server.death());
            }
        } catch (IOException e) {
            fail(contestant, Results.IDLE, e.getMessage());
        }
        progress.done(plan.idleTime(contestant));
    }

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
        var stopwatch = new Stopwatch(server.usage()::cpuTime);
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

    /// A server that runs, and what it has done so far in this round, by work.
    private record Running(Contestant contestant, ServerProcess server, Map<Work, Tally> tallies) {}

    private void work(List<Contestant> group) throws InterruptedException {
        var running = new ArrayList<Running>();
        try {
            for (var contestant : group) start(contestant, running);
            for (var work : plan.works()) {
                now(work.toString());
                takeTurns(running.stream()
                        .filter(each -> each.contestant.takesPartIn(work)).toList(), work);
            }
        } finally {
            running.forEach(each -> each.server.close());
        }
    }

    private void start(Contestant contestant, List<Running> running) throws InterruptedException {
        now(contestant.name());
        try {
            var server = new ServerProcess(contestant);
            running.add(new Running(contestant, server, new HashMap<>()));
            addStartUp(contestant, server);
            var warmUp = contestant.takesPartIn(Work.SMALL) ? Work.SMALL : Work.PING_PONG;
            LoadGenerator.run(server.address(), warmUp, plan.warmUp(), Duration.ZERO,
                    () -> {}, () -> {});
            server.suspend();
        } catch (IOException | WrongAnswer e) {
            fail(contestant, "all works", e.getMessage());
        }
        progress.done(plan.startTime());
    }

    /// A server that fails in a work has no more turns in it, and no figures of this round.
    private void takeTurns(List<Running> running, Work work) throws InterruptedException {
        var left = new ArrayList<>(running);
        for (int turn = 0; turn < plan.turns(); turn++) {
            for (var each : List.copyOf(turn % 2 == 0 ? left : left.reversed())) {
                try {
                    measure(each, work);
                } catch (IOException | WrongAnswer e) {
                    fail(each.contestant, work.toString(), e.getMessage() + each.server.death());
                    left.remove(each);
                }
                progress.done(plan.turnTime());
            }
        }
        for (var each : left) {
            each.tallies.get(work).figures().forEach((metric, value) ->
                    add(each.contestant, work.toString(), metric, value));
        }
    }

    private void measure(Running running, Work work)
            throws IOException, WrongAnswer, InterruptedException {
        var usage = running.server.usage();
        var stopwatch = new AtomicReference<Stopwatch>();
        var cores = new AtomicReference<Stopwatch.Cores>();
        var threads = new AtomicReference<Double>();
        running.server.resume();
        var load = LoadGenerator.run(running.server.address(), work, plan.between(), plan.turn(),
                () -> stopwatch.set(new Stopwatch(usage::cpuTime)),
                () -> {
                    cores.set(stopwatch.get().stop());
                    threads.set(usage.threads());
                });
        running.server.suspend();
        running.tallies.computeIfAbsent(work, _ -> new Tally())
                .add(load, cores.get(), threads.get());
    }
}
