package workbook.runtime;

import module java.base;
import module java.net.http;

import com.sun.net.httpserver.HttpServer;

/// What can be said of and done with the things that cells open.
final class Resource {

    private Resource() {}

    /// Whether it is one of the kinds that are looked after. The socket that a channel shows of
    /// itself is not: the channel is.
    static boolean isOne(Object thing) {
        return switch (thing) {
            case Socket socket -> socket.getChannel() == null;
            case ServerSocket socket -> socket.getChannel() == null;
            case DatagramSocket socket -> socket.getChannel() == null;
            case Selector _, Process _, Thread _ -> true;
            case SocketChannel _, ServerSocketChannel _, DatagramChannel _, FileChannel _ -> true;
            case Pipe.SourceChannel _, Pipe.SinkChannel _ -> true;
            case AsynchronousSocketChannel _, AsynchronousServerSocketChannel _ -> true;
            case FileInputStream _, FileOutputStream _, RandomAccessFile _ -> true;
            case ExecutorService executor -> executor != ForkJoinPool.commonPool();
            case null -> false;
            default -> isOfHttp(thing);
        };
    }

    /// Asks the name first: most cells never load these classes.
    private static boolean isOfHttp(Object thing) {
        var name = thing.getClass().getName();
        return name.contains("net.http")
                && (thing instanceof HttpServer || thing instanceof HttpClient);
    }

    static boolean isOpen(Object thing) {
        return switch (thing) {
            case Thread thread -> thread.getState() != Thread.State.TERMINATED;
            case Socket socket -> !socket.isClosed();
            case ServerSocket socket -> !socket.isClosed();
            case DatagramSocket socket -> !socket.isClosed();
            case Selector selector -> selector.isOpen();
            case Channel channel -> channel.isOpen();
            case ExecutorService executor -> !executor.isTerminated();
            case Process process -> process.isAlive();
            case FileInputStream file -> isValid(file::getFD);
            case FileOutputStream file -> isValid(file::getFD);
            case RandomAccessFile file -> isValid(file::getFD);
            default -> isOpenOfHttp(thing);
        };
    }

    private static boolean isOpenOfHttp(Object thing) {
        return switch (thing) {
            case HttpClient client -> !client.isTerminated();
            case HttpServer _ -> true; // see CellHooks
            default -> false;
        };
    }

    private static boolean isValid(Callable<FileDescriptor> file) {
        try {
            return file.call().valid();
        } catch (Exception _) {
            return false; // never opened
        }
    }

    /// The name of its best known type.
    static String kind(Object thing) {
        return switch (thing) {
            case Thread thread -> thread.isVirtual() ? "virtual thread" : "thread";
            case Pipe.SourceChannel _ -> "Pipe.SourceChannel";
            case Pipe.SinkChannel _ -> "Pipe.SinkChannel";
            case Selector _ -> "Selector";
            default -> publicType(thing.getClass());
        };
    }

    private static String publicType(Class<?> type) {
        if (ExecutorService.class.isAssignableFrom(type)) {
            return "ExecutorService";
        }
        while (!Modifier.isPublic(type.getModifiers()) || type.getName().contains(".internal.")
                || type.getName().startsWith("sun.")) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    static String name(Object thing, Map<Object, String> variables) {
        var name = variables.get(thing);
        return name != null ? name : thing instanceof Thread thread ? thread.getName() : "";
    }

    /// In words.
    static String state(Object thing) {
        try {
            return switch (thing) {
                case Thread thread -> ThreadState.of(thread);
                case ExecutorService executor ->
                    executor.isShutdown() ? "shutting down" : "running";
                case Process process -> "running, pid " + process.pid();
                case Selector selector -> SocketState.of(selector);
                case Socket socket -> SocketState.of(socket);
                case ServerSocket socket -> SocketState.of(socket);
                case DatagramSocket socket -> SocketState.of(socket);
                case NetworkChannel channel -> SocketState.of(channel);
                default -> stateOfHttp(thing);
            };
        } catch (IOException | RuntimeException e) {
            return isOpen(thing) ? e.toString() : "closed"; // it was closed as we looked
        }
    }

    private static String stateOfHttp(Object thing) {
        var isServer = isOfHttp(thing) && thing instanceof HttpServer;
        return isServer ? "on " + SocketState.words(((HttpServer) thing).getAddress()) : "open";
    }

    /// Threads and their pools first, so that none opens something new; selectors before their
    /// channels, which stay bound as long as they are registered.
    static int closingOrder(Object thing) {
        return switch (thing) {
            case ExecutorService _ -> 0;
            case Thread _ -> 1;
            case Selector _ -> 2;
            default -> 3;
        };
    }

    /// Closes or interrupts it. Nobody waits for what goes wrong with that: it is being given up.
    static void close(Object thing) {
        try {
            switch (thing) {
                case Thread thread -> thread.interrupt();
                case ExecutorService executor -> executor.shutdownNow();
                case Process process -> process.destroyForcibly();
                case Socket socket -> close(socket);
                case AutoCloseable closeable when !isOfHttp(thing) -> closeable.close();
                default -> closeHttp(thing);
            }
        } catch (Exception e) {
            System.getLogger("workbook")
                    .log(System.Logger.Level.DEBUG, "closing " + kind(thing), e);
        }
    }

    /// A socket told to linger would keep us waiting for its peer.
    private static void close(Socket socket) throws IOException {
        if (socket.getSoLinger() > 0) {
            socket.setSoLinger(false, 0);
        }
        socket.close();
    }

    private static void closeHttp(Object thing) {
        switch (thing) {
            case HttpClient client -> client.shutdownNow();
            case HttpServer server -> server.stop(0);
            default -> { }
        }
    }

    /// Makes a selector let go of a closed channel, without a trace in its selected keys. Whoever
    /// selects just now is woken up and does it; else we do.
    static void deregister(SelectableChannel channel, Selector selector) {
        selector.wakeup();
        for (var i = 0; i < 10 && channel.isRegistered(); i++) {
            LockSupport.parkNanos(1_000_000);
        }
        try {
            if (channel.isRegistered()) {
                selector.selectNow(_ -> { });
            }
        } catch (IOException | ClosedSelectorException _) {
            // then it has let go
        }
    }
}
