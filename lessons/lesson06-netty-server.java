///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.netty:netty-codec-base:4.2.20.Final
//SOURCES shared/ServerCommand.java
//COMPILE_OPTIONS -Xlint:all
//DESCRIPTION Lesson 06: the echo server and the frames once more, on Netty

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.*;
import io.netty.channel.Channel;
import io.netty.channel.*;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.*;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.*;
import java.util.logging.Level;
import java.util.logging.Logger;
import shared.*;

/// # Lesson 06: the Netty server
///
/// What Twisted is to Python, Netty is to Java: the event loop, written once for
/// everybody. You write what to do when something has come, and add it to the *pipeline*
/// of a connection.
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each.
/// Or start it with `--frames`: then it speaks the protocol of lesson 05, and the client
/// is `jbang lesson05-framing-client.java`. Look for:
///
/// - What is gone, compared with lesson 03: the loop, the selector and its keys, the
///   accept until nobody is left, the partial write with its rest and its change of
///   interest, the wake-up and the lock of close. Lesson 05's decoder has shrunk to one
///   line of the pipeline.
/// - What is not: back-pressure. `yes | jbang lesson01-echo-client.java | sleep 60` must
///   come to a standstill; Netty's own echo example would go on reading until its memory
///   is full. It lacks [Conversation#channelWritabilityChanged]. Half-close, and what to
///   do when file descriptors run out, are left to us as well.
/// - The price, on the author's machine: 2 MB in five jars; 0.2 s more than the selector
///   until it listens; for each request between as much work as lesson 03 and a third
///   more; and five times its memory. Netty earns it back with TLS, HTTP, DNS and native
///   transports, all of them pieces for the same pipeline.
///
/// What is still wrong: every handler runs in the one thread of the event loop, as in
/// lesson 03, and must never wait. With virtual threads, the mix-ins of
/// `lesson06-socketserver.java` may.
class NettyServer implements Server {

    static final int MAX_PAYLOAD = 1024 * 1024; // bytes, with --frames
    private static final int HEADER_LENGTH = 4;
    private static final int BACKLOG = 1024; // connections that may wait for accept
    private static final long RETRY_MILLIS = 1000;
    private static final long GOODBYE_MILLIS = 1000;

    /// Above the high mark of unsent bytes a client is not read from, until it is below
    /// the low one.
    private static final WriteBufferWaterMark UNSENT =
            new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /// Netty logs to standard error, through `java.util.logging`, and the event loop
    /// would wait for whoever reads that. What matters is in our own log. The field keeps
    /// the logger: without it, it is collected, and its level with it.
    private static final Logger NETTY_LOG = Logger.getLogger("io.netty");

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    private final byte[] prefix;
    private final boolean frames;
    private final Narrator log;

    /// Opens the listening socket, and starts the thread that serves it.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix goes before the bytes of every read, or the payload of every frame
    /// @param frames whether to speak the frames of lesson 05; else bytes, as lesson 01
    /// @throws IOException if the address is taken, or not ours
    NettyServer(InetSocketAddress address, String prefix, boolean frames, Narrator log)
            throws IOException {
        NETTY_LOG.setLevel(Level.OFF);
        this.prefix = prefix.getBytes(UTF_8);
        this.frames = frames;
        this.log = log;
        var binding = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(new AcceptFailures())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true) // or Netty closes it
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
                .childHandler(pipeline())
                .bind(address).awaitUninterruptibly();
        listener = binding.channel();
        if (!binding.isSuccess()) {
            close();
            throw new IOException(binding.cause().getMessage(), binding.cause());
        }
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /// Waits until [#close()]. Netty's own thread has served since the constructor.
    @Override
    public void serve() {
        loop.terminationFuture().awaitUninterruptibly();
    }

    /// Most likely there are no file descriptors left. Netty would pause for a second by
    /// itself, but also log a stack trace. An exception that is not passed on to it is
    /// not logged, but then the pause is up to us.
    private final class AcceptFailures extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.say("cannot accept: " + cause.getMessage() + "; new clients wait");
            var config = context.channel().config();
            config.setAutoRead(false); // "reading" from a listener means to accept
            context.executor().schedule(
                    () -> config.setAutoRead(true), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// What the bytes of each new connection pass through.
    private ChannelHandler pipeline() {
        return new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                if (frames) { // header at offset 0, counts the payload only; strip it
                    channel.pipeline().addLast(new LengthFieldBasedFrameDecoder(
                            HEADER_LENGTH + MAX_PAYLOAD,
                            0, HEADER_LENGTH, 0, HEADER_LENGTH));
                }
                channel.pipeline().addLast(new Conversation());
            }
        };
    }

    /// One client. Netty calls these methods, one at a time, in the thread of the event
    /// loop.
    private final class Conversation extends ChannelInboundHandlerAdapter {

        private String who;
        private boolean over;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            who = Narrator.nameOf(context.channel().remoteAddress());
            log.connected(who);
        }

        /// @param message the bytes of a read, or the payload of a frame. Buffers are
        ///        counted, not collected: the last one to have it releases it, or it
        ///        leaks.
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var received = (ByteBuf) message;
            try {
                if (over) return;
                if (frames) {
                    answerFrame(context, received);
                } else {
                    answerBytes(context, received);
                }
            } finally {
                received.release();
            }
        }

        /// One buffer for all parts of an answer. To copy costs less than a second buffer
        /// would: its place in the queue, and a gathering write.
        private void answerBytes(ChannelHandlerContext context, ByteBuf received) {
            var count = received.readableBytes();
            var answer = context.alloc().ioBuffer(prefix.length + count);
            log.received(who, received.nioBuffer(), 0, count);
            answer.writeBytes(prefix).writeBytes(received);
            log.sent(who, answer.nioBuffer(), 0, answer.readableBytes());
            write(context, answer);
        }

        private void answerFrame(ChannelHandlerContext context, ByteBuf payload) {
            var count = payload.readableBytes();
            var length = prefix.length + count;
            var answer = context.alloc().ioBuffer(HEADER_LENGTH + length);
            log.receivedFrame(who, payload.nioBuffer(), 0, count);
            answer.writeInt(length).writeBytes(prefix).writeBytes(payload);
            log.sentFrame(who, answer.nioBuffer(), HEADER_LENGTH, HEADER_LENGTH + length);
            write(context, answer);
        }

        /// Only queues the answer. With the void promise a failure to send it comes to
        /// [#exceptionCaught]; with none it would be known to the promise alone.
        private void write(ChannelHandlerContext context, ByteBuf answer) {
            context.write(answer, context.voidPromise());
        }

        /// Sends what is queued: one system call for the answers to all that has come.
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        /// Back-pressure. Netty queues whatever is written, without limit, and calls this
        /// when it is too much and when it no longer is. To stop reading is up to us; TCP
        /// does the rest.
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            var channel = context.channel();
            channel.config().setAutoRead(channel.isWritable());
        }

        /// The client has half-closed: it gets the answers it is owed, then we close.
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }

        /// A reset, or a frame that is too large.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (over || cause instanceof ClosedChannelException) return; // we closed it
            over = true;
            if (cause instanceof DecoderException) {
                log.say(who + " is sent away: " + cause.getMessage());
                sayGoodbye(context);
            } else {
                log.lost(who, cause);
                context.close();
            }
        }

        /// To close while there are bytes unread is a reset, and destroys answers that
        /// are still under way. So only our half is closed, and what comes is thrown
        /// away, for a second.
        private void sayGoodbye(ChannelHandlerContext context) {
            var channel = (SocketChannel) context.channel();
            context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> channel.shutdownOutput());
            context.executor().schedule(
                    () -> context.close(), GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!over) log.left(who);
        }
    }

    /// Closes everything, and waits for Netty's thread to end.
    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    static int run(String... args) {
        var command = new ServerCommand("lesson06-netty-server.java",
                "An echo server on Netty, for bytes or for frames; Ctrl-C ends it.");
        var frames = command.flag("--frames",
                "answers frames (4 bytes length, payload) instead of bytes");
        var prefix = command.prefix();
        return command.run(args, (address, log) ->
                new NettyServer(address, prefix.get(), frames.get(), log));
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
