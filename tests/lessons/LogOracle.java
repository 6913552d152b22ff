import module java.base;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;

/// What holds for the log of every server.
final class LogOracle {

    /// One of each kind: escape sequences in seven and in eight bits, characters that nobody
    /// sees, that turn the direction of writing, that end a line, that have no meaning.
    static final List<String> STRANGE = List.of("\u001b]0;x\u0007", "\u001b[2J", "\u009b2J",
            "\u0000", "\b\b", "\r", "\u007f", "\u00ad", "\u034f", "\u061c", "\u115f", "\u17b4",
            "\u180b", "\u200b", "\u200f", "\u2028", "\u202e", "\u2060", "\u2066", "\u3164",
            "\ufe0f", "\ufeff", "\uffa0", "\ue000", "\u0378", "\udb40\udc41");

    private LogOracle() {}

    /// Something that a client asks, and is answered.
    interface Exchange {
        void run() throws Exception;
    }

    /// A pipe that nobody reads, a terminal stopped with Ctrl-S: neither the clients nor the end
    /// of the server may wait for it.
    ///
    /// @param lesson a server that logs each exchange, and whose log nobody reads from now on
    static void checkThatItHoldsUpNobody(ChildLesson lesson, Exchange exchange) throws Exception {
        Assumptions.assumeFalse(ChildLesson.WINDOWS, "needs kill");
        for (int i = 0; i < 1500; i++) exchange.run();
        lesson.terminate();
        assertTrue(lesson.endsWithin(Duration.ofSeconds(2)), "still running after SIGTERM");
    }

    /// The next line of the log that contains this text. Up to there, all have to be harmless.
    static String lineWith(String text, ChildLesson lesson) {
        while (true) {
            var line = lesson.readLine();
            assertNotEquals("null", line, "the log ends without " + text);
            assertFalse(PrintableTest.UNSEEN.matcher(line).find(),
                    () -> "raw in the log: " + line.codePoints().boxed().map("U+%04X"::formatted)
                            .collect(Collectors.joining(" ")));
            if (line.contains(text)) return line;
        }
    }
}
