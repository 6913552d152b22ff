package check;

import module java.base;

/// The properties of a kind of server, and what it takes to ask them of any.
public interface Suite {

    List<Question> questions();

    /// Whether it leaves out what is known to be too much for the server.
    default boolean asksLess() {
        return false;
    }

    /// @param patience to begin with, how long to wait for anything; a server that needs more is
    ///        given more
    Judge judge(Server server, long seed, Judge.Observer observer, Duration patience);

    default Judge judge(Server server, long seed, Judge.Observer observer) {
        return judge(server, seed, observer, LEAST_PATIENCE);
    }

    /// With a process, on any machine.
    Duration LEAST_PATIENCE = Duration.ofMillis(300);

    /// Why a server has failed.
    ///
    /// @throws IOException if the server cannot be asked any more
    Diagnosis.Finding explain(Failure failure, Judge judge) throws IOException;
}
