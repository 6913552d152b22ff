import module java.base;

/// A server under load and under attack: clients that behave well and check every byte, and a
/// saboteur who commits all faults at once.
final class Siege {

    /// A receive buffer that is soon full, in bytes.
    static final int SMALL_BUFFER = 4096;

    private static final int REGULARS = 8;
    private static final int VISITORS = 4;
    private static final int SILENCE_MILLIS = 2500;

    private final ServerProcess server;
    private final Set<Fault> underWay = ConcurrentHashMap.newKeySet();
    private final Map<Fault, LongAdder> committed = new EnumMap<>(Fault.class);
    private final LongAdder violations = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private final CountDownLatch over = new CountDownLatch(1);

    Siege(ServerProcess server) {
        this.server = server;
        for (var fault : Fault.values()) committed.put(fault, new LongAdder());
    }

    /// Everything once that is no crowd, so that what is loaded or opened when it is first needed
    /// has been, and what grows after this is a leak. Silence is part of it: after a second of it
    /// the polling server says how often it has asked in vain, and the first number with a comma in
    /// it has the JDK load 190 KiB of names and formats.
    void rehearse() {
        attempt("visitor", this::visit);
        attempt("silent client", this::saySomethingAfterSilence);
        for (var fault : EnumSet.complementOf(EnumSet.of(Fault.FLOOD, Fault.EXHAUST))) {
            attempt(fault.toString(), () -> fault.commit(this));
        }
    }

    /// Returns when the time is over and all well-behaved clients have all their answers.
    void last(Duration time) throws InterruptedException {
        var actors = new ArrayList<Thread>();
        for (int i = 1; i <= REGULARS; i++) actors.add(start("regular " + i, this::stay));
        for (int i = 1; i <= VISITORS; i++) actors.add(start("visitor " + i, this::comeAndGo));
        for (var fault : Fault.values()) {
            actors.add(start(fault.toString(), () -> commitAgainAndAgain(fault)));
        }
        Thread.sleep(time); // that long the siege is to last
        over.countDown();
        for (var actor : actors) actor.join();
    }

    /// What somebody does to the server, or with it.
    interface Act {

        /// @throws IOException if the server does not do its part
        void play() throws IOException, InterruptedException;
    }

    private Thread start(String name, Act act) {
        return Thread.startVirtualThread(() -> attempt(name, act));
    }

    /// A client that has seen a violation ends: one line for each.
    void attempt(String who, Act act) {
        try {
            act.play();
        } catch (IOException | RuntimeException e) {
            complain(underWay.isEmpty() ? "with nothing else going on" : "during " + underWay,
                    who, e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody has this thread to interrupt it", e);
        }
    }

    /// Tells it at once, for a siege may last long.
    ///
    /// @param during which faults, or what was being looked at
    /// @param client that has noticed it, or what was counted
    /// @param what the counterexample
    void complain(String during, String client, String what) {
        IO.println("VIOLATION %s, %s, %s: %s".formatted(server.subject, during, client, what));
        violations.increment();
    }

    // ---- those who behave well ----

    /// One connection for the whole siege.
    private void stay() throws IOException {
        try (var client = connect()) {
            while (!isOver()) {
                client.say(someLetters());
                client.listen();
            }
            client.sayLast(someLetters());
            client.listenToEnd();
        }
    }

    private void comeAndGo() throws IOException {
        while (!isOver()) visit();
    }

    private void visit() throws IOException {
        try (var client = connect()) {
            for (int i = 0; i < 5; i++) {
                client.say(someLetters());
                client.listen();
            }
            client.sayLast(someLetters());
            client.listenToEnd();
        }
    }

    private void saySomethingAfterSilence() throws IOException {
        try (var client = connect()) {
            pause(SILENCE_MILLIS);
            client.sayLast(someLetters());
            client.listenToEnd();
        }
    }

    // ---- the saboteur, see Fault ----

    private void commitAgainAndAgain(Fault fault) throws IOException {
        while (!isOver()) {
            underWay.add(fault);
            try {
                fault.commit(this);
            } finally {
                underWay.remove(fault);
            }
            committed.get(fault).increment();
            pause(fault.restMillis);
        }
    }

    Talker connect() throws IOException {
        return connect(0);
    }

    /// @param receiveBuffer in bytes, or 0 for what is usual
    Talker connect(int receiveBuffer) throws IOException {
        connections.increment();
        return new Talker(server.port(), server.subject.newDialogue(), receiveBuffer, bytes);
    }

    List<Talker> crowd(int count) throws IOException {
        var crowd = new ArrayList<Talker>();
        try {
            while (crowd.size() < count) crowd.add(connect());
            return crowd;
        } catch (IOException e) {
            for (var client : crowd) client.close();
            throw e;
        }
    }

    int moreThanItsDescriptors() {
        return server.moreThanItsDescriptors();
    }

    /// From 1 to 16 Ki, and as often a few as many.
    int someLetters() {
        var random = ThreadLocalRandom.current();
        return 1 + random.nextInt(2 << random.nextInt(14));
    }

    boolean flipCoin() {
        return ThreadLocalRandom.current().nextBoolean();
    }

    /// Waits, but not longer than the siege lasts.
    void pause(long millis) {
        try {
            over.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody has this thread to interrupt it", e);
        }
    }

    private boolean isOver() {
        return over.getCount() == 0;
    }

    // ---- what came of it ----

    long violations() {
        return violations.sum();
    }

    /// How many bytes of replies were right.
    long bytes() {
        return bytes.sum();
    }

    /// How often that was done.
    long committed(Fault fault) {
        return committed.get(fault).sum();
    }

    long connections() {
        return connections.sum();
    }
}
