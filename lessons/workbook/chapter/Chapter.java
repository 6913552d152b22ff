//SOURCES ChapterException.java ChapterParser.java Expectation.java Shelf.java

package workbook.chapter;

import module java.base;

/// A chapter of the workbook: Markdown, read as prose and cells.
///
/// It begins with `# NN Title`, then a block quote that says which part of the article it goes
/// with. A cell is a fence of three backticks and `java`; the next block, if it is a `text` fence,
/// is what the cell answers. Fences of other languages belong to the prose.
///
/// @param number its two digits, as in `03`
/// @param title what stands behind them in the first line
/// @param article the block quote under the title, without its `>`: what it is in the article
/// @param blocks the whole chapter in order; their texts put together are the Markdown again,
///     with LF at the ends of its lines
public record Chapter(String number, String title, String article, List<Block> blocks) {

    /// A stretch of the chapter.
    public sealed interface Block {

        /// The line of the chapter at which it begins, from 1.
        int line();

        /// The Markdown of it, as it stands in the file.
        String text();
    }

    /// Text to read; may begin with the title, hold headings, tables, fences of other languages.
    public record Prose(int line, String text) implements Block {}

    /// A `java` fence and the `text` fence that follows it.
    ///
    /// @param number of the cell within the chapter, from 1
    /// @param code without the fence, ends with a line feed
    /// @param expected what it answers; empty if the chapter does not say
    public record Cell(int line, int number, String code, Optional<Expectation> expected,
            String text) implements Block {

        /// The line of the chapter at which the code begins, from 1.
        public int codeLine() {
            return line + 1;
        }
    }

    /// Reads a chapter. Its lines may end with LF or CR LF.
    ///
    /// @throws ChapterException if it does not keep to the format
    public static Chapter parse(String markdown) {
        return new ChapterParser(markdown).parse();
    }

    /// Its cells, in order: cell N is at N - 1.
    public List<Cell> cells() {
        return blocks.stream().filter(Cell.class::isInstance).map(Cell.class::cast).toList();
    }
}
