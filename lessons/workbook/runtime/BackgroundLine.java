package workbook.runtime;

/// A line that a thread printed when the cell that had started it was done.
///
/// @param cell which started the thread, or [Run#PROMPT]
/// @param text without line feed, control characters made harmless
public record BackgroundLine(int cell, String text) {}
