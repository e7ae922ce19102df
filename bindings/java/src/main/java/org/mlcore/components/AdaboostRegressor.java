// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Small decision trees, each grown for the rows that those before predicted badly.
 *
 * <p>AdaBoost.R2 (Drucker 1997): losses L in [0, 1] are those of errors as shares of the largest; a
 * tree with mean loss e gets the weight learning_rate ln((1 - e) / e), and the weight of a row is
 * multiplied by (e / (1 - e))^(learning_rate (1 - L)). The prediction is the weighted median of the
 * trees' ones. A perfect tree gets the weight 1 and ends the rounds. One with e of 0.5 or more ends
 * them and is left out, unless it is the first, which then predicts alone. The table estimators has
 * weight and error of each tree. Cost: n_estimators trees of rows x features x max_depth, after one
 * sort of each column; a prediction sorts n_estimators numbers. Missing values, categories and
 * equal splits are treated as by decision_tree_regressor. Weight 2 equals the row twice, to the
 * rounding of sums. Constant columns are not used. Differences from AdaBoostRegressor: trees are
 * grown on the rows by their weights instead of on a sample drawn by them, so nothing is random;
 * the learner is a decision tree, given by its parameters.
 */
public final class AdaboostRegressor extends Adaboost<AdaboostRegressor> {
    @Override
    AdaboostRegressor self() {
        return this;
    }

    /**
     * What an error counts when rows and trees are weighted. Default linear.
     * <ul>
     * <li>{@code linear}: the error, as a share of the largest</li>
     * <li>{@code square}: its square</li>
     * <li>{@code exponential}: 1 less exp of minus it</li>
     * </ul>
     */
    public AdaboostRegressor loss(String value) {
        settings.choice("loss", value);
        return this;
    }

    /**
     * Most splits from root to leaf of a tree; none: 4096. Default 3; at least 1.
     */
    public AdaboostRegressor maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public AdaboostRegressor maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Impurity that splits decrease. Default squared_error.
     * <ul>
     * <li>{@code squared_error}: variance; leaves are means (also friedman_mse)</li>
     * <li>{@code absolute_error}: mean absolute deviation; leaves are medians</li>
     * <li>{@code poisson}: half Poisson deviance; targets of at least 0</li>
     * </ul>
     */
    public AdaboostRegressor criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("adaboost_regressor", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("adaboost_regressor");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
