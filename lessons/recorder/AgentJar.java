package recorder;

import module java.base;

import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// The files from which a JVM loads the recorder: made when they are needed, gone with the JVM.
public final class AgentJar {

    private static final List<String> PACKAGES = List.of("recorder/", "wire/", "shared/");

    private AgentJar() {}

    /// A jar for `-javaagent`, with all that the recorder is made of.
    public static Path whole() throws IOException {
        try (var classes = classes()) {
            var all = new TreeMap<String, byte[]>();
            for (var file : (Iterable<Path>) classes.files()::iterator) {
                all.put(classes.root.relativize(file).toString().replace('\\', '/'),
                        Files.readAllBytes(file));
            }
            return write(all);
        }
    }

    /// A jar without classes, for a JVM that has them already.
    public static Path empty() throws IOException {
        return write(Map.of());
    }

    private static Path write(Map<String, byte[]> classes) throws IOException {
        var manifest = new Manifest();
        var main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        for (var name : List.of("Premain-Class", "Agent-Class", "Launcher-Agent-Class")) {
            main.putValue(name, Agent.class.getName());
        }
        main.putValue("Can-Retransform-Classes", "true");
        var jar = Files.createTempFile("recorder", ".jar");
        jar.toFile().deleteOnExit();
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (var each : classes.entrySet()) {
                out.putNextEntry(new java.util.zip.ZipEntry(each.getKey()));
                out.write(each.getValue());
            }
        }
        return jar;
    }

    /// Where our own classes lie: a folder, or a jar.
    private record Classes(Path root, Closeable opened) implements AutoCloseable {

        Stream<Path> files() throws IOException {
            return Files.walk(root).filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> {
                        var name = root.relativize(file).toString().replace('\\', '/');
                        return PACKAGES.stream().anyMatch(name::startsWith);
                    });
        }

        @Override
        public void close() throws IOException {
            opened.close();
        }
    }

    private static Classes classes() throws IOException {
        try {
            var here = Path.of(AgentJar.class.getProtectionDomain().getCodeSource()
                    .getLocation().toURI());
            if (Files.isDirectory(here)) return new Classes(here, () -> {});
            var jar = FileSystems.newFileSystem(here);
            return new Classes(jar.getPath("/"), jar);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
