//SOURCES HostCommand.java Server.java Narrator.java

package shared;

import module java.base;

/// The command of a server: where to listen, `--quiet`, and a good end.
public final class ServerCommand extends HostCommand {

    /// So long the last lines of the log may take. Nobody may be reading them.
    private static final Duration LAST_LINES = Duration.ofMillis(300);

    private String quietDescription = "no line per message";
    private Supplier<String> path = () -> null;

    /// @param name of the script
    public ServerCommand(String name, String... description) {
        super(name, "address to listen on (default: ${DEFAULT-VALUE})",
                "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})",
                0, 5678, description);
    }

    /// Says in other words what `--quiet` does.
    public void quiet(String description) {
        quietDescription = description;
    }

    /// The path of the file on which the server listens if it is given, a Unix socket.
    /// Then HOST and PORT do not matter, and the address that [Opening] gets is not
    /// resolved.
    public void orPath(Supplier<String> path) {
        this.path = path;
    }

    /// Adds `--prefix`, the option of all echo servers.
    public Supplier<String> prefix() {
        return text("--prefix", "TEXT", "echo ",
                "goes before each answer (default: '${DEFAULT-VALUE}')");
    }

    /// Opens an echo server that has no other options.
    public interface EchoOpening {

        /// @throws IOException if it cannot listen there
        Server open(InetSocketAddress address, String prefix, Narrator log)
                throws IOException, InterruptedException;
    }

    /// The same as [#run(String[], Opening)], with `--prefix`.
    public int runEcho(String[] args, EchoOpening opening) {
        var prefix = prefix();
        return run(args, (address, log) -> opening.open(address, prefix.get(), log));
    }

    /// Opens a server of a lesson.
    public interface Opening {

        /// @throws IOException if it cannot listen there
        Server open(InetSocketAddress address, Narrator log)
                throws IOException, InterruptedException;
    }

    /// Opens the server, says where it listens, and serves until Ctrl-C.
    ///
    /// The JVM answers Ctrl-C and SIGTERM by running the shutdown hooks, all at the same
    /// time; there is one here, which closes the server and then prints the last lines.
    ///
    /// @return the exit code
    public int run(String[] args, Opening opening) {
        var quiet = flag("--quiet", quietDescription);
        return execute(args, () -> {
            try (var server = opening.open(where(), new Narrator(quiet.get()))) {
                return serve(server, place(server.port()));
            } catch (UnknownHostException e) {
                return fail("unknown host " + host() + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot listen on %s: %s%s"
                        .formatted(place(port()), e.getMessage(), adviceFor(e)));
            }
        });
    }

    private InetSocketAddress where() throws UnknownHostException {
        return path.get() == null
                ? address() : InetSocketAddress.createUnresolved(host(), port());
    }

    private String place(int port) {
        return path.get() == null ? host() + ":" + port : path.get();
    }

    private static int serve(Server server, String place) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server)));
        new Narrator(true).say("listening on " + place);
        try {
            server.serve();
            return 0;
        } catch (IOException e) {
            return fail("the server cannot go on: " + e.getMessage());
        }
    }

    private static void end(Server server) {
        server.close();
        try {
            Narrator.flush(LAST_LINES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the JVM ends without these lines
        }
    }

    /// Another port is no help if the address is not ours.
    private String adviceFor(IOException failure) {
        if (path.get() != null) return "; try another path";
        var message = String.valueOf(failure.getMessage());
        if (message.contains("already in use")) {
            return "; try another port, 0 picks a free one";
        }
        if (message.contains("assign requested address")) {
            return "; this machine has no such address, try 127.0.0.1";
        }
        if (message.contains("ermission denied")) {
            return "; ports below 1024 are reserved, try a greater one";
        }
        return "";
    }
}
