import module java.base;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What an echo server has to keep besides, if it serves several clients at once: that a client
/// can do nothing to hold up another.
abstract class ConcurrentEchoConformance extends EchoConformance {

    @Override
    Set<Mischief> bearable() {
        return EnumSet.allOf(Mischief.class);
    }

    @Property(tries = 40)
    void nobodyWaitsForASilentClient(@ForAll("steps") List<Step> steps) throws Exception {
        var oracle = new EchoOracle("echo ");
        try (var server = start("echo "); var clients = new Clients(server.port())) {
            for (var step : steps) {
                var client = clients.get(step.client());
                client.send(step.chunk().array());
                var reply = client.readUntil(bytes -> oracle.explains(bytes, step.chunk().array()));
                oracle.check(reply, step.chunk().array());
            }
        }
    }

    /// And what is kept for it meanwhile, nobody else's bytes get into.
    @Property(tries = 2)
    void aClientThatNeverReadsIsNotReadFromAndHoldsUpNobody(@ForAll("chunks") List<Bytes> chunks)
            throws Exception {
        var oracle = new EchoOracle("echo ");
        try (var server = start("echo ");
                var flood = new Flood(server.port(), "echo ");
                var good = new TestClient(server.port())) {
            flood.sendUntilStuck(); // fails if the server takes all, and so has to keep it
            for (var chunk : chunks) {
                good.send(chunk.array());
                oracle.check(good.readUntil(bytes -> oracle.explains(bytes, chunk.array())),
                        chunk.array());
            }
            flood.readEverything();
        }
    }
}
