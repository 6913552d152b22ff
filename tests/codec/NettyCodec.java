package codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/// Netty's codec, with as little around it as possible.
///
/// The decoder is called directly, not through the head of the pipeline, and behind it there is one
/// handler, which counts and releases: less is not possible, for it hands out frames by calling the
/// next. Not charged are what Netty's transport does for every read besides: a new buffer, and
/// `channelReadComplete`.
public final class NettyCodec implements Codec {

    private static final int HEADER_LENGTH = 4;
    private static final int MAX_PAYLOAD = 1024 * 1024;

    /// What Netty allocates for a first read, in bytes. With the room that is left behind a short
    /// one the decoder is twice as fast.
    private static final int READ_BUFFER = 2048;

    private final LengthFieldBasedFrameDecoder decoder = new LengthFieldBasedFrameDecoder(
            HEADER_LENGTH + MAX_PAYLOAD, 0, HEADER_LENGTH, 0, HEADER_LENGTH);
    private final Counter counter = new Counter();
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder, counter);
    private final ChannelHandlerContext context = channel.pipeline().context(decoder);
    private ByteBuf[] chunks;
    private int[] lengths;
    private ByteBuf payload;
    private ByteBuf frames;

    private static final class Counter extends ChannelInboundHandlerAdapter {

        private long bytes;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var payload = (ByteBuf) message;
            bytes += payload.readableBytes();
            payload.release();
        }
    }

    @Override
    public void prepareDecoding(ByteBuffer[] stream) {
        lengths = Stream.of(stream).mapToInt(ByteBuffer::remaining).toArray();
        chunks = Stream.of(stream).map(this::copyOf).toArray(ByteBuf[]::new);
    }

    private ByteBuf copyOf(ByteBuffer chunk) {
        return channel.alloc().directBuffer(Math.max(READ_BUFFER, chunk.remaining()))
                .writeBytes(chunk.duplicate());
    }

    /// The decoder releases what it is given; so each chunk is retained first, and stays ours.
    @Override
    public long decode() throws Exception {
        counter.bytes = 0;
        for (int i = 0; i < chunks.length; i++) {
            decoder.channelRead(context, chunks[i].retain().setIndex(0, lengths[i]));
        }
        return counter.bytes;
    }

    @Override
    public void prepareEncoding(ByteBuffer bytes) {
        payload = Unpooled.wrappedBuffer(bytes);
        frames = channel.alloc().directBuffer(2 * 64 * 1024);
    }

    /// As in lesson 06. `LengthFieldPrepender` would leave the payload where it is, and add a
    /// buffer of four bytes to the same write: the copy is then the kernel's, out of our sight.
    @Override
    public long encode(int count) {
        frames.clear();
        for (int i = 0; i < count; i++) {
            frames.writeInt(payload.readableBytes())
                    .writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        }
        return frames.readableBytes();
    }
}
