package check;

import module java.base;

import conformance.Broken;
import conformance.Play;

/// A play that a server has failed.
///
/// @param play as it was performed, whole
/// @param broken where it failed; null if the server ended although the play succeeded
/// @param death if the server has ended
public record Failure(Play play, Broken broken, Optional<Server.Death> death) {

    public boolean died() {
        return death.isPresent();
    }

    /// Who did not get what it was due; the last who did something, if all got it.
    public int client() {
        return broken != null ? broken.client() : play.steps().getLast().client();
    }

    /// Whether bytes came that were not due.
    boolean isWrong() {
        return broken != null && switch (broken.symptom) {
            case WRONG_BYTE, SURPLUS -> true;
            default -> false;
        };
    }

    /// Whether it may be just slow.
    boolean isLate() {
        return broken != null && death.isEmpty() && switch (broken.symptom) {
            case NO_ANSWER, INCOMPLETE, NO_END, TAKES_NOTHING -> true;
            default -> false;
        };
    }
}
