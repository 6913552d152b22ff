package bench;

/// A server did not answer with the bytes that it was sent.
final class WrongAnswer extends Exception {

    private static final long serialVersionUID = 1;

    WrongAnswer(String what) {
        super(what);
    }
}
