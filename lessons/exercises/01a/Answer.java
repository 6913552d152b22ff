///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 01a: the line feed ends a reply, and not the end of a read.
class WholeReply {

    // ---- yours: from here ----

    /// Reads one reply of the server, with its line feed.
    ///
    /// @throws EOFException if the server closes before that
    static byte[] readReply(InputStream in) throws IOException {
        var reply = new ByteArrayOutputStream();
        var buffer = new byte[1024];
        while (true) {
            var count = in.read(buffer);
            if (count == -1) throw new EOFException("the server closed inside a reply");
            reply.write(buffer, 0, count); // so many of the buffer, and no more
            if (buffer[count - 1] == '\n') return reply.toByteArray();
        }
    }

    // ---- yours: to here ----

    static void main(String[] args) {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        try (var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            talk(server);
        } catch (IOException e) {
            System.err.println("it is over: " + e.getMessage());
            System.exit(1);
        }
    }

    static void talk(Socket server) throws IOException {
        for (byte[] line; (line = typed()) != null; ) {
            server.getOutputStream().write(line);
            System.out.write(readReply(server.getInputStream()));
            System.out.flush();
        }
    }

    /// @return what was typed, up to the line feed; null at the end
    static byte[] typed() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next; (next = System.in.read()) != -1; ) {
            line.write(next);
            if (next == '\n') return line.toByteArray();
        }
        return null;
    }
}
