// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Small decision trees, each grown for the rows that those before got wrong.
 *
 * <p>SAMME (Zhu, Zou, Rosset, Hastie 2009), which for two classes is AdaBoost.M1 (Freund, Schapire
 * 1997): a tree with the share e of the weight wrong gets the weight learning_rate (ln((1 - e) / e)
 * + ln(K - 1)), and what it got wrong is multiplied by exp of that. It minimises the exponential
 * loss stage by stage. A perfect tree gets the weight 1 and ends the rounds. One with e of 1 - 1/K
 * or more is left out and ends them; where it is the first, the fit fails. Weights that overflow
 * end them too: set learning_rate lower. raw is what each class gets of the votes, of two classes
 * the second less the first; probabilities are the softmax of that over K - 1. The table estimators
 * has weight and error of each tree. Cost: n_estimators trees of rows x features x max_depth, after
 * one sort of each column. Missing values, categories and equal splits are treated as by
 * decision_tree_classifier. Weight 2 equals the row twice, to the rounding of sums. Constant
 * columns are not used. Differences from AdaBoostClassifier: the learner is a decision tree, given
 * by its parameters, with ties to the lowest feature; there is nothing random, and a row of a leaf
 * counts by its weight.
 */
public final class AdaboostClassifier extends Adaboost<AdaboostClassifier> {
    @Override
    AdaboostClassifier self() {
        return this;
    }

    /**
     * Most splits from root to leaf of a tree; none: 4096. Default 1; at least 1.
     */
    public AdaboostClassifier maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public AdaboostClassifier maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Impurity that splits decrease. Default gini.
     * <ul>
     * <li>{@code gini}: Gini's impurity: 1 - sum of p_k^2</li>
     * <li>{@code entropy}: Shannon's entropy: - sum of p_k log2 p_k (also log_loss)</li>
     * </ul>
     */
    public AdaboostClassifier criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("adaboost_classifier", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("adaboost_classifier");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
