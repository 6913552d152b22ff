//SOURCES HostCommand.java ClientOutput.java

package shared;

import module java.base;

/// The command of a client: where the server is, and what to say if it cannot be reached.
public final class ClientCommand extends HostCommand {

    /// @param name of the script
    public ClientCommand(String name, String... description) {
        super(name, "where the server is (default: ${DEFAULT-VALUE})",
                "its port (default: ${DEFAULT-VALUE})", 1, 5678, description);
    }

    /// What a client does: connects, talks, and closes.
    public interface Talk {

        /// @return the exit code
        /// @throws IOException if it cannot connect, or the connection breaks
        int with(InetSocketAddress server) throws IOException, InterruptedException;
    }

    /// Names a host that is not this machine before anything is sent to it, and tells in
    /// one line what goes wrong.
    ///
    /// @return the exit code
    public int run(String[] args, Talk talk) {
        return execute(args, () -> {
            try {
                var server = address();
                warnIfElsewhere(server.getAddress());
                return talk.with(server);
            } catch (IOException e) {
                return fail(explain(e));
            }
        });
    }

    /// `HOST:PORT`, as it was typed.
    public static String nameOf(InetSocketAddress server) {
        return server.getHostString() + ":" + server.getPort();
    }

    private void warnIfElsewhere(InetAddress server) {
        if (server.isLoopbackAddress()) return;
        System.err.println("not on this machine: connecting to %s (%s)"
                .formatted(host(), server.getHostAddress()));
    }

    private String explain(IOException failure) {
        return switch (failure) {
            case UnknownHostException _ -> "unknown host " + host() + "; try 127.0.0.1";
            case ConnectException e -> cannotConnect(e, "is the server running?");
            case NoRouteToHostException e -> cannotConnect(e, "is that the right host?");
            case SocketTimeoutException e -> cannotConnect(e, "is that the right host?");
            case InterruptedIOException _ -> "gave up: " + failure.getMessage();
            default -> "the connection broke: " + failure.getMessage();
        };
    }

    private String cannotConnect(IOException why, String advice) {
        return "cannot connect to %s:%d: %s; %s"
                .formatted(host(), port(), why.getMessage(), advice);
    }
}
