// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Transform;

/**
 * Numbers to mean 0 and standard deviation 1.
 *
 * <p>Each column, or component of a vector, becomes (x - mean) / scale with the weighted mean and
 * population standard deviation of the training rows, in one pass. Missing values are left out of
 * the statistics and stay missing. A constant column gets scale 1. As scikit-learn's
 * StandardScaler.
 */
public final class StandardScaler implements Recipe {
    private final Settings settings = new Settings();

    /**
     * Subtract the mean of the training rows. Default true.
     */
    public StandardScaler withMean(boolean value) {
        settings.set("with_mean", value);
        return this;
    }

    /**
     * Divide by the standard deviation of the training rows. Default true.
     */
    public StandardScaler withStd(boolean value) {
        settings.set("with_std", value);
        return this;
    }

    /**
     * The transform as a recipe, to be fitted.
     */
    public Transform create() {
        return Transform.create("standard_scaler", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("standard_scaler");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
