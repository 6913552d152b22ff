package recorder;

import module java.base;

import recorder.Happening.Kind;
import recorder.Happening.Role;
import wire.Boundaries;
import wire.Escaped;
import wire.Names;
import wire.Words;

/// Draws what has happened as a sequence diagram: the client's end in the left column, the server's
/// in the right one, and between them a bar, which is the network.
///
/// ```
/// client                              |  accepted
/// write 3  "one"                 ---->|
/// write 3  "two"                 ---->|
///                                     |---->  read 6  "onetwo"   from 2 writes
/// ```
///
/// Of several connections each row begins with the name of its own.
public final class Diagram {

    /// What an end is called.
    public interface EndNames {

        /// @return empty if the program has no name for it
        String name(int connection, Role role);
    }

    private static final int ARROW = 5;
    private static final int BYTES_PER_ROW = 22;
    private static final int ROWS = 8;

    private final Words words;
    private final EndNames names;
    private final int width;
    private final boolean coloured;
    private int nameColumns;

    /// @param width of a line, in columns, 40 or more
    public Diagram(Words words, EndNames names, int width, boolean coloured) {
        this.words = words;
        this.names = names;
        this.width = width;
        this.coloured = coloured;
    }

    // ---- the diagram ----

    /// @param window what is drawn
    /// @param all what was before it, too: a read may take what was written then
    public List<String> draw(List<Happening> window, List<Happening> all) {
        var lines = new ArrayList<String>();
        var connections = window.stream().map(Happening::connection).distinct()
                .sorted().toList();
        nameColumns = connections.size() > 1 ? 4 : 0;
        for (var connection : connections) head(connection, all).ifPresent(lines::add);
        for (var each : window) lines.addAll(rows(each, all));
        for (var connection : connections) lines.addAll(underWay(connection, all));
        return lines;
    }

    private int column() {
        return (width - nameColumns - 1) / 2;
    }

    private Optional<String> head(int connection, List<Happening> all) {
        if (connection == 0) return Optional.empty();
        var ends = all.stream().filter(each -> each.connection() == connection).toList();
        if (ends.stream().anyMatch(each -> each.role() == Role.DATAGRAM)) {
            return Optional.of(row(connection, named(connection, Role.DATAGRAM), "", "  ", ""));
        }
        return Optional.of(row(connection, title(ends, connection, Role.CLIENT), "", "  ",
                title(ends, connection, Role.SERVER)));
    }

    private String title(List<Happening> ends, int connection, Role role) {
        return ends.stream().anyMatch(each -> each.role() == role)
                ? named(connection, role) : words.choose("(not in this program)", "（不在本程序里）");
    }

    private String named(int connection, Role role) {
        var name = names.name(connection, role);
        if (!name.isEmpty()) return name;
        return switch (role) {
            case CLIENT -> words.choose("client", "客户端");
            case SERVER -> words.choose("server", "服务器");
            case LISTENER -> words.choose("listener", "监听者");
            case DATAGRAM -> words.choose("datagrams", "数据报");
        };
    }

    /// @param out the arrow at the left of the bar, or nothing
    /// @param in the arrow at the right of it
    private String row(int connection, String left, String out, String in, String right) {
        var room = column() - (out.isEmpty() ? 0 : ARROW);
        var before = cut(left, room);
        return (name(connection) + before + " ".repeat(room - Escaped.columns(before))
                + out + painted("|", connection) + in
                + cut(right, column() - in.length())).stripTrailing();
    }

    /// At the start of a row, where there are several.
    private String name(int connection) {
        if (nameColumns == 0) return "";
        return painted("%-4s".formatted(connection == 0 ? "" : Names.of(connection)), connection);
    }

    private String painted(String text, int connection) {
        return coloured && connection > 0
                ? "\033[%dm%s\033[0m".formatted(Names.colour(connection), text) : text;
    }

    private static String cut(String text, int columns) {
        return Escaped.rows(text.codePoints().mapToObj(Character::toString).toList(),
                Math.max(1, columns)).getFirst();
    }

    private List<String> rows(Happening happening, List<Happening> all) {
        var server = happening.isAtServer();
        var room = column() - ARROW - 2;
        var text = text(happening, room);
        var remark = remark(happening, all);
        var rows = new ArrayList<String>();
        var fits = !remark.isEmpty()
                && Escaped.columns(text) + 3 + Escaped.columns(remark) <= room;
        rows.add(row(happening, server, fits ? text + "   " + remark : text, true));
        if (!remark.isEmpty() && !fits) rows.add(row(happening, server, remark, false));
        return rows;
    }

    private String row(Happening happening, boolean server, String text, boolean arrow) {
        var in = arrow ? arrow(happening) : " ".repeat(ARROW);
        return server ? row(happening.connection(), "", "", in + "  ", text)
                : row(happening.connection(), text, in, "", "");
    }

    private static String arrow(Happening happening) {
        var server = happening.isAtServer();
        return switch (happening.kind()) {
            case WRITE, HALF_CLOSE, CLOSE, CONNECT, SEND -> server ? "<----" : "---->";
            case READ, END, ACCEPT, RECEIVE -> server ? "---->" : "<----";
            case RESET, TIMEOUT, FAILED -> "     ";
        };
    }

    private String text(Happening happening, int room) {
        var verb = switch (happening.kind()) {
            case CONNECT -> words.choose("connect", "连接");
            case ACCEPT -> words.choose("accept", "接受连接");
            case WRITE -> words.choose("write", "写");
            case READ -> words.choose("read", "读");
            case SEND -> words.choose("send", "发");
            case RECEIVE -> words.choose("receive", "收");
            case END -> words.choose("end of stream", "流结束");
            case HALF_CLOSE -> words.choose("half-close", "半关闭");
            case CLOSE -> words.choose("close", "关闭");
            case RESET -> words.choose("reset", "被重置");
            case TIMEOUT -> words.choose("time-out", "超时");
            case FAILED -> words.choose("fails", "失败");
        };
        if (happening.kind() == Kind.FAILED) return verb + ": " + happening.detail();
        if (happening.bytes().length == 0 && happening.count() == 0) return verb;
        var start = "%s %,d  ".formatted(verb, happening.count());
        return start + quoted(happening, room - Escaped.columns(start));
    }

    private static String quoted(Happening happening, int room) {
        var signs = Escaped.signs(happening.bytes(), 0, happening.bytes().length);
        var row = Escaped.rows(signs, Math.max(4, room - 5)).getFirst();
        var whole = row.equals(String.join("", signs))
                && happening.count() == happening.bytes().length;
        return "\"" + row + (whole ? "\"" : "\"...");
    }

    // ---- writes and reads ----

    /// What a read has taken of what was written, and a write has left over.
    private String remark(Happening happening, List<Happening> all) {
        if (happening.kind() == Kind.WRITE && happening.count() < happening.asked()) {
            return words.choose("of %,d asked", "要写 %,d").formatted(happening.asked());
        }
        if (happening.kind() != Kind.READ) return "";
        var from = happening.offset();
        var to = from + happening.count();
        var writes = all.stream().filter(each -> isOtherEnd(each, happening)
                && each.kind() == Kind.WRITE && each.offset() < to
                && each.offset() + each.count() > from).toList();
        if (writes.size() > 1) {
            return words.choose("from %d writes", "来自 %d 次写").formatted(writes.size());
        }
        if (writes.size() == 1 && writes.getFirst().count() > happening.count()) {
            return words.choose("a part of one write", "一次写的一部分");
        }
        return "";
    }

    private static boolean isOtherEnd(Happening one, Happening other) {
        return one.connection() == other.connection() && one.role() != other.role();
    }

    private List<String> underWay(int connection, List<Happening> all) {
        var lines = new ArrayList<String>();
        for (var role : List.of(Role.CLIENT, Role.SERVER)) {
            var written = sum(all, connection, role, Kind.WRITE);
            if (written == 0) continue;
            var other = role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
            var known = all.stream().anyMatch(
                    each -> each.connection() == connection && each.role() == other);
            var left = written - sum(all, connection, other, Kind.READ);
            if (known && left == 0) continue;
            var text = words.choose("written by %s and not yet read: %s", "%s 写了、对方还没读：%s")
                    .formatted(named(connection, role), known ? words.bytes(left)
                            : words.choose("unknown", "不知道"));
            lines.add(name(connection) + cut(text, width - nameColumns));
        }
        return lines;
    }

    private static long sum(List<Happening> all, int connection, Role role, Kind kind) {
        return all.stream().filter(each -> each.connection() == connection
                && each.role() == role && each.kind() == kind)
                .mapToLong(Happening::count).sum();
    }

    // ---- the bytes ----

    /// The last connection's bytes in each direction, as a ruler: in hex, and below each byte what
    /// it is, `==` in a header of lesson 05, a letter elsewhere. A bar stands where one write ends
    /// and the next begins.
    public List<String> ruler(List<Happening> window) {
        var last = window.stream().filter(each -> each.count() > 0).reduce((_, each) -> each);
        if (last.isEmpty()) return List.of();
        var lines = new ArrayList<String>();
        for (var up : List.of(true, false)) {
            var parts = parts(window, last.get().connection(), up);
            if (!parts.isEmpty()) lines.addAll(ruler(last.get().connection(), up, parts));
        }
        return lines;
    }

    /// What was written; where that is not known, what was read.
    private static List<Happening> parts(List<Happening> window, int connection, boolean up) {
        var own = window.stream().filter(each -> each.connection() == connection
                && each.count() > 0 && each.isUp() == up).toList();
        var written = own.stream().filter(each -> each.kind() == Kind.WRITE
                || each.kind() == Kind.SEND).toList();
        return written.isEmpty() ? own : written;
    }

    private List<String> ruler(int connection, boolean up, List<Happening> parts) {
        var bytes = new ByteArrayOutputStream();
        var cuts = new BitSet();
        var total = 0L;
        for (var part : parts) {
            cuts.set(bytes.size());
            bytes.writeBytes(part.bytes());
            total += part.count();
        }
        var all = bytes.toByteArray();
        var headers = headers(all);
        var lines = new ArrayList<String>();
        lines.add(painted("%-4s".formatted(Names.of(connection)), connection)
                + title(parts.getFirst(), up) + ", " + words.bytes(total));
        var end = Math.min(all.length, ROWS * BYTES_PER_ROW);
        for (int row = 0; row < end; row += BYTES_PER_ROW) {
            var hex = new StringBuilder("%6d ".formatted(row));
            var meaning = new StringBuilder(" ".repeat(7));
            for (int i = row; i < Math.min(row + BYTES_PER_ROW, end); i++) {
                var cut = i > 0 && cuts.get(i) ? "|" : " ";
                hex.append(cut).append("%02x".formatted(all[i]));
                meaning.append(cut).append(headers.get(i) ? "==" : letter(all[i]));
            }
            lines.add(hex.toString());
            lines.add(meaning.toString());
        }
        if (end < total) {
            lines.add("       " + words.choose("and %s more", "还有 %s")
                    .formatted(words.bytes(total - end)));
        }
        return lines;
    }

    private String title(Happening happening, boolean up) {
        var connection = happening.connection();
        if (happening.role() == Role.DATAGRAM) {
            return named(connection, Role.DATAGRAM) + (up ? " -> " : " <- ") + happening.detail();
        }
        return named(connection, Role.CLIENT) + (up ? " -> " : " <- ")
                + named(connection, Role.SERVER);
    }

    private static String letter(byte b) {
        return b > ' ' && b <= '~' ? " " + (char) b : "..";
    }

    /// Where the headers are, if all of it is frames.
    private static BitSet headers(byte[] bytes) {
        var headers = new BitSet();
        var stretches = Boundaries.ofFrames().next(ByteBuffer.wrap(bytes));
        var last = stretches.isEmpty() ? null : stretches.getLast();
        if (last == null || last.kind() != Boundaries.Kind.PAYLOAD || !last.ends()) return headers;
        for (var stretch : stretches) {
            if (stretch.kind() == Boundaries.Kind.LENGTH) {
                headers.set(stretch.from(), stretch.to());
            }
        }
        return headers;
    }
}
