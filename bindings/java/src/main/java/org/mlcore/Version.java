package org.mlcore;

/** Which libmlcore this is. */
public final class Version {
    /** The version that these classes were made for. */
    static final String EXPECTED = "0.1.0";

    private Version() {}

    /** The version of the native library, such as {@code 0.1.0}. */
    public static String version() {
        return Native.version();
    }

    /** What the native library is made of, in one line: compiler, BLIS, instruction sets. */
    public static String buildInfo() {
        return Native.buildInfo();
    }
}
