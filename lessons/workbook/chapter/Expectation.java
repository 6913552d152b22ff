package workbook.chapter;

import module java.base;

/// What a chapter says a cell answers.
///
/// `…` stands for anything within its line, and a line of only `…` for any number of lines. Blanks
/// at the ends of lines do not count, nor do empty lines before and after.
///
/// @param text the lines of the fence
public record Expectation(String text) {

    private static final String ANYTHING = "…";

    /// Whether the answer is as expected.
    public boolean isMetBy(String answer) {
        return difference(answer).isEmpty();
    }

    /// The first place where the answer is not as expected, in words, on one or two lines.
    public Optional<String> difference(String answer) {
        var expected = lines(text);
        var actual = lines(answer);
        var places = withoutLines(new TreeSet<>(Set.of(0)), expected);
        for (var number = 1; number <= actual.size(); number++) {
            var line = actual.get(number - 1);
            var next = after(line, places, expected);
            if (next.isEmpty()) {
                return Optional.of(unlike(number, line, expected, places.last()));
            }
            places = next;
        }
        return places.contains(expected.size()) ? Optional.empty()
                : Optional.of("line %d is missing: %s".formatted(
                        actual.size() + 1, expected.get(places.last())));
    }

    private static List<String> lines(String text) {
        return text.strip().lines().map(String::stripTrailing).toList();
    }

    /// Where in the expected lines we may be after this line: there are several places if a line of
    /// only `…` can end here or there.
    private static SortedSet<Integer> after(String line, SortedSet<Integer> places,
            List<String> expected) {
        var next = new TreeSet<Integer>();
        for (var place : places) {
            if (place == expected.size()) {
                continue;
            }
            if (isAnyLines(expected.get(place))) {
                next.add(place);
            } else if (matches(expected.get(place), line)) {
                next.add(place + 1);
            }
        }
        return withoutLines(next, expected);
    }

    /// `…` may stand for no line at all.
    private static SortedSet<Integer> withoutLines(SortedSet<Integer> places,
            List<String> expected) {
        for (var place = 0; place < expected.size(); place++) {
            if (places.contains(place) && isAnyLines(expected.get(place))) {
                places.add(place + 1);
            }
        }
        return places;
    }

    private static boolean isAnyLines(String expected) {
        return expected.strip().equals(ANYTHING);
    }

    private static boolean matches(String expected, String line) {
        var parts = expected.split(ANYTHING, -1);
        var first = parts[0];
        var last = parts[parts.length - 1];
        if (parts.length == 1) {
            return line.equals(expected);
        }
        if (!line.startsWith(first)) {
            return false;
        }
        var at = first.length();
        for (var i = 1; i < parts.length - 1; i++) {
            var found = line.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        return line.length() - last.length() >= at && line.endsWith(last);
    }

    private static String unlike(int number, String line, List<String> expected, int place) {
        return place == expected.size() ? "line %d is not expected: %s".formatted(number, line)
                : "line %d is not as expected: %s%ninstead of: %s".formatted(
                        number, line, expected.get(place)).replace("\r", "");
    }
}
