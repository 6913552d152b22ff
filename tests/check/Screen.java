package check;

import module java.base;

/// Tells how a server does, a line for each property, and a screenful for each that is broken.
final class Screen implements Judge.Observer {

    private static final int WIDTH = 79;
    private static final String INDENT = "        ";

    private final Language language;
    private final String again; // the command, without the play
    private final boolean terminal;
    private final Picture picture;
    private final Set<Cause> told = EnumSet.noneOf(Cause.class);
    private Object suspected; // a play
    private Question asked; // about which something was suspected last
    private int tries;

    /// @param again the command that asks this server again
    /// @param terminal whether a line may be written over
    Screen(Language language, String again, boolean terminal) {
        this.language = language;
        this.again = again;
        this.terminal = terminal;
        picture = new Picture(language);
    }

    @Override
    public void tried(Question question, int tries) {
        if (!terminal) return;
        var bar = "#".repeat(20 * tries / Math.max(1, this.tries));
        overwrite("%-20s  %s".formatted(bar, language.sentence(question)));
    }

    void begin(int tries) {
        this.tries = tries;
    }

    private void overwrite(String line) {
        IO.print("\r\u001b[K" + line.substring(0, Math.min(line.length(), WIDTH)));
    }

    private void line(String text) {
        if (terminal) overwrite("");
        IO.println(text);
    }

    @Override
    public void suspects(Question question, Failure smallest) {
        var gone = smallest.death().isPresent() && smallest.death().get().exitCode().isEmpty();
        suspects(question, smallest.play(), picture.of(smallest), gone
                ? language.choose("The case, which could not be tried again or made smaller:",
                        "下面的情形没法再试，也没法缩小：")
                : language.choose("The smallest case, being confirmed:",
                        "最小的反例，正在确认："));
    }

    /// @param play of whatever kind
    void suspects(Question question, Object play, List<String> picture) {
        suspects(question, play, picture, language.choose("The smallest case, being confirmed:",
                "最小的反例，正在确认："));
    }

    private void suspects(Question question, Object play, List<String> picture, String title) {
        if (question.equals(asked)) {
            paragraph(language.choose("It did not fail again. Another case, being confirmed:",
                    "再试没有出错。另一个反例，正在确认："));
        } else {
            line(language.choose("?       ", "？      ") + language.sentence(question));
            paragraph(title);
        }
        asked = question;
        suspected = play;
        picture.forEach(each -> IO.println(INDENT + "  " + each));
    }

    /// Something that concerns all properties.
    void note(String text) {
        line(text);
    }

    /// @param lessAsked whether some bytes were left out
    void kept(Question question, int tries, boolean lessAsked) {
        var text = lessAsked
                ? language.choose("ok      %s (%d tries, with letters only)",
                        "通过    %s（试了 %d 次，只用字母）")
                : language.choose("ok      %s (%d tries)", "通过    %s（试了 %d 次）");
        line(text.formatted(language.sentence(question), tries));
    }

    void kept(Question question, int tries) {
        kept(question, tries, false);
    }

    void notAsked(Question question) {
        line(language.choose("-       %s: not asked, as it serves one client at a time",
                "-       %s：未检查，因为它一次只服务一个客户端")
                .formatted(language.sentence(question)));
    }

    /// @param times it was seen to fail
    /// @param of so many
    void broken(Question question, Diagnosis.Finding finding, int times, int of) {
        var failure = finding.failure();
        broken(question, new Told(failure.play(), picture.of(failure),
                Picture.argument(failure.play()), finding.cause(), List.of()), times, of);
    }

    /// What there is to tell of a failure.
    ///
    /// @param play of whatever kind
    /// @param argument that performs the play again
    /// @param remarks paragraphs about it
    record Told(Object play, List<String> picture, String argument, Cause cause,
            List<String> remarks) {}

    void broken(Question question, Told told, int times, int of) {
        var sometimes = times == of ? "" : language.choose(
                ": sometimes (%d of %d times)", "：有时如此（%2$d 次里有 %1$d 次）")
                .formatted(times, of);
        line(language.choose("BROKEN  ", "不通过  ") + language.sentence(question) + sometimes);
        if (!this.told.add(told.cause) && told.cause != Cause.NOT_CLEAR) {
            told.remarks.forEach(this::paragraph);
            paragraph(language.choose("The same cause as above.", "原因同上。"));
            again(told);
            return;
        }
        explain(told, language.expected(question));
    }

    private void explain(Told told, String expected) {
        if (!expected.isEmpty()) paragraph(language.choose("Expected: ", "应当：") + expected);
        if (!told.play.equals(suspected)) {
            paragraph(language.choose("An even simpler case:", "更简单的反例："));
            told.picture.forEach(each -> IO.println(INDENT + "  " + each));
        }
        told.remarks.forEach(this::paragraph);
        var cause = told.cause;
        paragraph(language.choose("Most likely: ", "最可能的原因：") + language.cause(cause));
        if (cause.chapter > 0) {
            paragraph(language.choose("Chapter %02d explains it: lessons/jbang workbook %02d",
                    "第 %02d 章有解释：lessons/jbang workbook %02d")
                    .formatted(cause.chapter, cause.chapter));
        }
        again(told);
    }

    private void again(Told told) {
        IO.println(INDENT + language.choose("Again: ", "再来一次：") + again + " --play "
                + told.argument);
        IO.println("");
    }

    /// Words wrapped, behind the indent. Chinese breaks anywhere but before a stop.
    void paragraph(String text) {
        var line = new StringBuilder();
        var columns = 0;
        for (var word : words(text)) {
            var width = columns(word);
            if (columns + width > WIDTH - INDENT.length() && columns > 0) {
                IO.println(INDENT + line.toString().stripTrailing());
                line.setLength(0);
                columns = 0;
            }
            line.append(word);
            columns += width;
        }
        IO.println(INDENT + line.toString().stripTrailing());
    }

    /// What must not be broken, with the blanks behind it.
    private static List<String> words(String text) {
        return Pattern.compile("\\p{IsHan}[，。、；：！？）]*|[^\\s\\p{IsHan}]+\\s*|\\s+")
                .matcher(text).results().map(MatchResult::group).toList();
    }

    private static int columns(String text) {
        return text.codePoints().map(each -> each >= 0x2e80 ? 2 : 1).sum();
    }

    void nothingWorks() {
        paragraph(language.choose("Not even this works, so the rest was not asked.",
                "连这个都不行，其余的就没有检查。"));
    }

    /// It has ended before a case could be confirmed.
    void endedWhileAsked(Question question) {
        line(language.choose("BROKEN  ", "不通过  ") + language.sentence(question));
        ended(true);
    }

    /// @param died whether it is no longer there; else it serves nobody
    void ended(boolean died) {
        paragraph(died
                ? language.choose("The server has ended, so the rest was not asked. With --command "
                        + "it is started again, and more can be said of the cause.",
                        "服务器已退出，其余的没有检查。用 --command 可以让它重新启动，"
                                + "原因也能查得更清楚。")
                : language.choose("The server serves nobody any more, so the rest was not asked; "
                        + "with --command it is started again.",
                        "服务器已不再服务任何客户端，其余的没有检查；"
                        + "用 --command 可以让它重新启动。"));
    }

    void summary(int kept, int broken, int notAsked) {
        line(notAsked == 0
                ? language.choose("%d kept, %d broken", "%d 项通过，%d 项不通过")
                        .formatted(kept, broken)
                : language.choose("%d kept, %d broken, %d not asked",
                        "%d 项通过，%d 项不通过，%d 项未检查").formatted(kept, broken, notAsked));
    }
}
