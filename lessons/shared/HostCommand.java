//SOURCES LessonCommand.java

package shared;

import module java.base;

/// A command that begins with `[HOST] [PORT]`.
///
/// One bare number is a port, whatever the lesson. To the resolver `5679` is a host as
/// well, 0.0.22.47, and a client would speak to a machine that is not ours.
public class HostCommand extends LessonCommand {

    private static final String LOOPBACK = "127.0.0.1";

    private final Supplier<String> host;
    private final Supplier<String> port;
    private final int lowestPort;

    /// @param name of the script
    /// @param lowestPort 0 if a port may be left to the system, else 1
    /// @param defaultPort for example the article's
    @SuppressWarnings("this-escape") // argument() is final
    public HostCommand(String name, String hostIs, String portIs, int lowestPort,
            int defaultPort, String... description) {
        super(name, description);
        this.lowestPort = lowestPort;
        host = argument("HOST", LOOPBACK, hostIs);
        port = argument("PORT", Integer.toString(defaultPort), portIs);
        check(this::port);
    }

    @Override
    final void rearrange(List<String> typed) {
        if (!typed.isEmpty() && typed.getFirst().matches("\\d+")) {
            typed.addFirst(LOOPBACK);
        }
    }

    public final String host() {
        return host.get();
    }

    public final int port() {
        var text = port.get();
        if (text.matches("\\d{1,5}")) {
            var number = Integer.parseInt(text);
            if (number >= lowestPort && number <= 65_535) return number;
        }
        throw wrong("no such port: " + text);
    }

    /// @throws UnknownHostException if the host has no address
    public final InetSocketAddress address() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host()), port());
    }
}
