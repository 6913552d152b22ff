package check;

/// What comes of asking a question.
public sealed interface Verdict {

    record Kept(int tries) implements Verdict {}

    /// @param times it failed when it was repeated
    /// @param of how many times it was; fewer failures than that mean that it fails sometimes
    record Fails(Failure failure, int times, int of) implements Verdict {}
}
