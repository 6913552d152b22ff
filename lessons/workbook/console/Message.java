package workbook.console;

import workbook.reader.Language;

/// What the console says, in each [Language]. `%s` and `%d` are filled in.
public enum Message {

    GREETING("Enter runs the cell, /help tells the rest.", "按回车运行这个单元，/help 查看其他命令。"),
    CONTINUING("You were here before; quietly runs again: cells %s ...",
            "接着上次继续，先把这些单元再运行一遍，不显示结果：%s ……"),
    CONTINUED(" %.1f s", "用时 %.1f 秒"),
    CONTINUED_BUT("This time cells %s do not answer as in the chapter; /again N shows how.",
            "这一次，单元 %s 的结果与本章给出的不同；用 /again N 查看。"),
    MORE("-- Enter for more, q to stop --", "-- 回车继续，q 退出 --"),
    CELL("cell %d of %d", "单元 %d / %d"),
    AS_EXPECTED("(as in the chapter)", "（与本章一致）"),
    AS_EXPECTED_BUT("(as in the chapter; what it writes as … varies)", "（与本章一致；标成 … 的部分会变）"),
    DIFFERS("This is not what the chapter has:", "结果与本章给出的不同，本章写的是："),
    DIFFERS_EDITED("The chapter has this; you have changed the cell, so it may differ:",
            "本章写的是下面这样；你改过这个单元，结果不同很正常："),
    DIFFERS_WHY("Did an earlier cell fail, or was something changed at the prompt? "
            + "/again N runs a cell again, /open %s begins anew.",
            "是不是前面有单元失败了，或者在提示符下改过什么？/again N 重新运行某个单元，/open %s 从头开始。"),
    STALE("Ran before this one, and may be out of date: cells %s (/again N)",
            "这些单元是在这之前运行的，结果可能已经过时：%s（/again N）"),
    STOPPED("stopped by Ctrl-C; what it waited for is closed now, as Java does it: "
            + "/again N runs the cell that opened it",
            "已被 Ctrl-C 中断；按 Java 的规则，它正在等的那个套接字也随之关闭：用 /again N 重新运行打开它的单元"),
    TIMED_OUT("stopped at the deadline, after %d s", "到了 %d 秒的时限，已中断"),
    ABANDONED("it does not stop and is left behind; other cells can run",
            "它停不下来，只好留它在后台；其他单元可以照常运行"),
    LINE("line %d: %s", "第 %d 行：%s"),
    MISSING("usable once there is: %s", "需要先声明：%s"),
    TAG("[cell %d] %s", "[单元 %d] %s"),
    TAG_PROMPT("[prompt] %s", "[提示符] %s"),
    END("This was chapter %s. Enter opens chapter %s, %s.", "第 %s 章到此结束。按回车打开第 %s 章：%s。"),
    END_OF_ALL("This was the last chapter. /list shows it, /open NN another.",
            "这是最后一章。/list 查看本章，/open NN 打开其他章。"),
    EXERCISES("Write it yourself, and have it judged: %s. /exercise opens the first, /exercise ID one.",
            "自己动手写，写完就检查：%s。/exercise 打开第一题，/exercise ID 打开某一题。"),
    NO_EXERCISES("this chapter has no exercises; with exercises are %s",
            "本章没有练习；有练习的章是 %s"),
    NO_EXERCISE("no such exercise: %s; this chapter has %s", "没有这个练习：%s；本章有 %s"),
    EXERCISE_ELSEWHERE("In a terminal of your own: jbang exercises %s",
            "请在另一个终端里运行：jbang exercises %s"),
    RAN_THROUGH("%d cells, all as in the chapter", "共 %d 个单元，全部与本章一致"),
    RAN_THROUGH_BUT("%d cells; not as in the chapter: %s", "共 %d 个单元；与本章不一致的：%s"),
    NO_CHAPTER("no such chapter: %s; there are %s", "没有这一章：%s；有的是 %s"),
    NO_CELL("no such cell: %s; this chapter has 1 to %d", "没有这个单元：%s；本章的单元是 1 到 %d"),
    NOT_YET("no cell has run yet; Enter runs the first", "还没有运行过单元；按回车运行第一个"),
    AT_START("this is the first cell", "这已经是第一个单元"),
    NO_COMMAND("no such command: %s; /help shows all", "没有这个命令：%s；/help 列出全部"),
    IS_COMMAND("Commands begin with a slash: did you mean %s?", "命令以斜杠开头：你想输入的是 %s 吗？"),
    NO_COMMAND_BUT("no such command: %s; did you mean %s?", "没有这个命令：%s；你想输入的是 %s 吗？"),
    TAKES_NOTHING("%s takes nothing behind it: %s; nothing was done",
            "%s 后面不带参数：%s；什么也没做"),
    AMBIGUOUS("%s could be %s", "%s 不够明确，可能是 %s"),
    NO_VARS("no variables yet", "还没有变量"),
    NO_SOCKETS("nothing is open", "没有打开的资源"),
    NO_WIRE("nothing has crossed a socket there", "那里没有数据经过套接字"),
    NO_TAP("this Java lets nobody look into its sockets: start the workbook with lessons/jbang workbook",
            "这个 Java 不让人看它的套接字：请用 lessons/jbang workbook 启动练习册"),
    WIRE_ON("from now on the sockets are drawn after every cell; /wire off stops it",
            "从现在起，每个单元之后都画出套接字上发生的事；/wire off 停止"),
    WIRE_OFF("no longer drawn after every cell", "不再自动画了"),
    EDITING("Enter runs it, Alt-Enter begins a line, Ctrl-C leaves it as it was.",
            "回车运行，Alt-回车换行，Ctrl-C 放弃修改。"),
    NO_EDITOR("/edit needs a terminal", "/edit 只能在终端里使用"),
    EDITOR_FAILED("%s did not work: %s", "%s 无法使用：%s"),
    NO_LANGUAGE("no such language: %s; there are en and zh", "没有这种语言：%s；可以选 en 或 zh"),
    CANNOT_SAVE("your place cannot be kept: %s", "无法保存进度：%s"),
    CHAPTERS("The chapters; /open NN or lessons/jbang workbook NN opens one:",
            "各章如下；用 /open NN 或 lessons/jbang workbook NN 打开："),
    CELLS("The cells of this chapter (> comes next, * ran, ~ ran, but may be out of date):",
            "本章的单元（> 下一个，* 已运行，~ 已运行但结果可能过时）："),
    HAVE_RUN("  (%d of %d cells)", "（运行过 %d / %d 个单元）"),
    HELP_JAVA("Anything else is Java, evaluated where the chapter stands: try a variable's name. "
            + "Tab completes, a second Tab shows the documentation, Ctrl-C frees a cell that waits.",
            "输入别的内容都当作 Java，接着本章此刻的状态求值：输入一个变量名试试。Tab 补全，再按一次 Tab 显示文档，"
            + "Ctrl-C 中断正在等待的单元。");

    private final String english;
    private final String chinese;

    Message(String english, String chinese) {
        this.english = english;
        this.chinese = chinese;
    }

    /// The message as a format, unfilled.
    public String format(Language language) {
        return switch (language) {
            case ENGLISH -> english;
            case CHINESE -> chinese;
        };
    }

    public String in(Language language, Object... arguments) {
        return format(language).formatted(arguments);
    }
}
