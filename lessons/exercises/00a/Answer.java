///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 00a: `connect` with a time-out of ours, and the type of what it throws says
/// what it found. The text says it as well, but in the language of the system. Two things have
/// no type of their own: a kernel that gives up by itself, after minutes, throws a
/// ConnectException, too; so our time has to be up first. And a machine without any network
/// throws a plain SocketException, as one with too many open files does: what we cannot name
/// goes on.
class IsItThere {

    /// What came of it.
    enum Found {
        /// Somebody listens there.
        CONNECTED,
        /// The machine is there, and says that nobody listens at this port.
        REFUSED,
        /// No answer in time: the machine is off, or busy, or something swallows what we send.
        TIMED_OUT,
        /// No route leads to that machine, says somebody on the way, or our own kernel.
        UNREACHABLE
    }

    // ---- yours: from here ----

    /// Tries to connect.
    ///
    /// @param socket not connected yet; closing it is the caller's business
    /// @param patience how long it may take, in milliseconds
    /// @throws IOException what is none of these
    static Found find(Socket socket, SocketAddress address, int patience) throws IOException {
        try {
            socket.connect(address, patience);
            return Found.CONNECTED;
        } catch (ConnectException e) {
            return Found.REFUSED;
        } catch (SocketTimeoutException e) {
            return Found.TIMED_OUT;
        } catch (NoRouteToHostException e) {
            return Found.UNREACHABLE;
        }
    }

    // ---- yours: to here ----

    static void main(String[] args) {
        var host = args.length > 1 ? args[0] : "127.0.0.1";
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[args.length - 1]);
        try (var socket = new Socket()) {
            System.out.println(find(socket, new InetSocketAddress(host, port), 3000));
        } catch (IOException e) {
            System.err.println("something else: " + e.getMessage());
            System.exit(1);
        }
    }
}
