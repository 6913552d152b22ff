package gallery;

import module java.base;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/// Echo servers of datagrams with a mistake each, of the kind that beginners make.
public enum WrongUdpServer {

    /// Receives and sends, and that was all.
    ANSWERS_ONCE {
        @Override
        public void serve(DatagramChannel socket, ThreadFactory threads) throws IOException {
            var in = ByteBuffer.allocate(LARGE);
            var sender = socket.receive(in);
            socket.send(answerTo(in.flip()), sender);
        }
    },

    /// Room for as much as the echo servers of connections read at a time.
    HAS_A_SMALL_BUFFER {
        @Override
        public void serve(DatagramChannel socket, ThreadFactory threads) throws IOException {
            forEach(socket, 1024, (sender, in) -> socket.send(answerTo(in), sender));
        }
    },

    /// Sends the array of the buffer, and not what of it was received.
    SENDS_THE_WHOLE_BUFFER {
        @Override
        public void serve(DatagramChannel socket, ThreadFactory threads) throws IOException {
            forEach(socket, 65_000, (sender, in) ->
                    socket.send(answerTo(ByteBuffer.wrap(in.array())), sender));
        }
    },

    /// An answer takes a moment, and a field says who gets it.
    ANSWERS_WHO_CAME_LAST {
        @Override
        public void serve(DatagramChannel socket, ThreadFactory threads) throws IOException {
            var last = new AtomicReference<SocketAddress>();
            try (var worker = Executors.newSingleThreadScheduledExecutor(threads)) {
                forEach(socket, LARGE, (sender, in) -> {
                    last.set(sender);
                    var answer = answerTo(in);
                    worker.schedule(() -> socket.send(answer, last.get()), 50,
                            TimeUnit.MILLISECONDS);
                });
            }
        }
    },

    /// Knows that a read which brings nothing is the end.
    ENDS_WITH_AN_EMPTY_DATAGRAM {
        @Override
        public void serve(DatagramChannel socket, ThreadFactory threads) throws IOException {
            var in = ByteBuffer.allocate(LARGE);
            while (true) {
                var sender = socket.receive(in.clear());
                if (!in.flip().hasRemaining()) return;
                socket.send(answerTo(in), sender);
            }
        }
    },

    /// Text where bytes should be.
    DECODES {
        @Override
        public void serve(DatagramChannel socket, ThreadFactory threads) throws IOException {
            forEach(socket, LARGE, (sender, in) ->
                    socket.send(UTF_8.encode("echo " + UTF_8.decode(in)), sender));
        }
    };

    private static final int LARGE = 65_535; // bytes
    private static final byte[] PREFIX = "echo ".getBytes(US_ASCII);

    /// Runs until its thread is interrupted, or the mistake ends it.
    public abstract void serve(DatagramChannel socket, ThreadFactory threads) throws IOException;

    private interface Handler {
        void handle(SocketAddress sender, ByteBuffer in) throws IOException;
    }

    private static void forEach(DatagramChannel socket, int room, Handler handler)
            throws IOException {
        while (true) {
            var in = ByteBuffer.allocate(room);
            var sender = socket.receive(in);
            try {
                handler.handle(sender, in.flip());
            } catch (SocketException e) {
                continue; // the answer is too long
            }
        }
    }

    private static ByteBuffer answerTo(ByteBuffer in) {
        return ByteBuffer.allocate(PREFIX.length + in.remaining()).put(PREFIX).put(in).flip();
    }
}
