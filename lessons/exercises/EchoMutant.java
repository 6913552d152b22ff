package exercises;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Echo servers with a mistake each, and one without, for those who write properties.
enum EchoMutant {

    /// Right, but answers in two pieces.
    RIGHT(null, new Words("a right server, which answers in pieces", "正确的服务器，分几段回答")) {
        @Override
        void serve(Socket client, Log log) throws IOException {
            client.setTcpNoDelay(true);
            forEachRead(client, message -> {
                log.received(message);
                var half = message.length / 2;
                client.getOutputStream().write(message, 0, half);
                LockSupport.parkNanos(PAUSE_NANOS);
                client.getOutputStream().write(message, half, message.length - half);
                log.answered();
            });
        }
    },

    ANSWERS_ONCE("ONLY_ONE_MESSAGE", new Words(
            "answers the first message of a connection, and reads no other",
            "只回答每个连接的第一条消息，之后不再读")) {
        @Override
        void serve(Socket client, Log log) throws IOException {
            var first = read(client);
            if (first.length > 0) client.getOutputStream().write(first);
            while (read(client).length > 0) { } // swallows the rest
        }
    },

    CHANGES_A_BYTE("CONTENT_NOT_COMPARED", new Words(
            "sends back as many bytes, but another one in the last place of each message",
            "发回同样多的字节，但每条消息的最后一个字节是错的")) {
        @Override
        void serve(Socket client, Log log) throws IOException {
            forEachRead(client, message -> {
                message[message.length - 1] ^= 1;
                client.getOutputStream().write(message);
            });
        }
    },

    SENDS_THE_WHOLE_BUFFER("SURPLUS_UNNOTICED", new Words(
            "sends some zeros behind the last answer, when the client has half-closed",
            "客户端半关闭以后，在最后一个回答后面再发几个零")) {
        @Override
        void serve(Socket client, Log log) throws IOException {
            forEachRead(client, message -> client.getOutputStream().write(message));
            client.getOutputStream().write(new byte[8]);
        }
    },

    LOSES_LONG_MESSAGES("ONLY_SHORT_MESSAGES", new Words(
            "sends back the first 1024 bytes of a message, and no more",
            "每条消息只发回前 1024 个字节")) {
        @Override
        void serve(Socket client, Log log) throws IOException {
            forEachRead(client, message -> client.getOutputStream()
                    .write(message, 0, Math.min(message.length, 1024)));
        }
    },

    DECODES("ONLY_TEXT", new Words(
            "makes text of the bytes and bytes of the text",
            "把字节解码成文本，再编码成字节")) {
        @Override
        void serve(Socket client, Log log) throws IOException {
            forEachRead(client, message -> client.getOutputStream()
                    .write(new String(message, UTF_8).getBytes(UTF_8)));
        }
    },

    SERVES_ONE_CLIENT("ONLY_ONE_CLIENT", new Words(
            "serves the next client when the one before has left",
            "上一个客户端走了，才服务下一个")) {
        @Override
        void serve(Socket client, Log log) throws IOException {
            forEachRead(client, message -> client.getOutputStream().write(message));
        }
    };

    private static final int PAUSE_NANOS = 1_000_000;
    private static final int READ_LIMIT = 8192; // bytes

    /// What survives it.
    final String cause;
    final Words mistake;

    EchoMutant(String cause, Words mistake) {
        this.cause = cause;
        this.mistake = mistake;
    }

    /// Is told what the right server hears and says.
    interface Log {
        void received(byte[] message);

        void answered();
    }

    private interface Handler {
        void take(byte[] message) throws IOException;
    }

    /// Until the client has finished.
    abstract void serve(Socket client, Log log) throws IOException;

    private static byte[] read(Socket client) throws IOException {
        var buffer = new byte[READ_LIMIT];
        var count = client.getInputStream().read(buffer);
        return Arrays.copyOf(buffer, Math.max(0, count));
    }

    private static void forEachRead(Socket client, Handler handler) throws IOException {
        for (byte[] message; (message = read(client)).length > 0; ) handler.take(message);
    }

    /// A server, on a free port.
    Running start() throws IOException {
        return new Running(this);
    }

    /// While it runs.
    static final class Running implements AutoCloseable {

        /// What came over one connection.
        record Heard(List<byte[]> messages, AtomicInteger answers, AtomicBoolean second)
                implements Log {

            @Override
            public synchronized void received(byte[] message) {
                messages.add(message);
                if (answers.get() > 0) second.set(true);
            }

            @Override
            public void answered() {
                answers.incrementAndGet();
            }
        }

        private final ServerSocket listener =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
        private final Queue<Heard> connections = new ConcurrentLinkedQueue<>();

        private Running(EchoMutant mutant) throws IOException {
            Thread.ofVirtual().start(() -> accept(mutant));
        }

        private void accept(EchoMutant mutant) {
            try {
                while (true) {
                    var client = listener.accept();
                    clients.add(client);
                    var heard = new Heard(new ArrayList<>(), new AtomicInteger(),
                            new AtomicBoolean());
                    connections.add(heard);
                    if (mutant == SERVES_ONE_CLIENT) serve(mutant, client, heard);
                    else Thread.ofVirtual().start(() -> serve(mutant, client, heard));
                }
            } catch (IOException e) {
                debug(e); // closed
            }
        }

        private static void serve(EchoMutant mutant, Socket client, Heard heard) {
            try (client) {
                mutant.serve(client, heard);
            } catch (IOException e) {
                debug(e); // the client has gone
            }
        }

        private static void debug(IOException e) {
            System.getLogger("exercises").log(System.Logger.Level.DEBUG, "an echo server", e);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        List<Heard> connections() {
            return List.copyOf(connections);
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (var client : clients) client.close();
        }
    }
}
