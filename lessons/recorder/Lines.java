package recorder;

import module java.base;

import recorder.Happening.Kind;
import recorder.Happening.Role;
import wire.Escaped;
import wire.Names;
import wire.Words;

/// Happenings as lines, in the picture of the proxy: the client at the left, the server at the
/// right, and between them a bar, which is the network.
public final class Lines {

    private static final int HEAD = 27; // columns before the bytes
    private static final int SHOWN = 200; // bytes
    private static final long WORTH_TELLING = 1_000_000; // nanoseconds

    private final Words words;
    private final int width;
    private final boolean coloured;

    /// @param width of a line; 0 for no limit
    public Lines(Words words, int width, boolean coloured) {
        this.words = words;
        this.width = width == 0 ? Integer.MAX_VALUE : Math.max(60, width);
        this.coloured = coloured;
    }

    /// A line for what has happened, and another where it is too long.
    public List<String> of(Happening happening) {
        var head = "%7.3f  ".formatted(happening.at() / 1e9)
                + painted("%-4s".formatted(name(happening)), happening.connection())
                + painted("%-6s".formatted(arrow(happening)), happening.connection());
        var details = details(happening);
        var text = new ArrayList<>(text(happening));
        if (Escaped.columns(text.getFirst()) + (happening.count() > 0 ? HEAD : HEAD - 8) + 3
                + Escaped.columns(details) <= width || width == Integer.MAX_VALUE) {
            text.set(0, text.getFirst() + "   " + details);
        } else {
            text.add(details);
        }
        var lines = new ArrayList<String>();
        lines.add(head + (hasBytes(happening) ? "%,6d  ".formatted(happening.count()) : "")
                + text.getFirst());
        text.stream().skip(1).forEach(row -> lines.add(" ".repeat(HEAD) + row));
        return lines;
    }

    private static String name(Happening happening) {
        return happening.connection() == 0 ? "-" : Names.of(happening.connection());
    }

    private String painted(String text, int number) {
        return coloured && number > 0
                ? "\033[%dm%s\033[0m".formatted(Names.colour(number), text) : text;
    }

    private static boolean hasBytes(Happening happening) {
        return switch (happening.kind()) {
            case READ, WRITE, SEND, RECEIVE -> true;
            default -> false;
        };
    }

    /// Where it happens, and which way bytes go.
    static String arrow(Happening happening) {
        var server = happening.isAtServer();
        return switch (happening.kind()) {
            case WRITE, HALF_CLOSE, CLOSE, CONNECT -> server ? " |<-" : "->| ";
            case READ, END, ACCEPT -> server ? " |->" : "<-| ";
            case SEND -> "->| ";
            case RECEIVE -> "<-| ";
            case RESET, TIMEOUT, FAILED -> server ? " |  " : "  | ";
        };
    }

    private List<String> text(Happening happening) {
        if (!hasBytes(happening)) return List.of(said(happening));
        var bytes = happening.bytes();
        var end = Math.min(bytes.length, SHOWN);
        var signs = new ArrayList<String>();
        signs.add("\"");
        Escaped.signs(bytes, 0, end).forEach(
                sign -> signs.add(sign.equals("\"") ? "\\\"" : sign));
        signs.add(end < happening.count() ? "\"..." : "\"");
        return Escaped.rows(signs, width == Integer.MAX_VALUE ? width : width - HEAD);
    }

    /// What has happened, where it has no bytes.
    String said(Happening happening) {
        var detail = happening.detail();
        return switch (happening.kind()) {
            case CONNECT -> words.choose("connects to ", "连接到 ") + detail;
            case ACCEPT -> words.choose("accepts ", "接受 ") + detail;
            case END -> words.choose("end of stream", "流结束");
            case HALF_CLOSE -> words.choose("half-close", "半关闭");
            case CLOSE -> words.choose("closes", "关闭");
            case RESET -> words.choose("reset", "被重置") + why(detail);
            case TIMEOUT -> words.choose("time-out", "超时") + why(detail);
            case FAILED -> words.choose("fails", "失败") + why(detail);
            case READ, WRITE, SEND, RECEIVE -> "";
        };
    }

    private String why(String detail) {
        return detail.isEmpty() ? "" : words.choose(" (%s)", "（%s）").formatted(detail);
    }

    /// `read, waited 1.505 s, main, EchoServer.java:88`
    private String details(Happening happening) {
        var all = new ArrayList<String>();
        all.add(switch (happening.kind()) {
            case READ -> words.choose("read", "读");
            case WRITE -> happening.count() == happening.asked() ? words.choose("write", "写")
                    : words.choose("write, %,d asked", "写，要求 %,d")
                            .formatted(happening.asked());
            case SEND -> words.choose("send to ", "发往 ") + happening.detail();
            case RECEIVE -> words.choose("receive from ", "收自 ") + happening.detail();
            default -> "";
        });
        if (happening.waited() >= WORTH_TELLING) {
            all.add(words.choose("waited ", "等了 ") + seconds(happening.waited()));
        }
        all.add(happening.thread());
        all.add(happening.place());
        all.removeIf(String::isBlank);
        return String.join(words.choose(", ", "，"), all);
    }

    static String seconds(long nanos) {
        return nanos < 1_000_000_000 ? "%d ms".formatted(nanos / 1_000_000)
                : "%.3f s".formatted(nanos / 1e9);
    }

    // ---- at the end ----

    /// What every end has done in all, and what was in vain.
    public List<String> summary(List<End> ends) {
        var lines = new ArrayList<String>();
        lines.add("");
        for (var end : ends) {
            if (end.role() == Role.LISTENER) continue;
            lines.add(painted("%-4s".formatted(Names.of(end.connection())), end.connection())
                    + Stream.of(role(end.role()), end.local(), end.remote().isEmpty() ? ""
                            : words.choose("with ", "对方 ") + end.remote())
                    .filter(each -> !each.isEmpty()).collect(Collectors.joining(" ")));
            lines.add("    " + did(end));
        }
        lines.add(words.choose("in vain: %,d reads, %,d writes, %,d accepts",
                "白问的：读 %,d 次，写 %,d 次，accept %,d 次").formatted(
                ends.stream().mapToLong(End::vainReads).sum(),
                ends.stream().mapToLong(End::vainWrites).sum(),
                ends.stream().mapToLong(End::vainAccepts).sum()));
        return lines;
    }

    /// `read 12 bytes in 2, from 6 to 6; wrote 22 bytes in 2; waited 494 ms`
    private String did(End end) {
        var read = end.reads() == 0 ? words.choose("read nothing", "什么也没读")
                : words.choose("read %s in %,d, from %,d to %,d", "读 %s，分 %,d 次，每次 %,d 到 %,d")
                        .formatted(words.bytes(end.bytesRead()), end.reads(),
                                end.smallestRead(), end.largestRead());
        var wrote = end.writes() == 0 ? words.choose("wrote nothing", "什么也没写")
                : words.choose("wrote %s in %,d", "写 %s，分 %,d 次")
                        .formatted(words.bytes(end.bytesWritten()), end.writes());
        return String.join(words.choose("; ", "；"), read, wrote,
                words.choose("waited ", "等了 ") + seconds(end.waited().toNanos()));
    }

    private String role(Role role) {
        return switch (role) {
            case CLIENT -> words.choose("client", "客户端");
            case SERVER -> words.choose("server", "服务器");
            case LISTENER -> words.choose("listener", "监听");
            case DATAGRAM -> words.choose("datagrams", "数据报");
        };
    }
}
