package exercises;

import module java.base;

import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;
import workbook.reader.ExternalEditor;

/// The loop at a terminal: the learner writes, in whatever editor; what is saved is judged, and the
/// verdict is one screen. Keys do the rest; none of them loses anything without asking.
final class Loop implements AutoCloseable {

    private static final int LOOK_MILLIS = 200;
    private static final int SETTLE_MILLIS = 30; // a file may be half written
    private final Terminal terminal;
    private final Attributes original;
    private final boolean coloured;
    private final Desk desk;
    private final Grader grader;
    private final Optional<ExternalEditor> editor;

    private Exercise exercise;
    private String seen; // the text that was judged, or the one it began with
    private FileTime seenAt;
    private Verdict verdict; // null before the first
    private int hints; // shown since the last verdict
    private int pressed; // the key before
    private boolean isGone;
    private volatile boolean quits;

    Loop(Terminal terminal, boolean coloured, Desk desk, Grader grader,
            Optional<ExternalEditor> editor) {
        this.terminal = terminal;
        this.coloured = coloured;
        this.desk = desk;
        this.grader = grader;
        this.editor = editor;
        original = terminal.enterRawMode();
        terminal.handle(Terminal.Signal.INT, _ -> quits = true);
    }

    @Override
    public void close() throws IOException {
        terminal.setAttributes(original);
        terminal.close();
    }

    /// Until the learner quits.
    ///
    /// @throws IOException if the learner's folder cannot be written, or the keyboard is gone
    void run(Exercise first) throws IOException, InterruptedException {
        open(first);
        while (!quits) {
            var key = terminal.reader().read(LOOK_MILLIS);
            if (key == NonBlockingReader.EOF) return;
            if (key != NonBlockingReader.READ_EXPIRED) press(Character.toLowerCase(key));
            look();
        }
    }

    // ---- an exercise ----

    private void open(Exercise next) throws IOException, InterruptedException {
        exercise = next;
        verdict = null;
        hints = 0;
        desk.open(next);
        remember();
        if (!isStart()) {
            judge();
        } else {
            warmUp();
            showTask();
        }
        edit();
    }

    /// What is judged first takes longer: so something is, while the learner reads.
    private void warmUp() {
        var start = exercise.startFile(desk.language());
        var warmed = exercise;
        Thread.ofPlatform().daemon().name("warms up").start(() -> {
            try {
                grader.judge(warmed, start, desk.language());
            } catch (IOException | InterruptedException e) {
                System.getLogger("exercises")
                        .log(System.Logger.Level.DEBUG, "the judge could not be warmed up", e);
            }
        });
    }

    private boolean isStart() {
        return seen.equals(exercise.startFile(desk.language()));
    }

    private void remember() throws IOException {
        seenAt = Files.getLastModifiedTime(file());
        seen = desk.answers().read(exercise);
    }

    private Path file() {
        return desk.answers().file(exercise);
    }

    private Report report() {
        return new Report(desk.language(), width(), coloured);
    }

    private int width() {
        return terminal.getColumns() > 0 ? terminal.getColumns() : 80;
    }

    private int height() {
        return terminal.getRows() > 0 ? terminal.getRows() : 24;
    }

    private void showTask() {
        var report = report();
        terminal.puts(Capability.clear_screen);
        var lines = new ArrayList<>(List.of(report.title(exercise), ""));
        var rest = new ArrayList<>(List.of(""));
        rest.addAll(report.wrapped(report.phrase(Phrase.FILE, shown(file()))));
        rest.add(report.phrase(Phrase.SAVE_IT));
        rest.addAll(keys(report));
        var task = report.task(exercise);
        var room = Math.max(5, height() - lines.size() - rest.size() - 2);
        lines.addAll(task.stream().limit(room).toList());
        if (task.size() > room) lines.add("…");
        lines.addAll(rest);
        lines.forEach(this::print);
    }

    /// From here, if that is shorter.
    private static String shown(Path file) {
        var here = Path.of("").toAbsolutePath();
        var absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(here) ? here.relativize(absolute).toString()
                : absolute.toString();
    }

    private List<String> keys(Report report) {
        var keys = report.phrase(Phrase.KEYS);
        if (editor.isPresent()) keys = report.phrase(Phrase.KEYS_EDIT) + keys;
        return report.wrapped(keys);
    }

    private void showKeys() {
        keys(report()).forEach(this::print);
    }

    private void print(String line) {
        terminal.writer().print(line + "\r\n");
        terminal.flush();
    }

    private void say(Phrase phrase, Object... arguments) {
        var report = report();
        report.wrapped(report.phrase(phrase, arguments)).forEach(this::print);
    }

    // ---- the file ----

    private void look() throws IOException, InterruptedException {
        try {
            if (Files.getLastModifiedTime(file()).equals(seenAt)
                    && desk.answers().read(exercise).equals(seen)) return;
            settle();
            isGone = false;
        } catch (NoSuchFileException e) {
            tellItIsGone();
            return;
        }
        judge();
    }

    private void settle() throws IOException, InterruptedException {
        String before;
        do {
            remember();
            before = seen;
            Thread.sleep(SETTLE_MILLIS);
            remember();
        } while (!seen.equals(before));
    }

    /// An editor that renames has it back at the next look.
    private void tellItIsGone() throws InterruptedException {
        if (isGone) return;
        Thread.sleep(LOOK_MILLIS);
        if (Files.exists(file())) return;
        isGone = true;
        say(Phrase.GONE, shown(file()));
    }

    private void judge() throws IOException, InterruptedException {
        var report = report();
        terminal.puts(Capability.clear_screen);
        print(report.title(exercise));
        terminal.writer().print(report.phrase(Phrase.JUDGING));
        terminal.flush();
        verdict = grader.judge(exercise, seen, desk.language());
        hints = 0;
        pressed = 0;
        if (verdict instanceof Verdict.Passed) {
            desk.solved(exercise, true);
            desk.answers().keepPassed(exercise, seen);
        }
        terminal.puts(Capability.clear_screen);
        print(report.title(exercise));
        print("");
        report.of(verdict, exercise).forEach(this::print);
        print("");
        showKeys();
    }

    // ---- keys ----

    private void press(int key) throws IOException, InterruptedException {
        var again = key == pressed;
        pressed = key;
        switch (key) {
            case 'n' -> next(again);
            case 'h' -> hint();
            case 's' -> solution(again);
            case 'd' -> changes();
            case 'p' -> page(report().property(exercise));
            case 'l' -> page(report().list(desk.course(), desk.solved(), exercise.id()));
            case 'x' -> restart(again);
            case 'e' -> edit();
            case 'q', 4 -> quits = true; // or Ctrl-D
            case '\r', '\n', ' ' -> { } // whoever is used to it
            default -> {
                if (key > ' ' && key < 127) say(Phrase.NO_KEY, (char) key);
                showKeys();
            }
        }
    }

    private boolean hasPassed() {
        return verdict instanceof Verdict.Passed;
    }

    private void next(boolean again) throws IOException, InterruptedException {
        if (!hasPassed() && !again) {
            say(Phrase.NOT_PASSED_YET);
            return;
        }
        if (hasPassed() && desk.isStageSolved(exercise.stage())) {
            new StageReview(desk, grader).of(exercise.stage(), report()::wrapped, this::print);
        }
        var next = desk.after(exercise);
        if (next.isEmpty()) {
            say(hasPassed() ? Phrase.ALL_DONE : Phrase.NOT_PASSED_YET);
        } else {
            open(next.get());
        }
    }

    private void hint() throws IOException, InterruptedException {
        if (verdict == null) { // nothing was saved yet: the start has its own mistake
            judge();
            return;
        }
        var cause = hasPassed() ? Optional.of(exercise.hints(desk.language()).causes().getFirst())
                : verdict.cause();
        if (cause.isEmpty()) {
            say(Phrase.NO_HINT);
            return;
        }
        if (hasPassed() && hints == 0) say(Phrase.HINT_PASSED);
        report().hint(exercise, cause.get(), Math.min(hints, Hints.STEPS - 1))
                .forEach(this::print);
        hints++;
    }

    private void solution(boolean again) throws IOException {
        if (!hasPassed() && !desk.solved().contains(exercise.id()) && !again) {
            say(Phrase.GIVE_UP);
            return;
        }
        page(report().solution(exercise, seen));
    }

    private void changes() throws IOException {
        var passed = desk.answers().passed(exercise);
        page(report().changes(passed.orElse(exercise.startFile(desk.language())), seen,
                passed.isPresent()));
    }

    private void restart(boolean again) throws IOException, InterruptedException {
        if (!again && Files.exists(file())) {
            say(Phrase.RESTART);
            return;
        }
        var copy = Files.exists(file())
                ? Optional.of(desk.answers().reset(exercise, desk.language()))
                : Optional.<Path>empty();
        open(exercise);
        copy.ifPresent(path -> say(Phrase.COPY, path));
        pressed = 0;
    }

    /// As much as fits, then more for a key.
    private void page(List<String> lines) throws IOException {
        var room = Math.max(5, height() - 2);
        for (int i = 0; i < lines.size(); i++) {
            if (i > 0 && i % room == 0) {
                terminal.writer().print(report().phrase(Phrase.MORE));
                terminal.flush();
                var key = terminal.reader().read();
                terminal.writer().print("\r\033[K");
                if (key == 'q' || key == NonBlockingReader.EOF) break;
            }
            print(lines.get(i));
        }
        showKeys();
    }

    // ---- the editor ----

    /// One with a window opens beside us; any other gets the terminal until it ends.
    private void edit() throws IOException, InterruptedException {
        if (editor.isEmpty()) return;
        var command = editor.get().command();
        try {
            if (editor.get().hasWindow()) {
                editor.get().open(file());
                say(Phrase.OPENING, command);
            } else {
                lend(editor.get());
            }
        } catch (IOException e) {
            say(Phrase.EDITOR_FAILED, command, e.getMessage());
        }
    }

    private void lend(ExternalEditor program) throws IOException, InterruptedException {
        var paused = terminal.canPauseResume();
        var raw = terminal.getAttributes();
        var interrupted = terminal.handle(Terminal.Signal.INT, Terminal.SignalHandler.SIG_IGN);
        try {
            if (paused) terminal.pause(true);
            terminal.setAttributes(original);
            program.open(file()).waitFor();
        } finally {
            terminal.setAttributes(raw);
            if (paused) terminal.resume();
            terminal.handle(Terminal.Signal.INT, interrupted);
        }
        var before = seen;
        look();
        if (seen.equals(before)) { // the editor has overwritten the screen
            if (verdict == null) showTask();
            else judge();
        }
    }
}
