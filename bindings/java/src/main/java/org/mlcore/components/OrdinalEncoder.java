// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Transform;

/**
 * Categories to numbers in ascending order.
 *
 * <p>Each value becomes its index among the values of the training rows in ascending order; missing
 * stays missing unless encoded_missing_value says otherwise. min_frequency and max_categories join
 * rare values into the last index. As scikit-learn's OrdinalEncoder, whose unknown_value has no
 * default.
 */
public final class OrdinalEncoder implements Recipe {
    private final Settings settings = new Settings();

    /**
     * What a value that was not in the training rows becomes. Default error.
     * <ul>
     * <li>{@code error}: such a row is an error</li>
     * <li>{@code use_encoded_value}: unknown_value</li>
     * </ul>
     */
    public OrdinalEncoder handleUnknown(String value) {
        settings.choice("handle_unknown", value);
        return this;
    }

    /**
     * Code of unknown values; none: missing. Default none.
     */
    public OrdinalEncoder unknownValue(double value) {
        settings.set("unknown_value", value);
        return this;
    }

    /**
     * Sets {@code unknown_value} to none.
     */
    public OrdinalEncoder unknownValueNone() {
        settings.none("unknown_value");
        return this;
    }

    /**
     * Code of missing values; none: they stay missing. Default none.
     */
    public OrdinalEncoder encodedMissingValue(double value) {
        settings.set("encoded_missing_value", value);
        return this;
    }

    /**
     * Sets {@code encoded_missing_value} to none.
     */
    public OrdinalEncoder encodedMissingValueNone() {
        settings.none("encoded_missing_value");
        return this;
    }

    /**
     * Rows (or share of them, below 1) that a category needs, else it is rare. Default none; above
     * 0.
     */
    public OrdinalEncoder minFrequency(double value) {
        settings.set("min_frequency", value);
        return this;
    }

    /**
     * Sets {@code min_frequency} to none.
     */
    public OrdinalEncoder minFrequencyNone() {
        settings.none("min_frequency");
        return this;
    }

    /**
     * Most levels, the group of the rare ones included. Default none; at least 1.
     */
    public OrdinalEncoder maxCategories(long value) {
        settings.set("max_categories", value);
        return this;
    }

    /**
     * Sets {@code max_categories} to none.
     */
    public OrdinalEncoder maxCategoriesNone() {
        settings.none("max_categories");
        return this;
    }

    /**
     * The transform as a recipe, to be fitted.
     */
    public Transform create() {
        return Transform.create("ordinal_encoder", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("ordinal_encoder");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
