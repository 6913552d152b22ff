///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN WireTrace
//DEPS info.picocli:picocli:4.7.7
//SOURCES recorder/Agent.java shared/Printable.java wire/Escaped.java wire/Names.java
//SOURCES wire/Words.java workbook/reader/Language.java
//COMPILE_OPTIONS -Xlint:all
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//DESCRIPTION Runs a Java program unchanged, and shows what it does with its sockets

import module java.base;

import picocli.CommandLine;
import picocli.CommandLine.*;
import recorder.*;
import wire.Words;
import workbook.reader.Language;

/// # What a program does with its sockets
///
/// ```
/// jbang trace lesson03-selector-server.java
/// jbang trace MyServer.java 5678
/// ```
///
/// runs a lesson, or a file of your own, unchanged, and shows each accept, connect, read, write,
/// half-close, close, reset and time-out as it happens: when, on which connection, which way, the
/// bytes, how long it waited, in which thread, and on which line of the program.
///
/// ```
///   2.017  a    |->       6  "hello\n"   read, waited 1505 ms, main, lesson01-echo-server.java:88
///   2.018  a    |<-      11  "echo hello\n"   write, main, lesson01-echo-server.java:94
/// ```
///
/// The picture is the proxy's: the client is at the left, the server at the right, the bar is the
/// network. What you see are calls of the program, and no TCP segments. At the end come the sums
/// of each connection, and how often it asked in vain: compare `lesson02-polling-server.java` with
/// `lesson03-selector-server.java`.
///
/// It has its price: kept busy by 64 clients, a server answered 0.4 of what it answers without (the
/// median of twelve rounds, from 0.2 to 0.9, on a machine with two cores and other work).
///
/// The sockets of the JDK are rewoven while it loads them ([SocketWeaver]); [Recorder] listens.
/// Sockets that are not the JDK's are not seen: the native transports of Netty, Unix sockets of
/// other libraries. A program in another language goes through the proxy: `jbang proxy`.
class WireTrace {

    private static final int WRONG_USAGE = 2;

    @Command(name = "trace.java", sortOptions = false, description = {
        "Runs a Java program unchanged, and shows on standard error",
        "what it does with its sockets."})
    static class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Option(names = "--json", paramLabel = "FILE", description = "also write all events there")
        Path json;

        @Option(names = "--html", paramLabel = "FILE",
                description = "also draw them, on one page for a browser")
        Path html;

        @Option(names = "--lang", paramLabel = "en|zh",
                description = "language (default: your system's)")
        String lang;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Parameters(arity = "1..*", paramLabel = "SCRIPT [ARGS...]", hideParamSyntax = true,
                description = "what to run, as behind jbang")
        List<String> command;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var script = command.getFirst();
            var words = words();
            var ending = script.substring(script.lastIndexOf('.') + 1);
            if (script.contains(".") && Files.exists(Path.of(script))
                    && !Set.of("java", "jsh", "jar", "md").contains(ending)) {
                System.err.println(script + words.choose(
                        " is not Java: start it as ever, and put the proxy before it: jbang proxy",
                        " 不是 Java 程序：照常启动它，再把代理放在它前面：jbang proxy"));
                return WRONG_USAGE;
            }
            return run(words);
        }

        private Words words() {
            var language = lang == null ? Language.of(System.getenv(), Locale.getDefault())
                    : Language.of(lang).orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "no such language: " + lang + "; there are en and zh"));
            return Words.of(language.code());
        }

        /// JBang runs the script in a JVM of its own, with the recorder as an agent.
        private int run(Words words) throws IOException, InterruptedException {
            var terminal = System.console() != null && System.console().isTerminal();
            var noColour = System.getenv("NO_COLOR");
            var options = new Trace.Options(words, terminal ? columns() : 0,
                    terminal && (noColour == null || noColour.isEmpty()), absolute(json),
                    absolute(html), String.join(" ", command));
            var all = new ArrayList<>(List.of(jbang(), "run",
                    "-R=-javaagent:" + AgentJar.whole() + "=" + options.encoded()));
            all.addAll(command);
            var process = new ProcessBuilder(all).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> await(process)));
            return process.waitFor();
        }

        /// Ctrl-C reaches both of us, `kill` only this one. It still has the sums to print.
        private static void await(Process process) {
            try {
                process.destroy();
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static Path absolute(Path file) {
            return file == null ? null : file.toAbsolutePath();
        }

        private static String jbang() {
            return Objects.requireNonNullElse(System.getenv("JBANG_LAUNCH_CMD"), "jbang");
        }

        /// Of the terminal; COLUMNS is not always handed down, and `tput` asks the terminal.
        private static int columns() throws IOException, InterruptedException {
            try {
                var tput = new ProcessBuilder("tput", "cols")
                        .redirectInput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
                var said = new String(tput.getInputStream().readAllBytes()).strip();
                return said.matches("\\d+") ? Integer.parseInt(said) - 1 : 79;
            } catch (IOException noSuchProgram) {
                return 79;
            }
        }
    }

    static int run(String... args) {
        return new CommandLine(new Arguments()).setStopAtPositional(true)
                .setExpandAtFiles(false).execute(args);
    }

    static void main(String[] args) {
        System.exit(run(args));
    }
}
