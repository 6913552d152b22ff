package exercises;

import module java.base;
import module java.compiler;

import javax.tools.ToolProvider;
import workbook.reader.Language;

/// Compiles a learner's file in this process, against the JDK and nothing else.
final class Compiler {

    /// @param line from 1; 0 if it concerns no line
    /// @param column from 1
    record Complaint(int line, int column, String message) {}

    /// Of these, one is empty.
    ///
    /// @param classes by their binary names
    record Compiled(Map<String, byte[]> classes, List<Complaint> complaints) {}

    private static final List<String> OPTIONS = List.of("-g", "-proc:none", "-Xlint:none");

    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private StandardJavaFileManager files; // kept: it knows the JDK's classes

    /// @param language of the complaints: javac's own words
    synchronized Compiled compile(String fileName, String source, Language language) {
        var complaints = new DiagnosticCollector<JavaFileObject>();
        var locale = language == Language.CHINESE ? Locale.SIMPLIFIED_CHINESE : Locale.ENGLISH;
        if (files == null) files = javac.getStandardFileManager(complaints, locale, null);
        var memory = new Memory(files);
        var good = javac.getTask(Writer.nullWriter(), memory, complaints, OPTIONS, null,
                List.of(new Source(fileName, source))).call();
        if (good) return new Compiled(memory.classes(), List.of());
        return new Compiled(Map.of(), complaints.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .map(each -> new Complaint(Math.max(0, (int) each.getLineNumber()),
                        Math.max(1, (int) each.getColumnNumber()), each.getMessage(locale)))
                .toList());
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String fileName, String text) {
            super(URI.create("memory:///" + fileName), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        /// A public class may have any name.
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }
    }

    private static final class Output extends SimpleJavaFileObject {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Output(String className) {
            super(URI.create("memory:///" + className.replace('.', '/') + ".class"), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    /// Keeps what is compiled, and hides our own classes.
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, Output> outputs = new LinkedHashMap<>();

        Memory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String className,
                JavaFileObject.Kind kind, FileObject sibling) {
            return outputs.computeIfAbsent(className, Output::new);
        }

        @Override
        public Iterable<JavaFileObject> list(Location location, String packageName,
                Set<JavaFileObject.Kind> kinds, boolean recurse) throws IOException {
            return location == StandardLocation.CLASS_PATH ? List.of()
                    : super.list(location, packageName, kinds, recurse);
        }

        Map<String, byte[]> classes() {
            var classes = new LinkedHashMap<String, byte[]>();
            outputs.forEach((name, output) -> classes.put(name, output.bytes.toByteArray()));
            return classes;
        }
    }
}
