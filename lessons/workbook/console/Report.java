package workbook.console;

import module java.base;

import workbook.engine.Result;
import workbook.rendering.Style;
import workbook.rendering.Wrapping;
import workbook.runtime.BackgroundLine;
import workbook.runtime.Event;

/// What comes of an evaluation, as the reader sees it.
final class Report {

    private final Place place;
    private final Output output;

    Report(Place place, Output output) {
        this.place = place;
        this.output = output;
    }

    /// As it happens.
    void event(Event event) {
        switch (event) {
            case Event.Printed printed -> output.print(printed.text(), Output.INDENT);
            case Event.Value value -> output.printLine(value.text());
            case Event.Failed failed -> {
                output.printLine(output.styled(failed.text(), Style.FAILURE));
                if (failed.line() > 0) {
                    output.printLine(output.text(Message.LINE, failed.line(),
                            failed.source().strip()));
                }
            }
            case Event.Rejected rejected -> {
                output.printLine(output.styled(rejected.text(), Style.FAILURE));
                pointAt(rejected);
            }
            case Event.Declared declared -> {
                output.printLine(output.styled(declared.text(), Style.DECLARATION));
                if (!declared.missing().isEmpty()) {
                    output.say(Message.MISSING, String.join(", ", declared.missing()));
                }
            }
            case Event.Note note -> output.printLine(output.styled(note.text(), Style.NOTE));
        }
    }

    /// The line, and a mark under what is wrong with it.
    private void pointAt(Event.Rejected rejected) {
        var source = rejected.source();
        var line = output.text(Message.LINE, rejected.line(), source);
        var wrong = line.length() - source.length()
                + Math.min(rejected.column() - 1, source.length());
        var rows = output.wrapped(line, Output.INDENT);
        var end = 0;
        for (var row : rows) {
            var words = row.stripLeading();
            var start = line.indexOf(words, end);
            end = start + words.length();
            while (end < line.length() && Character.isWhitespace(line.charAt(end))) end++;
            output.printLine(row);
            if (wrong < start || wrong >= end && end < line.length()) continue;
            var before = row.substring(0, Math.min(
                    row.length() - words.length() + wrong - start, row.length()));
            var marks = Math.clamp(rejected.width(), 1,
                    Math.max(1, Wrapping.width(row) - Wrapping.width(before)));
            output.printLine(" ".repeat(Wrapping.width(before)) + "^".repeat(marks));
        }
    }

    /// When it is over: how it ended.
    void end(Result result) {
        switch (result.outcome()) {
            case STOPPED -> output.warn(Message.STOPPED);
            case TIMED_OUT -> output.warn(Message.TIMED_OUT, result.took().toSeconds());
            case ABANDONED -> output.warn(Message.ABANDONED);
            case DONE, FAILED -> output.startLine();
        }
    }

    /// Whether a cell has answered what the chapter has.
    void compare(int cell, Result result) {
        var expected = place.expected(cell);
        if (expected.isEmpty()) return;
        if (place.isAsInChapter(cell, result.answer())) {
            var same = !expected.get().text().contains("…");
            output.print(output.styled(output.text(
                    same ? Message.AS_EXPECTED : Message.AS_EXPECTED_BUT), Style.AS_EXPECTED)
                    + "\n");
        } else if (place.isEdited(cell)) {
            expected(cell, Message.DIFFERS_EDITED);
        } else {
            expected(cell, Message.DIFFERS);
            output.say(Message.DIFFERS_WHY, place.number());
        }
    }

    /// What the chapter has, and why that is said.
    void expected(int cell, Message difference) {
        output.warn(difference);
        place.expected(cell).ifPresent(each ->
                each.text().lines().forEach(line -> output.printLine("  " + line)));
    }

    /// Called on a thread of the engine, while the reader types, or while a cell runs.
    void background(BackgroundLine line) {
        output.printAbove(output.tagged(line.cell(), line.text()));
    }
}
