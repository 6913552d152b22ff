package workbook.runtime;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// What a program reads from its keyboard and writes to its screen.
///
/// @param screen gets the bytes that are printed, as they are
public record StandardStreams(InputStream keyboard, OutputStream screen) {

    /// A screen that is gone swallows what is printed, as with a `PrintStream`.
    void print(byte[] bytes, int from, int count) {
        try {
            screen.write(bytes, from, count);
            screen.flush();
        } catch (IOException e) {
            System.getLogger("workbook").log(System.Logger.Level.DEBUG, "the screen is gone", e);
        }
    }

    /// As at the end of a process.
    public void close() {
        try (screen; keyboard) {
            screen.flush();
        } catch (IOException e) {
            System.getLogger("workbook").log(System.Logger.Level.DEBUG, "the screen is gone", e);
        }
    }

    /// A line, without reading what is behind it.
    ///
    /// @return null at the end of the input
    String readln() {
        var line = new ByteArrayOutputStream();
        try {
            int each;
            while ((each = keyboard.read()) != -1 && each != '\n') line.write(each);
            return each == -1 && line.size() == 0 ? null : line.toString(UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new IOError(e);
        }
    }
}
