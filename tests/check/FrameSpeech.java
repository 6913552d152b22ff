package check;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import conformance.Answer;
import conformance.Bytes;
import conformance.FrameAnswer;
import conformance.Frames;
import conformance.Play;
import conformance.Step;

/// The frames of lesson 05.
///
/// @param prefix that the server puts before each payload
record FrameSpeech(String prefix) implements Speech {

    @Override
    public Answer answer() {
        return new FrameAnswer(prefix.getBytes(UTF_8));
    }

    @Override
    public Bytes hello(int client) {
        return Frames.of(Step.letters(client, 1));
    }

    @Override
    public Stream<Play> smaller(Play play, int client) {
        return FrameSmaller.than(play, client);
    }

    @Override
    public Play renumbered(Play play) {
        return FrameSmaller.renumbered(play);
    }

    @Override
    public boolean isMadeOfLetters() {
        return false;
    }
}
