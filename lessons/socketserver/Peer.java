package socketserver;

import module java.base;

/// The other side of a request, as a handler sees it.
///
/// @param name its address, for the log
/// @param in what it sends, buffered; ends when it half-closes, and when the server shuts
///        down
/// @param out what it gets, buffered; sent before we wait for more from `in`, and at the
///        end of the request
public record Peer(String name, InputStream in, OutputStream out) {}
