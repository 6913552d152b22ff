package check;

import module java.base;

import conformance.BrokenClient;
import conformance.Bytes;
import conformance.ClientPlay;
import conformance.ClientStep;
import conformance.ClientStep.*;
import conformance.ClientSymptom;

/// Draws a play that a client failed: who does what, line by line, and the bytes as a ruler with a
/// caret.
public final class ClientPicture {

    private static final int WIDTH = 58; // of a row of bytes

    private final Language language;
    private final boolean typed;

    /// @param typed whether the client sends what is typed
    public ClientPicture(Language language, boolean typed) {
        this.language = language;
        this.typed = typed;
    }

    public List<String> of(BrokenClient broken) {
        var lines = new ArrayList<String>();
        var steps = broken.play.steps();
        if (!typed) {
            lines.add(language.choose("client  sends its messages", "客户端  发送自己的消息"));
        }
        for (int i = 0; i < Math.min(steps.size(), broken.step + 1); i++) {
            var fails = i == broken.step ? "   <- " + outcome(broken) : "";
            lines.add(what(steps.get(i)) + fails);
        }
        if (broken.step == steps.size()) {
            if (typed && !broken.play.has(EndsInput.class)) lines.add(what(new EndsInput()));
            lines.add(language.choose("client  ", "客户端  ") + outcome(broken));
        }
        lines.addAll(aftermath(broken));
        lines.addAll(ruler(broken));
        return lines;
    }

    private String what(ClientStep step) {
        return switch (step) {
            case Types types ->
                    language.choose("user    types    ", "用户    输入    ") + typed(types);
            case EndsInput _ -> language.choose("user    ends the input", "用户    结束输入");
            case Answers _ -> server("answers", "回答");
            case AnswersMerged _ -> server(
                    "answers, in one write what has come together", "回答，一起到的一次写出");
            case AnswersCut(int at) -> server(
                    "answers, in two pieces: %s, a pause, the rest".formatted(bytes(at)),
                    "分两段回答：先 %d 字节，停一下，再发其余的".formatted(at));
            case AnswersByteByByte _ -> server("answers, byte by byte", "逐字节回答");
            case AnswersLate _ -> server("answers late", "过一会儿才回答");
            case SendsPart(int bytes) -> server("sends %s of the answer".formatted(bytes(bytes)),
                    "只发出回答的 %d 字节".formatted(bytes));
            case Closes _ -> server("closes", "关闭连接");
            case Resets _ -> server("resets", "重置连接");
        };
    }

    private static String bytes(int count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    private String server(String english, String chinese) {
        return language.choose("server  " + english, "服务器  " + chinese);
    }

    private static String typed(Types types) {
        return types.text().substring("types ".length());
    }

    private String outcome(BrokenClient broken) {
        return switch (broken.symptom) {
            case NEVER_CONNECTS -> language.choose("nobody connects", "没有人来连接");
            case NOT_SENT -> language.choose("the line does not come", "这一行没有发来");
            case SENDS_OTHER -> language.choose("something else comes", "发来的是别的内容");
            case ENDED_EARLY -> language.choose("the client has left", "客户端已离开");
            case NOT_SHOWN -> language.choose("does not show this answer", "没有显示这个回答");
            case SHOWN_TWICE -> language.choose("shows an answer twice", "把一个回答显示了两遍");
            case NO_END -> doesNotEnd(broken.aftermath.busy());
        };
    }

    private String doesNotEnd(double busy) {
        if (busy < 0.3) return language.choose("does not end, it waits", "不退出，一直在等");
        return language.choose("does not end, and keeps the processor busy",
                "不退出，还一直占用处理器");
    }

    /// How the client has ended, if not well, with the last line of what it said about that.
    private List<String> aftermath(BrokenClient broken) {
        var ending = broken.aftermath.ending();
        if (ending == null || ending.equals("exit code 0")) return List.of();
        var lines = new ArrayList<>(List.of(
                language.choose("        it has ended: ", "        它已退出：") + ending));
        broken.aftermath.lastWords().reversed().stream().filter(each -> !each.isBlank()).findFirst()
                .ifPresent(last -> lines.add("        | " + Picture.cut(last)));
        return lines;
    }

    /// What was due above what was shown, from a little before the first difference.
    private List<String> ruler(BrokenClient broken) {
        var difference = broken.difference;
        var length = difference.due().length;
        if (length == 0) return List.of();
        var dueLabel = language.choose("due   ", "应有 ");
        if (difference.came().length == 0 && broken.symptom == ClientSymptom.NOT_SHOWN) {
            var due = Picture.shown(difference.due(), 0, length);
            return List.of(dueLabel + Picture.quote("", due));
        }
        var from = Math.max(0, difference.right() - 20);
        var right = Picture.shown(difference.due(), from, difference.right());
        var due = Picture.shown(difference.due(), from, length);
        var came = Picture.shown(difference.came(), from, difference.came().length);
        var start = from == 0 ? ""
                : language.choose("from byte %,d: ", "从第 %,d 字节起：").formatted(from);
        var verb = broken.symptom == ClientSymptom.NOT_SHOWN
                ? language.choose("shown ", "显示 ") : language.choose("came  ", "来了 ");
        return List.of(
                dueLabel + quote(start, due),
                verb + quote(start, came),
                " ".repeat(columns(verb) + columns(start) + 1 + right.length()) + "^");
    }

    /// In 80 columns, whatever it starts with.
    private static String quote(String start, String text) {
        var room = WIDTH - columns(start);
        return start + "\""
                + (text.length() <= room ? text + "\"" : text.substring(0, room) + "...");
    }

    private static int columns(String text) {
        return text.codePoints().map(each -> each >= 0x2e80 ? 2 : 1).sum();
    }

    /// The play in a form that a shell leaves alone.
    static String argument(ClientPlay play) {
        return "'" + play.toString().replace("'", "\\x27") + "'";
    }
}
