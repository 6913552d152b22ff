import module java.base;

import workbook.screen.Screen;

/// A screen that never has to be turned: everything that is printed can be seen.
abstract class EndlessScreen implements Screen {

    /// Background threads print as well.
    final StringBuffer seen = new StringBuffer();
    private final int width;

    EndlessScreen(int width) {
        this.width = width;
    }

    @Override
    public Optional<String> edit(String prompt, String lines) {
        return Optional.empty();
    }

    @Override
    public Optional<String> ask(String question) {
        throw new AssertionError("a screen without end has no pages: " + question);
    }

    @Override
    public void lend(Runnable program) {
        program.run();
    }

    @Override
    public void print(String text) {
        seen.append(text);
    }

    @Override
    public void printAbove(String line) {
        seen.append(line + "\n"); // at once: another thread waits for it
    }

    @Override
    public int width() {
        return width;
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

    @Override
    public void onInterrupt(Runnable action) {}

    @Override
    public void close() {}
}
