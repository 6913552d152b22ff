package check;

import module java.base;

import conformance.BrokenClient;

/// Tells how a client does, on a [Screen].
final class ClientScreen {

    private final Screen screen;
    private final Language language;
    private final boolean typed;

    /// @param typed whether the client sends what is typed
    ClientScreen(Screen screen, Language language, boolean typed) {
        this.screen = screen;
        this.language = language;
        this.typed = typed;
    }

    /// @param tries that will be made
    ClientJudge.Observer observer(int tries) {
        screen.begin(tries);
        return new ClientJudge.Observer() {
            @Override
            public void tried(Question question, int tries) {
                screen.tried(question, tries);
            }

            @Override
            public void suspects(Question question, BrokenClient smallest) {
                screen.suspects(question, smallest.play, picture(smallest));
            }
        };
    }

    private List<String> picture(BrokenClient broken) {
        return new ClientPicture(language, typed).of(broken);
    }

    void kept(Question question, int tries) {
        screen.kept(question, tries);
    }

    void broken(Question question, ClientJudge.Verdict.Fails fails, Cause cause) {
        var play = fails.broken().play;
        screen.broken(question, new Screen.Told(play, picture(fails.broken()),
                ClientPicture.argument(play), cause, remarks(fails.fromLetters())),
                fails.times(), fails.of());
    }

    private List<String> remarks(int fromLetters) {
        if (fromLetters == 0) return List.of();
        var remark = language.choose("With %,d letters it still works, from %,d on it does not.",
                "%,d 个字母时还正常，从 %,d 个起就不对了。");
        return List.of(remark.formatted(fromLetters - 1, fromLetters));
    }

    void hasOwnMessages() {
        screen.note(language.choose("It sends messages of its own, and not what is typed.",
                "它发送的是自己的消息，而不是输入的内容。"));
    }

    /// A property that asks for other characters is no question then.
    void showsOnlyAscii(Question question) {
        screen.note(language.choose("-       %s: not asked, as its output shows only ASCII",
                "-       %s：未检查，因为它的输出只能显示 ASCII")
                .formatted(language.sentence(question)));
    }

    void summary(int kept, int broken, int notAsked) {
        screen.summary(kept, broken, notAsked);
    }
}
