//DEPS info.picocli:picocli:4.7.7
//SOURCES Printable.java

package shared;

import module java.base;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// The command line of a lesson: `[HOST] [PORT]`, options, `--help`, and errors in one
/// line.
///
/// One bare number is a port, whatever the lesson. To the resolver `5679` is a host as
/// well, 0.0.22.47, and a client would speak to a machine that is not ours.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage.
public abstract class LessonCommand {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String PORT = "5678"; // the article's

    private final CommandSpec spec = CommandSpec.create();
    private final List<Runnable> checks = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>(); // HOST and PORT come first
    private final List<String> defaults = new ArrayList<>();
    private final int lowestPort;

    /// @param name of the script
    /// @param lowestPort 0 if a port may be left to the system, else 1
    LessonCommand(String name, int lowestPort, String host, String port,
            String... description) {
        this.lowestPort = lowestPort;
        spec.name(name);
        spec.usageMessage().description(description);
        argument("HOST", LOOPBACK, host);
        argument("PORT", PORT, port);
        checks.add(this::port);
    }

    // ---- what a lesson adds ----

    /// Lists the options in `--help` in the order in which they were added.
    public void keepOrder() {
        spec.usageMessage().sortOptions(false);
    }

    /// An argument behind HOST and PORT.
    ///
    /// @return its value, once the command runs
    public final Supplier<String> argument(
            String label, String value, String description) {
        var index = defaults.size();
        defaults.add(value);
        spec.addPositional(PositionalParamSpec.builder().type(String.class)
                .index(Integer.toString(index)).arity("0..1").paramLabel(label)
                .defaultValue(value).description(description).build());
        return () -> arguments.get(index);
    }

    /// A number behind HOST and PORT.
    ///
    /// @param least below which it is wrong usage
    public final Supplier<Integer> number(
            String label, int value, int least, String description) {
        var text = argument(label, Integer.toString(value), description);
        Supplier<Integer> number = () -> parse(label, text.get(), least);
        checks.add(number::get);
        return number;
    }

    /// All arguments that are left.
    public final Supplier<List<String>> rest(
            String label, List<String> values, String description) {
        var index = defaults.size();
        spec.addPositional(PositionalParamSpec.builder().type(List.class)
                .auxiliaryTypes(String.class).index(index + "..*").arity("0..*")
                .paramLabel(label).description(description).build());
        return () -> arguments.size() == index
                ? values : arguments.subList(index, arguments.size());
    }

    /// An option without a value.
    public final Supplier<Boolean> flag(String name, String... description) {
        return option(OptionSpec.builder(name).type(boolean.class).arity("0")
                .defaultValue("false").description(description));
    }

    /// An option with a text.
    public final Supplier<String> text(
            String name, String label, String value, String... description) {
        return option(OptionSpec.builder(name).type(String.class).paramLabel(label)
                .defaultValue(value).description(description));
    }

    /// An option with a number.
    ///
    /// @param least below which it is wrong usage
    /// @param most above which it is wrong usage
    public final Supplier<Integer> number(String name, String label, int value,
            int least, int most, String... description) {
        Supplier<Integer> number = option(OptionSpec.builder(name).type(int.class)
                .paramLabel(label).defaultValue(Integer.toString(value))
                .description(description));
        checks.add(() -> checkRange(name, number.get(), least, most));
        return number;
    }

    /// An option with a number of bytes, at least 0.
    public final Supplier<Long> bytes(String name, long value, String... description) {
        Supplier<Long> bytes = option(OptionSpec.builder(name).type(long.class)
                .paramLabel("BYTES").defaultValue(Long.toString(value))
                .description(description));
        checks.add(() -> {
            if (bytes.get() >= 0) return;
            throw new ParameterException(
                    spec.commandLine(), name + " must not be negative");
        });
        return bytes;
    }

    /// An option with a number that need not be whole.
    ///
    /// @param least below which it is wrong usage
    public final Supplier<Double> decimal(
            String name, String label, String value, double least, String... description) {
        Supplier<Double> number = option(OptionSpec.builder(name).type(double.class)
                .paramLabel(label).defaultValue(value).description(description));
        checks.add(() -> {
            if (number.get() >= least) return; // not so NaN
            throw new ParameterException(
                    spec.commandLine(), name + " must be at least " + least);
        });
        return number;
    }

    /// An option with a number of seconds, at least one.
    public final Supplier<Duration> seconds(
            String name, int value, String... description) {
        var seconds = number(name, "SECONDS", value, 1, 86_400, description);
        return () -> Duration.ofSeconds(seconds.get());
    }

    /// Any other option of picocli's.
    public final <T> Supplier<T> option(OptionSpec.Builder builder) {
        var option = builder.build();
        spec.addOption(option);
        return option::getValue;
    }

    // ---- HOST and PORT ----

    final String host() {
        return arguments.get(0);
    }

    final int port() {
        var text = arguments.get(1);
        if (text.matches("\\d{1,5}")) {
            var port = Integer.parseInt(text);
            if (port >= lowestPort && port <= 65_535) return port;
        }
        throw new ParameterException(spec.commandLine(), "no such port: " + text);
    }

    /// @throws UnknownHostException if the host has no address
    final InetSocketAddress address() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host()), port());
    }

    private int parse(String label, String text, int least) {
        try {
            var number = Integer.parseInt(text);
            checkRange(label, number, least, Integer.MAX_VALUE);
            return number;
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(), label + " is no number: " + text);
        }
    }

    private void checkRange(String name, int number, int least, int most) {
        if (number >= least && number <= most) return;
        throw new ParameterException(spec.commandLine(), most == Integer.MAX_VALUE
                ? "%s must be at least %d".formatted(name, least)
                : "%s must be from %d to %d".formatted(name, least, most));
    }

    // ---- running ----

    /// @return the exit code
    final int execute(String[] args, Callable<Integer> body) {
        spec.addOption(OptionSpec.builder("-h", "--help").type(boolean.class)
                .usageHelp(true).description("show this help").build());
        return new CommandLine(spec)
                .setExpandAtFiles(false) // a text that begins with @ is a text
                .setExecutionStrategy(parsed -> {
                    var help = CommandLine.executeHelpRequest(parsed);
                    if (help != null) return help;
                    takeArguments(parsed);
                    checks.forEach(Runnable::run);
                    return call(body);
                })
                .execute(args);
    }

    private void takeArguments(CommandLine.ParseResult parsed) {
        for (var positional : parsed.matchedPositionals()) {
            arguments.addAll(positional.originalStringValues());
        }
        if (!arguments.isEmpty() && arguments.getFirst().matches("\\d+")) {
            arguments.addFirst(LOOPBACK);
        }
        while (arguments.size() < defaults.size()) {
            arguments.add(defaults.get(arguments.size()));
        }
    }

    private int call(Callable<Integer> body) {
        try {
            return body.call();
        } catch (Exception e) {
            throw new CommandLine.ExecutionException(spec.commandLine(), e.toString(), e);
        }
    }

    /// Says in one line on standard error what happened and what to do.
    ///
    /// @return the exit code
    public static int fail(String why) {
        System.err.println(Printable.line(why));
        return 1;
    }
}
