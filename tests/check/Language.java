package check;

import module java.base;

/// In which language to answer.
public enum Language {
    EN, ZH;

    /// `en` or `zh`.
    public static Language of(String code) {
        return code.equals("zh") ? ZH : EN;
    }

    /// Chinese where the locale is.
    static Language ofThisMachine() {
        return Locale.getDefault().getLanguage().equals("zh") ? ZH : EN;
    }

    String choose(String english, String chinese) {
        return this == ZH ? chinese : english;
    }

    public String cause(Cause cause) {
        return choose(cause.english, cause.chinese);
    }

    /// What a property asks, for somebody who has not read the suite.
    String sentence(Question question) {
        if (question.name().equals(Question.SINGLE)) return choose("this case", "这个反例");
        if (this == EN) return question.sentence();
        return Stream.of(CHINESE, CHINESE_OF_DATAGRAMS, CHINESE_OF_CLIENTS)
                .map(each -> each.get(question.name()))
                .filter(Objects::nonNull).findFirst().or(() -> ChatSentences.name(question, this))
                .orElse(FrameSentences.sentence(question, this));
    }

    public String expected(Question question) {
        return switch (question.name()) {
            case Question.SINGLE -> "";
            case "everyReplyIsThePrefixAndTheBytesRead" -> choose(
                    "What a client sends comes back, with the prefix before the bytes of each "
                            + "read; and when the client has finished, so does the server.",
                    "客户端发来的字节都要发回，每次 read 到的字节前加上前缀；"
                            + "客户端说完，服务器也要结束这个连接。");
            case "answersComeAtOnceAndNotAtTheEnd" -> choose(
                    "A client that waits for its answer gets it, each time.",
                    "客户端每说一句，等着回答，就要得到回答。");
            case "aClientThatReadsOnlyAtTheEndGetsEveryByte" -> choose(
                    "A client may send much before it reads: not a byte is lost, and the server "
                            + "does not take more than it can keep.",
                    "客户端可以先发很多再读：一个字节也不能丢，服务器也不能收下存不住的数据。");
            case "everyClientGetsItsOwnBytesInOrder" -> choose(
                    "Each of several clients gets its own bytes, in order.",
                    "几个客户端各自得到自己的字节，顺序不变。");
            case "badNeighboursChangeNothingForTheOthers" -> choose(
                    "A client is served whatever others do: reset, leave, stay silent, not read.",
                    "不管别的客户端怎样（重置、离开、不说话、不读），这一个都要得到服务。");
            case "nobodyWaitsForASilentClient" -> choose(
                    "A client is answered while others are connected and say nothing.",
                    "别的客户端连着却不说话时，这一个也要得到回答。");
            case "clientsThatSendAtOnceGetTheirOwnBytes" -> choose(
                    "Clients that send much at the same time each get their own bytes.",
                    "几个客户端同时发很多数据时，各自仍得到自己的字节。");
            case "aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody" -> choose(
                    "A client that sends and never reads makes nobody wait, and no bytes of others "
                            + "get among its own.",
                    "只发不读的客户端不能让别人等，别人的字节也不能混进它的里面。");
            case "everyDatagramIsAnsweredByOne" -> choose(
                    "Each datagram is answered by one, the prefix and its bytes, whatever they "
                            + "are.",
                    "每个数据报都要用一个数据报来回答：前缀加上它的字节，不管是什么字节。");
            case "aDatagramOfAnySizeComesBackWhole" -> choose(
                    "A datagram of any size comes back whole, if there is room for the prefix.",
                    "不管多大的数据报，只要前缀还放得下，就要完整地回来。");
            case "anEmptyDatagramHarmsNobody" -> choose(
                    "An empty datagram is answered with the prefix or not at all, and the next one "
                            + "is answered as ever.",
                    "空数据报可以只回前缀，也可以不回；下一个数据报照样要得到回答。");
            case "everyClientGetsItsOwnAnswers" -> choose(
                    "Each of several clients gets the answers to its own datagrams, and no others.",
                    "几个客户端各自得到对自己数据报的回答，收不到别人的。");
            case "clientsThatHaveGoneHarmNobody" -> choose(
                    "An answer to a client whose socket is closed already harms nobody else.",
                    "客户端的套接字已经关闭，发给它的回答不能影响别人。");
            case "everyAnswerIsShownOnceAndInOrder" -> choose(
                    "Each line that is typed is sent at once, and each answer is shown, once and "
                            + "in order, also when the server answers several lines together.",
                    "输入的每一行马上发出；每个回答都按顺序显示一次，"
                            + "服务器把几行合在一起回答时也一样。");
            case "answersAfterTheEndOfInputAreShown" -> choose(
                    "Answers that come after the end of the input are shown, too; then the client "
                            + "ends.",
                    "输入结束之后才来的回答也要显示，然后客户端退出。");
            case "anAnswerMayBeCutAnywhere" -> choose(
                    "An answer is shown in one piece, however many pieces it comes in.",
                    "回答不管分成几段到达，都要完整地显示。");
            case "linesOfAnyLengthAreAnswered" -> choose(
                    "A long line is answered as a short one is, and the next one, too.",
                    "长的行和短的行一样得到回答，它的下一行也一样。");
            case "aCharacterThatIsCutIsShownWhole" -> choose(
                    "A character of several bytes is shown, though its bytes come apart.",
                    "一个多字节的字符即使字节分开到达，也要正确显示。");
            case "aLateAnswerIsWaitedFor" -> choose(
                    "A server may take its time: its answer is shown when it comes.",
                    "服务器可以慢慢来：回答什么时候到，就什么时候显示。");
            case "aBlankLineStopsNothing" -> choose(
                    "After a blank line, the next line is sent and answered.",
                    "输入一个空行之后，下一行照样发出并得到回答。");
            case "itEndsWhenTheServerHasClosed" -> choose(
                    "When the server has closed, the client ends, at the latest after another line "
                            + "and the end of the input; with a message or without.",
                    "服务器关闭连接后，客户端要退出（最迟在再输入一行、输入结束之后），"
                            + "有没有提示都行。");
            case "itEndsWhenTheServerHasReset" -> choose(
                    "When the server has reset the connection, the client ends; a stack trace "
                            + "will do.",
                    "服务器重置连接后，客户端要退出；打印异常栈也行。");
            case "everyPieceOfAnAnswerIsShown" -> choose(
                    "Whatever the server answers on a connection is shown, also what comes later.",
                    "服务器在连接上回答的一切都要显示，后到的也一样。");
            default -> ChatSentences.expected(question, this)
                    .orElse(FrameSentences.expected(question, this));
        };
    }

    private static final Map<String, String> CHINESE_OF_DATAGRAMS = Map.of(
            "everyDatagramIsAnsweredByOne", "每个数据报得到一个回答",
            "aDatagramOfAnySizeComesBackWhole", "多大的数据报都完整地回来",
            "anEmptyDatagramHarmsNobody", "空数据报不影响谁",
            "everyClientGetsItsOwnAnswers", "每个客户端得到自己的回答",
            "clientsThatHaveGoneHarmNobody", "走了的客户端不影响谁");

    private static final Map<String, String> CHINESE = Map.of(
            "everyReplyIsThePrefixAndTheBytesRead", "每个回答都是前缀加上读到的字节",
            "answersComeAtOnceAndNotAtTheEnd", "回答马上来，不等到最后",
            "aClientThatReadsOnlyAtTheEndGetsEveryByte", "最后才读的客户端一个字节也不少",
            "everyClientGetsItsOwnBytesInOrder", "每个客户端都按顺序得到自己的字节",
            "badNeighboursChangeNothingForTheOthers", "行为不端的邻居不影响别人",
            "nobodyWaitsForASilentClient", "没有人要等一个不说话的客户端",
            "clientsThatSendAtOnceGetTheirOwnBytes", "同时发送的客户端各得自己的字节",
            "aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody",
            "只发不读的客户端不会被一直读下去，也不让别人等");

    private static final Map<String, String> CHINESE_OF_CLIENTS = Map.of(
            "everyAnswerIsShownOnceAndInOrder", "每个回答按顺序显示一次",
            "answersAfterTheEndOfInputAreShown", "输入结束后才来的回答也会显示",
            "anAnswerMayBeCutAnywhere", "回答可以在任何地方被切开",
            "linesOfAnyLengthAreAnswered", "不管多长的行都得到回答",
            "aCharacterThatIsCutIsShownWhole", "被切开的字符也能完整显示",
            "aLateAnswerIsWaitedFor", "来得晚的回答会等",
            "aBlankLineStopsNothing", "空行不会让它停住",
            "itEndsWhenTheServerHasClosed", "服务器关闭后它会退出",
            "itEndsWhenTheServerHasReset", "服务器重置连接后它会退出",
            "everyPieceOfAnAnswerIsShown", "回答的每一段都会显示");
}
