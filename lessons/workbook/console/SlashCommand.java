package workbook.console;

import module java.base;

import workbook.reader.Language;

/// What a reader may type besides Java, in the order of `/help`: what may stand behind the
/// command, what it is for in each language, and what it does.
public enum SlashCommand {

    NEXT("",
            "runs the cell shown and goes on to the next; so does Enter",
            "运行眼前的单元，再到下一个；按回车也一样",
            (console, _) -> console.navigation.goOn()),
    BACK("",
            "goes back to the cell before, without running it",
            "回到上一个单元，不运行",
            (console, _) -> console.navigation.back()),
    AGAIN("[N]",
            "runs the last cell again, or cell N",
            "再次运行上一个单元，或单元 N",
            (console, cell) -> console.again(cell)),
    EDIT("[N]",
            "lets you change the last cell, or cell N, and runs it; the chapter stays as it is",
            "修改上一个单元或单元 N 并运行；章节文件不变",
            (console, cell) -> console.edit(cell)),
    LIST("",
            "shows the cells of the chapter, and the chapters",
            "列出本章的单元和所有章节",
            (console, _) -> console.contents.show()),
    OPEN("NN",
            "opens a chapter where you left it; the one you are in, from its beginning",
            "打开某一章，接着上次的位置；打开当前这一章，则从头开始",
            (console, chapter) -> console.navigation.openInstead(chapter)),
    EXERCISE("[ID]",
            "opens an exercise of this chapter: you write, and it is judged",
            "打开本章的一道练习：你来写，写完就检查",
            (console, id) -> console.exercises.open(id)),
    VARS("",
            "shows the variables",
            "显示变量",
            (console, _) -> console.inspection.variables()),
    SOCKETS("",
            "shows what is open: sockets, selectors, threads, and in which state",
            "显示打开着的套接字、selector 和线程及其状态",
            (console, _) -> console.inspection.sockets()),
    WIRE("[N]",
            "draws what the last cell, or cell N, did to its sockets; on|off: after every cell",
            "画出上一个单元或单元 N 在套接字上做了什么；on|off 每个单元之后都画或不画",
            (console, argument) -> console.wire(argument)),
    BYTES("",
            "shows the last exchange byte by byte, with the headers of frames",
            "逐个字节显示最后一次往来，并标出帧的头部",
            (console, _) -> console.inspection.bytes()),
    LANG("en|zh",
            "changes the language",
            "切换语言",
            (console, code) -> console.navigation.changeLanguage(code)),
    HELP("",
            "shows this",
            "显示本帮助",
            (console, _) -> console.help()),
    EXIT("",
            "leaves; so does Ctrl-D. Your place is kept",
            "离开；Ctrl-D 也可以。进度会保存",
            (console, _) -> console.leave());

    /// What a command does with what stands behind it; empty if nothing does.
    private interface Action {
        void perform(Console console, String argument);
    }

    private final String text = "/" + name().toLowerCase(Locale.ROOT);
    private final String usage;
    private final String english;
    private final String chinese;
    private final Action action;

    SlashCommand(String usage, String english, String chinese, Action action) {
        this.usage = usage;
        this.english = english;
        this.chinese = chinese;
        this.action = action;
    }

    /// As it is typed: `/next`.
    public String text() {
        return text;
    }

    /// What may stand behind it, and what it is for.
    String help(Language language) {
        var purpose = switch (language) {
            case ENGLISH -> english;
            case CHINESE -> chinese;
        };
        return usage.isEmpty() ? purpose : usage + "  " + purpose;
    }

    boolean takesNothing() {
        return usage.isEmpty();
    }

    void perform(Console console, String argument) {
        action.perform(console, argument);
    }

    /// All of them as they are typed, for completion.
    public static List<String> texts() {
        return Stream.of(values()).map(SlashCommand::text).toList();
    }

    /// The commands that what was typed can stand for: a few letters are enough.
    static List<SlashCommand> beginningWith(String typed) {
        return Stream.of(values()).filter(command -> command.text.startsWith(typed)).toList();
    }

    /// The command that was meant: two letters changed places, or one is missing or too many.
    static Optional<SlashCommand> like(String typed) {
        return Stream.of(values()).filter(command -> hasSameLetters(command.text, typed)
                || isWithoutOne(command.text, typed) || isWithoutOne(typed, command.text))
                .findFirst();
    }

    private static boolean hasSameLetters(String one, String other) {
        return Arrays.equals(one.chars().sorted().toArray(), other.chars().sorted().toArray());
    }

    private static boolean isWithoutOne(String whole, String part) {
        return IntStream.range(0, whole.length()).anyMatch(i ->
                (whole.substring(0, i) + whole.substring(i + 1)).equals(part));
    }
}
