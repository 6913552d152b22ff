package wire;

import module java.base;

/// A fault as it is asked for: with an option, or with a key while the proxy runs.
public enum Fault {
    CUT('c', 1, 1), GLUE('g', 200, 0), DELAY('d', 300, 0), BANDWIDTH('b', 1000, 0),
    FLIP('f', 0, 0), RESET('r', 0, 0), CLOSE('e', 0, 0), STALL('s', 0, 0);

    /// How much of it.
    ///
    /// @param value bytes of a cut, a bandwidth or an offset; milliseconds of a glue or a delay
    /// @param extra milliseconds between the pieces of a cut, or of jitter; else 0
    public record Amount(long value, long extra) {}

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})(?:\\+(\\d{1,6}))?");

    /// What turns it on and off.
    final char key;

    /// What the key turns on if no option says otherwise.
    final Amount usual;

    Fault(char key, long value, long extra) {
        this.key = key;
        usual = new Amount(value, extra);
    }

    /// `--cut`
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT);
    }

    /// Whether it says where a stream ends. Of these a direction has one.
    boolean isEnding() {
        return this == RESET || this == CLOSE || this == STALL;
    }

    private boolean takesExtra() {
        return this == CUT || this == DELAY;
    }

    /// Reads `BYTES`, `MS` or, for some, `MS+MS`.
    ///
    /// @return empty if it is none of these
    public Optional<Amount> parse(String text) {
        var found = AMOUNT.matcher(text);
        if (!found.matches() || found.group(2) != null && !takesExtra()) return Optional.empty();
        var value = Long.parseLong(found.group(1));
        if (value == 0 && (this == CUT || this == BANDWIDTH)) return Optional.empty();
        var extra = found.group(2) == null ? usual.extra : Long.parseLong(found.group(2));
        return Optional.of(new Amount(value, extra));
    }

    Faults add(Faults faults, Amount amount) {
        var time = Duration.ofMillis(amount.value);
        var extra = Duration.ofMillis(amount.extra);
        return switch (this) {
            case CUT -> faults.withCut((int) amount.value, extra);
            case GLUE -> faults.withGlue(time);
            case DELAY -> faults.withDelay(time, extra);
            case BANDWIDTH -> faults.withBandwidth(amount.value);
            case FLIP -> faults.withFlip(amount.value);
            case RESET -> faults.withEnd(Faults.Ending.RESET, amount.value);
            case CLOSE -> faults.withEnd(Faults.Ending.CLOSE, amount.value);
            case STALL -> faults.withEnd(Faults.Ending.STALL, amount.value);
        };
    }

    /// `cut to 1 byte`, for the status line.
    String say(Amount amount, Words words) {
        var value = amount.value;
        var bytes = words.bytes(value);
        var jitter = amount.extra == 0 ? "" : "+" + amount.extra;
        return switch (this) {
            case CUT -> words.choose("cut to ", "切成 ") + bytes;
            case GLUE -> words.choose("glue ", "攒 ") + value + " ms";
            case DELAY -> words.choose("delay ", "延迟 ") + value + jitter + " ms";
            case BANDWIDTH -> words.choose("", "每秒 ") + bytes + words.choose("/s", "");
            case FLIP -> words.choose("flip byte " + value, "翻转第 " + value + " 字节");
            case RESET -> after(words, value, words.choose("reset", "重置"));
            case CLOSE -> after(words, value, words.choose("close", "关闭"));
            case STALL -> after(words, value, words.choose("stall", "停住"));
        };
    }

    private static String after(Words words, long value, String what) {
        if (value == 0) return words.choose(what + " at once", "立即" + what);
        return words.choose(what + " after " + value, value + " 字节后" + what);
    }

    /// What the key does, for `?`.
    String help(Words words) {
        return switch (this) {
            case CUT -> words.choose("cut every chunk", "把每一块切小");
            case GLUE -> words.choose("glue what comes within a time", "把一段时间内来的粘在一起");
            case DELAY -> words.choose("delay", "延迟");
            case BANDWIDTH -> words.choose("limit the bytes per second", "限制每秒的字节数");
            case FLIP -> words.choose("flip a bit of one byte", "翻转一个字节里的一位");
            case RESET -> words.choose("reset connections", "重置连接");
            case CLOSE -> words.choose("end both streams", "结束两个方向的流");
            case STALL -> words.choose("pass on nothing more", "不再传任何数据");
        };
    }
}
