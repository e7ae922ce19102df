package org.mlcore;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What the columns of a dataset hold: counts, distinct values, exact moments, quantiles. Immutable;
 * any thread may use it. Profiles of any partition of the rows, merged in any order, are equal byte
 * for byte to the profile of the whole.
 */
public final class Profile extends Handle {
    private Profile(long handle) {
        super(handle);
    }

    /** The profile of a dataset. */
    public static Profile of(Dataset data) {
        return of(data, null);
    }

    /**
     * The profile of a dataset.
     *
     * @param data the rows
     * @param settings such as {@code max_distinct=1000 correlation=true}, or null
     */
    public static Profile of(Dataset data, String settings) {
        Objects.requireNonNull(data, "data");
        return new Profile(Native.profileCreate(null, data, Native.utf8(settings)));
    }

    /** The profile of a dataset, made in a context. */
    public static Profile of(Context context, Dataset data, String settings) {
        Objects.requireNonNull(data, "data");
        return new Profile(Native.profileCreate(Context.required(context), data,
                Native.utf8(settings)));
    }

    /** Reads what {@link #toJson} gave. */
    public static Profile fromJson(String json) {
        Objects.requireNonNull(json, "json");
        return new Profile(Native.profileParse(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** The profile of the rows of both. */
    public Profile merge(Profile other) {
        return merge(other, null);
    }

    /**
     * The profile of the rows of both.
     *
     * @param other has the same columns
     * @param settings {@code max_distinct=} for a smaller one, or null
     */
    public Profile merge(Profile other, String settings) {
        Objects.requireNonNull(other, "other");
        return new Profile(Native.profileMerge(this, other, Native.utf8(settings)));
    }

    /** A table: {@code columns}, {@code quantiles}, {@code histogram}, {@code top} ... */
    public Dataset table(String name) {
        return table(name, null);
    }

    /**
     * A table of what is known.
     *
     * @param name {@code columns}, {@code quantiles}, {@code histogram}, {@code top} or
     *     {@code correlation}
     * @param settings such as {@code bins=20}, or null
     */
    public Dataset table(String name, String settings) {
        Objects.requireNonNull(name, "name");
        return new Dataset(Native.profileTable(this, Native.utf8(name), Native.utf8(settings)));
    }

    /** A schema of what was seen, as JSON to be edited. */
    public String schema(String settings) {
        return Native.profileSchema(this, Native.utf8(settings));
    }

    /** The whole profile as JSON; equal profiles give equal text. */
    public String toJson() {
        return new String(Native.profileFormat(this), StandardCharsets.UTF_8);
    }

    /** Number of rows that the profile is of. */
    public long rowCount() {
        return Native.profileRowCount(this);
    }
}
