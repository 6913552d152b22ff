package exercises;

import module java.base;

import check.EchoSuite;
import conformance.Play;

/// Judges 02a: a server with a thread for each client, and a bound to their number.
final class Exercise02a implements Judge {

    private static final int SEATS = 30; // `MOST_CLIENTS` of the program
    private static final EchoSuite SUITE = new EchoSuite("echo ");

    @Override
    public List<Requirement> requirements() {
        return List.of(
                ServerRequirement.playing(new Words(
                        "A client is answered while another is connected and says nothing.",
                        "别的客户端连着却不说话时，这一个也要得到回答。"), SUITE,
                        Play.parse("a connects, b connects, b says \"L\", b hears")),
                new SeatsRequirement(SEATS),
                ServerRequirement.keeping("nobodyWaitsForASilentClient", SUITE, 12),
                ServerRequirement.keeping("badNeighboursChangeNothingForTheOthers", SUITE, 8));
    }

    @Override
    public Set<String> causes() {
        return Set.of(SeatsRequirement.UNBOUNDED, SeatsRequirement.TURNS_AWAY,
                SeatsRequirement.NOT_GIVEN_BACK);
    }
}
