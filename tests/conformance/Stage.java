package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;

import conformance.Step.*;

/// Where plays are performed with a server.
///
/// @param server its address
/// @param answers what it has to answer to a client, from the beginning
/// @param patience how long to wait for anything
/// @param stuck how long nothing moves before a flood is called stuck
public record Stage(SocketAddress server, Supplier<Answer> answers, Duration patience,
        Duration stuck) {

    /// More bytes than all buffers of two kernels hold: a server that takes these keeps them in
    /// memory, or loses them.
    public static final int TOO_MUCH = Math.max(32 << 20, mostInKernels() + (4 << 20));

    /// On Linux, which lets buffers grow to these sizes: what was said in the client's and the
    /// server's, and what was answered in the server's. The client's own for answers are small.
    private static int mostInKernels() {
        return largest("tcp_rmem") + 2 * largest("tcp_wmem");
    }

    /// @return the last of three numbers, see tcp(7); 0 where this system does not tell
    private static int largest(String setting) {
        var file = Path.of("/proc/sys/net/ipv4", setting);
        try (var in = Files.newBufferedReader(file)) { // it gives all at the first read, or not at all
            return new Scanner(in.readLine()).skip("\\d+\\s+\\d+").nextInt();
        } catch (IOException e) {
            return 0;
        }
    }

    private static final Duration STUCK = Duration.ofMillis(200);

    public Stage(SocketAddress server, Supplier<Answer> answers, Duration patience) {
        this(server, answers, patience, STUCK);
    }

    /// A stage with an echo server.
    ///
    /// @param prefix of every answer
    public static Stage echo(SocketAddress server, String prefix, Duration patience) {
        return new Stage(server, echoAnswers(prefix), patience);
    }

    /// What an echo server answers.
    public static Supplier<Answer> echoAnswers(String prefix) {
        var bytes = new EchoOracle(prefix).prefix();
        return () -> new EchoAnswer(bytes);
    }

    /// Performs a play; all its clients have left when this returns.
    ///
    /// @throws Broken if the server fails
    public void perform(Play play) {
        var clients = new HashMap<Integer, Client>();
        try {
            for (int i = 0; i < play.steps().size(); i++) perform(play, i, clients);
        } finally {
            clients.values().forEach(Client::close);
        }
    }

    private void perform(Play play, int index, Map<Integer, Client> clients) {
        var step = play.steps().get(index);
        var client = clients.get(step.client());
        try {
            switch (step) {
                case Connects(int name) -> clients.put(name,
                        new Client(server, answers.get(), patience,
                                play.floods(name) || play.isDeaf(name)));
                case Says(_, Bytes bytes) -> client.say(bytes.array());
                case Hears _ -> client.hear();
                case HearsAByte _ -> client.hearAByte();
                case HalfCloses _ -> client.halfClose();
                case HearsTheEnd _ -> client.hearTheEnd();
                case Floods(int name) -> client.flood(Letters.of(name), stuck);
                case FloodsFrames(int name, int letters) ->
                        client.flood(frames(name, letters), stuck);
                case Drains _ -> client.drain();
                case Pauses _ -> LockSupport.parkNanos(pause().toNanos());
                case Talks _ -> talk(play, index, clients);
                case Leaves _ -> client.leave();
                case Resets _ -> client.reset();
            }
        } catch (Client.Failure e) {
            throw client != null ? client.broken(play, index, e.symptom)
                    : new Broken(play, index, e.symptom, new byte[0], new byte[0], 0, 0,
                            new byte[0]);
        }
    }

    private static final int LINES = 1200;
    private static final int LINES_AT_ONCE = 10;
    private static final int LINE = 4000; // bytes, about: all together, more than kernels buffer

    /// Each line is heard before there are more than a few.
    ///
    /// @throws Broken if one of those who read does not hear one
    private void talk(Play play, int index, Map<Integer, Client> clients) throws Client.Failure {
        var talker = play.steps().get(index).client();
        var here = play.before(index).steps().stream().map(Step::client)
                .collect(Collectors.toSet());
        play.before(index).steps().stream()
                .filter(step -> step instanceof Leaves || step instanceof Resets
                        || step instanceof HalfCloses)
                .forEach(step -> here.remove(step.client()));
        here.stream().filter(play::isDeaf).forEach(deaf -> clients.get(deaf).mayBeDropped());
        var readers = here.stream().filter(each -> each != talker && !play.isDeaf(each)).toList();
        for (int i = 0; i < LINES; i += LINES_AT_ONCE) {
            clients.get(talker).say(lines(talker, i));
            for (var reader : readers) hear(clients.get(reader), play, index);
        }
    }

    private static void hear(Client reader, Play play, int index) {
        try {
            reader.hear();
        } catch (Client.Failure e) {
            throw reader.broken(play, index, e.symptom);
        }
    }

    private static byte[] lines(int client, int first) {
        return Bytes.join(IntStream.range(first, first + LINES_AT_ONCE).boxed()
                .flatMap(i -> Stream.of(Step.letters(client, LINE), Bytes.of(" " + i + "\n")))
                .toList());
    }

    /// What a client floods a server with: letters in no order, chunk by chunk. None of their
    /// sequences comes again, so it can be told which are missing. Most of a flood's processor time
    /// would go into them, so they are kept for the next.
    private static final class Letters {

        private static final int CHUNK = 64 * 1024; // bytes
        private static final Map<Integer, Letters> OF_CLIENTS = new ConcurrentHashMap<>();

        private final SplittableRandom random;
        private final byte[] alphabet;
        private final List<byte[]> chunks = new ArrayList<>();

        private Letters(int client) {
            random = new SplittableRandom(client);
            alphabet = Step.alphabet(client).getBytes(US_ASCII);
        }

        /// The chunks from the first on; nobody may change them.
        static Supplier<byte[]> of(int client) {
            var letters = OF_CLIENTS.computeIfAbsent(client, Letters::new);
            var next = new AtomicInteger();
            return () -> letters.chunk(next.getAndIncrement());
        }

        private synchronized byte[] chunk(int index) {
            while (chunks.size() <= index) chunks.add(newChunk());
            return chunks.get(index);
        }

        private byte[] newChunk() {
            var letters = new byte[CHUNK];
            random.nextBytes(letters);
            for (int i = 0; i < CHUNK; i++) {
                letters[i] = alphabet[(letters[i] & 0xFF) * alphabet.length >> Byte.SIZE];
            }
            return letters;
        }
    }

    private static final int MOST_FRAMES = 10_000; // and then again from the first

    /// Whole frames.
    private static Supplier<byte[]> frames(int client, int letters) {
        var chunks = Letters.of(client);
        var random = Bytes.join(Stream.generate(() -> new Bytes(chunks.get())).limit(16).toList());
        var frames = new ArrayList<Bytes>();
        for (int from = 0; from + letters <= random.length && frames.size() < MOST_FRAMES;
                from += letters) {
            frames.add(Frames.of(Frames.slice(new Bytes(random), from, from + letters)));
        }
        var all = Bytes.join(frames);
        return () -> all;
    }

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(80);

    /// Long enough for a server to read what has come, mostly.
    private Duration pause() {
        var pause = patience.dividedBy(4);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
