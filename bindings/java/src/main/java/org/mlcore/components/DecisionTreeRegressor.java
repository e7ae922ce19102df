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
public final class DecisionTreeRegressor implements Recipe {
    private final Settings settings = new Settings();

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
     * How thresholds are chosen. Default best.
     * <ul>
     * <li>{@code best}: the best threshold of each feature</li>
     * <li>{@code random}: one random threshold a feature, the best of those</li>
     * </ul>
     */
    public DecisionTreeRegressor splitter(String value) {
        settings.choice("splitter", value);
        return this;
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default none.
     */
    public DecisionTreeRegressor maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Sets {@code max_features} to none.
     */
    public DecisionTreeRegressor maxFeaturesNone() {
        settings.none("max_features");
        return this;
    }

    /**
     * Most splits from root to leaf; none: 4096. Default none; at least 1.
     */
    public DecisionTreeRegressor maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public DecisionTreeRegressor maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Most leaves of a tree, grown best split first; none: no limit. Default none; at least 2 and
     * at most 536870911; also called max_leaves, num_leaves in recipes.
     */
    public DecisionTreeRegressor maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return this;
    }

    /**
     * Sets {@code max_leaf_nodes} to none.
     */
    public DecisionTreeRegressor maxLeafNodesNone() {
        settings.none("max_leaf_nodes");
        return this;
    }

    /**
     * Least sum of weights of a node that is split. Default 2; at least 2.
     */
    public DecisionTreeRegressor minSamplesSplit(long value) {
        settings.set("min_samples_split", value);
        return this;
    }

    /**
     * Least sum of weights in a leaf. Default 1; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public DecisionTreeRegressor minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return this;
    }

    /**
     * Least share of the weight of all rows in a leaf. Default 0; at least 0 and at most 0.5.
     */
    public DecisionTreeRegressor minWeightFractionLeaf(double value) {
        settings.set("min_weight_fraction_leaf", value);
        return this;
    }

    /**
     * Least decrease of impurity by a split, weighted by the node's share of the rows. Default 0;
     * at least 0.
     */
    public DecisionTreeRegressor minImpurityDecrease(double value) {
        settings.set("min_impurity_decrease", value);
        return this;
    }

    /**
     * Cost of a leaf in cost-complexity pruning, in units of impurity. Default 0; at least 0.
     */
    public DecisionTreeRegressor ccpAlpha(double value) {
        settings.set("ccp_alpha", value);
        return this;
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public DecisionTreeRegressor monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return this;
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public DecisionTreeRegressor monotonicCstNone() {
        settings.none("monotonic_cst");
        return this;
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public DecisionTreeRegressor randomState(long value) {
        settings.set("random_state", value);
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
