package gallery;

import module java.base;

import conformance.FrameCodecProperties.Codec;
import conformance.FrameCodecProperties.Decoder;
import conformance.FrameCodecProperties.Frame;

/// Codecs for the frames of lesson 05, with a mistake each, of the kind that beginners make.
public enum WrongCodec implements Codec {

    /// The lowest byte first, as the processor has it.
    WRITES_LITTLE_ENDIAN {
        @Override
        public byte[] encode(ByteBuffer payload) {
            return ByteBuffer.allocate(HEADER + payload.remaining()).order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(payload.remaining()).put(payload).array();
        }

        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                int length(ByteBuffer bytes) throws IOException {
                    return Integer.reverseBytes(super.length(bytes));
                }
            };
        }
    },

    /// The length of the frame, and not of its payload.
    COUNTS_THE_HEADER {
        @Override
        public byte[] encode(ByteBuffer payload) {
            return frame(HEADER + payload.remaining(), payload);
        }

        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                int length(ByteBuffer bytes) throws IOException {
                    return super.length(bytes) - HEADER;
                }
            };
        }
    },

    /// Puts a byte into the sum as it is: in Java those above 127 are negative.
    ADDS_SIGNED_BYTES {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                int length(ByteBuffer bytes) {
                    var length = 0;
                    for (int i = 0; i < HEADER; i++) {
                        length = length * 256 + bytes.get(bytes.position() + i);
                    }
                    return length;
                }
            };
        }
    },

    /// Takes each chunk for a frame.
    TAKES_A_CHUNK_FOR_A_FRAME {
        @Override
        public Decoder decoder(int limit) {
            return new Decoder() {
                @Override
                public void decode(ByteBuffer chunk, Frame frames) throws IOException {
                    if (chunk.remaining() < HEADER) throw new IOException("no header");
                    chunk.position(chunk.position() + HEADER);
                    var payload = chunk.slice().order(chunk.order());
                    chunk.position(chunk.limit());
                    frames.take(payload);
                }

                @Override
                public void end() {}
            };
        }
    },

    /// Clears the buffer behind a frame, and what followed it in the chunk is gone.
    DROPS_WHAT_FOLLOWS_A_FRAME {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                void take(Frame frames, ByteOrder order) throws IOException {
                    if (takeOne(frames, order)) bytes.position(bytes.limit());
                }
            };
        }
    },

    /// Takes one frame out of each chunk.
    TAKES_ONE_FRAME_A_CHUNK {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                void take(Frame frames, ByteOrder order) throws IOException {
                    takeOne(frames, order);
                }
            };
        }
    },

    /// Reads the length as soon as there is a byte.
    READS_HALF_A_HEADER {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                boolean hasHeader(ByteBuffer bytes) {
                    return bytes.hasRemaining();
                }

                @Override
                int length(ByteBuffer bytes) throws IOException {
                    if (bytes.remaining() < HEADER) throw new IOException("buffer underflow");
                    return super.length(bytes);
                }
            };
        }
    },

    /// Takes a length of nothing for no frame.
    SKIPS_EMPTY_FRAMES {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                void hand(ByteBuffer payload, Frame frames) throws IOException {
                    if (payload.hasRemaining()) frames.take(payload);
                }
            };
        }
    },

    /// A frame of just the limit is too long for it.
    REFUSES_THE_GREATEST_LENGTH {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                void check(int length) throws IOException {
                    if (length < 0 || length >= limit) throw new IOException("too long");
                }
            };
        }
    },

    /// Compares the length with the limit as a signed number.
    ACCEPTS_NEGATIVE_LENGTHS {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                void check(int length) throws IOException {
                    if (length > limit) throw new IOException("too long");
                }
            };
        }
    },

    /// Does not mind where the stream ends.
    LETS_A_FRAME_BE_CUT_SHORT {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                public void end() throws IOException {
                    if (refused) throw new IOException("refused");
                }
            };
        }
    },

    /// Hands out its own buffer, and goes on from where the handler has left it.
    TRUSTS_THE_HANDLER {
        @Override
        public Decoder decoder(int limit) {
            return new Collected(limit) {
                @Override
                boolean takeOne(Frame frames, ByteOrder order) throws IOException {
                    if (!hasWholeFrame()) return false;
                    var limit = bytes.limit();
                    var length = length(bytes);
                    bytes.position(bytes.position() + HEADER).limit(bytes.position() + length);
                    bytes.order(order);
                    frames.take(bytes);
                    bytes.order(ByteOrder.BIG_ENDIAN).limit(limit);
                    return true;
                }
            };
        }
    };

    private static final int HEADER = Integer.BYTES;

    @Override
    public byte[] encode(ByteBuffer payload) {
        return frame(payload.remaining(), payload);
    }

    private static byte[] frame(int length, ByteBuffer payload) {
        return ByteBuffer.allocate(HEADER + payload.remaining())
                .putInt(length).put(payload).array();
    }

    /// Right, but for what its subclasses change: keeps all bytes until they are a frame.
    private static class Collected implements Decoder {

        final int limit;
        ByteBuffer bytes = ByteBuffer.allocate(0);
        boolean refused;

        Collected(int limit) {
            this.limit = limit;
        }

        @Override
        public void decode(ByteBuffer chunk, Frame frames) throws IOException {
            if (refused) throw new IOException("refused");
            bytes = ByteBuffer.allocate(bytes.remaining() + chunk.remaining())
                    .put(bytes).put(chunk).flip();
            take(frames, chunk.order());
        }

        void take(Frame frames, ByteOrder order) throws IOException {
            while (takeOne(frames, order)) assert !refused;
        }

        boolean takeOne(Frame frames, ByteOrder order) throws IOException {
            if (!hasWholeFrame()) return false;
            var length = length(bytes);
            var payload = bytes.slice(bytes.position() + HEADER, length).order(order);
            bytes.position(bytes.position() + HEADER + length);
            hand(payload, frames);
            return true;
        }

        boolean hasWholeFrame() throws IOException {
            if (!hasHeader(bytes)) return false;
            var length = length(bytes);
            refused = true;
            check(length);
            refused = false;
            return bytes.remaining() >= HEADER + length;
        }

        boolean hasHeader(ByteBuffer bytes) {
            return bytes.remaining() >= HEADER;
        }

        int length(ByteBuffer bytes) throws IOException {
            return bytes.getInt(bytes.position());
        }

        void check(int length) throws IOException {
            if (length < 0 || length > limit) throw new IOException("too long");
        }

        void hand(ByteBuffer payload, Frame frames) throws IOException {
            frames.take(payload);
        }

        @Override
        public void end() throws IOException {
            if (refused || bytes.hasRemaining()) throw new IOException("cut short");
        }
    }
}
