import module java.base;

/// The servers that serve several clients at once.
enum Subject {

    THREADED("ThreadedServer"),
    MULTIPROCESS("MultiprocessServer"),
    POLLING("PollingServer"),
    SELECTOR("SelectorServer"),
    EPOLL("EpollServer"),
    EPOLL_EDGE("EpollServer", "--edge"),
    VIRTUAL_THREADS("VirtualThreadServer"),
    FRAMING("FramingServer"),
    SOCKETSERVER("SocketServer", "--raw"),
    NETTY("NettyServer"),
    NETTY_FRAMES("NettyServer", "--frames");

    final String mainClass;
    final List<String> options;

    Subject(String mainClass, String... options) {
        this.mainClass = mainClass;
        this.options = List.of(options);
    }

    /// Polling means never to rest.
    boolean rests() {
        return this != POLLING;
    }

    /// All that this system can run: epoll is Linux's.
    static List<Subject> here() {
        var linux = System.getProperty("os.name").equals("Linux");
        return Stream.of(values())
                .filter(subject -> linux || !subject.mainClass.equals("EpollServer")).toList();
    }

    /// Each has a limit of its own on descriptors.
    int processes() {
        return this == MULTIPROCESS ? 2 : 1;
    }

    boolean speaksFrames() {
        return this == FRAMING || this == NETTY_FRAMES;
    }

    Dialogue newDialogue() {
        return speaksFrames() ? new Dialogue.Frames() : new Dialogue.Echo();
    }

    /// @return the subject of that name, as [#toString()] gives it
    static Optional<Subject> named(String name) {
        return Stream.of(values()).filter(subject -> subject.toString().equals(name)).findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
