package upload;

import module java.base;

/// A reason why an upload is not accepted. The client is told it, too.
public final class Refusal extends IOException {

    private static final long serialVersionUID = 1;

    public Refusal(String reason) {
        super(reason);
    }
}
