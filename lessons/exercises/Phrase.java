package exercises;

import workbook.reader.Language;

/// What is said to the learner, in each [Language]. `%s` and `%d` are filled in.
enum Phrase {

    PASSED("passed", "通过"),
    NOT_YET("not yet: %d of %d", "还没有：第 %d 项，共 %d 项"),
    EXPECTED("Expected: ", "应当："),
    SMALLEST("The smallest case:", "最小的反例："),
    MOST_LIKELY("Most likely: ", "最可能的原因："),
    CHAPTER("Chapter %s explains it: jbang workbook %s", "第 %s 章有解释：jbang workbook %s"),
    DOES_NOT_COMPILE("does not compile", "编译不通过"),
    LINE("line %d", "第 %d 行"),
    LACKS("there is something missing", "缺了点东西"),
    JUDGING("judging ...", "检查中……"),
    ALL_KEPT("All %d requirements are kept.", "%d 项要求全部满足。"),
    FILE("Your file: %s", "你的文件：%s"),
    SAVE_IT("Write in it, and save: it is judged at once.", "写好保存，马上就检查。"),
    CANNOT_READ("%s cannot be read: %s", "%s 读不了：%s"),
    GONE("%s is gone; x puts the start there", "%s 不见了；按 x 放回起始版本"),
    KEYS("n next  h hint  s answer  d diff  p property  l list  x reset  q quit",
            "n 下一题  h 提示  s 答案  d 改动  p 性质  l 列表  x 重来  q 退出"),
    KEYS_EDIT("e edit  ", "e 编辑  "),
    NO_KEY("no such key: %s", "没有这个键：%s"),
    NOT_PASSED_YET("It has not passed yet. n once more goes on all the same.",
            "还没有通过。再按一次 n 就先跳过。"),
    GIVE_UP("It has not passed yet. s once more gives up and shows ours.",
            "还没有通过。再按一次 s 就放弃，看我们的答案。"),
    RESTART("x once more puts back the start; a copy of yours is kept.",
            "再按一次 x 就放回起始版本；你写的会留一份副本。"),
    COPY("The start is back. What you had is in %s", "已放回起始版本。你写的在 %s"),
    HINT("Hint %d of %d", "提示 %d / %d"),
    NO_HINT("There is nothing to hint at: save the file, and it is judged.",
            "没什么可提示的：保存文件，就会检查。"),
    HINT_PASSED("It has passed. For the curious, all the same:", "已经通过。想看的话："),
    YOURS("Yours:", "你的："),
    OURS("Ours:", "我们的："),
    LESSON("%s does the same, from line %d:", "%s 里做同样的事，从第 %d 行起："),
    CHANGES_PASSED("Since it last passed:", "上次通过以来的改动："),
    CHANGES_START("Since the start:", "从起始版本以来的改动："),
    NO_CHANGES("Nothing has changed.", "没有改动。"),
    PROPERTY("What is asked, in this order:", "按这个顺序检查："),
    PROPERTY_SOURCE("The code that asks:", "检查的代码："),
    LIST("The exercises (* solved, > open):", "练习（* 已完成，> 正在做）："),
    MINUTES("%d min", "%d 分钟"),
    STAGE("All of stage %s are solved. They are judged once more:",
            "第 %s 关全部完成。再全部检查一遍："),
    STAGE_GOOD("Stage %s is done.", "第 %s 关完成。"),
    STAGE_BAD("To be done again: %s", "需要重做：%s"),
    ALL_DONE("All exercises are solved. Chapters and lessons are still there: jbang workbook",
            "所有练习都完成了。章节和课程还在：jbang workbook"),
    OPENING("Opened with %s.", "已用 %s 打开。"),
    EDITOR_FAILED("%s did not start: %s", "%s 启动不了：%s"),
    WITHOUT_TERMINAL("Without a terminal: jbang exercises check %s, or hint, list, reset, solution",
            "没有终端时：jbang exercises check %s，或 hint、list、reset、solution"),
    NO_EXERCISE("no such exercise: %s; there are %s", "没有这个练习：%s；有的是 %s"),
    MORE("-- Enter for more --", "-- 回车继续 --"),
    GIVE_UP_OPTION("It has not passed yet; --give-up shows ours all the same.",
            "还没有通过；加上 --give-up 就直接看我们的答案。"),
    CANNOT_SAVE("your progress cannot be kept: %s", "无法保存进度：%s");

    private final Words words;

    Phrase(String english, String chinese) {
        words = new Words(english, chinese);
    }

    String in(Language language, Object... arguments) {
        return words.in(language).formatted(arguments);
    }
}
