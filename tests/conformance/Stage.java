package conformance;

import module java.base;

import conformance.Step.*;

/// Where plays are performed with a server.
///
/// @param server its address
/// @param answers what it has to answer to a client, from the beginning
/// @param patience how long to wait for anything
public record Stage(SocketAddress server, Supplier<Answer> answers, Duration patience) {

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
                        new Client(server, answers.get(), patience, play.floods(name)));
                case Says(_, Bytes bytes) -> client.say(bytes.array());
                case Hears _ -> client.hear();
                case HearsAByte _ -> client.hearAByte();
                case HalfCloses _ -> client.halfClose();
                case HearsTheEnd _ -> client.hearTheEnd();
                case Floods(int name) -> client.flood(flood(name));
                case Leaves _ -> client.close();
                case Resets _ -> client.reset();
            }
        } catch (Client.Failure e) {
            throw client != null ? client.broken(play, index, e.symptom)
                    : new Broken(play, index, e.symptom, new byte[0], new byte[0], 0, 0,
                            new byte[0]);
        }
    }

    private static final int FLOOD = 1 << 20; // bytes

    /// A million letters in no order: so it can be told which of them are missing.
    private static Bytes flood(int client) {
        var random = new Random(client);
        var alphabet = Step.letters(client, FLOOD).array();
        var letters = new byte[FLOOD];
        for (int i = 0; i < FLOOD; i++) letters[i] = alphabet[random.nextInt(alphabet.length)];
        return new Bytes(letters);
    }
}
