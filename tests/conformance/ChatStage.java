package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conformance.Step.*;

/// Where plays are performed with a chat server (lesson 08).
///
/// The server may still have guests of another play: so each play has names of its own, with a tail
/// that nobody sees but the server, and what is said of others is not listened to.
///
/// @param server its address
/// @param patience how long to wait for anything
public record ChatStage(SocketAddress server, Duration patience) {

    private static final int TAILS = 36 * 36 * 36 * 36 * 36;
    private static final AtomicInteger NEXT = new AtomicInteger(
            ThreadLocalRandom.current().nextInt(TAILS));
    private static final Pattern TAIL = Pattern.compile("q[0-9a-z]{5}");

    /// Performs a play; all its clients have left when this returns.
    ///
    /// @throws Broken if the server fails
    public void perform(Play play) {
        var tail = "q" + Integer.toString(TAILS + NEXT.getAndIncrement() % TAILS, 36).substring(1);
        var room = new ChatRoom(line -> isOfOthers(line, tail));
        try {
            new Stage(server, room::enter, patience).perform(withTail(play, tail));
        } catch (Broken e) {
            if (!room.isOpen()) throw withoutTail(e, play, tail);
        }
    }

    private static boolean isOfOthers(String line, String tail) {
        var tails = Stream.of(line.split("[^\\p{L}\\p{Nd}]+"))
                .filter(word -> word.length() > tail.length())
                .map(word -> word.substring(word.length() - tail.length()))
                .filter(end -> TAIL.matcher(end).matches()).toList();
        return !tails.isEmpty() && !tails.contains(tail);
    }

    /// Behind each name, if it is one.
    private static Play withTail(Play play, String tail) {
        var names = new HashMap<Integer, String>();
        var steps = new ArrayList<Step>();
        for (var step : play.steps()) {
            if (!(step instanceof Says(int client, Bytes bytes)) || "".equals(names.get(client))) {
                steps.add(step);
                continue;
            }
            var said = text(bytes.array());
            var name = names.getOrDefault(client, "") + said;
            names.put(client, name.contains("\n") ? "" : name);
            steps.add(new Says(client, bytes(said.replaceFirst("(?<=[^\\r])(?=\\r?\\n)", tail))));
        }
        return new Play(steps);
    }

    private static Broken withoutTail(Broken e, Play play, String tail) {
        var right = text(Arrays.copyOf(e.heard, e.right)).replace(tail, "").length();
        return new Broken(play, e.step, e.symptom, without(tail, e.said), without(tail, e.heard),
                right,
                e.answered, without(tail, e.due));
    }

    private static byte[] without(String tail, byte[] bytes) {
        return bytes(text(bytes).replace(tail, "")).array();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    private static Bytes bytes(String text) {
        return new Bytes(text.getBytes(ISO_8859_1));
    }
}
