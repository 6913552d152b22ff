package check;

import module java.base;

/// Over what a server is reached, and how its address comes into a command.
public enum Transport {

    TCP("{port}") {
        @Override
        public SocketAddress free() throws IOException {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalSocketAddress();
            }
        }

        @Override
        boolean listens(SocketAddress address) {
            return accepts(address);
        }
    },

    /// Whether a server of datagrams listens cannot be asked without a datagram, and that would be
    /// its first; but its port cannot be had by another.
    UDP("{port}") {
        @Override
        public SocketAddress free() throws IOException {
            try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                return socket.getLocalSocketAddress();
            }
        }

        @Override
        boolean listens(SocketAddress address) {
            if (!((InetSocketAddress) address).getAddress().isLoopbackAddress()) return true;
            try (var free = new DatagramSocket(address)) {
                return !free.isBound();
            } catch (SocketException e) {
                return true;
            }
        }
    },

    UNIX("{path}") {
        /// In a folder of its own, whose name is short: a path has at most about 100 bytes.
        @Override
        public SocketAddress free() throws IOException {
            return UnixDomainSocketAddress.of(Files.createTempDirectory("check").resolve("s"));
        }

        @Override
        boolean listens(SocketAddress address) {
            return accepts(address);
        }

        @Override
        public void release(SocketAddress address) throws IOException {
            var path = ((UnixDomainSocketAddress) address).getPath();
            Files.deleteIfExists(path);
            Files.deleteIfExists(path.getParent());
        }
    };

    /// Stands in a command for the address.
    final String placeholder;

    Transport(String placeholder) {
        this.placeholder = placeholder;
    }

    /// An address that was free a moment ago, at least.
    public abstract SocketAddress free() throws IOException;

    /// Whether somebody listens there.
    abstract boolean listens(SocketAddress address);

    /// Removes what a server may have left at an address that [#free()] gave.
    public void release(SocketAddress address) throws IOException {}

    private static boolean accepts(SocketAddress address) {
        try (var _ = SocketChannel.open(address)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static String shown(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : address.toString();
    }

    /// As it stands in a command.
    static String argument(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? Integer.toString(inet.getPort()) : address.toString();
    }
}
