// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Extremely randomised trees, for classes.
 *
 * <p>A node looks at max_features of the features, drawn anew, and cuts each once, at a threshold
 * drawn uniformly between the least and the largest of its values there; the best of these cuts is
 * taken. Missing values go to a random side, categories are parted at random. Predicts the mean of
 * the trees' shares of classes, not their votes. After Geurts, Ernst, Wehenkel 2006.  Cost: trees x
 * rows x max_features x depth of about 3 ns; memory 5 bytes a row and feature, about 100 bytes a
 * row and thread, and 24 bytes a node, of which a tree has about as many as a tree has rows.
 * Missing values that a node did not see go to its heavier child, so do categories. The tables oob
 * and oob_score have lines with oob_score=true, which needs bootstrap=true.  Weights multiply the
 * counts, with bootstrap they drive the draws, as in random_forest_classifier. min_samples_split
 * and min_samples_leaf are sums of weights or counts of draws.  Differs from ExtraTreesClassifier:
 * random numbers; there is no warm_start, as a model never changes: more trees with the same
 * random_state begin with the same ones; and as decision_tree_classifier.
 */
public final class ExtraTreesClassifier extends ExtraTrees<ExtraTreesClassifier> {
    @Override
    ExtraTreesClassifier self() {
        return this;
    }

    /**
     * Impurity that splits decrease. Default gini.
     * <ul>
     * <li>{@code gini}: Gini's impurity: 1 - sum of p_k^2</li>
     * <li>{@code entropy}: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)</li>
     * </ul>
     */
    public ExtraTreesClassifier criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default sqrt.
     */
    public ExtraTreesClassifier maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Sets {@code max_features} to none.
     */
    public ExtraTreesClassifier maxFeaturesNone() {
        settings.none("max_features");
        return this;
    }

    /**
     * Weights by class, times those of rows: balanced gives each class the same total,
     * balanced_subsample in each bootstrap sample; or a list of class:weight. Default none.
     */
    public ExtraTreesClassifier classWeight(Object... value) {
        settings.set("class_weight", value);
        return this;
    }

    /**
     * Sets {@code class_weight} to none.
     */
    public ExtraTreesClassifier classWeightNone() {
        settings.none("class_weight");
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("extra_trees_classifier", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("extra_trees_classifier");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
