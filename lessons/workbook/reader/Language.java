package workbook.reader;

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
    ///
    /// @param environment asked first: Java takes no notice of a locale that is named there, but
    ///     not installed; `C.UTF-8` names an encoding, and no language
    public static Language of(Map<String, String> environment, Locale locale) {
        var named = Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty() && !value.startsWith("C."))
                .findFirst().orElse("");
        return of(named.split("[_.@]", 2)[0]).or(() -> of(locale.getLanguage())).orElse(ENGLISH);
    }
}
