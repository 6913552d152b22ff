package exercises;

import workbook.reader.Language;

/// A sentence in both languages.
public record Words(String english, String chinese) {

    public String in(Language language) {
        return language == Language.CHINESE ? chinese : english;
    }

    /// With numbers and the like in the place of `%s`.
    public Words formatted(Object... arguments) {
        return new Words(english.formatted(arguments), chinese.formatted(arguments));
    }
}
