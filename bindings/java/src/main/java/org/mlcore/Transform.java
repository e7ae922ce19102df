package org.mlcore;

import java.util.Objects;

/**
 * A recipe, or a fitted value, that turns a dataset into a dataset. Immutable; any thread may use
 * it. Fitting makes a new one.
 */
public final class Transform extends Handle {
    private Transform(long handle) {
        super(handle);
    }

    /** A recipe of one transform with its defaults, such as {@code standard_scaler}. */
    public static Transform create(String name) {
        return create(name, null);
    }

    /**
     * A recipe of one transform.
     *
     * @param name such as {@code standard_scaler}
     * @param settings such as {@code with_mean=false}, or null
     */
    public static Transform create(String name, String settings) {
        Objects.requireNonNull(name, "name");
        return new Transform(Native.transformCreate(null, Native.utf8(name),
                Native.utf8(settings)));
    }

    /** A recipe from its text or JSON, such as {@code chain(simple_imputer, standard_scaler)}. */
    public static Transform parse(String recipe) {
        Objects.requireNonNull(recipe, "recipe");
        return new Transform(Native.transformParse(null, Native.utf8(recipe)));
    }

    /** A recipe from its text or JSON, which may name components that a context has. */
    public static Transform parse(Context context, String recipe) {
        Objects.requireNonNull(recipe, "recipe");
        return new Transform(Native.transformParse(Context.required(context),
                Native.utf8(recipe)));
    }

    /** One transform after the other. A step that is fitted stays as it is. */
    public static Transform chain(Transform... steps) {
        for (Transform step : steps) {
            Objects.requireNonNull(step, "step");
        }
        return new Transform(Native.transformChain(steps.clone()));
    }

    /** A transform for some columns; the others pass through. */
    public static Transform on(String columns, Transform inner) {
        return on(columns, inner, null);
    }

    /**
     * A transform for some columns.
     *
     * @param columns selectors separated by commas, such as {@code type:number}
     * @param inner the transform
     * @param settings {@code remainder=passthrough} or {@code drop}, or null
     */
    public static Transform on(String columns, Transform inner, String settings) {
        Objects.requireNonNull(columns, "columns");
        Objects.requireNonNull(inner, "inner");
        return new Transform(Native.transformOn(Native.utf8(columns), inner,
                Native.utf8(settings)));
    }

    /** This transform, then a model, as one model. */
    public Model then(Model model) {
        return Model.pipeline(this, model);
    }

    /** Fits the recipe to rows. */
    public Transform fit(Dataset train) {
        return new Transform(Native.transformFit(null, this, requireRows(train)));
    }

    /** Fits the recipe to rows, steered by a context. */
    public Transform fit(Context context, Dataset train) {
        return new Transform(
                Native.transformFit(Context.required(context), this, requireRows(train)));
    }

    /** Applies what was fitted. */
    public Dataset apply(Dataset rows) {
        return new Dataset(Native.transformApply(null, this, requireRows(rows)));
    }

    /** Applies what was fitted, steered by a context. */
    public Dataset apply(Context context, Dataset rows) {
        return new Dataset(
                Native.transformApply(Context.required(context), this, requireRows(rows)));
    }

    /** A table of what was learned, such as {@code statistics} or {@code categories}. */
    public Dataset table(String name) {
        Objects.requireNonNull(name, "name");
        return new Dataset(Native.transformTable(this, Native.utf8(name)));
    }

    /** Whether it was fitted. */
    public boolean isFitted() {
        return Native.transformIsFitted(this);
    }

    /**
     * The recipe as text or JSON.
     *
     * @param settings {@code format=text|json defaults=false}, or null
     */
    public String format(String settings) {
        return Native.transformFormat(this, Native.utf8(settings));
    }

    @Override
    public String toString() {
        return isClosed() ? "Transform (closed)" : format(null);
    }

    private static Dataset requireRows(Dataset rows) {
        return Objects.requireNonNull(rows, "rows");
    }
}
