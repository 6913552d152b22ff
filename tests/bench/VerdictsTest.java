package bench;

import module java.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bench.Comparison.Verdict;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

/// What the bench says of two servers of which the truth is known, because they are made up: each
/// round is slow or fast for both, and then each has noise of its own.
class VerdictsTest {

    private static final int RUNS = 1000;

    /// @param ratio the truth
    /// @param noise the standard deviation of a figure's logarithm
    /// @param rounds of a run
    private record World(double ratio, double noise, int rounds, long seed) {

        Stream<Comparison> runs() {
            var random = new Random(seed);
            return Stream.generate(() -> run(random)).limit(RUNS);
        }

        private Comparison run(Random random) {
            var ours = new TreeMap<Integer, Double>();
            var theirs = new TreeMap<Integer, Double>();
            for (int round = 1; round <= rounds; round++) {
                var machine = 5 * Math.exp(0.5 * random.nextGaussian());
                ours.put(round, machine * ratio * Math.exp(noise * random.nextGaussian()));
                theirs.put(round, machine * Math.exp(noise * random.nextGaussian()));
            }
            return Comparison.of(ours, theirs, false).orElseThrow();
        }

        double part(Predicate<Comparison> property) {
            return runs().filter(property).count() / (double) RUNS;
        }

        double part(Verdict verdict) {
            return part(run -> run.verdict(Comparison.MATTERS) == verdict);
        }
    }

    @Provide
    Arbitrary<World> worlds() {
        return worlds(Arbitraries.doubles().between(0.5, 2).ofScale(2));
    }

    @Provide
    Arbitrary<World> nearlyLevel() {
        return worlds(Arbitraries.doubles().between(0.9, 1.1).ofScale(3));
    }

    private static Arbitrary<World> worlds(Arbitrary<Double> ratios) {
        return Combinators.combine(ratios,
                Arbitraries.doubles().between(0.01, 0.3).ofScale(2),
                Arbitraries.integers().between(2, 40), Arbitraries.longs()).as(World::new);
    }

    /// As often as it says, whatever slowed the machine down meanwhile.
    @Property(tries = 30)
    void theIntervalCoversTheTruthAsOftenAsItSays(@ForAll("worlds") World world) {
        var covered = world.part(run -> run.low() <= world.ratio && world.ratio <= run.high());
        assertTrue(covered > 0.92 && covered < 0.98, world + ": covered in " + covered);
    }

    /// With the noise of a quiet machine and the rounds of a full run.
    @Property(tries = 10)
    void aTenthMoreIsFound(@ForAll long seed) {
        var found = new World(1.1, 0.02, 7, seed).part(Verdict.MORE);
        assertTrue(found > 0.9, "found in " + found);
    }

    @Property(tries = 10)
    void equalServersAreCalledLevel(@ForAll long seed) {
        var world = new World(1, 0.02, 7, seed);
        assertTrue(world.part(Verdict.LEVEL) > 0.9, "level in " + world.part(Verdict.LEVEL));
    }

    /// However few the rounds, and however great the noise.
    @Property(tries = 30)
    void equalServersAreHardlyEverCalledDifferent(
            @ForAll @DoubleRange(min = 0.01, max = 0.3) double noise, @ForAll long seed) {
        for (var rounds : List.of(2, 3, 7, 20)) {
            var world = new World(1, noise, rounds, seed);
            var wrong = world.part(Verdict.MORE) + world.part(Verdict.LESS);
            assertTrue(wrong < 0.06, "%s: called different in %s".formatted(world, wrong));
        }
    }

    /// The point of it all: what one run says, another does not deny. To say that it does not know
    /// denies nothing.
    @Property(tries = 50)
    void twoRunsDoNotContradictEachOther(@ForAll("nearlyLevel") World world) {
        var verdicts = world.runs().map(run -> run.verdict(Comparison.MATTERS)).toList();
        var contradictions = IntStream.range(0, RUNS / 2).filter(pair -> {
            var both = EnumSet.of(verdicts.get(2 * pair), verdicts.get(2 * pair + 1));
            both.remove(Verdict.OPEN);
            return both.size() == 2;
        }).count();
        assertTrue(contradictions <= RUNS / 2 / 100,
                world + ": " + contradictions + " of " + RUNS / 2 + " pairs of runs");
    }

    /// Whoever stops at a width, and not at a result, still covers the truth, but for a few times in
    /// a hundred more.
    @Property(tries = 3)
    void toGoOnUntilItIsPreciseIsFair(
            @ForAll @DoubleRange(min = 0.02, max = 0.08) double noise, @ForAll long seed) {
        var random = new Random(seed);
        var covered = IntStream.range(0, RUNS / 2).filter(_ -> {
            var run = precise(new World(1.07, noise, 0, seed), 0.05, random);
            return run.low() <= 1.07 && 1.07 <= run.high();
        }).count() / (RUNS / 2.0);
        assertTrue(covered > 0.87, "covered in " + covered + " with noise of " + noise);
    }

    private static Comparison precise(World world, double precision, Random random) {
        var works = List.of(Work.SMALL);
        var plan = new Plan(Integer.MAX_VALUE, 0, works, 2, Duration.ZERO, Duration.ZERO,
                Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, precision, precision,
                Duration.ofDays(1));
        var results = new Results(List.of(server("a"), server("b")), "b", precision);
        for (int round = 0; !plan.isDone(results, round, Duration.ZERO); round++) {
            var pair = new World(world.ratio, world.noise, 1, random.nextLong());
            var ratio = pair.run(random).middle();
            results.add(round + 1, "a", Work.SMALL.toString(), Metric.CPU, ratio);
            results.add(round + 1, "b", Work.SMALL.toString(), Metric.CPU, 1);
        }
        return results.comparison("a", Work.SMALL.toString(), Metric.CPU).orElseThrow();
    }

    private static Contestant server(String name) {
        return Contestant.own(name, name);
    }

    /// Whatever a sentence or a picture names beside the first, it says what is known of it.
    @Example
    void aSentenceNamesWhatIsLevelAndWhatIsOpen() {
        var a = server("a");
        var c = server("c");
        var e = server("e");
        var results = new Results(List.of(a, server("b"), c, server("d"), e),
                "a", Comparison.MATTERS);
        for (int round = 1; round <= 5; round++) {
            add(results, round, "a", 10);
            add(results, round, "e", 10.3 + 0.1 * round);
            add(results, round, "b", 10 + 0.01 * round);
            add(results, round, "c", 8 + round);
            add(results, round, "d", 20);
        }
        var ranking = Ranking.of(results, results.contestants(), "work", Metric.CPU);
        assertEquals("a and b (level)", ranking.group(ranking.least()).replaceFirst(",.*", ""));
        assertTrue(ranking.group(ranking.least()).contains("perhaps c ("), "c is open");
        assertEquals("d", ranking.group(ranking.most()));
        assertTrue(ranking.differs());
        assertEquals(List.of("a", "b"), ranking.level().stream().map(Contestant::name).toList());
        assertEquals(List.of(c, e), ranking.open());
        assertTrue(ranking.couldBeLess(c), "from less to more");
        assertFalse(ranking.couldBeLess(e), "from level to more");
    }

    private static void add(Results results, int round, String server, double value) {
        results.add(round, server, "work", Metric.CPU, value);
    }

    /// Polling and resting: a ratio to nothing would say nothing.
    @Example
    void whoeverUsesACoreIsRestlessAndWhoRestsIsNot() {
        var results = new Results(List.of(server("busy"), server("idle")), "idle",
                Comparison.MATTERS);
        for (int round = 1; round <= 3; round++) {
            results.add(round, "busy", Results.IDLE, Metric.IDLE_CPU, 90 + round);
            results.add(round, "idle", Results.IDLE, Metric.IDLE_CPU, 0);
        }
        assertTrue(results.isRestless("busy"));
        assertFalse(results.isRestless("idle"));
        assertEquals(Verdict.MORE, results.comparison("busy", Results.IDLE, Metric.IDLE_CPU)
                .orElseThrow().verdict(Comparison.MATTERS));
    }

    /// One round has no spread. Then only what is more than twice as much is called different.
    @Property
    void oneRoundSaysLittle(@ForAll @DoubleRange(min = 0.55, max = 1.9) double ratio) {
        var one = Comparison.of(Map.of(1, ratio), Map.of(1, 1.0), false).orElseThrow();
        assertEquals(Verdict.OPEN, one.verdict(Comparison.MATTERS));
    }
}
