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
public final class DecisionTreeClassifier extends DecisionTree<DecisionTreeClassifier> {
    @Override
    DecisionTreeClassifier self() {
        return this;
    }

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
