package gallery;

import module java.base;

import static gallery.EchoLoops.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.MessageAnswer;
import gallery.EchoLoops.Events;

/// Servers of messages with a mistake each, of the kind that beginners make. As [WrongServer], they
/// use channels and threads of a given factory.
public enum WrongMessageServer {

    /// Reads to the end of the stream, as if that were the end of the request.
    ANSWERS_AT_THE_END {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var request = new Request();
                forEachRead(client, request::add);
                request.answer(client);
            });
        }
    },

    /// Leaves it to the client to end the connection.
    NEVER_CLOSES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                answerOne(client, new Request());
                forEachRead(client, _ -> {});
            });
        }
    },

    TAKES_A_READ_FOR_A_MESSAGE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var request = new Request();
                readOnce(client, request);
                request.answer(client);
            });
        }
    },

    /// Reads length and header with one read, the content with as many as it takes.
    EXPECTS_THE_HEADER_IN_ONE_READ {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var request = new Request();
                readOnce(client, request);
                if (request.header().isEmpty()) throw new IOException("no header");
                answerOne(client, request);
            });
        }
    },

    /// Reads the two bytes of the length with one read, and then goes on as it should.
    EXPECTS_THE_LENGTH_IN_ONE_READ {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var request = new Request();
                var length = ByteBuffer.allocate(Short.BYTES);
                if (client.read(length) < Short.BYTES) throw new IOException("no length");
                request.add(length.flip());
                answerOne(client, request);
            });
        }
    },

    SERVES_ONE_CLIENT_AT_A_TIME {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            while (true) {
                EchoLoops.serve(listener.accept(), client -> answerOne(client, new Request()));
            }
        }
    },

    /// One loop for all, and in it each request that has begun waits for its rest.
    WAITS_FOR_THE_REST_OF_A_MESSAGE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Requests() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) throws IOException {
                    of(key).add(in);
                    while (!of(key).isWhole() && !Thread.currentThread().isInterrupted()) {
                        var count = channel(key).read(in.clear());
                        if (count == -1) break;
                        if (count == 0) LockSupport.parkNanos(NAP);
                        of(key).add(in.flip());
                    }
                    finish(key);
                }
            });
        }
    },

    /// Nobody catches what a client does that leaves inside a message.
    DIES_INSIDE_A_MESSAGE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Requests() {
                @Override
                public void end(SelectionKey key) throws IOException {
                    if (!of(key).isEmpty()) throw new IllegalStateException("half a message");
                    key.channel().close();
                }
            });
        }
    },

    /// Nobody catches what a header does that does not say how long the content is.
    DIES_OF_A_BAD_HEADER {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Requests() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) throws IOException {
                    super.read(key, in);
                    var header = of(key).header();
                    if (header.isPresent() && !LENGTH.matcher(header.get()).find()) {
                        throw new NoSuchElementException("content-length"); // as a map would
                    }
                }
            });
        }
    },

    DIES_OF_A_RESET {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Requests() {
                @Override
                public void failed(SelectionKey key, IOException e) throws IOException {
                    throw e;
                }
            });
        }
    };

    /// Runs until its thread is interrupted, or the mistake ends it.
    public abstract void serve(ServerSocketChannel listener, ThreadFactory threads)
            throws IOException;

    private static final int NAP = 1_000_000; // nanoseconds

    private static final Pattern LENGTH = Pattern.compile("\"content-length\": \\d");

    private static void readOnce(SocketChannel client, Request request) throws IOException {
        var in = ByteBuffer.allocate(READ_LIMIT);
        client.read(in);
        request.add(in.flip());
    }

    /// Reads the rest of a request, and answers it; as it should be done.
    private static void answerOne(SocketChannel client, Request request) throws IOException {
        var in = ByteBuffer.allocate(READ_LIMIT);
        while (!request.isWhole() && client.read(in.clear()) != -1) request.add(in.flip());
        request.answer(client);
    }

    /// What a client has said, and the answer once it is whole.
    private static final class Request {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final MessageAnswer answer = new MessageAnswer();

        void add(ByteBuffer in) {
            var some = new byte[in.remaining()];
            in.get(some);
            bytes.writeBytes(some);
            answer.said(some);
        }

        boolean isEmpty() {
            return bytes.size() == 0;
        }

        boolean isWhole() {
            return !answer.isComplete();
        }

        Optional<String> header() {
            var all = ByteBuffer.wrap(bytes.toByteArray());
            if (all.remaining() < Short.BYTES) return Optional.empty();
            var length = Short.toUnsignedInt(all.getShort());
            if (all.remaining() < length) return Optional.empty();
            return Optional.of(new String(all.array(), Short.BYTES, length, UTF_8));
        }

        void answer(SocketChannel client) throws IOException {
            writeAll(client, ByteBuffer.wrap(answer.due()));
        }
    }

    /// A selector's, as it should be: an answer to each request, and the end.
    private static class Requests implements Events {

        private final Map<SelectionKey, Request> requests = new HashMap<>();

        Request of(SelectionKey key) {
            return requests.computeIfAbsent(key, _ -> new Request());
        }

        @Override
        public void read(SelectionKey key, ByteBuffer in) throws IOException {
            of(key).add(in);
            if (of(key).isWhole()) finish(key);
        }

        void finish(SelectionKey key) throws IOException {
            of(key).answer(channel(key));
            key.channel().close();
        }
    }
}
