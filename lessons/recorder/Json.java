package recorder;

import module java.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import wire.Names;

/// A trace for programs: one object, with a list of events and one of ends. Bytes are a string in
/// which each character is one byte.
final class Json {

    private Json() {}

    static String of(String title, List<Happening> events, List<End> ends) {
        return "{\"program\": " + quote(title) + ",\n\"events\": [\n"
                + events.stream().map(Json::of).collect(Collectors.joining(",\n"))
                + "\n],\n\"ends\": [\n"
                + ends.stream().map(Json::of).collect(Collectors.joining(",\n")) + "\n]}\n";
    }

    static String of(Happening event) {
        return ("{\"nanos\": %d, \"connection\": %s, \"role\": %s, \"event\": %s, \"count\": %d, "
                + "\"asked\": %d, \"offset\": %d, \"bytes\": %s, \"waited\": %d, \"thread\": %s, "
                + "\"line\": %s, \"detail\": %s}").formatted(event.at(),
                quote(event.connection() == 0 ? "" : Names.of(event.connection())),
                quote(lower(event.role())), quote(lower(event.kind())), event.count(),
                event.asked(), event.offset(), quote(new String(event.bytes(), ISO_8859_1)),
                event.waited(), quote(event.thread()), quote(event.place()),
                quote(event.detail()));
    }

    private static String of(End end) {
        return ("{\"connection\": %s, \"role\": %s, \"local\": %s, \"remote\": %s, "
                + "\"bytesRead\": %d, \"reads\": %d, \"smallestRead\": %d, \"largestRead\": %d, "
                + "\"bytesWritten\": %d, \"writes\": %d, \"waited\": %d, \"vainReads\": %d, "
                + "\"vainWrites\": %d, \"vainAccepts\": %d}").formatted(
                quote(end.connection() == 0 ? "" : Names.of(end.connection())),
                quote(lower(end.role())), quote(end.local()), quote(end.remote()),
                end.bytesRead(), end.reads(), end.smallestRead(), end.largestRead(),
                end.bytesWritten(), end.writes(), end.waited().toNanos(), end.vainReads(),
                end.vainWrites(), end.vainAccepts());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// ASCII only, and no `<`: it also fits into a page.
    static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(each -> {
            var plain = each >= ' ' && each <= '~' && each != '"' && each != '\\' && each != '<';
            quoted.append(plain ? (char) each + "" : "\\u%04x".formatted(each));
        });
        return quoted.append('"').toString();
    }
}
