package conformance;

/// How a server failed in a [Play].
public enum Symptom {
    CANNOT_CONNECT,
    /// It does not take, in time, what is sent.
    TAKES_NOTHING,
    /// Of the answer to the last that was said, nothing came in time.
    NO_ANSWER,
    /// Of the answer, a part came, and no more in time.
    INCOMPLETE,
    /// The end of the stream came before the answer.
    ENDED_EARLY,
    /// A reset came before the answer.
    RESET,
    /// A byte came that cannot be part of the answer.
    WRONG_BYTE,
    /// After the whole answer, more came.
    SURPLUS,
    /// After the whole answer to a client that has half-closed, the end of the stream did not come
    /// in time.
    NO_END,
    /// It had taken more than all buffers hold, from a client that read nothing, and gave it back.
    KEEPS_EVERYTHING
}
