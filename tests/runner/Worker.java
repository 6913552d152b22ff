import module java.base;

import java.io.Serializable;

/// A process that runs the tests that [Run] hands to it through standard input, class by class, and
/// tells through standard output how they go. It ends with the one that has started it.
final class Worker {

    /// What it tells, beside an [Outcome].
    sealed interface News extends Serializable {

        record Begins(String owner, String title) implements News {}

        record Ended(Outcome outcome) implements News {}

        record Done() implements News {}
    }

    private static ObjectOutputStream out;

    private Worker() {}

    static void main() throws Exception {
        var stdin = new ObjectInputStream(System.in);
        out = new ObjectOutputStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        out.flush(); // the head of the stream
        Run.prepare();
        System.setIn(InputStream.nullInputStream());
        var shares = new LinkedBlockingQueue<Share>();
        Thread.ofPlatform().daemon().start(() -> receive(stdin, shares));
        try {
            while (true) {
                shares.take().run(new Reader());
                tell(new News.Done());
            }
        } catch (RuntimeException e) { // threads of tests would keep the process alive
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static final class Reader implements Report.Reader {

        @Override
        public void begins(String owner, String title) {
            tell(new News.Begins(owner, title));
        }

        @Override
        public void ended(Outcome outcome) {
            tell(new News.Ended(outcome));
        }
    }

    /// The end of the stream is that of [Run], however that came about.
    private static void receive(ObjectInputStream in, BlockingQueue<Share> shares) {
        try {
            while (true) shares.add((Share) in.readObject());
        } catch (IOException e) {
            System.exit(0);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("from another version of this program", e);
        }
    }

    private static synchronized void tell(News news) {
        try {
            out.writeObject(news);
            out.flush();
            out.reset(); // else it keeps all that it has written
        } catch (IOException e) {
            Runtime.getRuntime().halt(1); // nobody is left to be told
        }
    }
}
