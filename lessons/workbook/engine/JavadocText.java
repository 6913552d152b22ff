package workbook.engine;

import module java.base;

/// Javadoc as plain text: paragraphs apart, tags of the language and of HTML gone.
final class JavadocText {

    private static final Map<String, String> ENTITIES = Map.of(
            "&lt;", "<", "&gt;", ">", "&quot;", "\"", "&nbsp;", " ", "&#64;", "@", "&#064;", "@",
            "&mdash;", "-", "&amp;", "&");

    private JavadocText() {}

    static String plain(String javadoc) {
        var text = javadoc.strip()
                .replaceAll("(?m)^ ", "")
                .replaceAll("\\{@(?:code|literal|value|systemProperty) ([^{}]*)}", "$1")
                .replaceAll("\\{@(?:link|linkplain) (?:[^{} ]+\\([^)]*\\)|[^{} ]+) ([^{}]+)}", "$1")
                .replaceAll("\\{@(?:link|linkplain) #?([^{}]*)}", "$1")
                .replaceAll("\\{@inheritDoc[^}]*}", "")
                .replaceAll("(?i)\\s*</?(?:p|pre|ul|ol|dl|table|blockquote|h\\d)\\b[^>]*>\\s*", "\n\n")
                .replaceAll("(?i)\\s*<(?:li|dt|dd|tr|br)[^>]*>\\s*", "\n- ")
                .replaceAll("</?\\w[^>]*>", "")
                .replaceAll("(?m)^@", "\n@");
        for (var entity : ENTITIES.entrySet()) {
            text = text.replace(entity.getKey(), entity.getValue());
        }
        return text.replaceAll("[ \t]+\n", "\n").replaceAll("\n{3,}", "\n\n").strip();
    }
}
