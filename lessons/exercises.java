///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//MAIN exercises.Exercises
//DEPS info.picocli:picocli:4.7.7
//DEPS org.jline:jline-terminal:4.6.0
//DEPS org.jline:jline-terminal-ffm:4.6.0
//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//DEPS net.jqwik:jqwik-api:1.9.3
//DEPS net.jqwik:jqwik-engine:1.9.3
//SOURCES exercises/AnswerFolder.java exercises/Callee.java exercises/Changes.java
//SOURCES exercises/ClientRequirement.java exercises/Commands.java exercises/Compiler.java
//SOURCES exercises/Course.java exercises/Desk.java exercises/EchoMutant.java
//SOURCES exercises/Exercise.java exercises/Exercise01a.java exercises/Exercise01b.java
//SOURCES exercises/Exercise02a.java exercises/Exercise03a.java exercises/Exercise03c.java
//SOURCES exercises/Exercise03b.java
//SOURCES exercises/Exercise02b.java
//SOURCES exercises/Exercise03d.java exercises/Exercise04b.java exercises/Exercise05a.java
//SOURCES exercises/Exercise05b.java exercises/Exercise05c.java exercises/Exercise05d.java
//SOURCES exercises/Exercise05e.java exercises/Exercise06a.java exercises/Exercise07a.java
//SOURCES exercises/Exercise07b.java
//SOURCES exercises/Exercise08a.java exercises/Exercise09a.java exercises/Finding.java
//SOURCES exercises/Exercise01c.java
//SOURCES exercises/Exercise00a.java
//SOURCES exercises/Exercise04a.java
//SOURCES exercises/FrameStream.java exercises/Grader.java exercises/Hints.java
//SOURCES exercises/InMemory.java exercises/Judge.java exercises/LearnersClient.java
//SOURCES exercises/LearnersServer.java exercises/Loop.java exercises/Phrase.java
//SOURCES exercises/Reflow.java exercises/Replies.java exercises/Report.java
//SOURCES exercises/Requirement.java exercises/RestRequirement.java exercises/ScriptedInput.java
//SOURCES exercises/SeatsRequirement.java exercises/ServerRequirement.java exercises/Shown.java
//SOURCES exercises/StageReview.java exercises/Submission.java exercises/Task.java
//SOURCES exercises/Verdict.java exercises/VirtualThreadsRequirement.java exercises/Words.java
//SOURCES workbook/reader/Progress.java workbook/runtime/Run.java workbook/program/Program.java
//SOURCES workbook/rendering/Renderer.java
//SOURCES ../tests/check/Cause.java ../tests/check/ChatDiagnosis.java
//SOURCES ../tests/check/ChatSentences.java ../tests/check/ChatSmaller.java
//SOURCES ../tests/check/ChatSuite.java ../tests/check/ClientDiagnosis.java
//SOURCES ../tests/check/ClientJudge.java ../tests/check/ClientPicture.java
//SOURCES ../tests/check/ClientQuestion.java ../tests/check/ClientSuite.java
//SOURCES ../tests/check/Diagnosis.java ../tests/check/EchoSuite.java ../tests/check/Failure.java
//SOURCES ../tests/check/FrameDiagnosis.java ../tests/check/FrameSentences.java
//SOURCES ../tests/check/FrameSmaller.java ../tests/check/FrameSpeech.java
//SOURCES ../tests/check/FrameSuite.java ../tests/check/Judge.java ../tests/check/Language.java
//SOURCES ../tests/check/Picture.java ../tests/check/Question.java ../tests/check/Sample.java
//SOURCES ../tests/check/Server.java ../tests/check/Smaller.java
//SOURCES ../tests/check/SmallerClientPlay.java ../tests/check/Speech.java
//SOURCES ../tests/check/Suite.java ../tests/check/Transport.java ../tests/check/Verdict.java
//SOURCES ../tests/conformance/Answer.java ../tests/conformance/Broken.java
//SOURCES ../tests/conformance/BrokenClient.java ../tests/conformance/Bytes.java
//SOURCES ../tests/conformance/ChatPlays.java ../tests/conformance/ChatProperties.java
//SOURCES ../tests/conformance/ChatRoom.java ../tests/conformance/ChatStage.java
//SOURCES ../tests/conformance/Client.java ../tests/conformance/ClientPlay.java
//SOURCES ../tests/conformance/ClientPlays.java ../tests/conformance/ClientProgram.java
//SOURCES ../tests/conformance/ClientStage.java ../tests/conformance/ClientStep.java
//SOURCES ../tests/conformance/ClientSymptom.java
//SOURCES ../tests/conformance/ConcurrentEchoProperties.java
//SOURCES ../tests/conformance/ConcurrentFrameProperties.java
//SOURCES ../tests/conformance/CountedAnswer.java ../tests/conformance/EchoAnswer.java
//SOURCES ../tests/conformance/EchoClientProperties.java ../tests/conformance/EchoOracle.java
//SOURCES ../tests/conformance/EchoProperties.java ../tests/conformance/ExactAnswer.java
//SOURCES ../tests/conformance/FrameAnswer.java ../tests/conformance/FrameMischief.java
//SOURCES ../tests/conformance/FramePlays.java ../tests/conformance/FrameProperties.java
//SOURCES ../tests/conformance/Frames.java ../tests/conformance/Mischief.java
//SOURCES ../tests/conformance/ObservedClient.java ../tests/conformance/OwnMessagesProperties.java
//SOURCES ../tests/conformance/Play.java ../tests/conformance/PlayedServer.java
//SOURCES ../tests/conformance/Plays.java ../tests/conformance/SaidText.java
//SOURCES ../tests/conformance/Stage.java ../tests/conformance/Step.java
//SOURCES ../tests/conformance/Symptom.java
//FILES 00a/=exercises/00a/task.md 00a/=exercises/00a/task.zh.md 00a/=exercises/00a/hints.md
//FILES 00a/=exercises/00a/hints.zh.md 00a/=exercises/00a/Answer.java 00a/=exercises/00a/start.txt
//FILES 01a/=exercises/01a/task.md 01a/=exercises/01a/task.zh.md 01a/=exercises/01a/hints.md
//FILES 01a/=exercises/01a/hints.zh.md 01a/=exercises/01a/Answer.java 01a/=exercises/01a/start.txt
//FILES 01b/=exercises/01b/task.md 01b/=exercises/01b/task.zh.md 01b/=exercises/01b/hints.md
//FILES 01b/=exercises/01b/hints.zh.md 01b/=exercises/01b/Answer.java 01b/=exercises/01b/start.txt
//FILES 01c/=exercises/01c/task.md 01c/=exercises/01c/task.zh.md 01c/=exercises/01c/hints.md
//FILES 01c/=exercises/01c/hints.zh.md 01c/=exercises/01c/Answer.java 01c/=exercises/01c/start.txt
//FILES 02a/=exercises/02a/task.md 02a/=exercises/02a/task.zh.md 02a/=exercises/02a/hints.md
//FILES 02a/=exercises/02a/hints.zh.md 02a/=exercises/02a/Answer.java 02a/=exercises/02a/start.txt
//FILES 02b/=exercises/02b/task.md 02b/=exercises/02b/task.zh.md 02b/=exercises/02b/hints.md
//FILES 02b/=exercises/02b/hints.zh.md 02b/=exercises/02b/Answer.java 02b/=exercises/02b/start.txt
//FILES 03a/=exercises/03a/task.md 03a/=exercises/03a/task.zh.md 03a/=exercises/03a/hints.md
//FILES 03a/=exercises/03a/hints.zh.md 03a/=exercises/03a/Answer.java 03a/=exercises/03a/start.txt
//FILES 03b/=exercises/03b/task.md 03b/=exercises/03b/task.zh.md 03b/=exercises/03b/hints.md
//FILES 03b/=exercises/03b/hints.zh.md 03b/=exercises/03b/Answer.java 03b/=exercises/03b/start.txt
//FILES 03c/=exercises/03c/task.md 03c/=exercises/03c/task.zh.md 03c/=exercises/03c/hints.md
//FILES 03c/=exercises/03c/hints.zh.md 03c/=exercises/03c/Answer.java 03c/=exercises/03c/start.txt
//FILES 03d/=exercises/03d/task.md 03d/=exercises/03d/task.zh.md 03d/=exercises/03d/hints.md
//FILES 03d/=exercises/03d/hints.zh.md 03d/=exercises/03d/Answer.java 03d/=exercises/03d/start.txt
//FILES 04a/=exercises/04a/task.md 04a/=exercises/04a/task.zh.md 04a/=exercises/04a/hints.md
//FILES 04a/=exercises/04a/hints.zh.md 04a/=exercises/04a/Answer.java 04a/=exercises/04a/start.txt
//FILES 04b/=exercises/04b/task.md 04b/=exercises/04b/task.zh.md 04b/=exercises/04b/hints.md
//FILES 04b/=exercises/04b/hints.zh.md 04b/=exercises/04b/Answer.java 04b/=exercises/04b/start.txt
//FILES 05a/=exercises/05a/task.md 05a/=exercises/05a/task.zh.md 05a/=exercises/05a/hints.md
//FILES 05a/=exercises/05a/hints.zh.md 05a/=exercises/05a/Answer.java 05a/=exercises/05a/start.txt
//FILES 05b/=exercises/05b/task.md 05b/=exercises/05b/task.zh.md 05b/=exercises/05b/hints.md
//FILES 05b/=exercises/05b/hints.zh.md 05b/=exercises/05b/Answer.java 05b/=exercises/05b/start.txt
//FILES 05c/=exercises/05c/task.md 05c/=exercises/05c/task.zh.md 05c/=exercises/05c/hints.md
//FILES 05c/=exercises/05c/hints.zh.md 05c/=exercises/05c/Answer.java 05c/=exercises/05c/start.txt
//FILES 05d/=exercises/05d/task.md 05d/=exercises/05d/task.zh.md 05d/=exercises/05d/hints.md
//FILES 05d/=exercises/05d/hints.zh.md 05d/=exercises/05d/Answer.java 05d/=exercises/05d/start.txt
//FILES 05e/=exercises/05e/task.md 05e/=exercises/05e/task.zh.md 05e/=exercises/05e/hints.md
//FILES 05e/=exercises/05e/hints.zh.md 05e/=exercises/05e/Answer.java 05e/=exercises/05e/start.txt
//FILES 06a/=exercises/06a/task.md 06a/=exercises/06a/task.zh.md 06a/=exercises/06a/hints.md
//FILES 06a/=exercises/06a/hints.zh.md 06a/=exercises/06a/Answer.java 06a/=exercises/06a/start.txt
//FILES 07a/=exercises/07a/task.md 07a/=exercises/07a/task.zh.md 07a/=exercises/07a/hints.md
//FILES 07a/=exercises/07a/hints.zh.md 07a/=exercises/07a/Answer.java 07a/=exercises/07a/start.txt
//FILES 07b/=exercises/07b/task.md 07b/=exercises/07b/task.zh.md 07b/=exercises/07b/hints.md
//FILES 07b/=exercises/07b/hints.zh.md 07b/=exercises/07b/Answer.java 07b/=exercises/07b/start.txt
//FILES 08a/=exercises/08a/task.md 08a/=exercises/08a/task.zh.md 08a/=exercises/08a/hints.md
//FILES 08a/=exercises/08a/hints.zh.md 08a/=exercises/08a/Answer.java 08a/=exercises/08a/start.txt
//FILES 09a/=exercises/09a/task.md 09a/=exercises/09a/task.zh.md 09a/=exercises/09a/hints.md
//FILES 09a/=exercises/09a/hints.zh.md 09a/=exercises/09a/Answer.java 09a/=exercises/09a/start.txt
//FILES exercises/=exercises/ClientRequirement.java exercises/=exercises/Exercise01a.java
//FILES exercises/=exercises/Exercise01b.java exercises/=exercises/Exercise02a.java
//FILES exercises/=exercises/Exercise02b.java
//FILES exercises/=exercises/Exercise03a.java exercises/=exercises/Exercise03c.java
//FILES exercises/=exercises/Exercise03b.java
//FILES exercises/=exercises/Exercise03d.java exercises/=exercises/Exercise04b.java
//FILES exercises/=exercises/Exercise05a.java exercises/=exercises/Exercise05b.java
//FILES exercises/=exercises/Exercise05c.java exercises/=exercises/Exercise05d.java
//FILES exercises/=exercises/Exercise05e.java exercises/=exercises/Exercise06a.java
//FILES exercises/=exercises/Exercise07a.java exercises/=exercises/Exercise08a.java
//FILES exercises/=exercises/Exercise07b.java
//FILES exercises/=exercises/Exercise09a.java exercises/=exercises/InMemory.java
//FILES exercises/=exercises/Exercise01c.java
//FILES exercises/=exercises/Exercise00a.java
//FILES exercises/=exercises/Exercise04a.java
//FILES exercises/=exercises/Judge.java exercises/=exercises/Requirement.java
//FILES exercises/=exercises/RestRequirement.java exercises/=exercises/SeatsRequirement.java
//FILES exercises/=exercises/ServerRequirement.java
//FILES exercises/=exercises/VirtualThreadsRequirement.java
//FILES lesson01-echo-client.java lesson01-echo-server.java lesson02-threaded-server.java
//FILES lesson03-selector-server.java lesson03-virtual-thread-server.java
//FILES lesson04-multi-connection-client.java lesson05-header-framing.java
//FILES lesson05-typed-header.java lesson06-socketserver.java lesson08-chat-server.java
//FILES shared/ClientCommand.java shared/ClientOutput.java
//FILES tests/conformance/=../tests/conformance/EchoProperties.java upload/FileName.java
//COMPILE_OPTIONS -Xlint:all,-auxiliaryclass
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto
//DESCRIPTION Exercises: write it yourself, and be told by the smallest case what is missing

package exercises;

import module java.base;

import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.*;
import workbook.reader.ExternalEditor;
import workbook.reader.Language;
import workbook.reader.Progress;

/// # Write it yourself
///
/// ```
/// jbang exercises            opens the first exercise that is not done
/// jbang exercises 05a        opens that one
/// jbang exercises list       shows all
/// ```
///
/// An exercise is a Java file with a hole. It is written into your folder (`lessons/my-answers/` in a
/// clone, else `my-answers/` here) and opened in your editor, if `VISUAL` or `EDITOR` names one. Each
/// time you save, it is judged, and you see what is still missing, in the smallest case that shows
/// it. Keys do the rest: `h` a hint, `n` the next.
///
/// Without a terminal the same as commands: `check`, `hint`, `list`, `reset`, `solution`, each with
/// the id of an exercise behind it.
///
/// The parts are in `exercises/`: [Course] has the exercises, [Exercise] says what belongs to one,
/// [Grader] compiles and judges, [Loop] talks with the learner.
///
/// Exit codes: 0 done or passed, 1 not passed, 2 wrong usage.
final class Exercises {

    private Exercises() {}

    @Command(name = "exercises.java", sortOptions = false, description = {
            "Opens an exercise and judges what you save in it.",
            "Without a terminal: check, hint, list, reset, solution."})
    static final class Arguments implements Callable<Integer> {

        @Spec Model.CommandSpec spec;

        @Parameters(arity = "0..3", paramLabel = "[COMMAND] [ID]", hideParamSyntax = true,
                description = "an exercise as 05a (default: the first not done); before it, "
                        + "a command: check, hint (behind the ID: 1, 2 or 3), list, reset, solution")
        List<String> words = List.of();

        @Option(names = "--dir", paramLabel = "DIR", description =
                "where your answers are (default: lessons/my-answers in a clone, else my-answers)")
        Path dir;

        @Option(names = "--give-up", description = "show the solution before yours has passed")
        boolean givesUp;

        @Option(names = "--lang", paramLabel = "en|zh",
                description = "language (default: the workbook's, or your system's)")
        String lang;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
        boolean help;

        private final Path progressFile = Progress.defaultFile(
                System.getenv(), System.getProperty("user.home"), System.getProperty("os.name"));

        @Override
        public Integer call() throws InterruptedException {
            var language = language();
            var course = Course.onClassPath();
            var folder = dir != null ? dir : AnswerFolder.usual(Path.of(""));
            var answers = new AnswerFolder(folder, progressFile.resolveSibling("answers"));
            var desk = new Desk(course, progressFile, answers, language);
            var command = words.isEmpty() || !Commands.NAMES.contains(words.getFirst())
                    ? Optional.<String>empty() : Optional.of(words.getFirst());
            var rest = words.subList(command.isPresent() ? 1 : 0, words.size());
            var exercise = exercise(rest, desk);
            try {
                if (command.isPresent()) {
                    return commands(desk).run(command.get(), exercise, step(rest), givesUp);
                }
                if (!rest.isEmpty() && rest.size() > 1) throw wrong("one exercise at a time");
                var terminal = terminal();
                if (terminal.isEmpty()) {
                    commands(desk).tell(exercise);
                    return 0;
                }
                try (var grader = new Grader();
                        var loop = new Loop(terminal.get(), hasColours(), desk, grader,
                                ExternalEditor.of(System.getenv()))) {
                    loop.run(exercise);
                }
                return 0;
            } catch (IOException e) {
                System.err.println(Phrase.CANNOT_READ.in(language, folder, reason(e)));
                return 1;
            }
        }

        private static String reason(IOException e) {
            return e instanceof FileSystemException file && file.getReason() != null
                    ? file.getReason() : e.toString();
        }

        private Exercise exercise(List<String> rest, Desk desk) {
            if (rest.isEmpty()) return desk.current();
            return desk.course().find(rest.getFirst()).orElseThrow(() -> wrong(
                    Phrase.NO_EXERCISE.in(desk.language(), rest.getFirst(),
                            desk.course().exercises().stream().map(Exercise::id)
                                    .collect(Collectors.joining(", ")))));
        }

        private int step(List<String> rest) {
            if (rest.size() < 2) return 1;
            if (rest.get(1).matches("[1-3]")) return Integer.parseInt(rest.get(1));
            throw wrong("hints are 1, 2 and 3, and not " + rest.get(1));
        }

        private Commands commands(Desk desk) {
            var out = new PrintStream(System.out, true, encoding());
            return new Commands(desk, new Report(desk.language(), 80, false), out::println);
        }

        private Language language() {
            if (lang == null) {
                return Progress.load(progressFile).language()
                        .orElse(Language.of(System.getenv(), Locale.getDefault()));
            }
            return Language.of(lang).orElseThrow(() ->
                    wrong("no such language: " + lang + "; there are en and zh"));
        }

        private ParameterException wrong(String message) {
            return new ParameterException(spec.commandLine(), message);
        }

        private static Optional<Terminal> terminal() throws IOException {
            if (System.console() == null || !System.console().isTerminal()) return Optional.empty();
            var terminal = TerminalBuilder.builder().system(true).dumb(true)
                    .graphemeCluster(false) // asking for it drops what is typed ahead
                    .stdinEncoding(encoding()).stdoutEncoding(encoding()).build();
            if (!terminal.getType().startsWith(Terminal.TYPE_DUMB)) return Optional.of(terminal);
            terminal.close();
            return Optional.empty();
        }

        private static boolean hasColours() {
            return System.getenv("NO_COLOR") == null || System.getenv("NO_COLOR").isEmpty();
        }

        /// ASCII is what Java takes for granted where no locale is set. It has no `…`.
        private static Charset encoding() {
            var encoding = Charset.forName(System.getProperty("stdout.encoding", "UTF-8"));
            return encoding.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : encoding;
        }
    }

    /// An error is one line, and no page of help.
    static void main(String[] args) {
        var line = new CommandLine(new Arguments());
        line.setParameterExceptionHandler((error, _) -> {
            System.err.println(error.getMessage() + "; --help shows how to use it");
            return CommandLine.ExitCode.USAGE;
        });
        System.exit(line.execute(args));
    }
}
