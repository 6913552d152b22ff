package gallery;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Chat servers with a mistake each, of the kind that beginners make.
public enum WrongChatServer {

    /// What a read brings is a line.
    TAKES_A_READ_FOR_A_LINE(() -> new ChatRooms() {
        @Override
        String nextLine(Guest guest) throws IOException {
            return guest.read() ? UTF_8.decode(guest.in).toString().strip() : null;
        }
    }),

    /// Looks for the line end, but in text that it has made of each read.
    DECODES_EACH_READ(() -> new ChatRooms() {
        private final Map<Guest, String> read = new ConcurrentHashMap<>();

        @Override
        String nextLine(Guest guest) throws IOException {
            var text = read.getOrDefault(guest, "");
            while (!text.contains("\n")) {
                if (!guest.read()) return null;
                text += UTF_8.decode(guest.in);
            }
            var end = text.indexOf('\n');
            read.put(guest, text.substring(end + 1));
            return text.substring(0, end).stripTrailing();
        }
    }),

    /// As readLine does: the end of the stream ends a line.
    SAYS_HALF_LINES(() -> new ChatRooms() {
        @Override
        String atTheEnd(ByteArrayOutputStream begun) {
            return begun.size() == 0 ? null : begun.toString(UTF_8);
        }
    }),

    /// All guests, and so the one that speaks.
    TELLS_THE_SPEAKER_TOO(() -> new ChatRooms() {
        @Override
        void tell(Guest speaker, String line) throws IOException {
            for (var guest : guests) post(guest, line);
        }
    }),

    /// No outbox: writes to each guest, while all others wait for the lock.
    WAITS_FOR_A_SLOW_READER(() -> new ChatRooms() {
        @Override
        void post(Guest guest, String line) {
            try {
                guest.write(line);
            } catch (IOException e) {
                return; // the thread that reads from it will notice
            }
        }
    }),

    /// Tells all that a guest has left, also that guest; and catches exceptions around the loop.
    STOPS_TELLING_AT_A_DEAD_GUEST(() -> new ChatRooms() {
        @Override
        void tell(Guest speaker, String line) {
            try {
                for (var guest : guests) {
                    if (guest.dead) throw new IOException("Broken pipe");
                    if (guest != speaker) post(guest, line);
                }
            } catch (IOException e) {
                return; // and not a word to those who come behind
            }
        }

        @Override
        void failed(Guest guest) {
            synchronized (guests) {
                if (!guests.contains(guest)) return;
                guest.dead = true;
                tell(guest, "* " + guest.name + " has left");
                guests.remove(guest);
            }
        }
    }),

    /// Removes from the list while it goes through it by index.
    REMOVES_WHILE_TELLING(() -> new ChatRooms() {
        @Override
        void tell(Guest speaker, String line) throws IOException {
            for (int i = 0; i < guests.size(); i++) {
                var guest = guests.get(i);
                if (guest.dead) guests.remove(i);
                else if (guest != speaker) post(guest, line);
            }
        }

        @Override
        void leave(Guest guest) throws IOException {
            synchronized (guests) {
                if (!guests.contains(guest)) return;
                guest.dead = true;
                tell(guest, "* " + guest.name + " has left");
            }
        }
    }),

    /// Leaving is what comes behind the loop; an exception goes past it.
    LEAVES_ONLY_POLITELY(() -> new ChatRooms() {
        @Override
        void failed(Guest guest) {
            synchronized (guests) {
                guests.remove(guest);
            }
        }
    }),

    /// Two guests, one name.
    LETS_A_NAME_BE_TAKEN_TWICE(() -> new ChatRooms() {
        @Override
        boolean accepts(String name) {
            return name.matches("[\\p{L}\\p{Nd}]{1,32}");
        }
    }),

    /// Any name that is not taken.
    LETS_ANY_NAME_IN(() -> new ChatRooms() {
        @Override
        boolean accepts(String name) {
            return guests.stream().noneMatch(each -> each.name.equals(name));
        }
    }),

    /// As it came, so it goes.
    PASSES_ON_CONTROL_CHARACTERS(() -> new ChatRooms() {
        @Override
        String clean(String line) {
            return line;
        }
    });

    private final Supplier<ChatRooms> rooms;

    WrongChatServer(Supplier<ChatRooms> rooms) {
        this.rooms = rooms;
    }

    /// Runs until its thread is interrupted.
    public void serve(ServerSocketChannel listener, ThreadFactory threads) throws IOException {
        rooms.get().serve(listener, threads);
    }

    /// The same without a mistake.
    public static void serveRight(ServerSocketChannel listener, ThreadFactory threads)
            throws IOException {
        new ChatRooms().serve(listener, threads);
    }
}
