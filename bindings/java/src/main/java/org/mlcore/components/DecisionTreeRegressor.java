// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * A decision tree with exact splits, for numbers.
 *
 * <p>Splits nodes by the feature and threshold that decrease the impurity most, until all targets
 * of a leaf are equal or a limit says no; predicts the mean of a leaf. After Breiman, Friedman,
 * Olshen, Stone 1984 (CART). Thresholds are all values' midpoints: large nodes are searched by
 * histograms, and sorted only where bounds leave room for a better cut.  Among equal splits the
 * lowest feature wins, then missing values on the right, then the lowest threshold. Targets are
 * integers of at least 2^-40 of the largest deviation (up to a million rows), so results do not
 * depend on threads, instruction set or order of rows.  Cost: rows x features x depth of about 3
 * ns; memory 5 bytes a row and feature and about 100 bytes a row.  Missing values: each split
 * learns their side where the node has some, else they go to the heavier child. Categories are
 * split as sets, the best one by squared error. The 255 heaviest categories count; others and
 * unseen ones are as missing ones, and a category that a node did not have goes to its heavier
 * child.  Weights multiply the squares; min_samples_split and min_samples_leaf are sums of weights.
 * A row of weight 2 gives the tree of the row twice. Constant columns are not used.  Constraints
 * (monotonic_cst): a cut whose sides' means are in the wrong order is left out; the middle of the
 * means bounds all leaves below, on either side. For numbers without absolute_error, and two
 * classes.  Differs from DecisionTreeRegressor: ties do not depend on random_state; features are
 * not rounded to float32, and values closer than 1e-7 are told apart; min_samples_split and
 * min_samples_leaf are no shares, which min_weight_fraction_leaf takes; at most 4096 splits from
 * root to leaf; friedman_mse, whose splits are those of squared_error, is only another name of it.
 */
public final class DecisionTreeRegressor extends DecisionTree<DecisionTreeRegressor> {
    @Override
    DecisionTreeRegressor self() {
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
    public DecisionTreeRegressor criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("decision_tree_regressor", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("decision_tree_regressor");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
