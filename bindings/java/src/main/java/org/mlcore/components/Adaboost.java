// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

/**
 * The settings that {@link AdaboostClassifier} and {@link AdaboostRegressor} share.
 * @param <T> the class that it is
 */
public abstract class Adaboost<T extends Adaboost<T>> implements Recipe {
    final Settings settings = new Settings();

    Adaboost() {
    }

    abstract T self();

    /**
     * Most trees. Default 50; at least 1 and at most 1048576; also called num_trees, n_trees in
     * recipes.
     */
    public T nEstimators(long value) {
        settings.set("n_estimators", value);
        return self();
    }

    /**
     * Factor of the weight of each tree. Default 1; above 0; also called eta, shrinkage in recipes.
     */
    public T learningRate(double value) {
        settings.set("learning_rate", value);
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
     * Least share of the weight of all rows in a leaf. Default 0; at least 0 and at most 0.5.
     */
    public T minWeightFractionLeaf(double value) {
        settings.set("min_weight_fraction_leaf", value);
        return self();
    }
}
