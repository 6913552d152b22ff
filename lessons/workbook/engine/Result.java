package workbook.engine;

import module java.base;

import workbook.runtime.Event;

/// What came of a cell.
///
/// @param cell its number, or [CellEngine#PROMPT]
/// @param events all that happened, in order
/// @param stale the cells that ran before and may no longer hold now, in order
public record Result(int cell, List<Event> events, Outcome outcome, Duration took,
        SortedSet<Integer> stale) {

    /// How a cell ended.
    public enum Outcome {
        /// It ran to its end.
        DONE,
        /// An exception left it, or the compiler refused it; the last event says which.
        FAILED,
        /// It was interrupted.
        STOPPED,
        /// It was still running at its deadline.
        TIMED_OUT,
        /// It was told to stop and did not. It goes on behind the scenes; other cells can run.
        ABANDONED
    }

    /// The answer, as it is compared with the chapter's: what was printed, and a line per value.
    public String answer() {
        return events.stream().filter(Event::counts)
                .map(event -> event instanceof Event.Printed ? event.text() : event.text() + "\n")
                .collect(Collectors.joining());
    }
}
