// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

/**
 * The settings that {@link DecisionTreeClassifier} and {@link DecisionTreeRegressor} share.
 * @param <T> the class that it is
 */
public abstract class DecisionTree<T extends DecisionTree<T>> implements Recipe {
    final Settings settings = new Settings();

    DecisionTree() {
    }

    abstract T self();

    /**
     * How thresholds are chosen. Default best.
     * <ul>
     * <li>{@code best}: the best threshold of each feature</li>
     * <li>{@code random}: one random threshold a feature, the best of those</li>
     * </ul>
     */
    public T splitter(String value) {
        settings.choice("splitter", value);
        return self();
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default none.
     */
    public T maxFeatures(String value) {
        settings.set("max_features", value);
        return self();
    }

    /**
     * Sets {@code max_features} to none.
     */
    public T maxFeaturesNone() {
        settings.none("max_features");
        return self();
    }

    /**
     * Most splits from root to leaf; none: 4096. Default none; at least 1.
     */
    public T maxDepth(long value) {
        settings.set("max_depth", value);
        return self();
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public T maxDepthNone() {
        settings.none("max_depth");
        return self();
    }

    /**
     * Most leaves of a tree, grown best split first; none: no limit. Default none; at least 2 and
     * at most 536870911; also called max_leaves, num_leaves in recipes.
     */
    public T maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return self();
    }

    /**
     * Sets {@code max_leaf_nodes} to none.
     */
    public T maxLeafNodesNone() {
        settings.none("max_leaf_nodes");
        return self();
    }

    /**
     * Least sum of weights of a node that is split. Default 2; at least 2.
     */
    public T minSamplesSplit(long value) {
        settings.set("min_samples_split", value);
        return self();
    }

    /**
     * Least sum of weights in a leaf. Default 1; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public T minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return self();
    }

    /**
     * Least share of the weight of all rows in a leaf. Default 0; at least 0 and at most 0.5.
     */
    public T minWeightFractionLeaf(double value) {
        settings.set("min_weight_fraction_leaf", value);
        return self();
    }

    /**
     * Least decrease of impurity by a split, weighted by the node's share of the rows. Default 0;
     * at least 0.
     */
    public T minImpurityDecrease(double value) {
        settings.set("min_impurity_decrease", value);
        return self();
    }

    /**
     * Cost of a leaf in cost-complexity pruning, in units of impurity. Default 0; at least 0.
     */
    public T ccpAlpha(double value) {
        settings.set("ccp_alpha", value);
        return self();
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public T monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return self();
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public T monotonicCstNone() {
        settings.none("monotonic_cst");
        return self();
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public T randomState(long value) {
        settings.set("random_state", value);
        return self();
    }
}
