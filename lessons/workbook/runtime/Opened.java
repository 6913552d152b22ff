package workbook.runtime;

/// Something that a cell opened, or a thread it started, and that is still there.
///
/// @param cell the number of the cell, or [Run#PROMPT]
/// @param kind `ServerSocket`, `Selector`, `virtual thread`, ...
/// @param name of a variable that holds it, or of the thread; empty if there is none
/// @param state in words, as `listening on 127.0.0.1:5000`; may be several lines (the keys of a
///     selector)
public record Opened(int cell, String kind, String name, String state) {}
