package recorder;

import module java.base;

import java.lang.ref.WeakReference;

import recorder.Happening.Role;

/// One end of a connection, in this program: a listener and a socket for datagrams, too.
public final class End {

    final WeakReference<Object> socket;
    final int connection;
    final Role role;
    final String local;
    final String remote;
    final LongAdder vainReads = new LongAdder();
    final LongAdder vainWrites = new LongAdder();
    final LongAdder vainAccepts = new LongAdder();
    final AtomicLong bytesRead = new AtomicLong();
    final AtomicLong bytesWritten = new AtomicLong();
    final LongAdder reads = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder nanosWaited = new LongAdder();
    final LongAccumulator smallestRead = new LongAccumulator(Math::min, Long.MAX_VALUE);
    final LongAccumulator largestRead = new LongAccumulator(Math::max, 0);

    End(Object socket, int connection, Role role, String local, String remote) {
        this.socket = new WeakReference<>(socket);
        this.connection = connection;
        this.role = role;
        this.local = local;
        this.remote = remote;
    }

    /// Its number, from 1; 0 for a listener.
    public int connection() {
        return connection;
    }

    public Role role() {
        return role;
    }

    /// `127.0.0.1:5678`
    public String local() {
        return local;
    }

    public String remote() {
        return remote;
    }

    public long bytesRead() {
        return bytesRead.get();
    }

    public long bytesWritten() {
        return bytesWritten.get();
    }

    public long reads() {
        return reads.sum();
    }

    public long writes() {
        return writes.sum();
    }

    /// Of the reads that found bytes; 0 if none has.
    public long smallestRead() {
        return reads() == 0 ? 0 : smallestRead.get();
    }

    public long largestRead() {
        return largestRead.get();
    }

    public Duration waited() {
        return Duration.ofNanos(nanosWaited.sum());
    }

    /// Reads of 0 bytes: it was asked, and nothing had come.
    public long vainReads() {
        return vainReads.sum();
    }

    /// Writes of which nothing was taken.
    public long vainWrites() {
        return vainWrites.sum();
    }

    /// Calls of accept for which nobody had come.
    public long vainAccepts() {
        return vainAccepts.sum();
    }
}
