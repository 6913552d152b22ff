package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import conformance.Step.*;

/// What a client can do to a server of frames, and to those who use it at the same time.
public enum FrameMischief {
    RESETS(client -> Stream.of(new Resets(client))),
    SAYS_NOTHING(client -> Stream.of(new Leaves(client))),
    HALF_CLOSES(client -> Stream.of(new HalfCloses(client))),
    VANISHES_IN_A_HEADER(client -> Stream.of(
            start(client, 9000, 2), new Leaves(client))),
    VANISHES_IN_A_PAYLOAD(client -> Stream.of(
            start(client, 9000, 5000), new Leaves(client))),
    RESETS_IN_A_PAYLOAD(client -> Stream.of(
            whole(client, 5), start(client, 5, 6), new Resets(client))),
    LEAVES_ITS_ANSWERS(client -> Stream.of(
            whole(client, 3000), whole(client, 5), new Leaves(client))),
    IS_A_BROWSER(client -> Stream.of(
            new Says(client, new Bytes("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII))),
            new Leaves(client))),
    STAYS(_ -> Stream.empty()),
    STAYS_IN_A_HEADER(client -> Stream.of(start(client, 5, 2))),
    STAYS_IN_A_PAYLOAD(client -> Stream.of(start(client, 5, 6))),
    ANNOUNCES_AND_STAYS(client -> Stream.of(new Says(client, Frames.header(66_000)))),
    ANNOUNCES_TOO_MUCH(client -> Stream.of(new Says(client, Frames.header(Frames.TOO_LARGE)))),
    /// Four bytes that are unsigned, as an int.
    ANNOUNCES_A_NEGATIVE_LENGTH(client -> Stream.of(new Says(client, Frames.header(-1)))),
    /// Empty frames, whose answers are longer.
    NEVER_READS(client -> Stream.of(new Says(client, new Bytes(new byte[64 * 1024]))));

    /// Those that a server survives which serves one client at a time.
    public static final Set<FrameMischief> PASSING = Collections.unmodifiableSet(EnumSet.of(
            RESETS, SAYS_NOTHING, HALF_CLOSES, VANISHES_IN_A_HEADER, VANISHES_IN_A_PAYLOAD,
            RESETS_IN_A_PAYLOAD, LEAVES_ITS_ANSWERS, IS_A_BROWSER));

    private final IntFunction<Stream<Step>> afterConnecting;

    FrameMischief(IntFunction<Stream<Step>> afterConnecting) {
        this.afterConnecting = afterConnecting;
    }

    List<Step> steps(int client) {
        return Stream.concat(Stream.of(new Connects(client)), afterConnecting.apply(client))
                .toList();
    }

    private static Step whole(int client, int letters) {
        return new Says(client, Frames.of(Step.letters(client, letters)));
    }

    private static Step start(int client, int letters, int bytes) {
        return new Says(client, Frames.slice(Frames.of(Step.letters(client, letters)), 0, bytes));
    }
}
