package check;

import module java.base;

/// What the properties of a chat server ask, for somebody who has not read the suite.
final class ChatSentences {

    private ChatSentences() {}

    /// @param english what it asks
    /// @param name of the property, in Chinese
    /// @param chinese what it asks
    private record Sentence(String english, String name, String chinese) {}

    private static final Map<String, Sentence> SENTENCES = Map.of(
            "whatOneSaysAllOthersHearOnceAndInOrder", new Sentence(
                    "What a guest says goes to all others, as [name] line, once and in order; "
                            + "and not to "
                            + "the guest itself.",
                    "一个人说的话，其他人都听到一次，顺序不变",
                    "一个人说的每一行都以“[名字] 内容”发给其他所有人，只发一次，顺序不变；"
                            + "不发给自己。"),
            "aLineIsALineHoweverItsBytesAreCut", new Sentence(
                    "A line ends with \\n and nowhere else: it may come in pieces, cut inside a "
                            + "character, "
                            + "or together with others.",
                    "不管字节怎样切分，一行就是一行",
                    "一行只以 \\n 结束：它可能分几截到达，可能断在一个字符中间，"
                            + "也可能和别的行一起到达。"),
            "whoComesAndGoesIsAnnouncedAndTheOthersGoOn", new Sentence(
                    "The others are told of everybody who joins or leaves, in whatever way; and "
                            + "those who "
                            + "stay go on talking.",
                    "有人来去都要告诉其他人，其他人照常聊天",
                    "有人加入或离开（不管怎样离开），其他人都要得到通知；留下的人照常聊天。"),
            "aNameThatIsTakenOrNoneIsRefused", new Sentence(
                    "Whoever asks for a name that is taken, or that is not 1 to 32 letters or "
                            + "digits, is "
                            + "disconnected, and nobody is told.",
                    "已被占用或不合规则的名字会被拒绝",
                    "名字已被占用，或不是 1 到 32 个字母、数字：断开这个连接，不告诉别人。"),
            "noLineForgesAnotherSpeaker", new Sentence(
                    "What moves a cursor is not passed on: a line must not look like somebody "
                            + "else's.",
                    "谁也不能冒充别人说话",
                    "会移动光标的控制字符不能转发：一行话不能看上去像是别人说的。"),
            "anUnfinishedLineIsNotSaid", new Sentence(
                    "A guest that is gone in the middle of a line has not said it.",
                    "没说完的一行不算说过",
                    "一行没说完人就走了，这一行不算说过。"),
            "whoHasNoNameYetIsNotNoticed", new Sentence(
                    "Whoever has not given a name is not announced, and whatever it does harms "
                            + "nobody.",
                    "还没报名字的人，别人察觉不到",
                    "还没报名字的人不会被通知给别人；不管它做什么，都不影响别人。"),
            "aGuestThatDoesNotReadHoldsUpNobody", new Sentence(
                    "A guest that does not read makes nobody wait: the others hear each other "
                            + "at once.",
                    "不读数据的人不会让别人等",
                    "有人只连着不读数据时，其他人仍要马上听到彼此的话。"));

    /// The name of a property, or nothing if it is none of these.
    static Optional<String> name(Question question, Language language) {
        return Optional.ofNullable(SENTENCES.get(question.name()))
                .map(each -> language.choose(question.sentence(), each.name));
    }

    static Optional<String> expected(Question question, Language language) {
        return Optional.ofNullable(SENTENCES.get(question.name()))
                .map(each -> language.choose(each.english, each.chinese));
    }
}
