import module java.base;

/// A server that does to each of its clients exactly what a script says.
final class ScriptedServer implements AutoCloseable {

    /// What to do with a connection. It is closed at the end of the script.
    interface Script {
        void play(Socket client) throws IOException;
    }

    private final ServerSocket listener;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> actors = new ConcurrentLinkedQueue<>();

    ScriptedServer(Script script) throws IOException {
        listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        actors.add(Thread.startVirtualThread(() -> accept(script)));
    }

    int port() {
        return listener.getLocalPort();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    private void accept(Script script) {
        try {
            while (true) {
                var client = listener.accept();
                actors.add(Thread.startVirtualThread(() -> play(script, client)));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) failures.add(e);
        }
    }

    private void play(Script script, Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            client.setSoTimeout((int) TestClient.DEADLINE.toMillis());
            script.play(client);
        } catch (IOException | RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    /// Ends with a reset.
    static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    /// Waits for the scripts to end, and fails if one did.
    @Override
    public void close() {
        try {
            listener.close();
            for (Thread actor; (actor = actors.poll()) != null; ) {
                if (!actor.join(TestClient.DEADLINE)) throw new AssertionError("a script hangs");
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("the scripted server does not end", e);
        }
        for (var failure : failures) throw new AssertionError("in a script: " + failure, failure);
    }
}
