package exercises;

import workbook.program.Program;

/// What came of a call, for those who read about it.
final class Replies {

    private Replies() {}

    /// @param in what the method read
    static Words inWords(Callee.Reply reply, ScriptedInput in) {
        return switch (reply) {
            case Callee.Reply.Returned(var value) -> same(String.valueOf(value));
            case Callee.Reply.Stuck(Program.Place(var state, int line)) -> new Words(
                    "nothing: it does not come back from line %s (%s)",
                    "没有结果：停在第 %s 行出不来（%s）").formatted(line, state);
            case Callee.Reply.Threw(ScriptedInput.Halt _, int line) when in.readsOn() -> new Words(
                    "nothing: it reads again and again in line %s", "没有结果：在第 %s 行读个不停")
                    .formatted(line);
            case Callee.Reply.Threw(ScriptedInput.Halt _, int line) -> new Words(
                    "nothing: it waits in read, line %s, for %s more that nobody sends",
                    "没有结果：停在第 %s 行的 read，还在等 %s 个没人会发的字节")
                    .formatted(line, in.waitsFor());
            case Callee.Reply.Threw(var cause, int line) -> {
                var what = cause.getClass().getSimpleName()
                        + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
                yield line == 0 ? same(what) : new Words("%s, line %s", "%s，第 %s 行")
                        .formatted(what, line);
            }
        };
    }

    private static Words same(String text) {
        return new Words(text, text);
    }
}
