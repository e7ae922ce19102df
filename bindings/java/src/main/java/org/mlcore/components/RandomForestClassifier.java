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
public final class RandomForestClassifier implements Recipe {
    private final Settings settings = new Settings();

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
     * Number of trees. Default 100; at least 1 and at most 1048576; also called num_trees, n_trees
     * in recipes.
     */
    public RandomForestClassifier nEstimators(long value) {
        settings.set("n_estimators", value);
        return this;
    }

    /**
     * Grow each tree on rows drawn with replacement; else on all rows. Default true.
     */
    public RandomForestClassifier bootstrap(boolean value) {
        settings.set("bootstrap", value);
        return this;
    }

    /**
     * Draws a tree: a whole number, or a share of the rows; none: as many as there are rows.
     * Default none.
     */
    public RandomForestClassifier maxSamples(String value) {
        settings.set("max_samples", value);
        return this;
    }

    /**
     * Sets {@code max_samples} to none.
     */
    public RandomForestClassifier maxSamplesNone() {
        settings.none("max_samples");
        return this;
    }

    /**
     * Predict the training rows by the trees that did not draw them: tables oob, oob_score. Default
     * false.
     */
    public RandomForestClassifier oobScore(boolean value) {
        settings.set("oob_score", value);
        return this;
    }

    /**
     * Most splits from root to leaf; none: 4096. Default none; at least 1.
     */
    public RandomForestClassifier maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public RandomForestClassifier maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Most leaves of a tree, grown best split first; none: no limit. Default none; at least 2 and
     * at most 536870911; also called max_leaves, num_leaves in recipes.
     */
    public RandomForestClassifier maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return this;
    }

    /**
     * Sets {@code max_leaf_nodes} to none.
     */
    public RandomForestClassifier maxLeafNodesNone() {
        settings.none("max_leaf_nodes");
        return this;
    }

    /**
     * Least sum of weights of a node that is split. Default 2; at least 2.
     */
    public RandomForestClassifier minSamplesSplit(long value) {
        settings.set("min_samples_split", value);
        return this;
    }

    /**
     * Least sum of weights in a leaf. Default 1; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public RandomForestClassifier minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return this;
    }

    /**
     * Least share of the weight of all rows in a leaf. Default 0; at least 0 and at most 0.5.
     */
    public RandomForestClassifier minWeightFractionLeaf(double value) {
        settings.set("min_weight_fraction_leaf", value);
        return this;
    }

    /**
     * Least decrease of impurity by a split, weighted by the node's share of the rows. Default 0;
     * at least 0.
     */
    public RandomForestClassifier minImpurityDecrease(double value) {
        settings.set("min_impurity_decrease", value);
        return this;
    }

    /**
     * Cost of a leaf in cost-complexity pruning, in units of impurity. Default 0; at least 0.
     */
    public RandomForestClassifier ccpAlpha(double value) {
        settings.set("ccp_alpha", value);
        return this;
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public RandomForestClassifier monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return this;
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public RandomForestClassifier monotonicCstNone() {
        settings.none("monotonic_cst");
        return this;
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public RandomForestClassifier randomState(long value) {
        settings.set("random_state", value);
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
