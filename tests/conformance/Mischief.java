package conformance;

import module java.base;

import conformance.Step.*;

/// What a client can do to a server, and to those who use it at the same time.
public enum Mischief {
    /// Resets at once, perhaps before it was accepted.
    RESETS {
        @Override
        List<Step> steps(int client) {
            return List.of(new Connects(client), new Resets(client));
        }
    },
    /// Closes without having said anything.
    SAYS_NOTHING {
        @Override
        List<Step> steps(int client) {
            return List.of(new Connects(client), new Leaves(client));
        }
    },
    /// Closes with the answer unread, which resets the connection.
    LEAVES_ITS_ANSWER {
        @Override
        List<Step> steps(int client) {
            return List.of(new Connects(client), letters(client, 3000), new Leaves(client));
        }
    },
    /// Resets while the server is still writing to it: broken pipe.
    BREAKS_THE_PIPE {
        @Override
        List<Step> steps(int client) {
            return List.of(new Connects(client), letters(client, 5000), new HearsAByte(client),
                    new Resets(client));
        }
    },
    /// Half a character, then gone.
    LEAVES_HALF_A_CHARACTER {
        @Override
        List<Step> steps(int client) {
            var half = new Bytes(new byte[] {(byte) 0xE4, (byte) 0xBD});
            return List.of(new Connects(client), new Says(client, half), new Leaves(client));
        }
    },
    /// Says it has finished, and stays to read.
    HALF_CLOSES {
        @Override
        List<Step> steps(int client) {
            return List.of(new Connects(client), new HalfCloses(client));
        }
    },
    /// Stays connected and silent.
    STAYS {
        @Override
        List<Step> steps(int client) {
            return List.of(new Connects(client));
        }
    },
    /// Sends a little, and stays without reading the answer.
    NEVER_READS {
        @Override
        List<Step> steps(int client) {
            return List.of(new Connects(client), letters(client, 1000));
        }
    };

    /// Those that a server survives which serves one client at a time.
    public static final Set<Mischief> PASSING = Collections.unmodifiableSet(EnumSet.of(
            RESETS, SAYS_NOTHING, LEAVES_ITS_ANSWER, LEAVES_HALF_A_CHARACTER, HALF_CLOSES));

    abstract List<Step> steps(int client);

    private static Step letters(int client, int count) {
        return new Says(client, Step.letters(client, count));
    }
}
