// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * A decision tree with exact splits, for classes.
 *
 * <p>Splits nodes by the feature and threshold that decrease the impurity most, until leaves are
 * pure or a limit says no; predicts the shares of the classes in a leaf. After Breiman, Friedman,
 * Olshen, Stone 1984 (CART). Thresholds are all values' midpoints: large nodes are searched by
 * histograms, and sorted only where bounds leave room for a better cut.  Among equal splits the
 * lowest feature wins, then missing values on the right, then the lowest threshold. Class weights
 * and sums are integers, so results do not depend on threads, instruction set or order of rows.
 * Cost: rows x features x depth of about 2 ns; memory 5 bytes a row and feature and about 100 bytes
 * a row.  Missing values: each split learns their side where the node has some, else they go to the
 * heavier child. Categories are split as sets: for two classes the best one, for more the best
 * among orders by the shares of the 8 heaviest classes. The 255 heaviest categories count; others
 * and unseen ones are as missing ones, and a category that a node did not have goes to its heavier
 * child.  Weights multiply the counts; min_samples_split and min_samples_leaf are sums of weights.
 * A row of weight 2 gives the tree of the row twice. Constant columns are not used.  Constraints
 * (monotonic_cst): a cut whose sides' means are in the wrong order is left out; the middle of the
 * means bounds all leaves below, on either side. For numbers without absolute_error, and two
 * classes.  Differs from DecisionTreeClassifier: ties do not depend on random_state; features are
 * not rounded to float32, and values closer than 1e-7 are told apart; min_samples_split and
 * min_samples_leaf are no shares, which min_weight_fraction_leaf takes; at most 4096 splits from
 * root to leaf.
 */
public final class DecisionTreeClassifier implements Recipe {
    private final Settings settings = new Settings();

    /**
     * Impurity that splits decrease. Default gini.
     * <ul>
     * <li>{@code gini}: Gini's impurity: 1 - sum of p_k^2</li>
     * <li>{@code entropy}: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)</li>
     * </ul>
     */
    public DecisionTreeClassifier criterion(String value) {
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
    public DecisionTreeClassifier splitter(String value) {
        settings.choice("splitter", value);
        return this;
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default none.
     */
    public DecisionTreeClassifier maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Sets {@code max_features} to none.
     */
    public DecisionTreeClassifier maxFeaturesNone() {
        settings.none("max_features");
        return this;
    }

    /**
     * Weights by class, times those of rows: balanced gives each class the same total; or a list of
     * class:weight, where classes left out weigh 1. Default none.
     */
    public DecisionTreeClassifier classWeight(Object... value) {
        settings.set("class_weight", value);
        return this;
    }

    /**
     * Sets {@code class_weight} to none.
     */
    public DecisionTreeClassifier classWeightNone() {
        settings.none("class_weight");
        return this;
    }

    /**
     * Most splits from root to leaf; none: 4096. Default none; at least 1.
     */
    public DecisionTreeClassifier maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public DecisionTreeClassifier maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Most leaves of a tree, grown best split first; none: no limit. Default none; at least 2 and
     * at most 536870911; also called max_leaves, num_leaves in recipes.
     */
    public DecisionTreeClassifier maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return this;
    }

    /**
     * Sets {@code max_leaf_nodes} to none.
     */
    public DecisionTreeClassifier maxLeafNodesNone() {
        settings.none("max_leaf_nodes");
        return this;
    }

    /**
     * Least sum of weights of a node that is split. Default 2; at least 2.
     */
    public DecisionTreeClassifier minSamplesSplit(long value) {
        settings.set("min_samples_split", value);
        return this;
    }

    /**
     * Least sum of weights in a leaf. Default 1; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public DecisionTreeClassifier minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return this;
    }

    /**
     * Least share of the weight of all rows in a leaf. Default 0; at least 0 and at most 0.5.
     */
    public DecisionTreeClassifier minWeightFractionLeaf(double value) {
        settings.set("min_weight_fraction_leaf", value);
        return this;
    }

    /**
     * Least decrease of impurity by a split, weighted by the node's share of the rows. Default 0;
     * at least 0.
     */
    public DecisionTreeClassifier minImpurityDecrease(double value) {
        settings.set("min_impurity_decrease", value);
        return this;
    }

    /**
     * Cost of a leaf in cost-complexity pruning, in units of impurity. Default 0; at least 0.
     */
    public DecisionTreeClassifier ccpAlpha(double value) {
        settings.set("ccp_alpha", value);
        return this;
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public DecisionTreeClassifier monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return this;
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public DecisionTreeClassifier monotonicCstNone() {
        settings.none("monotonic_cst");
        return this;
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public DecisionTreeClassifier randomState(long value) {
        settings.set("random_state", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("decision_tree_classifier", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("decision_tree_classifier");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
