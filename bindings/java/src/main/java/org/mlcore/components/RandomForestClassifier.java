// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * A random forest: trees on bootstrap samples, for classes.
 *
 * <p>Grows each tree on rows drawn with replacement; a node looks at max_features of the features,
 * drawn anew, and on until one has two values. Predicts the mean of the trees' shares of classes,
 * not their votes. After Breiman 2001. Each tree is a function of random_state and its number,
 * whatever thread grows it; splits are exact, as in decision_tree_classifier.  Cost: trees x rows x
 * max_features x depth of about 4 ns; memory 5 bytes a row and feature, about 100 bytes a row and
 * thread, and 24 bytes a node, of which a tree has about as many as a tree has rows.  Missing
 * values and categories: as decision_tree_classifier. The tables oob and oob_score have lines with
 * oob_score=true.  Weights drive the draws: a row of weight 2 is drawn like two rows. Weights that
 * are whole numbers count rows, and a sample has as many draws as they add up to; else as many as
 * there are rows. min_samples_split and min_samples_leaf count draws. class_weight=balanced drives
 * the draws as well, balanced_subsample weighs the classes of each sample.  Differs from
 * RandomForestClassifier: random numbers; min_samples_split and min_samples_leaf count a row as
 * often as it was drawn; there is no warm_start, as a model never changes: more trees with the same
 * random_state begin with the same ones; and as decision_tree_classifier.
 */
public final class RandomForestClassifier extends RandomForest<RandomForestClassifier> {
    @Override
    RandomForestClassifier self() {
        return this;
    }

    /**
     * Impurity that splits decrease. Default gini.
     * <ul>
     * <li>{@code gini}: Gini's impurity: 1 - sum of p_k^2</li>
     * <li>{@code entropy}: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)</li>
     * </ul>
     */
    public RandomForestClassifier criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default sqrt.
     */
    public RandomForestClassifier maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Sets {@code max_features} to none.
     */
    public RandomForestClassifier maxFeaturesNone() {
        settings.none("max_features");
        return this;
    }

    /**
     * Weights by class, times those of rows: balanced gives each class the same total,
     * balanced_subsample in each bootstrap sample; or a list of class:weight. Default none.
     */
    public RandomForestClassifier classWeight(Object... value) {
        settings.set("class_weight", value);
        return this;
    }

    /**
     * Sets {@code class_weight} to none.
     */
    public RandomForestClassifier classWeightNone() {
        settings.none("class_weight");
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("random_forest_classifier", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("random_forest_classifier");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
