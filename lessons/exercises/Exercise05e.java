package exercises;

import module java.base;

import check.FrameSuite;

/// Judges 05e: a framing server, all of which the learner writes.
final class Exercise05e implements Judge {

    private static final FrameSuite FRAMES = new FrameSuite("echo ", false);

    @Override
    public List<Requirement> requirements() {
        return List.of(
                ServerRequirement.keeping("anAnswerComesAtOnceAndNotAtTheEnd", FRAMES, 5),
                ServerRequirement.keeping("aFrameInTwoPiecesIsAnsweredAllTheSame", FRAMES, 5),
                ServerRequirement.keeping(
                        "everyMessageIsAnsweredWholeAndInOrderWhateverTheChunking", FRAMES, 8),
                ServerRequirement.keeping("aHalfCloseInsideAFrameLosesNoAnswer", FRAMES, 4),
                ServerRequirement.keeping("nobodyWaitsForASilentClient", FRAMES, 3),
                ServerRequirement.keeping(
                        "everyClientGetsItsOwnAnswersHoweverTheirPiecesMix", FRAMES, 5),
                ServerRequirement.keeping("aFrameThatIsTooLargeHarmsNobodyElse", FRAMES, 3),
                ServerRequirement.keeping("badNeighboursChangeNothingForTheOthers", FRAMES, 5));
    }

    @Override
    public Set<String> causes() {
        return Set.of("DOES_NOT_LISTEN");
    }
}
