import module java.base;

/// What the saboteur does, again and again, to a server that others are using.
///
/// Some of it is allowed, and has to be served right to the last byte all the same: a client may be
/// done with sending, send slowly, or read late.
enum Fault {

    /// Resets the connection in the middle of a message.
    RESET(10) {
        @Override
        void commit(Siege siege) throws IOException {
            try (var client = siege.connect()) {
                client.say(siege.someLetters());
                if (siege.flipCoin()) client.listen();
                if (siege.flipCoin()) client.saySomeOf(siege.someLetters());
                client.reset();
            }
        }
    },

    /// Half-closes at once, and reads its answers later, or never.
    HALF_CLOSE(10) {
        @Override
        void commit(Siege siege) throws IOException {
            try (var client = siege.connect(Siege.SMALL_BUFFER)) {
                client.sayLast(16 * siege.someLetters());
                siege.pause(20);
                if (siege.flipCoin()) client.listenToEnd();
            }
        }
    },

    /// Sends as much as it can and reads nothing; then reads it all, or goes.
    STALL(100) {
        @Override
        void commit(Siege siege) throws IOException {
            try (var client = siege.connect(Siege.SMALL_BUFFER)) {
                var rest = client.sayUntilStuck();
                siege.pause(100);
                if (siege.flipCoin()) {
                    client.sayLast(rest);
                    client.listenToEnd();
                } else {
                    client.reset();
                }
            }
        }
    },

    /// A byte at a time.
    DRIBBLE(50) {
        @Override
        void commit(Siege siege) throws IOException {
            try (var client = siege.connect()) {
                client.dribble(500);
                client.sayLast(1);
                client.listenToEnd();
            }
        }
    },

    /// Many connect at once, send nothing, and close or reset.
    FLOOD(300) {
        @Override
        void commit(Siege siege) throws IOException {
            for (var client : siege.crowd(50)) {
                if (siege.flipCoin()) client.reset();
                client.close();
            }
        }
    },

    /// More than the server has file descriptors for. Those who are in are to be served on; those
    /// who are not wait, until this crowd has left.
    EXHAUST(3000) {
        @Override
        void commit(Siege siege) throws IOException {
            var crowd = siege.crowd(siege.moreThanItsDescriptors());
            siege.pause(500);
            for (var client : crowd) client.close();
        }
    };

    /// So long the saboteur rests before the next.
    final long restMillis;

    Fault(long restMillis) {
        this.restMillis = restMillis;
    }

    abstract void commit(Siege siege) throws IOException;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
