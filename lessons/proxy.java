///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN WireProxy
//DEPS org.jline:jline-terminal:4.6.0
//DEPS org.jline:jline-terminal-ffm:4.6.0
//SOURCES shared/ClientCommand.java shared/HostCommand.java shared/Printable.java
//SOURCES recorder/End.java recorder/Happening.java recorder/Json.java recorder/Lines.java
//SOURCES recorder/LinkLog.java recorder/Page.java
//SOURCES wire/Boundaries.java wire/Chunk.java wire/Controls.java wire/Display.java
//SOURCES wire/Escaped.java wire/Fault.java wire/Faults.java wire/Link.java wire/Names.java
//SOURCES wire/Words.java workbook/reader/Language.java
//COMPILE_OPTIONS -Xlint:all
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//DESCRIPTION Between a client and a server: shows every byte, and is a network that misbehaves

import module java.base;

import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;
import picocli.CommandLine.Model.OptionSpec;
import recorder.LinkLog;
import recorder.Page;
import shared.*;
import wire.*;
import workbook.reader.Language;

/// # A proxy to look through
///
/// Start a server, in any language, on port 5678. In a second terminal:
///
/// ```
/// jbang proxy 5678
/// ```
///
/// It says on which port it listens. Give that port to a client, and see what both sides send:
///
/// ```
///   0.512  a   connects from 127.0.0.1:41510
///   2.017  a   --->       6  "hello\n"
///   2.019  a   <---      11  "echo hello\n"
/// ```
///
/// A line is what one `read` of the proxy got and one `write` passed on. It is close to what
/// the applications wrote and read; how TCP cut it into segments nobody can see from here.
///
/// Now be a bad network, though one that TCP allows: `--cut 1` passes on every byte by
/// itself, `--glue 200` collects what comes within 200 ms. Programs that take one read for one
/// message break. `--frames` and `--messages` draw the messages of lesson 05 in the chunks:
///
/// ```
///   0.110  a   --->      15  [5|hello] [5|wo…   2 messages, cut at the end
/// ```
///
/// At a terminal, keys change the faults while it runs; `?` shows them. The display never
/// makes a connection wait: what it cannot show in time it drops, and says how much.
///
/// [Link] is the network, [Display] the picture, [Controls] the keys.
class WireProxy {

    private static final int REFRESH_MILLIS = 500;

    /// A line in a terminal whose width nobody knows.
    private static final int USUAL_WIDTH = 79;

    private final HostCommand command = new HostCommand("proxy.java",
            "where the server is (default: ${DEFAULT-VALUE})",
            "its port (default: ${DEFAULT-VALUE})", 1, 5678,
            "Listens, passes on to a server, and shows the bytes of both directions;",
            "faults make it a network that misbehaves. Ctrl-C ends it.");

    private final Supplier<String> listen;
    private final Supplier<Boolean> quiet;
    private final Supplier<Boolean> hex;
    private final Supplier<Boolean> frames;
    private final Supplier<Boolean> messages;
    private final Supplier<Integer> shown;
    private final Map<Fault, Supplier<List<String>>> faults = new EnumMap<>(Fault.class);
    private final Supplier<Integer> refuse;
    private final Supplier<String> seed;
    private final Supplier<String> html;
    private final Supplier<String> lang;

    WireProxy() {
        command.keepOrder();
        listen = command.text("--listen", "[HOST:]PORT", "0",
                "where to listen (default: a free port of the loopback)");
        quiet = command.flag("--quiet", "show connections, not their bytes");
        hex = command.flag("--hex", "show bytes in hex");
        var kind = command.oneOf();
        frames = kind.flag("--frames", "show the frames of lesson 05 in the chunks");
        messages = kind.flag("--messages", "show its messages with a typed header");
        shown = command.number("--bytes", "N", 256, 1, 4096,
                "show so many bytes of a chunk (default: ${DEFAULT-VALUE})");
        fault(Fault.CUT, "BYTES[+MS]", "pass on so many bytes at a time,",
                "with a pause of so many ms (default: 1)");
        fault(Fault.GLUE, "MS", "collect what comes for so long, and pass it on together");
        fault(Fault.DELAY, "MS[+JITTER]", "how long every byte is under way");
        fault(Fault.BANDWIDTH, "BYTES", "pass on so many bytes a second");
        fault(Fault.FLIP, "OFFSET", "turn a bit of the byte there, from 0: A becomes a");
        fault(Fault.RESET, "BYTES", "reset the connection behind so many bytes");
        fault(Fault.CLOSE, "BYTES", "close it behind so many bytes");
        fault(Fault.STALL, "BYTES", "pass on nothing more behind so many bytes");
        refuse = command.number("--refuse", "N", 0, 0, Integer.MAX_VALUE,
                "reset every Nth connection at once");
        seed = command.text("--seed", "N", "", "of the jitter; it is shown at the start");
        html = command.text("--html", "FILE", "",
                "at the end draw what has passed, on one page for a browser");
        lang = command.text("--lang", "en|zh", "",
                "language (default: your system's)");
    }

    private void fault(Fault fault, String label, String... description) {
        var all = new ArrayList<>(List.of(description));
        if (fault == Fault.CUT) {
            all.add("(this and the next: up:N from the client only,");
            all.add("down:N from the server only; may be repeated)");
        }
        faults.put(fault, command.option(OptionSpec.builder(fault.option()).type(List.class)
                .auxiliaryTypes(String.class).arity("1").paramLabel(label)
                .description(all.toArray(String[]::new))));
    }

    // ---- what was asked for ----

    private Words words() {
        var language = lang.get().isEmpty()
                ? Language.of(System.getenv(), Locale.getDefault())
                : Language.of(lang.get()).orElseThrow(() -> command.wrong(
                        "no such language: " + lang.get() + "; there are en and zh"));
        return Words.of(language.code());
    }

    private long seed() {
        if (seed.get().isEmpty()) return new Random().nextInt(100_000);
        if (seed.get().matches("\\d{1,18}")) return Long.parseLong(seed.get());
        throw command.wrong("--seed is no number: " + seed.get());
    }

    private InetSocketAddress listenAddress() throws UnknownHostException {
        var found = Pattern.compile("(?:(.+):)?(\\d{1,5})").matcher(listen.get());
        if (!found.matches() || Integer.parseInt(found.group(2)) > 65_535) {
            throw command.wrong("--listen takes a port, or HOST:PORT, and not " + listen.get());
        }
        var host = found.group(1) == null ? "127.0.0.1" : found.group(1);
        return new InetSocketAddress(
                InetAddress.getByName(host), Integer.parseInt(found.group(2)));
    }

    private Display.View view() {
        Supplier<Boundaries> boundaries = frames.get() ? Boundaries::ofFrames
                : messages.get() ? Boundaries::ofMessages : null;
        return new Display.View(quiet.get(), hex.get(), boundaries, shown.get());
    }

    private record Asked(Fault fault, Fault.Amount amount, Optional<Link.Direction> direction) {}

    private List<Asked> faults() {
        var asked = new ArrayList<Asked>();
        faults.forEach((fault, values) -> {
            if (values.get() == null) return;
            values.get().forEach(value -> asked.add(parse(fault, value)));
        });
        return asked;
    }

    private Asked parse(Fault fault, String value) {
        var direction = Stream.of(Link.Direction.values())
                .filter(each -> value.startsWith(each.name().toLowerCase(Locale.ROOT) + ":"))
                .findFirst();
        var amount = direction.isEmpty() ? value : value.substring(value.indexOf(':') + 1);
        return new Asked(fault, fault.parse(amount).orElseThrow(() -> command.wrong(
                "%s takes a number, perhaps with up: or down: before it, and not %s"
                        .formatted(fault.option(), value))), direction);
    }

    // ---- running ----

    private int start(String... args) {
        return command.run(args, () -> {
            var words = words();
            var asked = faults();
            var server = server();
            var address = listenAddress();
            var seed = seed();
            var terminal = terminal();
            var screen = terminal == null ? new Plain() : new StatusLine(terminal);
            return run(words, asked, server, address, seed, screen);
        });
    }

    private InetSocketAddress server() throws IOException {
        try {
            var server = command.address();
            if (!server.getAddress().isLoopbackAddress()) {
                System.err.println("not on this machine: passing on to %s (%s)"
                        .formatted(command.host(), server.getAddress().getHostAddress()));
            }
            return server;
        } catch (UnknownHostException e) {
            throw new IOException("unknown host " + command.host() + "; try 127.0.0.1", e);
        }
    }

    private int run(Words words, List<Asked> asked, InetSocketAddress server,
            InetSocketAddress address, long seed, Screen screen)
            throws IOException, InterruptedException {
        var display = new Display(words, view(), screen);
        var log = new LinkLog();
        Link link;
        try {
            link = new Link(server, address, seed,
                    html.get().isEmpty() ? display : new Link.Both(display, log));
        } catch (IOException e) {
            display.close();
            screen.close();
            throw new IOException("cannot listen on %s:%d: %s; try another port, 0 picks a free one"
                    .formatted(address.getHostString(), address.getPort(), e.getMessage()), e);
        }
        var controls = new Controls(link::setFaults);
        for (var each : asked) controls.set(each.fault, each.amount, each.direction);
        link.refuseEvery(refuse.get());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            link.close();
            display.close();
            screen.close();
            writePage(words, server, log);
        }));
        display.say(List.of(
                "listening on " + address.getAddress().getHostAddress() + ":" + link.port(),
                words.choose("passing on to ", "转发到 ") + ClientCommand.nameOf(server)
                        + words.choose(", seed ", "，种子 ") + seed
                        + (asked.isEmpty() ? ""
                        : words.choose("; ", "；") + controls.status(words))));
        screen.begin(() -> words.choose("? keys | ", "? 按键 | ") + controls.status(words)
                + " | " + display.status());
        if (screen.keys() == null) Thread.sleep(Duration.ofDays(10_000)); // until Ctrl-C
        obey(screen.keys(), controls, display, words);
        return 0;
    }

    private void writePage(Words words, InetSocketAddress server, LinkLog log) {
        if (html.get().isEmpty()) return;
        var title = words.choose("proxy before ", "代理，后面是 ") + ClientCommand.nameOf(server);
        try {
            Files.writeString(Path.of(html.get()),
                    new Page(words).of(title, log.happenings(), List.of()));
        } catch (IOException e) {
            LessonCommand.fail(words.choose("cannot write ", "无法写入 ") + e.getMessage());
        }
    }

    private static void obey(NonBlockingReader keys, Controls controls, Display display,
            Words words) throws IOException {
        for (int key; (key = keys.read(REFRESH_MILLIS)) != NonBlockingReader.EOF; ) {
            switch (key) {
                case 'q' -> {
                    return;
                }
                case '?' -> {
                    display.say(controls.help(words));
                    display.say(List.of(
                            words.choose("  x    hex or text", "  x    十六进制或文本"),
                            words.choose("  spc  stop or go on with the display",
                                    "  空格 暂停或继续显示")));
                }
                case 'x' -> display.toggleHex();
                case ' ' -> display.togglePause();
                default -> controls.press(key);
            }
            display.refresh();
        }
    }

    // ---- where it is shown ----

    /// With or without keys.
    private interface Screen extends Display.Screen {

        /// @param status how things stand, in one line
        default void begin(Supplier<String> status) {}

        /// Null without a keyboard.
        default NonBlockingReader keys() {
            return null;
        }

        default void close() {}
    }

    /// A pipe, a file, or a terminal that can do nothing.
    private record Plain() implements Screen {

        @Override
        public int width() {
            return USUAL_WIDTH;
        }

        @Override
        public boolean isColoured() {
            return false;
        }

        @Override
        public void line(String line) {
            System.out.println(line);
        }

        @Override
        public void flush() {
            System.out.flush();
        }
    }

    /// A terminal: the last line tells how things stand, and keys come one by one.
    private static final class StatusLine implements Screen {

        private static final String ERASE = "\r\033[K";

        private final Terminal terminal;
        private final boolean coloured;
        private volatile Supplier<String> status = () -> "";
        private String drawn = "";

        StatusLine(Terminal terminal) {
            this.terminal = terminal;
            terminal.enterRawMode(); // Ctrl-C stays a signal
            var noColour = System.getenv("NO_COLOR");
            coloured = noColour == null || noColour.isEmpty();
        }

        @Override
        public void begin(Supplier<String> status) {
            this.status = status;
        }

        @Override
        public NonBlockingReader keys() {
            return terminal.reader();
        }

        /// One column is left free: some terminals wrap when the last one is written.
        @Override
        public int width() {
            var columns = terminal.getColumns();
            return columns < 20 ? USUAL_WIDTH : columns - 1;
        }

        @Override
        public boolean isColoured() {
            return coloured;
        }

        @Override
        public void line(String line) {
            terminal.writer().print(ERASE + line + "\n");
            drawn = "";
        }

        @Override
        public void flush() {
            var now = Escaped.rows(status.get().codePoints().mapToObj(Character::toString)
                    .toList(), width()).getFirst();
            if (now.equals(drawn)) return;
            drawn = now;
            terminal.writer().print(ERASE + (coloured ? "\033[7m" + now + "\033[0m" : now));
            terminal.flush();
        }

        @Override
        public void close() {
            terminal.writer().print(ERASE);
            try {
                terminal.close(); // as it was
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Terminal terminal() throws IOException {
        if (System.console() == null || !System.console().isTerminal()) return null;
        var terminal = TerminalBuilder.builder().dumb(true).graphemeCluster(false)
                .stdinEncoding(StandardCharsets.UTF_8).stdoutEncoding(StandardCharsets.UTF_8)
                .build();
        if (!terminal.getType().startsWith(Terminal.TYPE_DUMB)) return terminal;
        terminal.close();
        return null;
    }

    static int run(String... args) {
        return new WireProxy().start(args);
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
