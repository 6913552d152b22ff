package workbook.rendering;

/// The colours of what the workbook says. Those of prose are in [Renderer].
public enum Style {

    PROMPT("1"),
    NAME("1"), // of a variable, a command
    TITLE("36"), // of a cell
    QUESTION("36"), // between two pages
    KEYWORD("35"),
    TEXT("32"), // in code
    COMMENT("34"),
    FAILURE("31"),
    DECLARATION("36"),
    NOTE("33"),
    WARNING("33"),
    STALE("33"), // the mark of a cell that may be out of date
    AS_EXPECTED("32");

    private final String sgr;

    Style(String sgr) {
        this.sgr = sgr;
    }

    /// The parameters of ECMA-48's "select graphic rendition".
    public String sgr() {
        return sgr;
    }
}
