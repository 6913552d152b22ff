package bench;

import module java.base;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/// The processor time of a process on Linux, by its own clock: clock_gettime(2).
final class CpuClock {

    private static final MethodHandle CLOCK_GETTIME = function();

    // A clock of a process: the complement of its number, and the kind of clock in three bits.
    private static final int KIND_BITS = 3;
    private static final int SCHEDULED = 2; // CPUCLOCK_SCHED in the kernel's posix-timers.h

    private CpuClock() {}

    @SuppressWarnings("restricted")
    private static MethodHandle function() {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow("clock_gettime"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }

    /// @throws IOException if there is no such process
    static long nanos(int pid) throws IOException {
        try (var memory = Arena.ofConfined()) {
            var time = memory.allocate(JAVA_LONG, 2); // a struct timespec: seconds, nanoseconds
            var result = (int) CLOCK_GETTIME.invokeExact(~pid << KIND_BITS | SCHEDULED, time);
            if (result != 0) throw new IOException("no such process: " + pid);
            return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000 + time.getAtIndex(JAVA_LONG, 1);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
