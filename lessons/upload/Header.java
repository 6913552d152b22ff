//SOURCES Refusal.java

package upload;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// What a client sends first. Numbers are big-endian.
///
/// ```
/// 4      "FUP1"
/// 1      1 with checksums, 0 without
/// 8      size of the file
/// 2 + n  length of its name, its name in UTF-8
/// ```
///
/// @param name of the file, at most 65,535 bytes in UTF-8
/// @param size of the file, in bytes
/// @param checked whether there are checksums; else they are all 0
public record Header(String name, long size, boolean checked) {

    private static final int MAGIC = ByteBuffer.wrap("FUP1".getBytes(UTF_8)).getInt();
    private static final int FIXED_BYTES = 15;

    /// Where bytes come from.
    public interface Source {

        /// @return so many bytes, ready to be read
        /// @throws EOFException if the stream ends before
        ByteBuffer receive(int count) throws IOException;
    }

    public ByteBuffer bytes() {
        var text = name.getBytes(UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + text.length)
                .putInt(MAGIC).put((byte) (checked ? 1 : 0)).putLong(size)
                .putShort((short) text.length).put(text).flip();
    }

    /// @throws Refusal if it is no header
    public static Header receive(Source source) throws IOException {
        var fixed = source.receive(FIXED_BYTES);
        if (fixed.getInt() != MAGIC) throw new Refusal("this is no upload");
        var checked = fixed.get() != 0;
        var size = fixed.getLong();
        if (size < 0) throw new Refusal("no file has a size of " + size);
        var name = source.receive(Short.toUnsignedInt(fixed.getShort()));
        return new Header(UTF_8.decode(name).toString(), size, checked);
    }
}
