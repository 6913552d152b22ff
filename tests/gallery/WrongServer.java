package gallery;

import module java.base;

import static gallery.EchoLoops.*;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import gallery.EchoLoops.Events;

/// Echo servers with a mistake each, of the kind that beginners make.
///
/// They use channels, and threads of a given factory, so that whoever has started one can end it:
/// an interrupt closes the channel at which a thread waits.
public enum WrongServer {

    /// Waits in read for its client, and only then for the next.
    SERVES_ONE_CLIENT_AT_A_TIME {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            while (true) EchoLoops.serve(listener.accept(), EchoLoops::echo);
        }
    },

    /// Polls its clients, but only the listener was made non-blocking.
    POLLS_BLOCKING_SOCKETS {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            listener.configureBlocking(false);
            var clients = new ArrayList<SocketChannel>();
            while (true) {
                var newcomer = listener.accept();
                if (newcomer != null) clients.add(newcomer);
                for (var client : clients) answerAndStay(client);
                clients.removeIf(client -> !client.isOpen());
            }
        }

        private void answerAndStay(SocketChannel client) throws IOException {
            try {
                if (!answerOnce(client)) client.close();
            } catch (IOException e) {
                client.close(); // it has reset the connection
            }
        }
    },

    /// Two threads for all clients.
    HAS_TWO_THREADS {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            try (var pool = Executors.newFixedThreadPool(2, threads)) {
                while (true) {
                    var client = listener.accept();
                    pool.execute(() -> EchoLoops.serve(client, EchoLoops::echo));
                }
            }
        }
    },

    /// A thread for each client, but one buffer for all of them: what one thread has read, another
    /// overwrites before it is sent.
    SHARES_A_BUFFER_BETWEEN_THREADS {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            var buffer = new byte[READ_LIMIT];
            threadForEach(listener, threads, client -> {
                for (int count; (count = client.read(ByteBuffer.wrap(buffer))) != -1; ) {
                    Thread.yield(); // it writes a line to a log
                    writeAll(client, answerTo(ByteBuffer.wrap(buffer, 0, count)));
                }
            });
        }
    },

    /// In a selector's loop, writes until everything is written.
    WAITS_FOR_A_SLOW_READER {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, (key, in) -> writeAll(channel(key), answerTo(in)));
        }
    },

    /// Text where bytes should be: what is no UTF-8 becomes U+FFFD.
    DECODES_AND_REPLACES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> forEachRead(client, in ->
                    writeAll(client, bytes("echo " + UTF_8.decode(in), UTF_8))));
        }
    },

    /// The same, and one bad byte ends the server.
    DECODES_AND_DIES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Events() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) throws IOException {
                    owed(key).add(bytes("echo " + UTF_8.newDecoder().decode(in), UTF_8));
                    key.interestOps(SelectionKey.OP_WRITE);
                }

                @Override
                public void write(SelectionKey key) throws IOException {
                    payAndReadOn(key);
                }

                @Override
                public void failed(SelectionKey key, IOException e) throws IOException {
                    if (e instanceof CharacterCodingException) throw e;
                    key.channel().close();
                }
            });
        }
    },

    /// Answers when the line is complete.
    READS_LINES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var lines = new BufferedReader(Channels.newReader(client, ISO_8859_1));
                for (String line; (line = lines.readLine()) != null; ) {
                    writeAll(client, bytes("echo " + line + "\n", ISO_8859_1));
                }
            });
        }
    },

    /// Takes spaces and line ends at the edge of a read for nothing.
    STRIPS {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> forEachRead(client, in -> writeAll(client,
                    bytes("echo " + ISO_8859_1.decode(in).toString().strip(), ISO_8859_1))));
        }
    },

    /// Sends a line end that nobody has sent.
    ADDS_LINE_ENDS {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> forEachRead(client, in -> writeAll(client,
                    bytes("echo " + ISO_8859_1.decode(in) + "\n", ISO_8859_1))));
        }
    },

    /// Reads everything before it answers.
    ANSWERS_AT_THE_END {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var all = Channels.newInputStream(client).readAllBytes();
                if (all.length > 0) writeAll(client, answerTo(ByteBuffer.wrap(all)));
            });
        }
    },

    /// Reads once.
    ANSWERS_ONCE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, EchoLoops::answerOnce);
        }
    },

    /// Takes the prefix for a greeting.
    SENDS_THE_PREFIX_ONCE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                if (answerOnce(client)) forEachRead(client, in -> writeAll(client, in));
            });
        }
    },

    /// Sends the array of the buffer, instead of what was read into it.
    SENDS_THE_WHOLE_BUFFER {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                var in = ByteBuffer.allocate(1024);
                while (client.read(in.clear()) != -1) {
                    writeAll(client, answerTo(ByteBuffer.wrap(in.array())));
                }
            });
        }
    },

    /// Has one buffer for what is left of all answers.
    SHARES_THE_REST {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            var rest = new ArrayDeque<ByteBuffer>();
            select(listener, (key, in) -> {
                rest.add(answerTo(in));
                pay(rest, channel(key));
                if (rest.size() > MUCH) key.interestOps(0);
            });
        }
    },

    /// Writes once; what the socket does not take is gone.
    DROPS_THE_REST {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, (key, in) -> channel(key).write(answerTo(in)));
        }
    },

    /// Keeps what the socket does not take, until the client speaks again.
    WRITES_THE_REST_AT_THE_NEXT_READ {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Events() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) throws IOException {
                    owed(key).add(answerTo(in));
                    pay(key);
                    if (owed(key).size() > MUCH) key.interestOps(0);
                }

                @Override
                public void end(SelectionKey key) throws IOException {
                    pay(key);
                    if (owed(key).isEmpty()) key.channel().close();
                    else key.interestOps(0);
                }
            });
        }
    },

    /// After a partial write, begins again at the beginning.
    SENDS_TWICE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Events() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) throws IOException {
                    owed(key).add(answerTo(in));
                    write(key);
                }

                @Override
                public void write(SelectionKey key) throws IOException {
                    pay(key);
                    var done = owed(key).isEmpty();
                    if (!done) owed(key).peek().rewind();
                    key.interestOps(done ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
                }
            });
        }
    },

    /// Catches nothing in its loop: a client that resets ends it.
    DIES_OF_A_RESET {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new PromptEcho() {
                @Override
                public void failed(SelectionKey key, IOException e) throws IOException {
                    throw e;
                }
            });
        }
    },

    /// Serves in a thread of which nobody notices that it has ended.
    SERVES_NOBODY_AFTER_A_RESET {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            var loop = threads.newThread(() -> {
                try {
                    DIES_OF_A_RESET.serve(listener, threads);
                } catch (IOException e) {
                    return; // printed, in a real one, and scrolled away
                }
            });
            loop.start();
            stay();
        }
    },

    /// Reads, whatever the key is ready for; and a new socket is ready for a write.
    READS_WHEN_IT_COULD_WRITE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            try (var selector = Selector.open()) {
                listener.configureBlocking(false);
                listener.register(selector, SelectionKey.OP_ACCEPT);
                while (!Thread.currentThread().isInterrupted()) {
                    selector.select();
                    for (var key : selector.selectedKeys()) {
                        if (key.channel() == listener) {
                            var client = listener.accept();
                            if (client == null) continue;
                            client.configureBlocking(false);
                            client.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                        } else {
                            readAnyway(channel(key));
                        }
                    }
                    selector.selectedKeys().clear();
                }
            }
        }

        private void readAnyway(SocketChannel client) throws IOException {
            var in = ByteBuffer.allocate(1024);
            var count = client.read(in);
            if (count == 0) throw new IOException("no data, as EAGAIN has it in C");
            if (count == -1) client.close();
            else client.write(answerTo(in.flip()));
        }
    },

    /// Takes the end of the stream for the end of the connection, whatever it still owes.
    TAKES_A_HALF_CLOSE_FOR_GONE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Events() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) {
                    owed(key).add(answerTo(in));
                    var more = owed(key).size() < MUCH ? SelectionKey.OP_READ : 0;
                    key.interestOps(more | SelectionKey.OP_WRITE);
                }

                @Override
                public void write(SelectionKey key) throws IOException {
                    payAndReadOn(key);
                }
            });
        }
    },

    /// Does not look for the end of the stream.
    NEVER_CLOSES {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            threadForEach(listener, threads, client -> {
                echo(client);
                stay();
            });
        }
    },

    /// Keeps what clients do not read, without a limit.
    HAS_NO_BACK_PRESSURE {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, new Events() {
                @Override
                public void read(SelectionKey key, ByteBuffer in) throws IOException {
                    owed(key).add(answerTo(in));
                    write(key);
                }

                @Override
                public void write(SelectionKey key) throws IOException {
                    pay(key);
                    key.interestOps(owed(key).isEmpty() ? SelectionKey.OP_READ
                            : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                }
            });
        }
    },

    /// Takes a full send buffer for an error.
    GIVES_UP_A_SLOW_READER {
        @Override
        public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
            select(listener, (key, in) -> {
                var answer = answerTo(in);
                channel(key).write(answer);
                if (answer.hasRemaining()) throw new IOException("cannot send");
            });
        }
    };

    private static final int MUCH = 1000; // answers

    /// Runs until its thread is interrupted, or the mistake ends it.
    public abstract void serve(ServerSocketChannel listener, ThreadFactory threads)
            throws IOException;

    /// Right, but for what its subclasses change.
    private static class PromptEcho implements Events {
        @Override
        public void read(SelectionKey key, ByteBuffer in) throws IOException {
            owed(key).add(answerTo(in));
            key.interestOps(SelectionKey.OP_WRITE);
        }

        @Override
        public void write(SelectionKey key) throws IOException {
            payAndReadOn(key);
        }
    }

    /// Until the thread is interrupted.
    private static void stay() {
        while (!Thread.currentThread().isInterrupted()) LockSupport.park();
    }

    private static void payAndReadOn(SelectionKey key) throws IOException {
        pay(key);
        if (owed(key).isEmpty()) key.interestOps(SelectionKey.OP_READ);
    }
}
