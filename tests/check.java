///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN check.Check
//DEPS info.picocli:picocli:4.7.7
//DEPS net.jqwik:jqwik-api:1.9.3
//DEPS net.jqwik:jqwik-engine:1.9.3
//DEPS tools.jackson.core:jackson-databind:3.3.0
//SOURCES check/Cause.java check/ChatDiagnosis.java check/ChatSentences.java
//SOURCES check/ChatSmaller.java check/ChatSuite.java check/ClientCheck.java
//SOURCES check/ClientDiagnosis.java check/ClientJudge.java check/ClientPicture.java
//SOURCES check/ClientQuestion.java check/ClientScreen.java check/ClientSuite.java
//SOURCES check/CommandClient.java check/CommandServer.java check/Diagnosis.java
//SOURCES check/EchoSuite.java check/Failure.java check/FrameDiagnosis.java
//SOURCES check/FrameSentences.java check/FrameSmaller.java check/FrameSpeech.java
//SOURCES check/FrameSuite.java check/Json.java check/Judge.java check/Language.java
//SOURCES check/MessageDiagnosis.java check/MessageSuite.java check/Picture.java
//SOURCES check/Question.java check/Sample.java check/Screen.java
//SOURCES check/Server.java check/Smaller.java check/SmallerClientPlay.java check/Speech.java
//SOURCES check/Suite.java check/Transport.java check/UdpDiagnosis.java check/UdpSuite.java
//SOURCES check/Verdict.java
//SOURCES conformance/Answer.java conformance/Broken.java conformance/BrokenClient.java
//SOURCES conformance/Bytes.java conformance/ChatPlays.java conformance/ChatProperties.java
//SOURCES conformance/ChatRoom.java conformance/ChatStage.java conformance/Client.java
//SOURCES conformance/ClientPlay.java conformance/ClientPlays.java conformance/ClientProgram.java
//SOURCES conformance/ClientStage.java conformance/ClientStep.java conformance/ClientSymptom.java
//SOURCES conformance/ConcurrentEchoProperties.java conformance/ConcurrentFrameProperties.java
//SOURCES conformance/ConcurrentMessageProperties.java conformance/CountedAnswer.java
//SOURCES conformance/DatagramClient.java conformance/DatagramProperties.java
//SOURCES conformance/DatagramStage.java conformance/EchoAnswer.java
//SOURCES conformance/EchoClientProperties.java conformance/EchoOracle.java
//SOURCES conformance/EchoProperties.java conformance/ExactAnswer.java
//SOURCES conformance/FrameAnswer.java conformance/FrameCodecProperties.java
//SOURCES conformance/FrameMischief.java conformance/FramePlays.java
//SOURCES conformance/FrameProperties.java conformance/Frames.java conformance/JsonText.java
//SOURCES conformance/MessageAnswer.java conformance/MessageProperties.java
//SOURCES conformance/Messages.java conformance/Mischief.java conformance/ObservedClient.java
//SOURCES conformance/OwnMessagesProperties.java conformance/Play.java
//SOURCES conformance/PlayedServer.java conformance/Plays.java conformance/SaidText.java
//SOURCES conformance/Stage.java conformance/Step.java conformance/Symptom.java
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass -Werror
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//DESCRIPTION Is your echo server right? jbang tests/check.java PORT

package check;

import module java.base;

import conformance.Play;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.*;

/// # Is your echo server right?
///
/// Judges any echo server, in any language, over its socket, by the properties that the lessons'
/// own servers have to keep; and where one is broken, shows the smallest case that breaks it and
/// what most likely causes it:
///
/// ```
/// jbang tests/check.java 5678
/// jbang tests/check.java --command 'python3 echo_server.py {port}'
/// ```
///
/// Or any echo client, of which it is the server (see [ClientCheck]):
///
/// ```
/// jbang tests/check.java --client 'python3 echo_client.py {port}'
/// ```
///
/// Each property is a kind of [Play]. A [Judge] performs plays until the server fails one, makes
/// that smaller as long as it fails, and repeats it with more patience before it counts;
/// [Diagnosis] finds the cause. With `--unix`, `--udp` and `--chat` it judges
/// the servers of lessons 06 and 08. It speaks to the loopback only, unless `--mine` says that the
/// host is the caller's own.
///
/// Exit codes: 0 all kept, 1 something broken, 2 wrong usage, 3 nothing could be judged.
final class Check {

    static final int NOTHING_JUDGED = 3;

    private Check() {}

    @Command(name = "check.java", sortOptions = false, description = {
            "Judges an echo server, or with --client an echo client,",
            "by the properties that the lessons' own keep. Exit code 0 if all are kept,",
            "1 if one is broken, 3 if nobody listens, or no client connects."})
    static final class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..2", paramLabel = "[HOST] PORT", hideParamSyntax = true,
                description = "where it listens, on this machine")
        List<String> address = List.of();

        @Option(names = "--command", paramLabel = "COMMAND", description = {
            "starts the server, and again when it has ended;",
            "{port} in it becomes a free port, {path} a free path"})
        String command;

        @Option(names = "--client", paramLabel = "COMMAND", description = {
            "judges a client: starts it, once for each case,",
            "types lines, and is its server at {port}"})
        String client;

        @Option(names = "--port", paramLabel = "N",
                description = "where the server listens, if the command has no {port}")
        int port;

        @Option(names = "--chat", description = "it is a chat, with the rules of lesson 08")
        boolean chat;

        @Option(names = "--udp",
                description = "it answers datagrams, with prefix and bytes: no connections")
        boolean udp;

        @Option(names = "--unix", paramLabel = "PATH", arity = "0..1", fallbackValue = "",
                description = {
            "a Unix socket there, in place of HOST and PORT;",
            "no PATH if the command has {path}"})
        String unix;

        @Option(names = "--mine",
                description = "HOST is another machine of yours: it will be flooded and reset")
        boolean mine;

        @Option(names = "--prefix", paramLabel = "TEXT", defaultValue = "echo ",
                description = "what it puts before the bytes of each read (default: \"echo \")")
        String prefix;

        @Option(names = "--one-client",
                description = "it serves one client at a time, and may")
        boolean oneClient;

        @Option(names = "--frames",
                description = "it answers each frame of lesson 05 with one")
        boolean frames;

        @Option(names = "--messages",
                description = "it answers the messages of lesson 05, one a connection")
        boolean messages;

        @Option(names = "--list", description = "the properties")
        boolean list;

        @Option(names = "--only", paramLabel = "NAME", arity = "1..*",
                description = "some of them, by their names in the list")
        List<String> only = List.of();

        @Option(names = "--play", paramLabel = "STEPS",
                description = "a single case, as a failure shows it")
        String play;

        @Option(names = "--seed", paramLabel = "N", description = "chooses the plays")
        Long seed;

        @Option(names = "--tries", paramLabel = "N", description = "of each property")
        int tries;

        @Option(names = "--json", paramLabel = "FILE", description = "the answer for programs")
        Path json;

        @Option(names = "--lang", paramLabel = "en|zh", description = "the language of the answers")
        String lang;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        @Override
        public Integer call() throws IOException {
            var language = language();
            if (client != null) return new ClientCheck(this, language).call();
            var suite = suite();
            var questions = chosen(suite.questions());
            if (list) return list(questions, language);
            var onlyPlay = play == null ? null : parsedPlay();
            var server = server();
            var screen = screen(language);
            var seed = seed();
            try (var judge = suite.judge(server, seed, screen)) {
                var end = judge.getAcquainted();
                if (onlyPlay != null) return perform(onlyPlay, judge, suite, screen);
                IO.println("seed " + seed);
                var answer = new Json(language);
                var status = end.isPresent()
                        ? tellTheEnd(end.get(), questions, judge, suite, screen, answer)
                        : ask(questions, judge, suite, screen, answer);
                if (json != null) answer.write(json, seed);
                return status;
            } catch (IOException e) {
                System.err.println(e.getMessage());
                return NOTHING_JUDGED;
            }
        }

        Screen screen(Language language) {
            return new Screen(language, again(), System.console() != null
                    && System.console().isTerminal() && !"dumb".equals(System.getenv("TERM")));
        }

        long seed() {
            return seed != null ? seed : System.nanoTime() & 0xffff;
        }

        private int ask(List<Question> questions, Judge judge, Suite suite, Screen screen,
                Json answer) throws IOException {
            int kept = 0;
            int broken = 0;
            int notAsked = 0;
            for (var question : questions) {
                if (oneClient && question.severalClients()) {
                    screen.notAsked(question);
                    answer.notAsked(question);
                    notAsked++;
                    continue;
                }
                var tries = this.tries > 0 ? this.tries : question.tries();
                screen.begin(tries);
                Verdict verdict;
                try {
                    verdict = judge.judge(question, tries);
                } catch (IOException e) {
                    if (command != null) throw e;
                    screen.endedWhileAsked(question); // it was there when the others were asked
                    answer.ended(question);
                    screen.summary(kept, broken + 1, questions.size() - kept - broken - 1);
                    return 1;
                }
                switch (verdict) {
                    case Verdict.Kept(int tried) -> {
                        screen.kept(question, tried, suite.asksLess());
                        answer.kept(question, tried);
                        kept++;
                    }
                    case Verdict.Fails(Failure failure, int times, int of) -> {
                        var finding = suite.explain(failure, judge);
                        screen.broken(question, finding, times, of);
                        answer.broken(question, finding, times, of);
                        broken++;
                        if (finding.isOfTheSimplest()) {
                            screen.nothingWorks();
                            screen.summary(kept, broken, questions.size() - kept - broken);
                            return 1;
                        }
                        if (command == null && (failure.died() || judge.isSpoilt())) {
                            screen.ended(failure.died());
                            screen.summary(kept, broken, questions.size() - kept - broken);
                            return 1;
                        }
                    }
                }
            }
            screen.summary(kept, broken, notAsked);
            return broken == 0 ? 0 : 1;
        }

        /// The first client that came has ended it.
        private int tellTheEnd(Failure failure, List<Question> questions, Judge judge,
                Suite suite, Screen screen, Json answer) throws IOException {
            var question = questions.getFirst();
            var finding = suite.explain(failure, judge);
            screen.suspects(question, failure);
            screen.broken(question, finding, 1, 1);
            answer.broken(question, finding, 1, 1);
            screen.ended(true);
            screen.summary(0, 1, questions.size() - 1);
            return 1;
        }

        private int perform(Play play, Judge judge, Suite suite, Screen screen)
                throws IOException {
            var question = new Question(Question.SINGLE, 1, null, false);
            var verdict = judge.judge(play);
            if (!(verdict instanceof Verdict.Fails(Failure failure, int times, int of))) {
                screen.kept(question, 1);
                return 0;
            }
            screen.suspects(question, failure);
            screen.broken(question, suite.explain(failure, judge), times, of);
            return 1;
        }

        // ---- what was asked ----

        private Suite suite() {
            if (Stream.of(frames, messages, chat, udp).filter(each -> each).count() > 1) {
                throw wrong("one of --frames, --messages, --chat, --udp");
            }
            if (chat && oneClient) throw wrong("a chat with one client is none");
            if (chat) return new ChatSuite();
            if (udp) return new UdpSuite(prefix);
            if (messages) return new MessageSuite(oneClient);
            return frames ? new FrameSuite(prefix, oneClient)
                    : new EchoSuite(prefix, oneClient, command == null);
        }

        private Language language() {
            if (lang == null) return Language.ofThisMachine();
            return switch (lang) {
                case "en" -> Language.EN;
                case "zh" -> Language.ZH;
                default -> throw wrong("--lang is en or zh, and not " + lang);
            };
        }

        List<Question> chosen(List<Question> all) {
            if (only.isEmpty()) return all;
            for (var name : only) {
                if (all.stream().noneMatch(each -> each.name().equals(name))) {
                    throw wrong("no such property: " + name + "; --list shows them");
                }
            }
            return all.stream().filter(each -> only.contains(each.name())).toList();
        }

        int list(List<Question> questions, Language language) {
            var screen = screen(language);
            for (var question : questions) {
                IO.println(question.name());
                screen.paragraph(language.sentence(question));
                screen.paragraph(language.expected(question));
            }
            return 0;
        }

        private Play parsedPlay() {
            try {
                return Play.parse(play);
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage());
            }
        }

        private Server server() {
            var transport = transport();
            if (command == null) return new Server.Found(address(transport), transport);
            if (!address.isEmpty()) throw wrong("with --command, --port N says where it listens");
            var hole = transport.placeholder;
            if (command.contains(hole)) return new CommandServer(command, transport, null);
            return new CommandServer(command, transport, switch (transport) {
                case UNIX -> path("where does it listen? {path} in the command, or --unix PATH");
                default -> {
                    if (port == 0) throw wrong("where does it listen? {port} in the command, or "
                            + "--port N");
                    yield new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
                }
            });
        }

        private Transport transport() {
            if (unix == null && (command == null || !command.contains("{path}"))) {
                return udp ? Transport.UDP : Transport.TCP;
            }
            if (udp) throw wrong("either --udp or a Unix socket");
            return Transport.UNIX;
        }

        private SocketAddress address(Transport transport) {
            if (transport == Transport.UNIX) {
                if (!address.isEmpty()) throw wrong("either a port or --unix PATH");
                return path("which path? --unix PATH");
            }
            if (address.isEmpty()) throw wrong("which port? Or --command COMMAND");
            var host = address.size() == 2 ? address.getFirst() : "127.0.0.1";
            var inet = resolved(host);
            if (!inet.isLoopbackAddress() && !mine) {
                throw wrong(host + " is not this machine: it will be flooded and reset, so say "
                        + "--mine "
                        + "if it is yours");
            }
            return new InetSocketAddress(inet, portNumber(address.getLast()));
        }

        private InetAddress resolved(String host) {
            try {
                return InetAddress.getByName(host);
            } catch (UnknownHostException e) {
                throw wrong("no such host: " + host);
            }
        }

        private SocketAddress path(String question) {
            if (unix == null || unix.isEmpty()) throw wrong(question);
            return UnixDomainSocketAddress.of(unix);
        }

        private int portNumber(String text) {
            if (text.matches("\\d{1,5}")) {
                var number = Integer.parseInt(text);
                if (number > 0 && number < 65_536) return number;
            }
            throw wrong("no such port: " + text);
        }

        String again() {
            var again = new StringJoiner(" ").add("lessons/jbang check");
            if (client != null) again.add("--client '" + client + "'");
            if (command != null) again.add("--command '" + command + "'");
            if (port > 0) again.add("--port " + port);
            if (chat) again.add("--chat");
            if (udp) again.add("--udp");
            if (unix != null) again.add(unix.isEmpty() ? "--unix" : "--unix '" + unix + "'");
            if (mine) again.add("--mine");
            if (oneClient) again.add("--one-client");
            address.forEach(again::add);
            if (frames) again.add("--frames");
            if (messages) again.add("--messages");
            if (!prefix.equals("echo ")) again.add("--prefix '" + prefix + "'");
            return again.toString();
        }

        ParameterException wrong(String why) {
            return new ParameterException(spec.commandLine(), why);
        }
    }

    static void main(String[] args) {
        Logger.getLogger("net.jqwik").setLevel(Level.WARNING);
        System.exit(new CommandLine(new Arguments())
                .setParameterExceptionHandler((wrong, _) -> {
                    System.err.println(wrong.getMessage() + "; --help shows the options");
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(args));
    }
}
