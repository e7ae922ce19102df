// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Extremely randomised trees, for numbers.
 *
 * <p>A node looks at max_features of the features, drawn anew, and cuts each once, at a threshold
 * drawn uniformly between the least and the largest of its values there; the best of these cuts is
 * taken. Missing values go to a random side, categories are parted at random. Predicts the mean of
 * the trees. After Geurts, Ernst, Wehenkel 2006.  Cost: trees x rows x max_features x depth of
 * about 3 ns; memory 5 bytes a row and feature, about 100 bytes a row and thread, and 24 bytes a
 * node, of which a tree has about as many as a tree has rows.  Missing values that a node did not
 * see go to its heavier child, so do categories. The tables oob and oob_score have lines with
 * oob_score=true, which needs bootstrap=true.  Weights multiply the counts, with bootstrap they
 * drive the draws, as in random_forest_regressor. min_samples_split and min_samples_leaf are sums
 * of weights or counts of draws.  Differs from ExtraTreesRegressor: random numbers; there is no
 * warm_start, as a model never changes: more trees with the same random_state begin with the same
 * ones; and as decision_tree_regressor.
 */
public final class ExtraTreesRegressor extends ExtraTrees<ExtraTreesRegressor> {
    @Override
    ExtraTreesRegressor self() {
        return this;
    }

    /**
     * Impurity that splits decrease. Default squared_error.
     * <ul>
     * <li>{@code squared_error}: variance; leaves are means (also friedman_mse)</li>
     * <li>{@code absolute_error}: mean absolute deviation; leaves are medians</li>
     * <li>{@code poisson}: half Poisson deviance; targets of at least 0</li>
     * </ul>
     */
    public ExtraTreesRegressor criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default none.
     */
    public ExtraTreesRegressor maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Sets {@code max_features} to none.
     */
    public ExtraTreesRegressor maxFeaturesNone() {
        settings.none("max_features");
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("extra_trees_regressor", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("extra_trees_regressor");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
