import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import shared.Narrator;

/// The log, while somebody reads it and while nobody does.
class NarratorTest {

    /// Standard output that blocks until it is read.
    private static final class Pipe extends OutputStream {

        final CountDownLatch read = new CountDownLatch(1);
        final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            try {
                if (!read.await(TestClient.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("nobody has read this pipe");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            written.write(b);
        }
    }

    /// Saying never waits; what is printed later is whole lines in order, and those that are
    /// missing are counted.
    @Property(tries = 10)
    void linesThatNobodyReadsAreDroppedAndCounted(@ForAll @IntRange(min = 1, max = 5000) int lines)
            throws Exception {
        var usual = System.out;
        var pipe = new Pipe();
        var narrator = new Narrator(false);
        Narrator.flush(TestClient.DEADLINE); // what other tests have said
        System.setOut(new PrintStream(pipe, true, UTF_8));
        try {
            for (int i = 0; i < lines; i++) narrator.say("line " + i);
            pipe.read.countDown();
            Narrator.flush(TestClient.DEADLINE);
            narrator.say("the last line");
            Narrator.flush(TestClient.DEADLINE);
        } finally {
            pipe.read.countDown();
            System.setOut(usual);
        }
        check(pipe.written.toString(UTF_8).lines().toList(), lines);
    }

    private static void check(List<String> printed, int said) {
        var kept = printed.stream().filter(line -> line.startsWith("line ")).toList();
        for (int i = 0; i < kept.size(); i++) assertEquals("line " + i, kept.get(i));
        var rest = printed.subList(kept.size(), printed.size());
        assertEquals("the last line", rest.getLast());
        if (kept.size() == said) {
            assertEquals(1, rest.size(), "nothing was dropped, but: " + rest);
            return;
        }
        assertTrue(kept.size() >= 1024, "only " + kept.size() + " lines were kept");
        assertEquals("(" + (said - kept.size()) + " lines left out: nobody read them in time)",
                rest.getFirst());
        assertEquals(2, rest.size(), rest.toString());
    }
}
