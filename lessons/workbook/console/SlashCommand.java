package workbook.console;

import module java.base;

/// What a reader may type besides Java, in the order of `/help`.
public enum SlashCommand {

    NEXT(Message.HELP_NEXT),
    BACK(Message.HELP_BACK),
    AGAIN(Message.HELP_AGAIN),
    EDIT(Message.HELP_EDIT),
    LIST(Message.HELP_LIST),
    OPEN(Message.HELP_OPEN),
    EXERCISE(Message.HELP_EXERCISE),
    VARS(Message.HELP_VARS),
    SOCKETS(Message.HELP_SOCKETS),
    WIRE(Message.HELP_WIRE),
    BYTES(Message.HELP_BYTES),
    LANG(Message.HELP_LANG),
    HELP(Message.HELP_HELP),
    EXIT(Message.HELP_EXIT);

    private final String text = "/" + name().toLowerCase(Locale.ROOT);
    private final Message help;

    SlashCommand(Message help) {
        this.help = help;
    }

    /// As it is typed: `/next`.
    public String text() {
        return text;
    }

    /// What it is for.
    Message help() {
        return help;
    }

    /// All of them as they are typed, for completion.
    public static List<String> texts() {
        return Stream.of(values()).map(SlashCommand::text).toList();
    }

    /// The commands that what was typed can stand for: a few letters are enough.
    static List<SlashCommand> beginningWith(String typed) {
        return Stream.of(values()).filter(command -> command.text.startsWith(typed)).toList();
    }

    /// The command with the most letters in common, if that is most of them.
    static Optional<SlashCommand> like(String typed) {
        return Stream.of(values())
                .filter(command -> command.common(typed) * 2 > command.text.length())
                .max(Comparator.comparingInt(command -> command.common(typed)));
    }

    private int common(String typed) {
        return (int) typed.chars().distinct().filter(c -> text.indexOf(c) >= 0).count();
    }
}
