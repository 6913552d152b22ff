///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

import java.util.zip.CRC32C;

/// One way to write 07b: a part is worth something only if the file still begins with it; and
/// what has come is written at once, so that the next attempt goes on behind it.
class ResumedFile {

    // ---- yours: from here ----

    /// Sends the part of a file that the receiver does not have yet.
    static void send(Path file, InputStream in, OutputStream out) throws IOException {
        var request = new DataInputStream(in);
        var there = request.readLong();
        var sum = request.readLong();
        var size = Files.size(file);
        var goesOn = there >= 0 && there <= size && checksum(file, there) == sum;
        var start = goesOn ? there : 0;
        var answer = new DataOutputStream(out);
        answer.writeLong(start);
        answer.writeLong(size);
        try (var content = Files.newInputStream(file)) {
            content.skipNBytes(start);
            content.transferTo(answer);
        }
        answer.flush();
    }

    /// Completes a part, which need not be there yet.
    ///
    /// @throws EOFException if the sender breaks off; what has come is in the part
    static void receive(Path part, InputStream in, OutputStream out) throws IOException {
        var there = Files.exists(part) ? Files.size(part) : 0;
        var request = new DataOutputStream(out);
        request.writeLong(there);
        request.writeLong(there == 0 ? 0 : checksum(part, there));
        request.flush();
        var answer = new DataInputStream(in);
        var start = answer.readLong();
        var size = answer.readLong();
        if (start != 0 && start != there || size < start) {
            throw new ProtocolException("from " + start + ", and we have " + there);
        }
        var how = start == 0
                ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
        try (var content = Files.newOutputStream(part, StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, how)) {
            var buffer = new byte[8192];
            for (long left = size - start; left > 0; ) {
                var count = answer.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count == -1) throw new EOFException("there are " + left + " bytes to come");
                content.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    // ---- yours: to here ----

    /// CRC32C of the first bytes of a file. That of none is 0.
    ///
    /// @throws EOFException if the file has fewer
    static long checksum(Path file, long count) throws IOException {
        var sum = new CRC32C();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[8192];
            for (long left = count; left > 0; ) {
                var some = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (some == -1) throw new EOFException("fewer than " + count + " bytes: " + file);
                sum.update(buffer, 0, some);
                left -= some;
            }
        }
        return sum.getValue();
    }

    /// `FILE PORT` sends a file to each that connects; `get PART PORT` gets it.
    static void main(String[] args) throws IOException {
        if (args.length == 3 && args[0].equals("get")) {
            var port = Integer.parseInt(args[2]);
            try (var socket = new Socket("127.0.0.1", port)) {
                receive(Path.of(args[1]), socket.getInputStream(), socket.getOutputStream());
            }
            return;
        }
        var file = Path.of(args.length == 0 ? "notes.txt" : args[0]);
        var port = args.length < 2 ? 5678 : Integer.parseInt(args[1]);
        try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client, file));
            }
        }
    }

    static void serve(Socket client, Path file) {
        try (client) {
            client.setSoTimeout(10_000);
            send(file, client.getInputStream(), client.getOutputStream());
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
        }
    }
}
