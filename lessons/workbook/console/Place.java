package workbook.console;

import module java.base;

import workbook.chapter.Chapter;
import workbook.chapter.Expectation;
import workbook.chapter.Shelf;
import workbook.reader.Language;
import workbook.reader.Progress;

/// Where the reader stands: in which chapter, in front of which cell, in which language; and the
/// reader's own versions of the cells. Says nothing, runs nothing.
final class Place {

    private final Shelf shelf;
    private final Progress progress;
    private final Map<Integer, String> edited = new HashMap<>();
    private Language language;
    private Chapter chapter;
    private int next = 1;
    private int last;

    Place(Shelf shelf, Progress progress, Language language) {
        this.shelf = shelf;
        this.progress = progress;
        this.language = language;
    }

    // ---- moving ----

    /// Goes to where the reader left a chapter.
    void open(String number) {
        chapter = shelf.open(number, language);
        next = Math.min(progress.place(number), cells() + 1);
        last = 0;
        edited.clear();
        progress.chapter(number);
    }

    /// Goes to the beginning of a chapter, with nothing to be remembered of it.
    void openAtStart(String number) {
        chapter = shelf.open(number, language);
        next = 1;
    }

    /// Forgets how far the reader has got in a chapter.
    void restart(String number) {
        progress.restart(number);
    }

    void moveTo(int cell) {
        next = cell;
    }

    /// A cell has run once more, to have its variables: that is no step of the reader's.
    void hasRunAgain(int cell) {
        last = cell;
    }

    void hasRun(int cell) {
        last = cell;
        if (cell == next) next++;
        progress.hasRun(chapter.number(), cell);
    }

    void edit(int cell, String code) {
        edited.put(cell, code);
    }

    /// The cells are the same in all languages.
    void language(Language wanted) {
        language = wanted;
        chapter = shelf.open(chapter.number(), language);
        progress.language(language);
    }

    void save() throws IOException {
        progress.place(chapter.number(), next);
        progress.save();
    }

    // ---- what is there ----

    Language language() {
        return language;
    }

    Shelf shelf() {
        return shelf;
    }

    Chapter chapter() {
        return chapter;
    }

    String number() {
        return chapter.number();
    }

    /// The number of the chapter behind this one.
    Optional<String> following() {
        return shelf.after(chapter.number());
    }

    int cells() {
        return chapter.cells().size();
    }

    /// The cell that Enter runs; one more than there are at the end.
    int next() {
        return next;
    }

    /// The cell that ran last; 0 if none has.
    int last() {
        return last;
    }

    boolean isAtEnd() {
        return next > cells();
    }

    /// The cells that ran, since the chapter was last opened from its beginning.
    SortedSet<Integer> ran() {
        return progress.ran(chapter.number());
    }

    /// The reader's version of a cell, or the chapter's.
    String code(int cell) {
        return edited.getOrDefault(cell, chapter.cells().get(cell - 1).code());
    }

    boolean isEdited(int cell) {
        return edited.containsKey(cell);
    }

    Optional<Expectation> expected(int cell) {
        return chapter.cells().get(cell - 1).expected();
    }

    boolean isAsInChapter(int cell, String answer) {
        return expected(cell).map(each -> each.isMetBy(answer)).orElse(true);
    }
}
