package check;

import module java.base;

/// What the properties of servers of frames and of messages ask, for somebody who has not read the
/// suite.
final class FrameSentences {

    private FrameSentences() {}

    /// @param english what it asks
    /// @param name of the property, in Chinese
    /// @param chinese what it asks
    private record Sentence(String english, String name, String chinese) {}

    private static final Map<String, Sentence> SENTENCES = Map.ofEntries(
            Map.entry("everyMessageIsAnsweredWholeAndInOrderWhateverTheChunking", new Sentence(
                    "For each frame comes one frame, with the prefix and the payload, however the "
                            + "bytes fall into reads; and when the client has finished, so does "
                            + "the server.",
                    "不管怎样切分，每条消息都完整、按顺序得到回答",
                    "每一帧都要有一帧回答：前缀加上内容，不管字节落在哪几次 read 里；"
                            + "客户端说完，服务器也要结束这个连接。")),
            Map.entry("anAnswerComesAtOnceAndNotAtTheEnd", new Sentence(
                    "A client that waits for the answer to its frame gets it, each time.",
                    "回答马上来，不等到最后",
                    "客户端每发一帧，等着回答，就要得到回答。")),
            Map.entry("aFrameInTwoPiecesIsAnsweredAllTheSame", new Sentence(
                    "A frame is answered when its last byte has come, also where it was cut in "
                            + "two, and be it inside the header.",
                    "分成两截到达的帧照样得到回答",
                    "一帧分两截到达（哪怕断在头部中间），最后一个字节到了就要回答。")),
            Map.entry("aHalfCloseInsideAFrameLosesNoAnswer", new Sentence(
                    "A client that finishes inside a frame gets the answers to the whole ones "
                            + "before it, and the end; and the next client is served.",
                    "在一帧中间半关闭，不丢前面的回答",
                    "客户端在一帧中间就说完了：前面完整的帧仍要有回答，然后流结束；"
                            + "下一个客户端照常得到服务。")),
            Map.entry("aFrameThatIsTooLargeHarmsNobodyElse", new Sentence(
                    "The header of a frame that is too large ends its own connection at most: the "
                            + "frames before it are answered, and so is the next client.",
                    "过大的帧不影响别人",
                    "过大的帧最多只断开它自己的连接：它前面的帧有回答，下一个客户端也有。")),
            Map.entry("aClientThatReadsOnlyAtTheEndGetsEveryAnswer", new Sentence(
                    "A client may send many frames before it reads: no answer is lost, and the "
                            + "server does not take more than it can keep.",
                    "最后才读的客户端一个回答也不少",
                    "客户端可以先发很多帧再读：回答一个也不能丢，服务器也不能收下存不住的数据。")),
            Map.entry("everyClientGetsItsOwnAnswersHoweverTheirPiecesMix", new Sentence(
                    "Each of several clients gets the answers to its own frames, in order, "
                            + "although pieces of all of them arrive in between.",
                    "几个客户端的片段交错到达，各自得到自己的回答",
                    "几个客户端的帧一截一截交错到达，每个客户端仍按顺序得到自己那些帧的回答。")),
            Map.entry("everyRequestIsAnsweredHoweverItIsCut", new Sentence(
                    "A request is answered as in lesson 05, however its bytes fall into reads; and "
                            + "then the server closes. How the JSON is written does not matter.",
                    "不管怎样切分，每个请求都得到回答",
                    "请求要像第 05 课那样得到回答，不管字节落在哪几次 read 里；"
                            + "然后服务器关闭连接。JSON 怎么写都行。")),
            Map.entry("aRequestInTwoPiecesIsAnsweredAllTheSame", new Sentence(
                    "A request is answered when its last byte has come, also where it was cut in "
                            + "two: in the length, in the header, or in the content.",
                    "分成两截到达的请求照样得到回答",
                    "请求分两截到达（断在长度、头部或内容里），最后一个字节到了就要回答。")),
            Map.entry("aBadRequestHarmsNobodyElse", new Sentence(
                    "A request with a bad header ends its own connection at most: the next client "
                            + "is served.",
                    "坏的请求不影响别人",
                    "头部有错的请求最多只断开它自己的连接：下一个客户端仍要得到服务。")));

    static String sentence(Question question, Language language) {
        var sentence = SENTENCES.get(question.name());
        return sentence == null ? question.sentence()
                : language.choose(question.sentence(), sentence.name);
    }

    static String expected(Question question, Language language) {
        var sentence = SENTENCES.get(question.name());
        return sentence == null ? question.sentence()
                : language.choose(sentence.english, sentence.chinese);
    }
}
