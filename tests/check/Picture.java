package check;

import module java.base;

import conformance.Broken;
import conformance.Bytes;
import conformance.Play;
import conformance.Step;
import conformance.Step.*;
import conformance.Symptom;

/// Draws a play that failed: its steps in columns, and the bytes as a ruler with a caret.
public final class Picture {

    private static final int WIDTH = 56; // of a row of bytes

    private final Language language;

    public Picture(Language language) {
        this.language = language;
    }

    public List<String> of(Failure failure) {
        var lines = new ArrayList<String>();
        var steps = failure.play().steps();
        for (int i = 0; i < steps.size(); i++) {
            var fails = failure.broken() != null && i == failure.broken().step;
            lines.add("%-3s %s%s".formatted(Step.name(steps.get(i).client()), what(steps.get(i)),
                    fails ? "   <- " + outcome(failure.broken()) : ""));
        }
        failure.death().ifPresent(death -> {
            var exitCode = death.exitCode().isEmpty() ? ""
                    : language.choose(", exit code ", "，退出码 ") + death.exitCode().getAsInt();
            lines.add("    " + language.choose("the server has ended", "服务器已退出") + exitCode);
            death.lastWords().forEach(word -> lines.add("    | " + cut(word)));
        });
        if (failure.broken() != null) lines.addAll(ruler(failure.broken()));
        return lines;
    }

    static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH) + "...";
    }

    private String what(Step step) {
        return switch (step) {
            case Connects _ -> language.choose("connects", "连接");
            case Says says -> language.choose("says    ", "说      ") + said(says);
            case Hears _ -> language.choose("hears", "听回答");
            case HearsAByte _ -> language.choose("hears a byte", "听一个字节");
            case HalfCloses _ -> language.choose("half-closes (it has finished)",
                    "半关闭（说完了）");
            case HearsTheEnd _ -> language.choose("hears, up to the end", "一直听到结束");
            case Floods _ -> language.choose("sends without reading, until nothing more is taken",
                    "只发不读，直到发不进去");
            case Drains _ -> language.choose("reads until nothing more comes",
                    "一直读到没有数据再来");
            case FloodsFrames(_, int letters) -> language.choose(
                    "sends frames of %,d letters without reading, until nothing more is taken",
                    "只发不读，每帧 %,d 个字母，直到发不进去").formatted(letters);
            case Talks _ -> language.choose("says 1,200 long lines, which all others hear who read",
                    "说 1,200 行长话，读数据的人都要听到");
            case Pauses _ -> language.choose("pauses a moment", "停一小会儿");
            case Leaves _ -> language.choose("closes", "关闭");
            case Resets _ -> language.choose("resets", "重置连接");
        };
    }

    private String said(Says says) {
        var text = says.text();
        var said = text.substring(text.indexOf("says ") + 5);
        return language.choose(said, said.replaceAll("(\\d+) letters", "$1 个字母")
                .replaceAll("(\\d+) zeros", "$1 个零"));
    }

    private String outcome(Broken broken) {
        return switch (broken.symptom) {
            case CANNOT_CONNECT -> language.choose("cannot", "连不上");
            case TAKES_NOTHING -> language.choose("the server does not take it", "服务器不收");
            case NO_ANSWER -> language.choose("nothing comes", "什么也没来");
            case INCOMPLETE -> language.choose("a part comes, and no more", "只来了一部分");
            case ENDED_EARLY -> language.choose("the end comes too early", "流过早结束");
            case RESET -> language.choose("the connection is reset", "连接被重置");
            case WRONG_BYTE -> language.choose("a wrong byte comes", "来了一个错的字节");
            case SURPLUS -> language.choose("more comes than was due", "来的比该来的多");
            case NO_END -> language.choose("the end does not come", "流不结束");
            case KEEPS_EVERYTHING -> language.choose("%,d bytes are taken and kept",
                    "%,d 字节都被收下并留着").formatted(broken.said.length);
        };
    }

    /// What was due above what came.
    private List<String> ruler(Broken broken) {
        if (broken.symptom == Symptom.NO_END || broken.symptom == Symptom.KEEPS_EVERYTHING
                || broken.symptom == Symptom.CANNOT_CONNECT) return List.of();
        var from = Math.max(0, broken.right - 20);
        var right = shown(broken.heard, from, broken.right);
        var due = right + shown(broken.due, 0, broken.due.length);
        var came = right + shown(broken.heard, broken.right, broken.heard.length);
        var start = from == 0 ? ""
                : language.choose("from byte %,d: ", "从第 %,d 字节起：").formatted(from);
        return List.of(
                language.choose("due  ", "该来 ") + quote(start, due),
                language.choose("came ", "来了 ") + quote(start, came),
                "     " + " ".repeat(start.length() + 1 + right.length()) + "^");
    }

    static String quote(String start, String text) {
        return start + "\""
                + (text.length() <= WIDTH ? text + "\"" : text.substring(0, WIDTH) + "...");
    }

    static String shown(byte[] bytes, int from, int to) {
        var quoted = Bytes.quote(Arrays.copyOfRange(bytes, from, Math.min(to, from + WIDTH)));
        return quoted.substring(1, quoted.length() - 1);
    }

    /// The play in a form that a shell leaves alone.
    static String argument(Play play) {
        return "'" + play.toString().replace("'", "\\x27") + "'";
    }
}
