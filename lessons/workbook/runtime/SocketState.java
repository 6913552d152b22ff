package workbook.runtime;

import module java.base;

/// What a socket is doing, in words.
public final class SocketState {

    private SocketState() {}

    static String of(ServerSocket socket) {
        return socket.isBound() ? "listening on " + words(socket.getLocalSocketAddress())
                : "not bound";
    }

    static String of(Socket socket) {
        if (!socket.isConnected()) {
            return "not connected";
        }
        return connected(socket.getLocalSocketAddress(), socket.getRemoteSocketAddress())
                + halves(socket);
    }

    static String of(DatagramSocket socket) {
        return socket.isConnected()
                ? connected(socket.getLocalSocketAddress(), socket.getRemoteSocketAddress())
                : "bound to " + words(socket.getLocalSocketAddress());
    }

    static String of(NetworkChannel channel) throws IOException {
        return switch (channel) {
            case ServerSocketChannel server -> bound("listening on ", server) + mode(server);
            case SocketChannel client -> of(client) + mode(client);
            case DatagramChannel datagrams -> bound("bound to ", datagrams) + mode(datagrams);
            case AsynchronousSocketChannel client when client.getRemoteAddress() != null ->
                connected(client.getLocalAddress(), client.getRemoteAddress());
            case AsynchronousServerSocketChannel server -> bound("listening on ", server);
            default -> "not connected";
        };
    }

    private static String bound(String how, NetworkChannel channel) throws IOException {
        var address = channel.getLocalAddress();
        return address == null ? "not bound" : how + words(address);
    }

    private static String of(SocketChannel channel) throws IOException {
        if (channel.isConnectionPending()) {
            return "connecting";
        }
        if (!channel.isConnected()) {
            return "not connected";
        }
        var ofUnix = channel.getLocalAddress() instanceof UnixDomainSocketAddress;
        return connected(channel.getLocalAddress(), channel.getRemoteAddress())
                + (ofUnix ? "" : halves(channel.socket()));
    }

    private static String connected(SocketAddress here, SocketAddress there) {
        return "connected " + ends(here, there);
    }

    private static String ends(SocketAddress here, SocketAddress there) {
        return words(here) + " -> " + words(there);
    }

    private static String halves(Socket socket) {
        return (socket.isOutputShutdown() ? ", half-closed: output shut down" : "")
                + (socket.isInputShutdown() ? ", half-closed: input shut down" : "");
    }

    private static String mode(SelectableChannel channel) {
        return channel.isBlocking() ? "" : ", non-blocking";
    }

    /// The keys with what they wait for, a line each.
    static String of(Selector selector) {
        var keys = selector.keys();
        var selected = Set.copyOf(selector.selectedKeys());
        var lines = new StringJoiner("\n  ");
        lines.add(keys.size() == 1 ? "1 key" : keys.size() + " keys");
        for (var key : keys) {
            lines.add(of(key) + (selected.contains(key) ? ", selected" : ""));
        }
        return lines.toString();
    }

    private static String of(SelectionKey key) {
        try {
            var state = key.channel() instanceof NetworkChannel channel ? of(channel) : "pipe";
            return state.replace(", non-blocking", "") + ": " + operations(key.interestOps());
        } catch (CancelledKeyException _) {
            return "cancelled";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// As a cell answers it: in the order of the JDK's own text, with what that says of the channel
    /// and the selector cut down to the addresses.
    public static String shown(SelectionKey key) {
        var channel = "channel=" + ends(key.channel());
        try {
            return "%s, interestOps=%d, readyOps=%d".formatted(
                    channel, key.interestOps(), key.readyOps());
        } catch (CancelledKeyException _) {
            return channel + ", invalid";
        }
    }

    private static String ends(SelectableChannel channel) {
        try {
            return switch (channel) {
                case SelectableChannel any when !any.isOpen() -> "closed";
                case ServerSocketChannel server -> bound("listening ", server);
                case SocketChannel client when client.isConnectionPending() ->
                    "connecting " + words(client.getRemoteAddress());
                case SocketChannel client when !client.isConnected() -> "not connected";
                case SocketChannel client ->
                    ends(client.getLocalAddress(), client.getRemoteAddress());
                default -> channel.toString();
            };
        } catch (ClosedChannelException _) {
            return "closed";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// As a cell answers it: JDK 25 leaves out the address, unless it is a path.
    public static String shown(ServerSocketChannel listener) {
        try {
            return listener.toString().replace("[]", "[" + listener.getLocalAddress() + "]");
        } catch (IOException _) {
            return listener.toString(); // closed
        }
    }

    private static String operations(int interest) {
        var names = new StringJoiner(" | ").setEmptyValue("nothing");
        Map.of(SelectionKey.OP_ACCEPT, "OP_ACCEPT", SelectionKey.OP_CONNECT, "OP_CONNECT",
                SelectionKey.OP_READ, "OP_READ", SelectionKey.OP_WRITE, "OP_WRITE")
                .entrySet().stream().filter(bit -> (interest & bit.getKey()) != 0)
                .sorted(Map.Entry.comparingByKey())
                .forEach(bit -> names.add(bit.getValue()));
        return names.toString();
    }

    /// `127.0.0.1:5678`, `[::1]:5678`, `/run/echo.sock`.
    static String words(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet when inet.getAddress() instanceof Inet6Address v6 ->
                "[" + v6.getHostAddress().replaceAll("(^|:)0(:0)+(:|$)", "::") + "]:"
                        + inet.getPort();
            case InetSocketAddress inet when inet.getAddress() != null ->
                inet.getAddress().getHostAddress() + ":" + inet.getPort();
            case null -> "nowhere";
            default -> address.toString().isEmpty() ? "(no name)" : address.toString();
        };
    }
}
