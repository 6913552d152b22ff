package workbook;

import module java.base;

/// A language in which the chapters are written, and the console speaks.
public enum Language {

    ENGLISH("en", ""),
    CHINESE("zh", ".zh");

    private final String code;
    private final String suffix;

    Language(String code, String suffix) {
        this.code = code;
        this.suffix = suffix;
    }

    /// `en` or `zh`, as for `--lang`.
    public String code() {
        return code;
    }

    /// What stands before `.md` in the name of a chapter's file.
    public String suffix() {
        return suffix;
    }

    /// The language of that code, if we have it.
    public static Optional<Language> of(String code) {
        return Stream.of(values()).filter(language -> language.code.equals(code)).findFirst();
    }

    /// The reader's language if we have it, else English.
    public static Language of(Locale locale) {
        return of(locale.getLanguage()).orElse(ENGLISH);
    }
}
