package conformance;

import module java.base;

import conformance.Step.*;

/// What a client can do to a server, and to those who use it at the same time.
public enum Mischief {
    /// Resets at once, perhaps before it was accepted.
    RESETS(client -> Stream.of(new Resets(client))),
    /// Closes without having said anything.
    SAYS_NOTHING(client -> Stream.of(new Leaves(client))),
    /// Closes with the answer unread, which resets the connection.
    LEAVES_ITS_ANSWER(client -> Stream.of(saysLetters(client, 3000), new Leaves(client))),
    /// Resets while the server is still writing to it: broken pipe.
    BREAKS_THE_PIPE(client -> Stream.of(
            saysLetters(client, 5000), new HearsAByte(client), new Resets(client))),
    /// Half a character, then gone.
    LEAVES_HALF_A_CHARACTER(client -> Stream.of(
            new Says(client, new Bytes(new byte[] {(byte) 0xE4, (byte) 0xBD})),
            new Leaves(client))),
    /// Says it has finished, and stays to read.
    HALF_CLOSES(client -> Stream.of(new HalfCloses(client))),
    /// Stays connected and silent.
    STAYS(_ -> Stream.empty()),
    /// Sends a little, and stays without reading the answer.
    NEVER_READS(client -> Stream.of(saysLetters(client, 1000)));

    /// Those that a server survives which serves one client at a time.
    public static final Set<Mischief> PASSING = Collections.unmodifiableSet(EnumSet.of(
            RESETS, SAYS_NOTHING, LEAVES_ITS_ANSWER, LEAVES_HALF_A_CHARACTER, HALF_CLOSES));

    private final IntFunction<Stream<Step>> afterConnecting;

    Mischief(IntFunction<Stream<Step>> afterConnecting) {
        this.afterConnecting = afterConnecting;
    }

    List<Step> steps(int client) {
        return Stream.concat(Stream.of(new Connects(client)), afterConnecting.apply(client))
                .toList();
    }

    private static Step saysLetters(int client, int count) {
        return new Says(client, Step.letters(client, count));
    }
}
