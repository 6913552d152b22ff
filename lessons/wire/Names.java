package wire;

/// What connections are called in every picture, and the colour that each keeps.
public final class Names {

    /// Cyan, magenta, green, yellow, blue: those that can be read on light and dark ground.
    private static final int[] COLOURS = {36, 35, 32, 33, 34};

    private Names() {}

    /// `a` for the first connection, `b` for the second, and behind `z` `a1`.
    ///
    /// @param number from 1
    public static String of(int number) {
        var index = number - 1;
        return (char) ('a' + index % 26) + (index < 26 ? "" : "" + index / 26);
    }

    /// The number of its colour in an escape sequence of a terminal (ECMA-48, SGR).
    public static int colour(int number) {
        return COLOURS[(number - 1) % COLOURS.length];
    }
}
