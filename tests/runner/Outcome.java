import java.io.Serializable;

/// What became of one test; processes tell it each other.
///
/// @param owner the class that is tested
/// @param title the test, as a sentence
/// @param remark why it was skipped, or nothing
/// @param explanation of a failure, in lines
record Outcome(String owner, Verdict verdict, long millis, String title, String remark,
        String explanation) implements Serializable {

    enum Verdict {
        OK("ok"), FAIL("FAIL"), SKIP("skip");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
