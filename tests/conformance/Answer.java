package conformance;

import module java.base;

/// Follows what a server sends and knows whether it can be the answer to what was said so far.
public interface Answer {

    /// More was said to the server.
    void said(byte[] bytes);

    /// Takes bytes up to the first that cannot be part of the answer; none if all can.
    void take(ByteBuffer bytes);

    /// Whether everything that was said is answered.
    boolean isComplete();

    /// How many of the bytes that were said have been answered.
    int answered();

    /// Nothing more will be said to the server; what comes is still read.
    default void halfCloses() {}

    /// The end of the stream is waited for, once everything is answered.
    default void awaitsTheEnd() {}

    /// Whoever was to be answered is gone.
    default void leaves() {}

    /// It does not read, and a server may lose patience with it.
    default void mayBeDropped() {}

    /// Whether the server may break off, where it is to end the stream.
    default boolean mayEndInReset() {
        return false;
    }

    /// What may come next, if it is not the end: for people.
    byte[] due();
}
