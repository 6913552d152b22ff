package workbook.screen;

import module java.base;

/// Commands from a stream, plain text to another: for pipes, scripts and simple terminals.
public final class PlainScreen implements Screen {

    private static final int WIDTH = 80;

    private final BufferedReader in;
    private final PrintStream out;
    private final Predicate<String> isIncomplete;
    private final boolean prompts;

    /// @param isIncomplete whether more lines are needed before what was typed can be run
    /// @param prompts whether to show a prompt: if there is somebody to see it
    public PlainScreen(BufferedReader in, PrintStream out, Predicate<String> isIncomplete,
            boolean prompts) {
        this.in = in;
        this.out = out;
        this.isIncomplete = isIncomplete;
        this.prompts = prompts;
    }

    @Override
    public Optional<String> read(String prompt, String prefilled) {
        var typed = line(prompt);
        while (typed.isPresent() && !isCommand(typed.get()) && isIncomplete.test(typed.get())) {
            var next = line("...> ");
            if (next.isEmpty()) break;
            typed = typed.map(text -> text + "\n" + next.get());
        }
        return typed;
    }

    @Override
    public Optional<String> edit(String prompt, String lines) {
        return Optional.empty();
    }

    @Override
    public Optional<String> ask(String question) {
        return read(question, "");
    }

    @Override
    public void lend(Runnable program) {
        program.run();
    }

    public static boolean isCommand(String typed) {
        var text = typed.strip();
        return text.isEmpty() || text.matches("/(?![/*]).*");
    }

    private Optional<String> line(String prompt) {
        if (prompts) {
            out.print(prompt);
            out.flush();
        }
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void print(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public void printAbove(String line) {
        out.println(line);
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int height() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean isColoured() {
        return false;
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    /// There is no key to type: Ctrl-C ends the program, as everywhere.
    @Override
    public void onInterrupt(Runnable action) {}

    @Override
    public void close() {
        out.flush();
    }
}
