package codec;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A codec of frames, as the benchmark wants it.
///
/// Classes for JMH have to be in a package, and there they cannot name one that is in none, as
/// those of the lessons are. So the lesson's codec comes as this, and is made by its name.
public interface Codec {

    /// What is to be decoded.
    ///
    /// @param chunks of a stream of whole frames, as the reads of a socket bring them: outside the
    ///        heap. Not to be changed.
    void prepareDecoding(ByteBuffer[] chunks) throws IOException;

    /// Decodes the whole stream.
    ///
    /// @return how many bytes of payload have been handed out
    long decode() throws Exception;

    /// What is to be encoded.
    ///
    /// @param payload outside the heap; not to be changed
    void prepareEncoding(ByteBuffer payload);

    /// Writes so many frames one after the other into a buffer that is there already.
    ///
    /// @return how many bytes that makes
    long encode(int frames);
}
