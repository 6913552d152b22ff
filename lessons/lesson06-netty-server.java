///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//DEPS io.netty:netty-codec-base:4.2.20.Final
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
import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Lesson 06: the Netty server
///
/// What Twisted is to Python, Netty is to Java: the event loop, written once for everybody. You
/// write what to do when something has come, and hang it into the *pipeline* of a connection.
///
/// In two more terminals type `jbang lesson01-echo-client.java`, and a few lines in each. Or start
/// it with `--frames`: it then speaks the protocol of lesson 05, and
/// `jbang lesson05-framing-client.java` is the client. Look for:
///
/// - What is gone, compared with lesson 03: the loop, the selector and its keys, the accept until
///   there is nobody left, the partial write with its rest and its change of interest, the wake-up
///   and the lock of close. Lesson 05's decoder has shrunk to one line of the pipeline.
/// - What is not: back-pressure. `yes | jbang lesson01-echo-client.java | sleep 60` must come to a
///   standstill, and Netty's own echo example would go on reading until its memory is full.
///   [Conversation#channelWritabilityChanged] is what it lacks. Half-close, and what to do when
///   file descriptors run out, are left to us as well.
/// - The price, on the machine of the author: 2 MB in five jars; 0.2 s more until it listens than
///   the selector; for each request between as much work as lesson 03 and a third more; and five
///   times its memory. Netty earns it back with TLS, HTTP, DNS and native transports, all of them
///   pieces for the same pipeline.
///
/// What is still wrong: every handler runs in the one thread of the event loop, as in lesson 03,
/// and must never wait. With virtual threads, the mix-ins of `lesson06-socketserver.java` may.
class NettyServer implements AutoCloseable {

    /// The longest payload with `--frames`, in bytes.
    static final int MAX_PAYLOAD = 1024 * 1024;

    private static final int HEADER_LENGTH = 4;

    /// How many finished handshakes may wait in the kernel for accept.
    private static final int BACKLOG = 1024;

    /// Above the high mark of unsent bytes a client is not read from, until it is below the low.
    private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private static final long RETRY_MILLIS = 1000;
    private static final long GOODBYE_MILLIS = 1000;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    private final byte[] prefix;
    private final boolean frames;
    private final boolean quiet;

    /// Opens the listening socket, and starts the thread that serves it.
    ///
    /// @param address where to listen; port 0 picks a free one, see [#port()]
    /// @param prefix what goes before the bytes of every read, or the payload of every frame
    /// @param frames whether to speak the frames of lesson 05; else it is bytes, as in lesson 01
    /// @param quiet no line per message
    /// @throws IOException if the address is taken, or not ours
    NettyServer(InetSocketAddress address, String prefix, boolean frames, boolean quiet)
            throws IOException {
        this.prefix = prefix.getBytes(UTF_8);
        this.frames = frames;
        this.quiet = quiet;
        var binding = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(new AcceptFailures())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true) // or the end of input is ours
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
                .childHandler(pipeline())
                .bind(address).awaitUninterruptibly();
        listener = binding.channel();
        if (!binding.isSuccess()) {
            close();
            throw new IOException(binding.cause().getMessage(), binding.cause());
        }
    }

    /// The port on which the server listens.
    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /// Waits until [#close()]. The serving is done by Netty's thread, since the constructor.
    void serve() {
        loop.terminationFuture().awaitUninterruptibly();
    }

    /// Out of file descriptors, most likely. Netty would look away for a second by itself, but also
    /// write a stack trace into the log. An exception that stops here is not passed on to it, and
    /// so the looking away is up to us.
    private static final class AcceptFailures extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            IO.println("cannot accept: " + cause.getMessage() + "; new clients wait");
            var config = context.channel().config();
            config.setAutoRead(false); // "reading" from a listener means to accept
            context.executor().schedule(
                    () -> config.setAutoRead(true), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// What the bytes of each new connection go through.
    private ChannelHandler pipeline() {
        return new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                if (frames) { // the header is at offset 0, counts the payload only; strip it
                    channel.pipeline().addLast(new LengthFieldBasedFrameDecoder(
                            HEADER_LENGTH + MAX_PAYLOAD, 0, HEADER_LENGTH, 0, HEADER_LENGTH));
                }
                channel.pipeline().addLast(new Conversation());
            }
        };
    }

    /// One client. Netty calls these methods, one at a time, in the thread of the event loop.
    private final class Conversation extends ChannelInboundHandlerAdapter {

        private String who;
        private boolean over;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            who = context.channel().remoteAddress().toString().substring(1);
            IO.println(who + " connected");
        }

        /// @param message the bytes of a read, or the payload of a frame. Buffers are counted, not
        ///        collected: the last one to have it releases it, or it leaks.
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var received = (ByteBuf) message;
            try {
                if (over) return;
                log(" sent us", received);
                var answer = answer(context.alloc(), received);
                log(" gets back", answer);
                context.write(answer);
            } finally {
                received.release();
            }
        }

        /// One buffer for all parts of an answer. The copy costs less than a second buffer would:
        /// its place in the queue, and a gathering write.
        private ByteBuf answer(ByteBufAllocator allocator, ByteBuf received) {
            var length = prefix.length + received.readableBytes();
            var answer = allocator.ioBuffer(HEADER_LENGTH + length);
            if (frames) {
                answer.writeInt(length);
            }
            return answer.writeBytes(prefix).writeBytes(received);
        }

        /// Nothing is sent before this: one system call for the answers to all that has come.
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        /// Back-pressure. Netty queues whatever is written, without limit, and says here when it
        /// is too much and when it is no more. To stop reading is up to us; TCP does the rest.
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            var channel = context.channel();
            channel.config().setAutoRead(channel.isWritable());
        }

        /// The client has half-closed: what it is owed first, then we close.
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
            if (over) return;
            over = true;
            IO.println(who + ": " + cause.getMessage());
            if (cause instanceof DecoderException) {
                sayGoodbye(context);
            } else {
                context.close();
            }
        }

        /// To close while there are bytes unread is a reset, and destroys answers that are still
        /// under way. So only our half is closed, and what comes is thrown away, for a second.
        private void sayGoodbye(ChannelHandlerContext context) {
            var channel = (SocketChannel) context.channel();
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.shutdownOutput());
            context.executor().schedule(
                    () -> context.close(), GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            IO.println(who + " has left");
        }

        private void log(String what, ByteBuf bytes) {
            if (!quiet) {
                IO.println("%s%s %d bytes: %s".formatted(
                        who, what, bytes.readableBytes(), readable(ByteBufUtil.getBytes(bytes))));
            }
        }
    }

    /// The bytes as text if they are UTF-8, else in hex. Control characters become `?`: a log must
    /// not let a stranger write escape sequences to our terminal.
    private static String readable(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        return text.contains("\uFFFD")
                ? "%.60s".formatted(HexFormat.ofDelimiter(" ").formatHex(bytes))
                : "\"%.60s\"".formatted(text.replace("\n", "\\n").replaceAll("\\p{C}", "?"));
    }

    /// Closes everything, and waits for Netty's thread to end. Idempotent, from any thread.
    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Command(name = "lesson06-netty-server.java", description =
            "An echo server on Netty, for bytes or for frames; Ctrl-C ends it.")
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..1", defaultValue = "127.0.0.1", paramLabel = "HOST",
                description = "address to listen on (default: ${DEFAULT-VALUE})")
        String host;

        @Parameters(arity = "0..1", defaultValue = "5678", paramLabel = "PORT",
                description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
        int port;

        @Option(names = "--frames", description =
                "answers frames (4 bytes length, payload) instead of bytes")
        boolean frames;

        @Option(names = "--prefix", defaultValue = "echo ", paramLabel = "TEXT",
                description = "goes before each answer (default: '${DEFAULT-VALUE}')")
        String prefix;

        @Option(names = "--quiet", description = "no line per message")
        boolean quiet;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "no such port: " + port);
            }
            try {
                var address = new InetSocketAddress(InetAddress.getByName(host), port);
                try (var server = new NettyServer(address, prefix, frames, quiet)) {
                    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                    IO.println("listening on " + host + ":" + server.port());
                    server.serve();
                }
                return 0;
            } catch (UnknownHostException e) {
                return fail("unknown host " + host + "; try 127.0.0.1");
            } catch (IOException e) {
                return fail("cannot listen on %s:%d: %s; try another port, 0 picks a free one"
                        .formatted(host, port, e.getMessage()));
            }
        }

        private static int fail(String why) {
            System.err.println(why);
            return 1;
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
