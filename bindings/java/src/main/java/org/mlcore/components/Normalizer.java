// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Transform;

/**
 * Rows of numbers to norm 1.
 *
 * <p>Each number of a row is divided by the norm of all numbers of the row that the transform
 * reads, those in vectors among them; rows of zeros stay as they are. Nothing is learned, so
 * weights change nothing. A row with a missing number has no norm: all of it becomes missing. As
 * scikit-learn's Normalizer, which refuses missing numbers.
 */
public final class Normalizer implements Recipe {
    private final Settings settings = new Settings();

    /**
     * What a row is divided by. Default l2.
     * <ul>
     * <li>{@code l1}: the sum of the sizes of a row's numbers</li>
     * <li>{@code l2}: the root of the sum of their squares</li>
     * <li>{@code max}: the largest of their sizes</li>
     * </ul>
     */
    public Normalizer norm(String value) {
        settings.choice("norm", value);
        return this;
    }

    /**
     * The transform as a recipe, to be fitted.
     */
    public Transform create() {
        return Transform.create("normalizer", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("normalizer");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
