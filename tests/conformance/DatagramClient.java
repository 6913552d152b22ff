package conformance;

import module java.base;

/// A client that sends datagrams, and knows which answers it is due.
///
/// UDP promises neither that a datagram arrives nor in which order (RFC 768); so answers may come
/// in any order, and one to an empty datagram, which has nothing to echo, may be missing.
final class DatagramClient implements AutoCloseable {

    /// What is due to a datagram.
    private record Due(Bytes answer, boolean optional) {}

    private static final int MAX_DATAGRAM = 65_535; // bytes

    private final SocketAddress server;
    private final DatagramChannel channel;
    private final Selector selector;
    private final byte[] prefix;
    private final Duration patience;
    private final ByteBuffer incoming = ByteBuffer.allocate(MAX_DATAGRAM);
    private final List<Due> due = new ArrayList<>();
    private byte[] said = new byte[0];
    private byte[] heard = new byte[0];

    /// @param prefix of every answer
    DatagramClient(SocketAddress server, byte[] prefix, Duration patience) {
        this.server = server;
        this.prefix = prefix;
        this.patience = patience;
        try {
            channel = DatagramChannel.open();
            selector = Selector.open();
            channel.bind(null); // not connected: the JDK would send no empty datagram then
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new UncheckedIOException("no socket to be had", e);
        }
    }

    /// @throws IOException if the system does not send so much in a datagram
    void say(byte[] bytes) throws IOException {
        said = bytes;
        heard = new byte[0];
        due.add(new Due(new Bytes(Bytes.join(List.of(new Bytes(prefix), new Bytes(bytes)))),
                bytes.length == 0));
        channel.send(ByteBuffer.wrap(bytes), server);
    }

    /// Returns when everything is answered that has to be.
    void hear() throws Client.Failure {
        try {
            while (due.stream().anyMatch(each -> !each.optional)) {
                if (!receive()) awaitMore();
            }
            while (receive()) {
                continue; // more than was due is a failure
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitMore() throws IOException, Client.Failure {
        if (selector.select(_ -> {}, patience.toMillis()) > 0) return;
        throw new Client.Failure(Symptom.NO_ANSWER);
    }

    /// @return whether there was one, from whomever
    private boolean receive() throws IOException, Client.Failure {
        var sender = channel.receive(incoming.clear());
        if (sender == null) return false;
        if (!sender.equals(server)) return true;
        heard = Arrays.copyOf(incoming.array(), incoming.position());
        var came = new Bytes(heard);
        var match = due.stream().filter(each -> each.answer.equals(came)).findFirst();
        if (match.isEmpty()) {
            throw new Client.Failure(due.isEmpty() ? Symptom.SURPLUS : Symptom.WRONG_BYTE);
        }
        due.remove(match.get());
        heard = new byte[0];
        return true;
    }

    Broken broken(Play play, int step, Symptom symptom) {
        var expected = due.stream()
                .max(Comparator.comparing((Due each) -> right(each.answer.array()))
                .thenComparing(each -> !each.optional))
                .map(each -> each.answer.array()).orElse(new byte[0]);
        var right = right(expected);
        return new Broken(play, step, symptom, said, heard, right, 0,
                Arrays.copyOfRange(expected, right, expected.length));
    }

    /// How many bytes of what came are as they should be.
    private int right(byte[] expected) {
        var differ = Arrays.mismatch(expected, heard);
        return differ == -1 ? heard.length : differ;
    }

    @Override
    public void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
