package workbook.rendering;

import module java.base;

/// Breaks lines between words, before the terminal breaks them anywhere.
///
/// For what is not prose: blanks within a line stay as they are, and text may come in pieces that
/// begin and end anywhere. A word that is longer than a line is broken in front of a name in it, as
/// `java.nio.channels.SocketChannel[` behind each dot; only if that does not help, anywhere. A word
/// that comes in pieces is broken if the first have been written and the next does not fit.
public final class WordWrap {

    private static final int NARROWEST = 20;
    private static final int TAB = 8;

    private static final Pattern PIECE = Pattern.compile("\n|[ \t]+|[^ \t\n]+");

    /// A character with all that belongs to it, or a change of colour.
    private static final Pattern CLUSTER = Pattern.compile("\033\\[[0-9;]*m|\\X");

    private int column; // where the next character goes
    private int lead; // how many blanks this line of the screen begins with
    private int ownLead; // how many its line of the text begins with
    private int width;
    private int indent;
    private boolean inParts; // whether words are broken that would fit on a line of their own
    private StringBuilder out = new StringBuilder();
    private String blanks = "";

    /// Characters that stay together.
    private record Word(String text, int width) {}

    /// Lines as they fit on a screen, without their line feeds.
    ///
    /// @param width columns; at least 20 are taken
    /// @param indent blanks before a line that was broken off, besides those of its beginning
    public static List<String> lines(String text, int width, int indent) {
        return List.of(new WordWrap().wrap(text, width, indent).split("\n", -1));
    }

    /// A line that fits: if the text is too long, as much of it as leaves room for ` …`.
    public static String firstLine(String text, int width) {
        if (lines(text, width, 0).size() == 1) return text;
        var wrap = new WordWrap();
        wrap.inParts = true;
        var first = wrap.wrap(text, width - " …".length(), 0).lines().findFirst().orElse("");
        return first + (text.startsWith(" ", first.length()) ? " …" : "…");
    }

    /// The text with line feeds where it has to be broken, as far as one can tell by now. It goes
    /// on where the text before has ended.
    public String wrap(String text, int width, int indent) {
        this.width = Math.max(NARROWEST, width);
        this.indent = indent;
        out = new StringBuilder();
        for (var piece : PIECE.matcher(text).results().map(MatchResult::group).toList()) {
            switch (piece.charAt(0)) {
                case '\n' -> feed(0);
                case ' ', '\t' -> blanks = piece;
                default -> split(piece, Wrapping::mayBreak).forEach(this::add);
            }
        }
        addBlanks(0);
        return out.toString();
    }

    private static boolean beginsName(int before, int after) {
        return !Character.isJavaIdentifierPart(before) && Character.isLetter(after);
    }

    /// @param between whether two characters can be told apart
    private static List<Word> split(String text, BiPredicate<Integer, Integer> between) {
        var words = new ArrayList<Word>();
        var word = new StringBuilder();
        var columns = 0;
        var last = 0;
        for (var cluster : clusters(text)) {
            var first = cluster.codePointAt(0);
            var escape = first == '\033';
            if (last != 0 && !escape && between.test(last, first)) {
                words.add(new Word(word.toString(), columns));
                word.setLength(0);
                columns = 0;
            }
            word.append(cluster);
            columns += columns(cluster);
            last = escape ? last : cluster.codePointBefore(cluster.length());
        }
        words.add(new Word(word.toString(), columns));
        return words;
    }

    private static List<String> clusters(String text) {
        return CLUSTER.matcher(text).results().map(MatchResult::group).toList();
    }

    private static int columns(String cluster) {
        return cluster.charAt(0) == '\033' ? 0 : Wrapping.width(cluster);
    }

    private void add(Word word) {
        if (inParts || word.width > width - newLead()) {
            split(word.text, WordWrap::beginsName).forEach(this::put);
        } else {
            put(word);
        }
    }

    private void put(Word word) {
        var fits = column + blankColumns() + word.width <= width;
        if (column > lead && !fits && word.width <= width - newLead()) startLine();
        addBlanks(word.width);
        for (var cluster : clusters(word.text)) {
            if (column > lead && column + columns(cluster) > width) startLine();
            out.append(cluster);
            column += columns(cluster);
        }
    }

    /// At the beginning of a line only as many as leave room for what follows.
    private void addBlanks(int following) {
        var columns = Math.clamp(width - column - following, 0, blankColumns());
        out.append(columns == blankColumns() ? blanks : " ".repeat(columns));
        if (column == 0) {
            lead = columns;
            ownLead = columns;
        }
        column += columns;
        blanks = "";
    }

    private int blankColumns() {
        var at = column;
        for (var blank : blanks.toCharArray()) at += blank == '\t' ? TAB - at % TAB : 1;
        return at - column;
    }

    private void startLine() {
        feed(newLead());
    }

    /// The blanks before what is left of this line.
    private int newLead() {
        return Math.min((column == 0 ? blankColumns() : ownLead) + indent, width / 2);
    }

    private void feed(int blanksBefore) {
        out.append('\n').append(" ".repeat(blanksBefore));
        lead = blanksBefore;
        column = blanksBefore;
        blanks = "";
        if (blanksBefore == 0) ownLead = 0;
    }
}
