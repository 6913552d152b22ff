///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+

import module java.base;

/// One way to write 07a: let the file system say where the file is, and then compare.
class FileByName {

    // ---- yours: from here ----

    /// The file of this name in a folder, or below it.
    ///
    /// @return null if there is no such file, or the name leads out of the folder
    static Path find(Path folder, String name) throws IOException {
        try {
            var root = folder.toRealPath();
            var file = root.resolve(name).toRealPath(); // links are followed, dots are gone
            return file.startsWith(root) && Files.isRegularFile(file) ? file : null;
        } catch (InvalidPathException | FileSystemException e) {
            return null;
        }
    }

    // ---- yours: to here ----

    static final int MAX_NAME = 1000; // bytes

    static void serve(Socket client, Path folder) {
        try (client) {
            client.setSoTimeout(10_000);
            var name = readLine(client.getInputStream());
            var file = find(folder, name);
            System.out.println(name + (file == null ? ": no" : ": yes"));
            if (file != null) Files.copy(file, client.getOutputStream());
        } catch (IOException e) {
            System.err.println("a client is gone: " + e.getMessage());
        }
    }

    static String readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) != '\n'; ) {
            if (next == -1) throw new EOFException("no line");
            if (line.size() == MAX_NAME) throw new ProtocolException("the name is too long");
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    static void main(String[] args) throws IOException {
        var port = args.length == 0 ? 5678 : Integer.parseInt(args[0]);
        var folder = Path.of(args.length < 2 ? "." : args[1]);
        try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client, folder));
            }
        }
    }
}
