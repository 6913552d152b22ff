package conformance;

/// How a client failed in a [ClientPlay].
public enum ClientSymptom {
    NEVER_CONNECTS,
    /// A line was typed and has not come in time.
    NOT_SENT,
    /// Something else came than was typed.
    SENDS_OTHER,
    /// It closed, or ended, before the last line that was typed has come.
    ENDED_EARLY,
    /// An answer is not, or not in one piece, among what it has shown.
    NOT_SHOWN,
    SHOWN_TWICE,
    /// It has not ended in time: after the end of the input, or after the server has left.
    NO_END
}
