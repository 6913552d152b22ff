package bench;

import module java.base;

import static bench.LoadGenerator.seconds;

import org.HdrHistogram.Histogram;

/// What a server has done in one work of one round, in all its turns together.
final class Tally {

    private Histogram latencies;
    private double time; // all in seconds
    private double serverTime;
    private double otherTime;
    private double clientTime;
    private double threads;

    /// @param cores in use meanwhile
    /// @param threads of the server, at the end
    void add(LoadGenerator.Load load, Stopwatch.Cores cores, double threads) {
        if (latencies == null) {
            latencies = load.latencies();
        } else {
            latencies.add(load.latencies());
        }
        var turn = seconds(load.duration());
        time += turn;
        serverTime += turn * cores.server();
        otherTime += turn * cores.others();
        clientTime += turn * load.cores();
        this.threads = threads;
    }

    Map<Metric, Double> figures() {
        var requests = latencies.getTotalCount();
        var figures = new EnumMap<Metric, Double>(Metric.class);
        figures.put(Metric.THROUGHPUT, requests / time);
        figures.put(Metric.CPU, serverTime / requests * 1e6);
        figures.put(Metric.SERVER_CORES, serverTime / time);
        figures.put(Metric.OTHER_CORES, otherTime / time);
        figures.put(Metric.CLIENT_CORES, clientTime / time);
        figures.put(Metric.P50, micros(50));
        figures.put(Metric.P99, micros(99));
        figures.put(Metric.P999, micros(99.9));
        figures.put(Metric.MAX, micros(100));
        figures.put(Metric.THREADS, threads);
        return figures;
    }

    /// The latency below which so many per cent of the answers stay.
    private double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
