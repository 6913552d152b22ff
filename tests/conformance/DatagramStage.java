package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.Step.*;

/// Where plays are performed with a server that answers datagrams.
///
/// @param server its address
/// @param prefix of every answer
/// @param patience how long to wait for anything
public record DatagramStage(SocketAddress server, String prefix, Duration patience) {

    /// What every system sends in a datagram, in bytes; macOS no more, unless it is told to.
    private static final int SURELY_SENT = 9216;

    /// Performs a play; all its clients have left when this returns. To connect is to open a
    /// socket, to say is to send a datagram, and to reset is no more than to leave.
    ///
    /// @throws Broken if the server fails
    public void perform(Play play) {
        var clients = new HashMap<Integer, DatagramClient>();
        try {
            for (int i = 0; i < play.steps().size(); i++) {
                if (!perform(play, i, clients)) return;
            }
        } finally {
            clients.values().forEach(DatagramClient::close);
        }
    }

    /// @return whether the play can go on
    private boolean perform(Play play, int index, Map<Integer, DatagramClient> clients) {
        var step = play.steps().get(index);
        var client = clients.get(step.client());
        try {
            switch (step) {
                case Connects(int name) ->
                        clients.put(name, new DatagramClient(server, prefix.getBytes(UTF_8),
                                patience));
                case Says(_, Bytes bytes) -> client.say(bytes.array());
                case Hears _ -> client.hear();
                case Leaves _, Resets _ -> client.close();
                default -> throw new IllegalArgumentException("not with datagrams: " + step.text());
            }
            return true;
        } catch (Client.Failure e) {
            throw client.broken(play, index, e.symptom);
        } catch (IOException e) {
            if (step instanceof Says(_, Bytes bytes)
                    && bytes.array().length > SURELY_SENT) return false;
            throw new UncheckedIOException(e);
        }
    }
}
