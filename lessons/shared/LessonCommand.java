//DEPS info.picocli:picocli:4.7.7
//SOURCES Printable.java

package shared;

import module java.base;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// The command line of a lesson: its arguments and options, `--help`, and errors in one
/// line.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage.
public class LessonCommand {

    private final CommandSpec spec = CommandSpec.create();
    private final List<ArgGroupSpec.Builder> groups = new ArrayList<>();
    private final List<Runnable> checks = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final List<String> defaults = new ArrayList<>();

    /// @param name of the script
    public LessonCommand(String name, String... description) {
        spec.name(name);
        spec.usageMessage().description(description);
    }

    // ---- what a lesson adds ----

    /// Lists the options in `--help` in the order in which they were added.
    public void keepOrder() {
        spec.usageMessage().sortOptions(false);
    }

    /// The next argument.
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

    /// The next argument, a number.
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

    /// An option with any whole number.
    public final Supplier<Long> wholeNumber(
            String name, String label, long value, String... description) {
        return option(OptionSpec.builder(name).type(long.class).paramLabel(label)
                .defaultValue(Long.toString(value)).description(description));
    }

    /// An option with a number of bytes, at least 0.
    public final Supplier<Long> bytes(String name, long value, String... description) {
        Supplier<Long> bytes = option(OptionSpec.builder(name).type(long.class)
                .paramLabel("BYTES").defaultValue(Long.toString(value))
                .description(description));
        checks.add(() -> {
            if (bytes.get() >= 0) return;
            throw wrong(name + " must not be negative");
        });
        return bytes;
    }

    /// An option with a number that need not be whole.
    ///
    /// @param least below which it is wrong usage
    public final Supplier<Double> decimal(String name, String label, String value,
            double least, String... description) {
        Supplier<Double> number = option(OptionSpec.builder(name).type(double.class)
                .paramLabel(label).defaultValue(value).description(description));
        checks.add(() -> {
            if (number.get() >= least) return; // not so NaN
            throw wrong(name + " must be at least " + least);
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

    /// Options of which at most one may be given.
    public final OneOf oneOf() {
        var options = new OneOf();
        groups.add(options.group);
        return options;
    }

    /// Adds options that exclude each other.
    public static final class OneOf {

        private final ArgGroupSpec.Builder group = ArgGroupSpec.builder();

        private OneOf() {}

        /// An option without a value.
        public Supplier<Boolean> flag(String name, String... description) {
            var option = add(OptionSpec.builder(name).type(boolean.class).arity("0")
                    .description(description));
            return () -> option.getValue() != null;
        }

        /// An option with a text; null if it is not given.
        public Supplier<String> text(String name, String label, String... description) {
            return add(OptionSpec.builder(name).type(String.class).paramLabel(label)
                    .description(description))::getValue;
        }

        private OptionSpec add(OptionSpec.Builder builder) {
            var option = builder.required(true).build(); // within the group, that is
            group.addArg(option);
            return option;
        }
    }

    // ---- what is wrong usage ----

    /// Something that has to hold before the command runs.
    ///
    /// @param check throws [#wrong(String)] if it does not
    final void check(Runnable check) {
        checks.add(check);
    }

    /// To be thrown when usage is wrong; the usage is shown with the message.
    public final RuntimeException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int parse(String label, String text, int least) {
        try {
            var number = Integer.parseInt(text);
            checkRange(label, number, least, Integer.MAX_VALUE);
            return number;
        } catch (NumberFormatException e) {
            throw wrong(label + " is no number: " + text);
        }
    }

    private void checkRange(String name, int number, int least, int most) {
        if (number >= least && number <= most) return;
        throw wrong(most == Integer.MAX_VALUE
                ? "%s must be at least %d".formatted(name, least)
                : "%s must be from %d to %d".formatted(name, least, most));
    }

    // ---- running ----

    /// What a lesson does when its arguments are right.
    public interface Body {

        /// @return the exit code
        /// @throws IOException with what to say in one line
        int run() throws IOException, InterruptedException;
    }

    /// Parses the arguments and runs the lesson.
    ///
    /// @return the exit code
    public final int run(String[] args, Body body) {
        return execute(args, () -> {
            try {
                return body.run();
            } catch (IOException e) {
                return fail(e.getMessage());
            }
        });
    }

    /// @return the exit code
    final int execute(String[] args, Callable<Integer> body) {
        groups.forEach(group -> spec.addArgGroup(group.build()));
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
        rearrange(arguments);
        while (arguments.size() < defaults.size()) {
            arguments.add(defaults.get(arguments.size()));
        }
    }

    /// A chance to see arguments in another order than they were typed.
    void rearrange(List<String> typed) {}

    private int call(Callable<Integer> body) {
        try {
            return body.call();
        } catch (ParameterException e) {
            throw e;
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
