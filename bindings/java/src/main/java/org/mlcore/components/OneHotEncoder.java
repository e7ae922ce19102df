// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Transform;

/**
 * Categories to vectors of zeros and a one.
 *
 * <p>Each column becomes a vector with a component for each value of the training rows, ordered by
 * value, named after it. Missing is a category of its own where training had it. min_frequency and
 * max_categories join rare ones (by weight; of equals the lower value) into a last component
 * 'infrequent'. A bare encoder takes texts and categories; numbers are encoded when on() names
 * them. As scikit-learn's OneHotEncoder, but one vector a column instead of loose columns.
 */
public final class OneHotEncoder implements Recipe {
    private final Settings settings = new Settings();

    /**
     * What a value that was not in the training rows becomes. Default error.
     * <ul>
     * <li>{@code error}: such a row is an error</li>
     * <li>{@code ignore}: all components are zero</li>
     * <li>{@code infrequent_if_exist}: the rare group, or zeros where there is none</li>
     * </ul>
     */
    public OneHotEncoder handleUnknown(String value) {
        settings.choice("handle_unknown", value);
        return this;
    }

    /**
     * Which level is left out, for models without regularisation. Default none.
     * <ul>
     * <li>{@code none}: every level has a component</li>
     * <li>{@code first}: the first level has none</li>
     * <li>{@code if_binary}: the first of exactly two levels has none</li>
     * </ul>
     */
    public OneHotEncoder drop(String value) {
        settings.choice("drop", value);
        return this;
    }

    /**
     * Make sparse vectors. Default true.
     */
    public OneHotEncoder sparseOutput(boolean value) {
        settings.set("sparse_output", value);
        return this;
    }

    /**
     * Rows (or share of them, below 1) that a category needs, else it is rare. Default none; above
     * 0.
     */
    public OneHotEncoder minFrequency(double value) {
        settings.set("min_frequency", value);
        return this;
    }

    /**
     * Sets {@code min_frequency} to none.
     */
    public OneHotEncoder minFrequencyNone() {
        settings.none("min_frequency");
        return this;
    }

    /**
     * Most levels, the group of the rare ones included. Default none; at least 1.
     */
    public OneHotEncoder maxCategories(long value) {
        settings.set("max_categories", value);
        return this;
    }

    /**
     * Sets {@code max_categories} to none.
     */
    public OneHotEncoder maxCategoriesNone() {
        settings.none("max_categories");
        return this;
    }

    /**
     * The transform as a recipe, to be fitted.
     */
    public Transform create() {
        return Transform.create("one_hot_encoder", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("one_hot_encoder");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
