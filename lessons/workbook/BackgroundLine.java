package workbook;

/// A line that a thread printed when the cell that had started it was done.
///
/// @param cell which started the thread, or [CellEngine#PROMPT]
/// @param text without line feed, control characters made harmless
public record BackgroundLine(int cell, String text) {}
