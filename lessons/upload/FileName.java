//SOURCES Refusal.java ../shared/Printable.java

package upload;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import shared.Printable;

/// The name that a client gives to its file. It is the client's word, like a length in
/// lesson 05, and can be a trap for three: for our file system (`../../.bashrc`), for
/// another system that the file is copied to (`nul`, `a:b`), and for a person who types
/// it in a shell (`-rf`, `$(id)`, `x<U+200B>y`).
public final class FileName {

    private static final int MAX_BYTES = 200; // most file systems take 255; we add six

    private static final Pattern UNSAFE = Pattern.compile("""
            ^ [.\\s] | [.\\s] $           # hidden; or Windows sees another name
            | [<>:"|?*]                 # pipes, wildcards, streams of NTFS
            | ^- | \\s- [^\\s]            # an option to rm, ls, cat ...
            | [$`;&!\\[\\]{}] | (^|\\s) [~\\#] # what a shell expands, runs or leaves out
            | [\\s&&[^\\ ]] | \\uFFFD      # other blanks; and what was no UTF-8
            | ^ (con|conin\\$|conout\\$|prn|aux|nul|clock\\$
                | (com|lpt)[0-9\\u00B9\\u00B2\\u00B3]) \\s* ([.] | $) # devices of Windows
            """, Pattern.COMMENTS | Pattern.CASE_INSENSITIVE
                    | Pattern.UNICODE_CHARACTER_CLASS);

    private FileName() {}

    /// The last component of a path, if a file of that name does no harm anywhere. Both
    /// `/` and `\` separate: what is harmless on our system is not on the next.
    ///
    /// @throws Refusal if it is empty, hidden, longer than 200 bytes, or a trap
    public static String safe(String path) throws Refusal {
        var end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
        var name = path.substring(end + 1);
        var length = name.getBytes(UTF_8).length;
        if (length > 0 && length <= MAX_BYTES && !UNSAFE.matcher(name).find()
                && name.codePoints().allMatch(Printable::isVisible)) return name;
        var shown = name.getBytes(UTF_8);
        throw new Refusal(Printable.start(shown, 0, shown.length)
                + " is no name to store a file under");
    }
}
