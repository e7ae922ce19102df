package org.mlcore;

import java.util.Objects;

/** What the library offers, told by itself. */
public final class Catalog {
    private Catalog() {}

    /** Every component with its parameters, as JSON. */
    public static String json() {
        return Native.catalogJson();
    }

    /**
     * The components of a kind as a table: name, kind, summary.
     *
     * @param kind {@code transform}, {@code model}, {@code metric}, {@code splitter}, or null
     */
    public static Dataset list(String kind) {
        return new Dataset(Native.catalogList(Native.utf8(kind)));
    }

    /** The parameters of a component as a table: name, type, default, range, doc. */
    public static Dataset params(String name) {
        Objects.requireNonNull(name, "name");
        return new Dataset(Native.catalogParams(Native.utf8(name)));
    }
}
