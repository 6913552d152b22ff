package workbook.runtime;

import module java.base;

/// What a thread is doing, in words: what it waits for is told by the outermost call into the
/// library that has a name in the field.
public final class ThreadState {

    private static final String HOOKS = CellHooks.class.getName();

    private static final Map<String, String> WAITS = Map.ofEntries(
            Map.entry("accept", "blocked in accept"), Map.entry("read", "blocked in read"),
            Map.entry("write", "blocked in write"), Map.entry("connect", "blocked in connect"),
            Map.entry("receive", "blocked in receive"), Map.entry("select", "waiting in select"),
            Map.entry("sleep", "sleeping"), Map.entry("join", "waiting in join"),
            Map.entry("take", "waiting in take"), Map.entry("get", "waiting in get"),
            Map.entry("await", "waiting in await"), Map.entry("lock", "waiting for a lock"),
            Map.entry("acquire", "waiting in acquire"), Map.entry("put", "waiting in put"));

    private ThreadState() {}

    public static String of(Thread thread) {
        var state = thread.getState();
        var frames = List.of(thread.getStackTrace());
        return switch (state) {
            case NEW -> "not started";
            case TERMINATED -> "ended";
            case RUNNABLE -> inTheKernel(frames) ? waitsFor(frames).orElse("running") : "running";
            case BLOCKED -> "waiting for a monitor";
            default -> waitsFor(frames).orElse("waiting");
        };
    }

    /// A platform thread that waits for the kernel counts as runnable.
    private static boolean inTheKernel(List<StackTraceElement> frames) {
        return !frames.isEmpty() && frames.getFirst().isNativeMethod()
                && frames.stream().dropWhile(frame -> frame.getModuleName() != null)
                        .noneMatch(frame -> frame.getClassName().startsWith(HOOKS));
    }

    private static Optional<String> waitsFor(List<StackTraceElement> frames) {
        return frames.stream().takeWhile(frame -> frame.getModuleName() != null)
                .map(frame -> WAITS.get(frame.getMethodName())).filter(Objects::nonNull)
                .reduce((_, outer) -> outer);
    }
}
