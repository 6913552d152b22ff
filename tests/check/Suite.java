package check;

import module java.base;

/// The properties of a kind of server, and what it takes to ask them of any.
public interface Suite {

    List<Question> questions();

    /// Whether it leaves out what is known to be too much for the server.
    default boolean asksLess() {
        return false;
    }

    Judge judge(Server server, long seed, Judge.Observer observer, Judge.Pace pace);

    default Judge judge(Server server, long seed, Judge.Observer observer) {
        return judge(server, seed, observer, Judge.Pace.THOROUGH);
    }

    /// Why a server has failed.
    ///
    /// @throws IOException if the server cannot be asked any more
    Diagnosis.Finding explain(Failure failure, Judge judge) throws IOException;
}
