package recorder;

import module java.base;

/// Something that a program has done with a socket, or that it has met there.
///
/// @param at when it was over, in nanoseconds since the recorder began
/// @param connection its number, from 1; 0 for a listener that has no connection yet
/// @param role which end of the connection has done it
/// @param count bytes that were read or written
/// @param asked bytes that were to be written, or for which there was room
/// @param offset how many bytes this end had read, or written, before
/// @param bytes the first of them
/// @param waited how long the call took, in nanoseconds
/// @param thread its name
/// @param place file and line of the program; empty if no line of it is on the stack
/// @param detail an address, or why it has failed
public record Happening(long at, int connection, Role role, Kind kind, int count, int asked,
        long offset, byte[] bytes, long waited, String thread, String place, String detail) {

    /// An end of a connection.
    public enum Role {
        /// The one that has connected.
        CLIENT,
        /// The one that was accepted.
        SERVER,
        /// What accepts.
        LISTENER,
        /// A socket without connections.
        DATAGRAM
    }

    /// What has happened.
    public enum Kind {
        CONNECT, ACCEPT, WRITE, READ,
        /// A read found the end of the stream.
        END,
        HALF_CLOSE, CLOSE,
        /// A read or a write found that the peer has reset the connection.
        RESET,
        /// SO_TIMEOUT was over, or that of connect.
        TIMEOUT,
        FAILED, SEND, RECEIVE
    }

    /// The same of a connection with another number.
    public Happening of(int connection) {
        return new Happening(at, connection, role, kind, count, asked, offset, bytes, waited,
                thread, place, detail);
    }

    /// Whether it is drawn at the right of the network.
    boolean isAtServer() {
        return role == Role.SERVER || role == Role.LISTENER;
    }

    /// Whether bytes go from the client to the server.
    public boolean isUp() {
        if (role == Role.DATAGRAM) return kind == Kind.SEND;
        return (role == Role.CLIENT) == (kind == Kind.WRITE || kind == Kind.HALF_CLOSE
                || kind == Kind.CONNECT || kind == Kind.CLOSE);
    }
}
