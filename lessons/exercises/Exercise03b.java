package exercises;

import module java.base;

import check.EchoSuite;
import exercises.Callee.Reply.*;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Judges 03b: `static void serve(ByteChannel channel, int limit, IntUnaryOperator select)`. In
/// memory every byte that it reads and writes is counted, and what it asks `select` for as well.
final class Exercise03b implements Judge {

    private static final EchoSuite ECHO = new EchoSuite("");
    private static final int N = 4;

    @Override
    public List<Requirement> requirements() {
        return List.of(
                new Serves(new Words("Never more than N bytes are held for a client that does not "
                        + "read.", "客户端不读的时候，为它存的从不超过 N 个字节。"),
                        1, Arbitraries.just(new Talk(N, List.of(N, 1)))),
                new Serves(new Words("Once they are gone, the server reads on.",
                        "存着的都发走之后，服务器继续读。"),
                        1, Arbitraries.just(new Talk(N, List.of(N, -N, 2)))),
                new Serves(new Words("OP_READ while fewer than N bytes are held, OP_WRITE while "
                        + "there are some; every byte comes back, in order.",
                        "存的不到 N 个字节就关注 OP_READ，有存着的就关注 OP_WRITE；每个字节都按顺序回来。"),
                        300, talks()),
                ServerRequirement.keeping("everyClientGetsItsOwnBytesInOrder", ECHO, 5),
                ServerRequirement.servingBesideAFlood(ECHO));
    }

    @Override
    public Set<String> causes() {
        return Set.of("READS_THOUGH_FULL", "READS_PAST_THE_LIMIT", "STOPS_FOR_GOOD",
                "STOPS_TOO_SOON", "WRITE_INTEREST_ALWAYS", "REST_FORGOTTEN", "CLOSES_TOO_SOON",
                "READS_AFTER_THE_END", "NEVER_CLOSES", "DROPS_THE_REST", "SENDS_TWICE",
                "STALLED_READER_BLOCKS_ALL");
    }

    private static Arbitrary<Talk> talks() {
        var step = Arbitraries.integers().between(-6, 6).filter(each -> each != 0);
        return Combinators.combine(Arbitraries.integers().between(1, 5),
                step.list().ofMinSize(1).ofMaxSize(8)).as(Talk::new);
    }

    /// What a client does before it half-closes and takes all that still comes.
    ///
    /// @param limit N
    /// @param steps so many bytes are sent; if negative, so many can be taken
    private record Talk(int limit, List<Integer> steps) {

        Stream<Talk> smaller() {
            var fewer = IntStream.range(0, steps.size()).mapToObj(i -> {
                var rest = new ArrayList<>(steps);
                rest.remove(i);
                return new Talk(limit, rest);
            });
            var less = IntStream.range(0, steps.size()).boxed()
                    .filter(i -> Math.abs(steps.get(i)) > 1).map(i -> {
                        var rest = new ArrayList<>(steps);
                        rest.set(i, rest.get(i) - Integer.signum(rest.get(i)));
                        return new Talk(limit, rest);
                    });
            var tighter = limit > 1 ? Stream.of(new Talk(limit - 1, steps)) : Stream.<Talk>of();
            return Stream.of(fewer, tighter, less).flatMap(each -> each);
        }
    }

    private static final class Serves extends InMemory<Talk> {

        private final Arbitrary<Talk> talks;

        Serves(Words expected, int tries, Arbitrary<Talk> talks) {
            super(expected, tries);
            this.talks = talks;
        }

        @Override
        Arbitrary<Talk> cases() {
            return talks;
        }

        @Override
        Stream<Talk> smaller(Talk failed) {
            return failed.smaller();
        }

        @Override
        Callee callee(Submission submission) {
            return new Callee(submission, "serve", ByteChannel.class, int.class,
                    IntUnaryOperator.class);
        }

        @Override
        Optional<Finding> attempt(Talk talk, Callee callee) throws InterruptedException {
            var client = new ScriptedClient(talk);
            var reply = callee.call(client, talk.limit, (IntUnaryOperator) client::select);
            return client.finding(reply);
        }
    }

    /// A channel that takes what its client has room for, and the select that belongs to it. The
    /// first thing that goes wrong ends the code that is judged.
    private static final class ScriptedClient implements ByteChannel {

        private static final int TOO_OFTEN = 1000; // calls without anything having moved
        private static final int LINES = 12; // of a picture
        private static final int SHOWN = 20; // bytes, in a line

        private final int limit;
        private final Iterator<Integer> steps;
        private final List<Words> events = new CopyOnWriteArrayList<>();
        private int sent; // by the client, and so are the next
        private int read; // by the code
        private int written;
        private int room; // of the client, in bytes
        private boolean halfClosed;
        private boolean endRead;
        private boolean open = true;
        private int inVain;
        private volatile Fault fault;

        private record Fault(String cause, Words due, Words came) {}

        ScriptedClient(Talk talk) {
            limit = talk.limit;
            steps = talk.steps.iterator();
        }

        private int held() {
            return read - written;
        }

        private static byte letter(int number) {
            return (byte) ('A' + number % 26);
        }

        private static String letters(int from, int to) {
            var shown = Math.min(to, from + SHOWN);
            return IntStream.range(from, shown)
                    .mapToObj(each -> "" + (char) letter(each)).collect(Collectors.joining())
                    + (shown < to ? "..." : "");
        }

        private ScriptedInput.Halt fault(String cause, Words due, Words came) {
            if (fault == null) fault = new Fault(cause, due, came);
            return new ScriptedInput.Halt(cause);
        }

        private void tell(Words event) {
            events.add(event);
        }

        private void endIfInVain(String cause, Words due, Words came) {
            if (++inVain > TOO_OFTEN) throw fault(cause, due, came);
        }

        // ---- the channel ----

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (!open) throw new ClosedChannelException();
            if (sent == read && halfClosed) {
                endRead = true;
                endIfInVain("READS_AFTER_THE_END", new Words("no read after the end",
                        "结束之后不再读"), new Words("it reads again and again", "读个不停"));
                return -1;
            }
            var count = Math.min(into.remaining(), sent - read);
            if (count == 0) {
                endIfInVain("STALLED_READER_BLOCKS_ALL", new Words(
                        "back to select, which waits for all clients",
                        "回到 select，它在等所有客户端"),
                        new Words("it reads again and again", "读个不停"));
                return 0;
            }
            var before = held();
            for (int i = 0; i < count; i++) into.put(letter(read++));
            inVain = 0;
            tell(new Words("server  reads %s, and holds %s", "服务器  读到 %s 个，存着 %s 个")
                    .formatted(count, held()));
            if (held() > limit) {
                throw fault(before >= limit ? "READS_THOUGH_FULL" : "READS_PAST_THE_LIMIT",
                        new Words("at most %s held", "最多存 %s 个").formatted(limit),
                        new Words("%s", "%s 个").formatted(held()));
            }
            return count;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            if (!open) throw new ClosedChannelException();
            var count = Math.min(from.remaining(), room);
            if (count == 0) {
                endIfInVain("STALLED_READER_BLOCKS_ALL", new Words(
                        "back to select, which waits for all clients",
                        "回到 select，它在等所有客户端"),
                        new Words("it writes again and again", "写个不停"));
                return 0;
            }
            for (int i = 0; i < count; i++) take(from.get());
            room -= count;
            inVain = 0;
            tell(new Words("server  writes %s, and holds %s", "服务器  写出 %s 个，还存着 %s 个")
                    .formatted(count, held()));
            return count;
        }

        private void take(byte came) {
            if (written < read && came == letter(written)) {
                written++;
                return;
            }
            var distance = Math.floorMod(came - letter(written), 26);
            var isLater = written < read && distance > 0 && written + distance < read;
            var due = written < read
                    ? new Words("%s", "%s").formatted(letters(written, written + 1))
                    : new Words("no more bytes", "没有更多字节");
            var what = new Words("%s", "%s").formatted((char) came);
            throw fault(isLater ? "DROPS_THE_REST" : "SENDS_TWICE", due, what);
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            if (!open) return;
            open = false;
            tell(new Words("server  closes", "服务器  关闭"));
        }

        // ---- select ----

        int select(int interest) {
            tell(new Words("server  select, for %s", "服务器  select，关注 %s")
                    .formatted(names(interest)));
            check(interest);
            endIfInVain(Hints.OTHERWISE, new Words("a read or a write, for it is ready",
                    "就绪了，应当读或写"), new Words("neither", "什么也没做"));
            var ready = ready(interest);
            while (ready == 0 && !halfClosed) {
                step();
                ready = ready(interest);
            }
            return ready;
        }

        private static String names(int interest) {
            return switch (interest) {
                case 0 -> "0";
                case SelectionKey.OP_READ -> "OP_READ";
                case SelectionKey.OP_WRITE -> "OP_WRITE";
                case SelectionKey.OP_READ | SelectionKey.OP_WRITE -> "OP_READ | OP_WRITE";
                default -> "" + interest;
            };
        }

        private void check(int interest) {
            var due = (held() < limit && !endRead ? SelectionKey.OP_READ : 0)
                    | (held() > 0 ? SelectionKey.OP_WRITE : 0);
            if (interest == due && due != 0) return;
            var cause = due == 0 && interest == 0 ? "NEVER_CLOSES" : why(interest, interest ^ due);
            var dueWords = due == 0
                    ? new Words("close: the client has finished, and has everything",
                    "关闭：客户端说完了，也都收到了") : new Words("%s", "%s").formatted(names(due));
            throw fault(cause, dueWords, new Words("%s", "%s").formatted(names(interest)));
        }

        /// @param wrong the bits that are there, or are missing
        private String why(int interest, int wrong) {
            if ((wrong & SelectionKey.OP_WRITE) != 0 && held() > 0) return "REST_FORGOTTEN";
            if ((wrong & SelectionKey.OP_READ) != 0) {
                if ((interest & SelectionKey.OP_READ) != 0) {
                    return endRead ? "READS_AFTER_THE_END" : "READS_THOUGH_FULL";
                }
                return held() == 0 ? "STOPS_FOR_GOOD" : "STOPS_TOO_SOON";
            }
            return (wrong & SelectionKey.OP_WRITE) != 0 ? "WRITE_INTEREST_ALWAYS"
                    : Hints.OTHERWISE;
        }

        private int ready(int interest) {
            var readable = sent > read || halfClosed;
            return interest & ((readable ? SelectionKey.OP_READ : 0)
                    | (room > 0 ? SelectionKey.OP_WRITE : 0));
        }

        private void step() {
            if (!steps.hasNext()) {
                halfClosed = true;
                room = Integer.MAX_VALUE;
                tell(new Words("client  half-closes, and takes all that comes",
                        "客户端  半关闭，来多少收多少"));
                return;
            }
            var count = steps.next();
            if (count > 0) {
                tell(new Words("client  sends %s: %s", "客户端  发 %s 个：%s")
                        .formatted(count, letters(sent, sent + count)));
                sent += count;
            } else {
                tell(new Words("client  has room for %s more", "客户端  又能收 %s 个")
                        .formatted(-count));
                room -= count;
            }
        }

        // ---- what came of it ----

        Optional<Finding> finding(Callee.Reply reply) {
            if (fault != null) return Optional.of(shown(fault));
            var finished = new Words("the client has all its bytes, and then it is closed",
                    "客户端收到全部字节，然后关闭");
            if (!(reply instanceof Returned)) {
                return Optional.of(shown(new Fault(Hints.OTHERWISE, finished,
                        Replies.inWords(reply, NOTHING_READ))));
            }
            if (endRead && held() == 0) return Optional.empty();
            return Optional.of(shown(new Fault("CLOSES_TOO_SOON", finished, new Words(
                    "closed, with %s held, and %s not read", "关闭时还存着 %s 个，没读的还有 %s 个")
                    .formatted(held(), sent - read))));
        }

        private static final ScriptedInput NOTHING_READ =
                new ScriptedInput(List.of(), ScriptedInput.End.CLOSES);

        private Finding shown(Fault found) {
            var all = List.copyOf(events);
            var last = all.subList(Math.max(0, all.size() - LINES), all.size());
            return new Finding(found.cause, language -> {
                var lines = new ArrayList<String>();
                lines.add("N = " + limit);
                if (last.size() < all.size()) lines.add("...");
                last.forEach(each -> lines.add(each.in(language)));
                lines.add(new Words("due     ", "应当    ").in(language)
                        + found.due.in(language));
                lines.add(new Words("came    ", "结果    ").in(language)
                        + found.came.in(language));
                return lines;
            });
        }
    }
}
