package bench;

import module java.base;

/// How a server's figure compares with another's: an interval in which the truth is, as 95 of a
/// hundred such intervals contain it.
///
/// A round is a pair: both servers were started anew in it, and took turns. So what made the
/// machine slow for a while made both slow, and what the JIT compiler made of one start is not
/// taken for a property of the server. Each pair gives a ratio. The middle of the interval is the
/// mean of their logarithms, and its width, by Student's t distribution, comes from how much they
/// differ. Per cents, which may be nothing, give differences in place of ratios.
///
/// @param middle of the interval: 1.1 if ours is a tenth greater; of per cents, 10 if it is ten
///        points more
/// @param low its lower end
/// @param high its upper end
/// @param pairs from how many rounds it is
/// @param ofPerCents whether all of these are differences in points, and not ratios
record Comparison(double middle, double low, double high, int pairs, boolean ofPerCents) {

    /// Less is no difference that would decide for a server. And it keeps two runs from
    /// contradicting each other: where one says level and another different, their intervals have
    /// no value in common, and one of them at least is of the five in a hundred.
    static final double MATTERS = 0.05;

    /// The same in points, for per cents.
    private static final double POINTS_MATTER = 1;

    /// A single round says nothing about how much rounds differ. So it could be twice as much, or
    /// half, or so many points more or less.
    private static final double TIMES_OF_ONE_ROUND = 2;
    private static final double POINTS_OF_ONE_ROUND = 5;

    /// The quantiles of Student's t for 95 %, by degrees of freedom, from 1 on.
    private static final double[] STUDENT = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
        2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
        2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};

    /// The same of the normal distribution, to which Student's comes ever nearer.
    private static final double NORMAL = 1.960;

    /// What an interval says.
    enum Verdict {
        /// All of it is below what matters.
        LESS,
        /// All of it is within what does not matter.
        LEVEL,
        /// All of it is above what matters.
        MORE,
        /// It is too wide, or lies across the border: this run does not tell.
        OPEN
    }

    /// Of figures by round. Rounds that one of the two lacks do not count.
    ///
    /// @return nothing if there is no pair, or a ratio would be one of nothing
    static Optional<Comparison> of(
            Map<Integer, Double> ours, Map<Integer, Double> theirs, boolean perCents) {
        var pairs = new ArrayList<Double>();
        for (var round : ours.keySet()) {
            if (!theirs.containsKey(round)) continue;
            double one = ours.get(round);
            double other = theirs.get(round);
            if (!perCents && !(one > 0 && other > 0)) return Optional.empty();
            pairs.add(perCents ? one - other : Math.log(one / other));
        }
        return pairs.isEmpty() ? Optional.empty() : Optional.of(ofPairs(pairs, perCents));
    }

    /// Per cents as such, compared with none at all.
    static Optional<Comparison> withNothing(Map<Integer, Double> perCents) {
        var nothing = new HashMap<Integer, Double>();
        perCents.keySet().forEach(round -> nothing.put(round, 0.0));
        return of(perCents, nothing, true);
    }

    private static Comparison ofPairs(List<Double> pairs, boolean perCents) {
        var mean = pairs.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        var half = pairs.size() == 1
                ? (perCents ? POINTS_OF_ONE_ROUND : Math.log(TIMES_OF_ONE_ROUND))
                : student(pairs.size() - 1) * standardError(pairs, mean);
        return perCents
                ? new Comparison(mean, mean - half, mean + half, pairs.size(), true)
                : new Comparison(Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half),
                        pairs.size(), false);
    }

    private static double standardError(List<Double> pairs, double mean) {
        var squares = pairs.stream().mapToDouble(pair -> Math.pow(pair - mean, 2)).sum();
        return Math.sqrt(squares / (pairs.size() - 1) / pairs.size());
    }

    /// Beyond the table the first term of its expansion is good to three digits.
    private static double student(int freedom) {
        return freedom <= STUDENT.length ? STUDENT[freedom - 1]
                : NORMAL + (Math.pow(NORMAL, 3) + NORMAL) / (4 * freedom);
    }

    /// @param matters the least difference that does, as a part
    Verdict verdict(double matters) {
        var above = ofPerCents ? POINTS_MATTER : 1 + matters;
        var below = ofPerCents ? -POINTS_MATTER : 1 / (1 + matters);
        if (high < below) return Verdict.LESS;
        if (low > above) return Verdict.MORE;
        return low >= below && high <= above ? Verdict.LEVEL : Verdict.OPEN;
    }

    /// How wide the interval is, as a part of its lower end.
    double width() {
        return high / low - 1;
    }

    /// The interval, such as `0.93-0.98`, or `+98.1 to +99.0` points.
    String shown() {
        if (ofPerCents) return ("%+.1f to %+.1f".formatted(low, high)).replace("-0.0", "+0.0");
        return (high < 10 ? "%.2f-%.2f" : "%.0f-%.0f").formatted(low, high);
    }
}
