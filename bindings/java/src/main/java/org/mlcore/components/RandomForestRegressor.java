// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * A random forest: trees on bootstrap samples, for numbers.
 *
 * <p>Grows each tree on rows drawn with replacement; a node looks at max_features of the features,
 * drawn anew, and on until one has two values. Predicts the mean of the trees. After Breiman 2001.
 * Each tree is a function of random_state and its number, whatever thread grows it; splits are
 * exact, as in decision_tree_regressor.  Cost: trees x rows x max_features x depth of about 5 ns;
 * memory 5 bytes a row and feature, about 100 bytes a row and thread, and 24 bytes a node, of which
 * a tree has about as many as a tree has rows.  Missing values and categories: as
 * decision_tree_regressor. The tables oob and oob_score have lines with oob_score=true.  Weights
 * drive the draws: a row of weight 2 is drawn like two rows. Weights that are whole numbers count
 * rows, and a sample has as many draws as they add up to; else as many as there are rows.
 * min_samples_split and min_samples_leaf count draws.  Differs from RandomForestRegressor: random
 * numbers; min_samples_split and min_samples_leaf count a row as often as it was drawn; there is no
 * warm_start, as a model never changes: more trees with the same random_state begin with the same
 * ones; and as decision_tree_regressor.
 */
public final class RandomForestRegressor implements Recipe {
    private final Settings settings = new Settings();

    /**
     * Impurity that splits decrease. Default squared_error.
     * <ul>
     * <li>{@code squared_error}: variance; leaves are means (also friedman_mse)</li>
     * <li>{@code absolute_error}: mean absolute deviation; leaves are medians</li>
     * <li>{@code poisson}: half Poisson deviance; targets of at least 0</li>
     * </ul>
     */
    public RandomForestRegressor criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default none.
     */
    public RandomForestRegressor maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Sets {@code max_features} to none.
     */
    public RandomForestRegressor maxFeaturesNone() {
        settings.none("max_features");
        return this;
    }

    /**
     * Number of trees. Default 100; at least 1 and at most 1048576; also called num_trees, n_trees
     * in recipes.
     */
    public RandomForestRegressor nEstimators(long value) {
        settings.set("n_estimators", value);
        return this;
    }

    /**
     * Grow each tree on rows drawn with replacement; else on all rows. Default true.
     */
    public RandomForestRegressor bootstrap(boolean value) {
        settings.set("bootstrap", value);
        return this;
    }

    /**
     * Draws a tree: a whole number, or a share of the rows; none: as many as there are rows.
     * Default none.
     */
    public RandomForestRegressor maxSamples(String value) {
        settings.set("max_samples", value);
        return this;
    }

    /**
     * Sets {@code max_samples} to none.
     */
    public RandomForestRegressor maxSamplesNone() {
        settings.none("max_samples");
        return this;
    }

    /**
     * Predict the training rows by the trees that did not draw them: tables oob, oob_score. Default
     * false.
     */
    public RandomForestRegressor oobScore(boolean value) {
        settings.set("oob_score", value);
        return this;
    }

    /**
     * Most splits from root to leaf; none: 4096. Default none; at least 1.
     */
    public RandomForestRegressor maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public RandomForestRegressor maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Most leaves of a tree, grown best split first; none: no limit. Default none; at least 2 and
     * at most 536870911; also called max_leaves, num_leaves in recipes.
     */
    public RandomForestRegressor maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return this;
    }

    /**
     * Sets {@code max_leaf_nodes} to none.
     */
    public RandomForestRegressor maxLeafNodesNone() {
        settings.none("max_leaf_nodes");
        return this;
    }

    /**
     * Least sum of weights of a node that is split. Default 2; at least 2.
     */
    public RandomForestRegressor minSamplesSplit(long value) {
        settings.set("min_samples_split", value);
        return this;
    }

    /**
     * Least sum of weights in a leaf. Default 1; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public RandomForestRegressor minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return this;
    }

    /**
     * Least share of the weight of all rows in a leaf. Default 0; at least 0 and at most 0.5.
     */
    public RandomForestRegressor minWeightFractionLeaf(double value) {
        settings.set("min_weight_fraction_leaf", value);
        return this;
    }

    /**
     * Least decrease of impurity by a split, weighted by the node's share of the rows. Default 0;
     * at least 0.
     */
    public RandomForestRegressor minImpurityDecrease(double value) {
        settings.set("min_impurity_decrease", value);
        return this;
    }

    /**
     * Cost of a leaf in cost-complexity pruning, in units of impurity. Default 0; at least 0.
     */
    public RandomForestRegressor ccpAlpha(double value) {
        settings.set("ccp_alpha", value);
        return this;
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public RandomForestRegressor monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return this;
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public RandomForestRegressor monotonicCstNone() {
        settings.none("monotonic_cst");
        return this;
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public RandomForestRegressor randomState(long value) {
        settings.set("random_state", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("random_forest_regressor", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("random_forest_regressor");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
