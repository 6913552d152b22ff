package workbook.runtime;

import module java.base;

/// What happens while a cell runs, in the order in which it happens. Control characters in the
/// texts have been made harmless, except for line feeds and tabs.
public sealed interface Event {

    /// As it is shown: for [Printed] just what was printed, line feeds included; for all others
    /// a line or more, without a line feed at the end.
    String text();

    /// Whether it belongs to the answer that is compared with the chapter's.
    default boolean counts() {
        return true;
    }

    /// Printed by the cell, or by a thread it started. May be part of a line.
    record Printed(String text) implements Event {}

    /// `name ==> value`, or `==> value`.
    ///
    /// @param name empty for an expression without a name
    record Value(String name, String type, String value) implements Event {
        @Override
        public String text() {
            return name.isEmpty() ? "==> " + value : name + " ==> " + value;
        }
    }

    /// An exception has left the cell.
    ///
    /// @param text `Exception java.net.ConnectException: Connection refused`
    /// @param line the line of the cell where it happened, from 1
    /// @param source that line
    /// @param trace the frames that are the reader's own, innermost first, as
    ///     `cell 3, line 4, in serve`
    record Failed(String text, int line, String source, List<String> trace) implements Event {}

    /// The compiler does not accept it.
    ///
    /// @param text `error: ` and what the compiler says
    /// @param line of the cell, from 1
    /// @param column of the first character it points at, from 1
    /// @param width how many characters it points at, at least 1
    /// @param source that line
    record Rejected(String text, int line, int column, int width, String source) implements Event {}

    /// A class, method or variable without a value was declared.
    ///
    /// @param text `method serve(ServerSocket)`, `class Echo`, `variable int count`
    /// @param missing what it uses that is not there yet; it cannot be used before
    record Declared(String text, List<String> missing) implements Event {
        @Override
        public boolean counts() {
            return false;
        }
    }

    /// The workbook itself has something to say: stopped after 10 s, more lines than are kept, ...
    record Note(String text) implements Event {
        @Override
        public boolean counts() {
            return false;
        }
    }
}
