// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Transform;

/**
 * A mean, median, most frequent or constant value for missing ones.
 *
 * <p>The statistic of each column's training rows takes the place of its missing values and NaN.
 * Weights count as repeated rows. A column without any value is left out unless keep_empty_features
 * (then 0). A bare imputer takes numbers; texts and categories, with most_frequent or constant,
 * when on() names them. As scikit-learn's SimpleImputer.
 */
public final class SimpleImputer implements Recipe {
    private final Settings settings = new Settings();

    /**
     * What takes the place of missing values. Default mean.
     * <ul>
     * <li>{@code mean}: the mean</li>
     * <li>{@code median}: the median</li>
     * <li>{@code most_frequent}: the most frequent value, the smallest of equals</li>
     * <li>{@code constant}: fill_value</li>
     * </ul>
     */
    public SimpleImputer strategy(String value) {
        settings.choice("strategy", value);
        return this;
    }

    /**
     * Value of strategy=constant; none: 0 for numbers, missing_value for texts. Default none.
     */
    public SimpleImputer fillValue(String value) {
        settings.set("fill_value", value);
        return this;
    }

    /**
     * Sets {@code fill_value} to none.
     */
    public SimpleImputer fillValueNone() {
        settings.none("fill_value");
        return this;
    }

    /**
     * Add a column of 0 and 1 for each column with missing values. Default false.
     */
    public SimpleImputer addIndicator(boolean value) {
        settings.set("add_indicator", value);
        return this;
    }

    /**
     * Keep columns in which every training row was missing. Default false.
     */
    public SimpleImputer keepEmptyFeatures(boolean value) {
        settings.set("keep_empty_features", value);
        return this;
    }

    /**
     * The transform as a recipe, to be fitted.
     */
    public Transform create() {
        return Transform.create("simple_imputer", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("simple_imputer");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
