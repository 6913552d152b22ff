package gallery;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/// Echo clients with a mistake each, of the kind that beginners make.
public enum WrongClient implements GalleryClient.Talking {

    /// Sends a line, reads once, and takes what it got for the answer.
    READS_ONCE_FOR_EACH_LINE {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            var buffer = new byte[BUFFER];
            for (var line : (Iterable<String>) lines(keyboard)::iterator) {
                send(server, line + "\n");
                var count = server.getInputStream().read(buffer);
                if (count == -1) return;
                screen.write(buffer, 0, count);
            }
        }
    },

    /// One thread sends and another receives; of each read it shows the first line.
    SHOWS_A_LINE_OF_EACH_READ {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            receive(server, threads, (buffer, count) -> {
                var text = new String(buffer, 0, count, ISO_8859_1);
                screen.write(text.substring(0, 1 + text.indexOf('\n')).getBytes(ISO_8859_1));
                if (!text.contains("\n")) screen.write(buffer, 0, count);
            });
            sendAll(server, keyboard);
        }
    },

    /// Reads its whole input before it sends anything.
    SENDS_AT_THE_END {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            server.getOutputStream().write(keyboard.readAllBytes());
            server.shutdownOutput();
            server.getInputStream().transferTo(screen);
        }
    },

    /// Makes text of each read, whether or not its last character is complete.
    DECODES_EACH_READ {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            receive(server, threads, (buffer, count) ->
                    screen.write(new String(buffer, 0, count, UTF_8).getBytes(UTF_8)));
            sendAll(server, keyboard);
        }
    },

    /// Shows the buffer, and not just what was read into it.
    SHOWS_THE_WHOLE_BUFFER {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            receive(server, threads, (buffer, _) -> screen.write(buffer));
            sendAll(server, keyboard);
        }
    },

    /// Waits a tenth of a second for an answer.
    GIVES_UP_TOO_SOON {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            server.setSoTimeout(100);
            for (var line : (Iterable<String>) lines(keyboard)::iterator) {
                send(server, line + "\n");
                try {
                    screen.write(readLine(server));
                } catch (SocketTimeoutException e) {
                    screen.write("no answer\n".getBytes(UTF_8));
                }
            }
        }
    },

    /// Knows how long an answer is, but not that to nothing there is none.
    WAITS_FOR_AN_ANSWER_TO_NOTHING {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            for (var line : (Iterable<String>) lines(keyboard)::iterator) {
                send(server, line);
                var length = "echo ".length() + line.getBytes(UTF_8).length;
                screen.write(server.getInputStream().readNBytes(length));
                screen.write('\n');
            }
        }
    },

    /// At the end of its input, closes more than its half.
    CLOSES_AT_THE_END_OF_INPUT {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            receive(server, threads, (buffer, count) -> screen.write(buffer, 0, count));
            keyboard.transferTo(server.getOutputStream());
            server.close();
        }
    },

    /// At the end of its input, closes nothing.
    NEVER_TELLS_THE_END {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            receive(server, threads, (buffer, count) -> screen.write(buffer, 0, count));
            keyboard.transferTo(server.getOutputStream());
        }
    },

    /// Takes the end of the stream for an answer without bytes.
    READS_ON_AFTER_THE_END {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            threads.newThread(() -> inSilence(server, () -> {
                var buffer = new byte[BUFFER];
                while (true) {
                    var count = server.getInputStream().read(buffer);
                    if (count > 0) screen.write(buffer, 0, count);
                }
            })).start();
            sendAll(server, keyboard);
        }
    },

    /// Tries again after any exception.
    READS_ON_AFTER_A_RESET {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            threads.newThread(() -> {
                var buffer = new byte[BUFFER];
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        var count = server.getInputStream().read(buffer);
                        if (count == -1) return;
                        screen.write(buffer, 0, count);
                    } catch (IOException e) {
                        continue; // perhaps it goes better next time
                    }
                }
            }).start();
            sendAll(server, keyboard);
        }
    },

    /// Sends two messages, reads once, and takes what it got for both answers.
    CLOSES_AFTER_THE_FIRST_BYTES {
        @Override
        public void talk(Socket server, InputStream keyboard, OutputStream screen,
                ThreadFactory threads) throws IOException {
            send(server, "first message");
            send(server, "second message");
            var buffer = new byte[BUFFER];
            var count = server.getInputStream().read(buffer);
            if (count > 0) screen.write(buffer, 0, count);
        }
    };

    private static final int BUFFER = 1024; // bytes

    /// Whether it sends what is typed.
    public boolean isTyped() {
        return this != CLOSES_AFTER_THE_FIRST_BYTES;
    }

    // ---- what they have in common, as far as it is right ----

    private static Stream<String> lines(InputStream keyboard) {
        return new BufferedReader(new InputStreamReader(keyboard, UTF_8)).lines();
    }

    private static void send(Socket server, String text) throws IOException {
        server.getOutputStream().write(text.getBytes(UTF_8));
    }

    /// Up to the line end, and not further.
    private static byte[] readLine(Socket server) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next; (next = server.getInputStream().read()) != -1; ) {
            line.write(next);
            if (next == '\n') break;
        }
        return line.toByteArray();
    }

    private static void sendAll(Socket server, InputStream keyboard) throws IOException {
        keyboard.transferTo(server.getOutputStream());
        server.shutdownOutput();
    }

    private interface Shown {
        void show(byte[] buffer, int count) throws IOException;
    }

    private static void receive(Socket server, ThreadFactory threads, Shown shown) {
        threads.newThread(() -> inSilence(server, () -> {
            var buffer = new byte[BUFFER];
            for (int count; (count = server.getInputStream().read(buffer)) != -1; ) {
                shown.show(buffer, count);
            }
        })).start();
    }

    private interface Task {
        void run() throws IOException;
    }

    /// A reset ends the thread, and with it the client.
    private static void inSilence(Socket server, Task task) {
        try (server) {
            task.run();
        } catch (IOException e) {
            assert server.isClosed() : "closed by try";
        }
    }
}
