package wire;

/// The language of what is said about the wire.
public enum Words {
    ENGLISH, CHINESE;

    /// The words for `en` or `zh`.
    public static Words of(String code) {
        return code.equals("zh") ? CHINESE : ENGLISH;
    }

    public String choose(String english, String chinese) {
        return this == CHINESE ? chinese : english;
    }

    /// `1 byte`, `6 bytes`.
    public String bytes(long count) {
        return choose(count == 1 ? "1 byte" : "%,d bytes".formatted(count),
                "%,d 字节".formatted(count));
    }
}
