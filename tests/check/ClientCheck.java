package check;

import module java.base;

import check.ClientJudge.Verdict;
import conformance.ClientPlay;
import conformance.ClientStep;

/// `check --client`: judges a client, whose user and whose server we are.
///
/// Whether it sends what is typed is found out, not asked for: a line is typed, and what comes is
/// that line, or something else. Something else comes from a client with messages of its own, of
/// which less can be asked, see [conformance.OwnMessagesProperties].
final class ClientCheck {

    /// A program has to start and to end in it.
    private static final Duration PATIENCE = Duration.ofMillis(800);

    private final Check.Arguments arguments;
    private final Language language;
    private final ClientSuite suite;

    ClientCheck(Check.Arguments arguments, Language language) {
        this.arguments = arguments;
        this.language = language;
        suite = new ClientSuite(arguments.prefix);
    }

    /// @return the exit code
    int call() {
        if (arguments.command != null || !arguments.address.isEmpty()) {
            throw arguments.wrong("a client or a server? --client goes without the other");
        }
        var names = chosenNames();
        if (arguments.list) return arguments.list(questions(true, names), language);
        var program = program();
        var play = play();
        var seed = arguments.seed();
        try {
            var judge = suite.judge(program, seed, ClientJudge.Pace.thorough(PATIENCE));
            judge.getAcquainted();
            var screen = new ClientScreen(arguments.screen(language), language, judge.isTyped());
            if (play.isPresent()) return perform(play.get(), judge, screen);
            IO.println("seed " + seed);
            return ask(names, judge, screen);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return Check.NOTHING_JUDGED;
        }
    }

    private Set<String> chosenNames() {
        var all = Stream.of(true, false).flatMap(typed -> suite.questions(typed).stream())
                .map(ClientQuestion::question).toList();
        return arguments.chosen(all).stream().map(Question::name).collect(Collectors.toSet());
    }

    private List<Question> questions(boolean typed, Set<String> names) {
        return suite.questions(typed).stream().map(ClientQuestion::question)
                .filter(each -> names.contains(each.name())).toList();
    }

    private int ask(Set<String> names, ClientJudge judge, ClientScreen screen) throws IOException {
        var kept = 0;
        var broken = 0;
        var notAsked = 0;
        if (!judge.isTyped()) screen.hasOwnMessages();
        for (var each : suite.questions(judge.isTyped())) {
            var question = each.question();
            if (!names.contains(question.name())) continue;
            if (judge.showsOnlyAscii() && each.needsMoreThanAscii()) {
                screen.showsOnlyAscii(question);
                notAsked++;
                continue;
            }
            var tries = arguments.tries > 0 ? arguments.tries : question.tries();
            switch (judge.judge(each, tries, screen.observer(tries))) {
                case Verdict.Kept(int tried) -> {
                    screen.kept(question, tried);
                    kept++;
                }
                case Verdict.Fails fails -> {
                    screen.broken(question, fails, ClientDiagnosis.causeOf(fails.broken(), judge));
                    broken++;
                }
            }
        }
        screen.summary(kept, broken, notAsked);
        return broken == 0 ? 0 : 1;
    }

    private int perform(ClientPlay play, ClientJudge judge, ClientScreen screen)
            throws IOException {
        if (judge.isTyped() ? play.isOfOwnMessages() : play.has(ClientStep.Types.class)) {
            throw arguments.wrong("a case of another client: this one "
                    + (judge.isTyped() ? "sends what is typed" : "has messages of its own"));
        }
        var question = new Question(Question.SINGLE, 1, null, false);
        if (!(judge.judge(play) instanceof Verdict.Fails fails)) {
            screen.kept(question, 1);
            return 0;
        }
        screen.observer(1).suspects(question, fails.broken());
        screen.broken(question, fails, ClientDiagnosis.causeOf(fails.broken(), judge));
        return 1;
    }

    private CommandClient program() {
        var hasPort = arguments.client.contains("{port}");
        if (!hasPort && arguments.port == 0) {
            throw arguments.wrong("where does it connect to? {port} in the command, or --port N");
        }
        return new CommandClient(arguments.client, hasPort ? 0 : arguments.port);
    }

    private Optional<ClientPlay> play() {
        try {
            return Optional.ofNullable(arguments.play).map(ClientPlay::parse);
        } catch (IllegalArgumentException e) {
            throw arguments.wrong(e.getMessage());
        }
    }
}
