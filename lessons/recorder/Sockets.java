package recorder;

import module java.base;
import module java.instrument;

/// What the sockets of the JDK know of themselves and tell nobody.
final class Sockets {

    private final VarHandle descriptor;
    private final VarHandle address;
    private final VarHandle port;
    private final MethodHandle localAddress;
    private final VarHandle impl;
    private final Class<?> delegating;
    private final VarHandle delegate;
    private final VarHandle adaptor; // of a socket for datagrams, which has a channel behind it
    private final VarHandle channel;

    /// @param instrumentation opens two packages of the JDK to us
    Sockets(Instrumentation instrumentation) {
        var us = Set.of(Sockets.class.getModule());
        instrumentation.redefineModule(Object.class.getModule(), Set.of(), Map.of(),
                Map.of("java.net", us, "sun.nio.ch", us), Set.of(), Map.of());
        try {
            var lookup = MethodHandles.privateLookupIn(SocketImpl.class, MethodHandles.lookup());
            descriptor = lookup.findVarHandle(SocketImpl.class, "fd", FileDescriptor.class);
            address = lookup.findVarHandle(SocketImpl.class, "address", InetAddress.class);
            port = lookup.findVarHandle(SocketImpl.class, "port", int.class);
            impl = MethodHandles.privateLookupIn(Socket.class, MethodHandles.lookup())
                    .findVarHandle(Socket.class, "impl", SocketImpl.class);
            delegating = Class.forName("java.net.DelegatingSocketImpl", true, null);
            delegate = MethodHandles.privateLookupIn(delegating, MethodHandles.lookup())
                    .findVarHandle(delegating, "delegate", SocketImpl.class);
            adaptor = MethodHandles.privateLookupIn(DatagramSocket.class, MethodHandles.lookup())
                    .findVarHandle(DatagramSocket.class, "delegate", DatagramSocket.class);
            var adapting = Class.forName("sun.nio.ch.DatagramSocketAdaptor", true, null);
            channel = MethodHandles.privateLookupIn(adapting, MethodHandles.lookup())
                    .findVarHandle(adapting, "dc",
                            Class.forName("sun.nio.ch.DatagramChannelImpl", true, null));
            var net = Class.forName("sun.nio.ch.Net", true, null);
            localAddress = MethodHandles.privateLookupIn(net, MethodHandles.lookup())
                    .findStatic(net, "localAddress", MethodType.methodType(
                            InetSocketAddress.class, FileDescriptor.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has other sockets: " + e, e);
        }
    }

    /// What the recorder is told of when a program uses this socket or channel.
    Object inner(Object socket) {
        if (socket instanceof DatagramSocket datagrams) {
            return datagrams.getChannel() != null ? datagrams.getChannel()
                    : channel.get(adaptor.get(datagrams));
        }
        if (!(socket instanceof Socket outer)) return socket;
        if (outer.getChannel() != null) return outer.getChannel();
        Object inner = impl.get(outer);
        while (delegating.isInstance(inner)) inner = delegate.get(inner);
        return inner;
    }

    /// As `127.0.0.1:5678`, or a path; empty if it has none.
    String local(Object socket) {
        try {
            return switch (socket) {
                case SocketImpl impl -> name((SocketAddress) localAddress.invoke(
                        (FileDescriptor) descriptor.get(impl)));
                case NetworkChannel channel -> name(channel.getLocalAddress());
                default -> "";
            };
        } catch (Throwable e) { // invoke may throw anything; most likely it is closed
            return "";
        }
    }

    String remote(Object socket) {
        try {
            return switch (socket) {
                case SocketImpl impl -> name(new InetSocketAddress(
                        (InetAddress) address.get(impl), (int) port.get(impl)));
                case SocketChannel channel -> name(channel.getRemoteAddress());
                default -> "";
            };
        } catch (IOException | RuntimeException e) {
            return ""; // closed
        }
    }

    static String name(SocketAddress address) {
        return switch (address) {
            case null -> "";
            case InetSocketAddress inet when inet.getAddress() == null -> inet.toString();
            case InetSocketAddress inet -> {
                var host = inet.getAddress().getHostAddress();
                yield (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
            }
            default -> address.toString();
        };
    }
}
