package gallery;

import module java.base;

import static gallery.EchoLoops.*;

import conformance.FrameCodecProperties.Codec;
import conformance.FrameCodecProperties.Decoder;
import gallery.EchoLoops.Events;

/// Servers of frames with a mistake each, of the kind that beginners make. As [WrongServer], they
/// use channels and threads of a given factory.
public enum WrongFramingServer {

    /// Answers reads, as in lesson 01.
    KNOWS_NO_FRAMES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, EchoLoops::echo);
        }
    },

    /// The lowest byte of the length first.
    IS_LITTLE_ENDIAN {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            decodeForEach(listener, threads, WrongCodec.WRITES_LITTLE_ENDIAN);
        }
    },

    COUNTS_THE_HEADER {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            decodeForEach(listener, threads, WrongCodec.COUNTS_THE_HEADER);
        }
    },

    ADDS_SIGNED_BYTES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            decodeForEach(listener, threads, WrongCodec.ADDS_SIGNED_BYTES);
        }
    },

    TAKES_A_READ_FOR_A_FRAME {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            decodeForEach(listener, threads, WrongCodec.TAKES_A_CHUNK_FOR_A_FRAME);
        }
    },

    DROPS_WHAT_FOLLOWS_A_FRAME {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            decodeForEach(listener, threads, WrongCodec.DROPS_WHAT_FOLLOWS_A_FRAME);
        }
    },

    TAKES_ONE_FRAME_A_READ {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            decodeForEach(listener, threads, WrongCodec.TAKES_ONE_FRAME_A_CHUNK);
        }
    },

    SKIPS_EMPTY_FRAMES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            decodeForEach(listener, threads, WrongCodec.SKIPS_EMPTY_FRAMES);
        }
    },

    /// Reads the header with one read, the payload with as many as it takes.
    EXPECTS_THE_HEADER_IN_ONE_READ {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var header = ByteBuffer.allocate(Integer.BYTES);
                while (client.read(header.clear()) != -1) {
                    if (header.hasRemaining()) throw new IOException("no header");
                    writeAll(client, answerTo(readFully(client, header.getInt(0))));
                }
            });
        }
    },

    /// Sends the header of the question in front of the longer answer.
    SENDS_THE_HEADER_BACK {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                while (true) {
                    var header = readFully(client, Integer.BYTES);
                    var payload = readFully(client, header.getInt(0));
                    writeAll(client, header);
                    writeAll(client, EchoLoops.answerTo(payload));
                }
            });
        }
    },

    /// One loop for all, and in it each read of a frame waits for the rest.
    WAITS_FOR_THE_REST_OF_A_FRAME {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, decoding(WrongFramingServer::newDecoder, (client, decoder) -> {
                while (!decoder.isBetweenFrames()) {
                    var in = ByteBuffer.allocate(1024);
                    if (client.read(in) == -1) return;
                    decoder.decode(in.flip(), payload -> writeAll(client, answerTo(payload)));
                    if (Thread.currentThread().isInterrupted()) return;
                }
            }));
        }
    },

    /// Has one decoder for all clients.
    SHARES_A_DECODER {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            var decoder = newDecoder();
            select(listener, decoding(() -> decoder, (_, _) -> {}));
        }
    },

    /// Makes a buffer as long as the header says.
    BELIEVES_ANY_LENGTH {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Events() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) throws IOException {
                    owed(key).add(in);
                    var bytes = joined(owed(key));
                    while (bytes.remaining() >= Integer.BYTES) {
                        var payload = ByteBuffer.allocate(bytes.getInt(bytes.position()));
                        if (bytes.remaining() < Integer.BYTES + payload.capacity()) break;
                        bytes.position(bytes.position() + Integer.BYTES);
                        while (payload.hasRemaining()) payload.put(bytes.get());
                        writeAll(channel(key), answerTo(payload.flip()));
                    }
                    owed(key).add(bytes);
                }
            });
        }
    },

    /// Nobody catches what a client does that leaves inside a frame.
    DIES_INSIDE_A_FRAME {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Decoding(WrongFramingServer::newDecoder, (_, _) -> {}) {
                @Override
                public void end(SelectionKey key) throws IOException {
                    if (!decoderOf(key).isBetweenFrames()) {
                        throw new IllegalStateException("half a frame");
                    }
                    key.channel().close();
                }
            });
        }
    };

    /// Runs until its thread is interrupted, or the mistake ends it.
    public abstract void serve(ServerSocketChannel listener, ThreadFactory threads)
            throws IOException;

    private static final int MUCH = 1 << 20; // bytes of a payload

    /// A frame with the prefix and the payload.
    private static ByteBuffer answerTo(ByteBuffer payload) {
        var answer = EchoLoops.answerTo(payload);
        return ByteBuffer.allocate(Integer.BYTES + answer.remaining())
                .putInt(answer.remaining()).put(answer).flip();
    }

    /// @throws EOFException if the stream ends before
    private static ByteBuffer readFully(SocketChannel client, int count) throws IOException {
        if (count < 0 || count > MUCH) throw new IOException("too long");
        var bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) if (client.read(bytes) == -1) throw new EOFException();
        return bytes.flip();
    }

    private static ByteBuffer joined(Queue<ByteBuffer> parts) {
        var bytes = ByteBuffer.allocate(parts.stream().mapToInt(ByteBuffer::remaining).sum());
        for (var part : parts) bytes.put(part);
        parts.clear();
        return bytes.flip();
    }

    // ---- a thread for each client, and a codec ----

    private static void decodeForEach(ServerSocketChannel listener, ThreadFactory threads,
            Codec codec) throws IOException {
        threadForEach(listener, threads, client -> {
            var decoder = codec.decoder(MUCH);
            forEachRead(client, in -> decoder.decode(in, payload -> writeAll(client,
                    ByteBuffer.wrap(codec.encode(EchoLoops.answerTo(payload))))));
        });
    }

    // ---- a selector, and a decoder that is right ----

    private interface Afterwards {
        void handle(SocketChannel client, RightDecoder decoder) throws IOException;
    }

    private static Decoding decoding(Supplier<RightDecoder> decoders, Afterwards afterwards) {
        return new Decoding(decoders, afterwards);
    }

    private static RightDecoder newDecoder() {
        return new RightDecoder();
    }

    /// Keeps all bytes until they are a frame.
    private static final class RightDecoder implements Decoder {

        private ByteBuffer bytes = ByteBuffer.allocate(0);

        @Override
        public void decode(ByteBuffer chunk, conformance.FrameCodecProperties.Frame frames)
                throws IOException {
            bytes = ByteBuffer.allocate(bytes.remaining() + chunk.remaining())
                    .put(bytes).put(chunk).flip();
            while (bytes.remaining() >= Integer.BYTES) {
                var length = bytes.getInt(bytes.position());
                if (length < 0 || length > MUCH) throw new IOException("too long");
                if (bytes.remaining() < Integer.BYTES + length) return;
                var payload = bytes.slice(bytes.position() + Integer.BYTES, length);
                bytes.position(bytes.position() + Integer.BYTES + length);
                frames.take(payload);
            }
        }

        boolean isBetweenFrames() {
            return !bytes.hasRemaining();
        }

        @Override
        public void end() {}
    }

    private static class Decoding implements Events {

        private final Supplier<RightDecoder> decoders;
        private final Afterwards afterwards;
        private final Map<SelectionKey, RightDecoder> decodersOfClients = new HashMap<>();

        Decoding(Supplier<RightDecoder> decoders, Afterwards afterwards) {
            this.decoders = decoders;
            this.afterwards = afterwards;
        }

        RightDecoder decoderOf(SelectionKey key) {
            return decodersOfClients.computeIfAbsent(key, _ -> decoders.get());
        }

        @Override
        public void read(SelectionKey key, ByteBuffer in) throws IOException {
            decoderOf(key).decode(in, payload -> writeAll(channel(key), answerTo(payload)));
            afterwards.handle(channel(key), decoderOf(key));
        }
    }
}
