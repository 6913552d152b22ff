package check;

import module java.base;

import conformance.Answer;
import conformance.Bytes;
import conformance.Play;
import conformance.Stage;
import conformance.Step;
import conformance.Step.*;

/// What is spoken with a server, as far as a [Judge] has to know it.
interface Speech {

    /// What a right server answers, from the beginning.
    Answer answer();

    /// Something short that a client can say, and that has an answer.
    Bytes hello(int client);

    /// Plays that are smaller than one that failed, the smallest first.
    ///
    /// @param client who did not get what it was due
    Stream<Play> smaller(Play play, int client);

    /// The same play; its first client is a, the next b.
    Play renumbered(Play play);

    /// Whether any number of letters can be said in place of more.
    boolean isMadeOfLetters();

    /// Bytes, as they come.
    record Echo(Supplier<Answer> answers) implements Speech {

        /// @param prefix that the server puts before its answers
        static Echo with(String prefix) {
            return new Echo(Stage.echoAnswers(prefix));
        }

        @Override
        public Answer answer() {
            return answers.get();
        }

        @Override
        public Bytes hello(int client) {
            return Step.letters(client, 1);
        }

        @Override
        public Stream<Play> smaller(Play play, int client) {
            return Smaller.than(play, client);
        }

        @Override
        public Play renumbered(Play play) {
            return Smaller.renumbered(play);
        }

        @Override
        public boolean isMadeOfLetters() {
            return true;
        }

        /// Also one answers that reads to the end of the stream, or of a line, first.
        @Override
        public Play simplest() {
            return Play.of(new Connects(0), new Says(0, hello(0)), new HalfCloses(0), new Hears(0));
        }
    }

    /// Performs a play with a server.
    ///
    /// @throws conformance.Broken if the server fails
    default void perform(SocketAddress server, Play play, Duration patience) {
        new Stage(server, this::answer, patience, patience).perform(play);
    }

    /// The least that can be asked of a server.
    default Play simplest() {
        return Play.of(greeting(0));
    }

    /// What a new client says, and waits for the answer.
    default Step[] greeting(int client) {
        return new Step[] {
                new Connects(client), new Says(client, hello(client)), new Hears(client)};
    }
}
